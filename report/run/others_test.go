//go:build system

package run_test

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conpar/report/run"
)

// A page of somebody else is not replaced, and one of ours is.
func TestPagesOfOthersStay(t *testing.T) {
	root := t.TempDir()
	record(t, filepath.Join(root, "runs/a/20260102T030405Z"), 2, 6, nobody)
	if err := os.Mkdir(filepath.Join(root, "site"), 0o755); err != nil {
		t.Fatal(err)
	}
	const theirs = "<!DOCTYPE html>\n<title>My site</title>\n"
	for _, command := range [][]string{
		{"index", "-o", "site/index.html", "runs"}, {"compare", "-o", "site", "runs", "runs"}, {"scale", "-o", "site", "runs"},
		{"-o", "site", "runs/a/20260102T030405Z"},
	} {
		name := map[string]string{"index": "index", "compare": "compare", "scale": "scale"}[command[0]]
		path := filepath.Join(root, "site", cmp.Or(name, "report")+".html")
		if err := os.WriteFile(path, []byte(theirs), 0o644); err != nil {
			t.Fatal(err)
		}
		code, _, stderr := report(t, root, "", command...)
		if got, _ := os.ReadFile(path); code != run.IO || string(got) != theirs || !strings.Contains(stderr, "was not written by this program") {
			t.Errorf("%v: exit code %d: %s", command, code, stderr)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		for range 2 { // anew, and onto its own
			if code, _, stderr := report(t, root, "", command...); code != run.Fine {
				t.Errorf("%v: exit code %d: %s", command, code, stderr)
			}
		}
	}
}
