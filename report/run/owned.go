package run

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"conpar/report/page"
	"conpar/report/words"
	"conpar/results/atomicfile"
)

// sums are the SHA-256 digests, by name, of the files of a page as this program wrote
// them; while it is replaced, those of the old ones and of the new ones. They stand in
// a list beside the page, which sha256sum -c can check. By it this program knows its
// own files, and replaces and removes no others. A mark within each file was rejected:
// CSV and JSON have no room for one, and an edited file would keep it.
type sums map[string][]string

// listOf returns the name of the list of a page whose file for readers is main.
func listOf(main string) string { return strings.TrimSuffix(main, path.Ext(main)) + ".sha256" }

// readSums reads a list. A missing one is empty.
func readSums(path string) (sums, error) {
	s := sums{}
	if old, err := atomicfile.Old(path); old == nil || err != nil {
		return s, err
	}
	text, err := os.ReadFile(path)
	for line := range strings.Lines(string(text)) {
		digest, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if len(digest) != hex.EncodedLen(sha256.Size) || !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, foreign(path)
		}
		s.add(name, digest)
	}
	return s, err
}

func sumsOf(files []page.File) sums {
	s := sums{}
	for _, f := range files {
		sum := sha256.Sum256(f.Data)
		s.add(f.Name, hex.EncodeToString(sum[:]))
	}
	return s
}

func (s sums) add(name, digest string) {
	if !slices.Contains(s[name], digest) {
		s[name] = append(s[name], digest)
	}
}

// with returns both, of equal ones one.
func (s sums) with(others sums) sums {
	all := sums{}
	for _, of := range []sums{s, others} {
		for name, digests := range of {
			for _, d := range digests {
				all.add(name, d)
			}
		}
	}
	return all
}

// write writes the list, unless it stands there already.
func (s sums) write(path string) error {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(s)) {
		for _, d := range s[name] {
			fmt.Fprintf(&b, "%s  %s\n", d, name)
		}
	}
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, b.Bytes()) {
		return nil
	}
	return atomicfile.Write(path, b.Bytes())
}

// has says whether the file of that name in dir is one of these; so is one that is not
// there, or empty. What is no regular file, such as a pipe, is an error.
func (s sums) has(dir, name string) (bool, error) {
	path := filepath.Join(dir, filepath.FromSlash(name))
	old, err := atomicfile.Old(path)
	if err != nil || old == nil || old.Size() == 0 {
		return err == nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return slices.Contains(s[name], hex.EncodeToString(h.Sum(nil))), err
}

// foreign says whose files are not replaced.
func foreign(paths ...string) error {
	const most = 4
	verb, them := "was", "it"
	if len(paths) > 1 {
		verb, them = "were", "them"
	}
	return fmt.Errorf("%s %s not written by this program, or changed since; move %s away, or choose another place",
		words.List(paths, most), verb, them)
}

// signs are what all pages of ours and all comments have: by them the index and a comment
// are known, which are single files without a list, and pages of versions that wrote none.
var signs = []string{
	"<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n",
	"<details><summary>All figures</summary>",
	`aria-labelledby="timeline-wide-t timeline-wide-d"`,
}

// oursOrNone refuses to replace a file that this program did not write.
func oursOrNone(path string) error {
	fine, err := sums{}.has("", path) // nothing
	if err == nil && !fine {
		fine, err = signed(path)
	}
	if err == nil && !fine {
		err = foreign(path)
	}
	return err
}

// signed says whether a file has a sign of ours.
func signed(path string) (bool, error) {
	old, err := atomicfile.Old(path)
	if old == nil || err != nil {
		return false, err
	}
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, 64<<10)) // as long as a comment is at most
	return slices.ContainsFunc(signs, func(sign string) bool { return bytes.Contains(head, []byte(sign)) }), err
}

// old returns what an earlier page has in the folder. It is an error if files of others
// would be replaced by new ones.
func (o output) old(list string, now sums) (sums, error) {
	old, err := readSums(list)
	if err != nil {
		return nil, err
	}
	earlier := false // a version that wrote no list
	if len(old) == 0 {
		if earlier, err = signed(filepath.Join(o.dir, filepath.FromSlash(o.main))); err != nil {
			return nil, err
		}
	}
	var others []string
	all := old.with(now)
	for _, name := range slices.Sorted(maps.Keys(now)) {
		ours, err := all.has(o.dir, name)
		if err != nil {
			return nil, err
		}
		if !ours && !earlier {
			others = append(others, filepath.Join(o.dir, filepath.FromSlash(name)))
		}
	}
	if len(others) > 0 {
		return nil, foreign(others...)
	}
	return old, nil
}

// removeStale removes the charts that an earlier page had and this one has not, unless
// they were changed.
func (s sums) removeStale(dir string, now sums) (err error) {
	for name := range s {
		if now[name] != nil || path.Dir(name) != charts {
			continue
		}
		if ours, e := s.has(dir, name); e != nil || !ours {
			continue
		}
		if e := os.Remove(filepath.Join(dir, filepath.FromSlash(name))); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}
