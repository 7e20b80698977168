package host

import (
	"errors"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"syscall"

	"conpar/results"
)

// readAtMost bounds what is read of a file. The longest, /proc/stat, has some
// 200 KB with 512 processors.
const readAtMost = 1 << 20

var errNonsense = errors.New("nonsense")

// readFile returns the text of a short file, without space at its ends.
func readFile(files fs.FS, name string) (string, error) {
	f, err := files.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, readAtMost+1))
	if err == nil && len(text) > readAtMost {
		err = errNonsense
	}
	return strings.TrimSpace(string(text)), err
}

// readFiles returns the texts of all files that a pattern matches, by name. It
// fails if there is no such file or one cannot be read. It skips processors that
// are switched off: for these cpufreq says "busy".
func readFiles(files fs.FS, pattern string) (map[string]string, error) {
	names, err := fs.Glob(files, pattern)
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, name := range names {
		text, err := readFile(files, name)
		if errors.Is(err, syscall.EBUSY) {
			continue
		}
		if err != nil {
			return nil, err
		}
		texts[name] = text
	}
	if len(texts) == 0 {
		return nil, fs.ErrNotExist
	}
	return texts, nil
}

// count parses a number from the kernel, which is never negative nor near the
// end of its range.
func count(text string) (uint64, error) {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 62)
	if err != nil {
		return 0, errNonsense
	}
	return n, nil
}

// keyed returns the number that follows a key, in a text with a key and a number
// in each line; without a key, the text is the number.
func keyed(text, key string) (uint64, error) {
	if key == "" {
		return count(text)
	}
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, key+" "); ok {
			return count(rest)
		}
	}
	return 0, fs.ErrNotExist
}

// unreadable says why the content of a file is unknown. It never names the
// folder, which may hold the name of a user or of a container.
func unreadable(err error, file string) results.Hazard {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return unknown("no %s", file)
	case errors.Is(err, fs.ErrPermission):
		return unknown("%s may not be read", file)
	}
	return unknown("%s cannot be made sense of", file)
}
