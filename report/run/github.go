package run

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"conpar/report/input"
	"conpar/report/page"
	"conpar/results/atomicfile"
	"conpar/results/rundir"
)

const (
	maxSummary     = 1 << 20 // of a step, in bytes
	maxAnnotations = 10      // of a step and kind
	commentFile    = "comment.md"
)

// escapes are those of GitHub's workflow commands; a property has two more.
var (
	escapeText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// github writes a sheet for GitHub Actions: the summary of the step, annotations, and
// a comment in a file. Without [GITHUB_STEP_SUMMARY] the summary goes to w.
//
// [GITHUB_STEP_SUMMARY]: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
func (c *common) github(w io.Writer, s sheet) error {
	if err := summary(w, s.Markdown()); err != nil {
		return err
	}
	all := s.Annotations()
	var b strings.Builder
	for i, a := range all {
		kind := map[bool]string{true: "error", false: "warning"}[a.Error]
		if i == maxAnnotations-1 && len(all) > maxAnnotations {
			fmt.Fprintf(&b, "::%s::%d more like these are in the summary\n", kind, len(all)-i)
			break
		}
		fmt.Fprintf(&b, "::%s title=%s::%s\n", kind, escapeProperty.Replace(a.Title), escapeText.Replace(a.Text))
	}
	dir := cmp.Or(c.out, c.runFolder())
	if dir == "" {
		b.WriteString("No comment is written: these are several files; -o DIR names a folder for it.\n")
	} else {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return err
		}
		path := filepath.Join(dir, commentFile)
		if err := oursOrNone(path); err != nil {
			return err
		}
		if err := atomicfile.Write(path, []byte(s.Comment())); err != nil {
			return err
		}
		fmt.Fprintf(&b, "The comment: %s\n", input.Printable(path))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// summary appends to the summary of the step, in the room that is left there.
func summary(w io.Writer, text string) error {
	path := os.Getenv("GITHUB_STEP_SUMMARY")
	if path == "" {
		_, err := io.WriteString(w, page.Cut(text, maxSummary))
		return err
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	info, err := f.Stat()
	if err == nil {
		_, err = f.WriteString(page.Cut(text, max(0, maxSummary-int(info.Size()))))
	}
	return cmp.Or(err, f.Close())
}

// runFolder returns the folder of the run that is the only input, or "".
func (c *common) runFolder() string {
	if len(c.paths) != 1 {
		return ""
	}
	dir, _, _, err := newestRun(c.paths[0])
	if err != nil {
		return ""
	}
	if found, err := rundir.Find(dir); err != nil || len(found) != 1 ||
		filepath.Clean(found[0]) != filepath.Clean(dir) {
		return ""
	}
	return dir
}
