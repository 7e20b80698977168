//go:build system

package run_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"conpar/report/run"
)

// No file of somebody else is replaced, whatever writes one of its name; those of ours
// are, also of versions that kept no list of them.
func TestFilesOfOthersStay(t *testing.T) {
	recorded, err := filepath.Abs(recordedRun)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	one := filepath.Join(root, "runs/a/20260102T030405Z")
	record(t, one, 2, 6, nobody)
	for i, alias := range []string{"a", "b", "c"} {
		member{alias: alias, cells: 20}.write(t, filepath.Join(root, "fleet"), uint64(i))
	}
	kitchen(t, root, "kitchen-parallel.trace")
	for name, command := range map[string][]string{
		"report": {"-o", "site", one}, "compare": {"compare", "-o", "site", "runs", "runs"},
		"fleet": {"fleet", "-o", "site", "fleet"}, "timeline": {"timeline", "-o", "site", "kitchen-parallel.trace"},
		"exercise": {"-exercise", "site", recorded}, "index": {"index", "-o", "site/index.html", "runs"},
		"scale": {"scale", "-format", "github", "-o", "site", "runs"},
	} {
		t.Run(name, func(t *testing.T) {
			site := filepath.Join(root, "site")
			again := func(what string, want int) string {
				t.Helper()
				code, _, stderr := report(t, root, "", command...)
				if code != want {
					t.Errorf("%s: exit code %d: %s", what, code, stderr)
				}
				return stderr
			}
			if err := os.MkdirAll(site, 0o755); err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(site)
			again("at first", run.Fine)
			again("onto its own", run.Fine)
			for _, f := range files(t, site) {
				if filepath.Ext(f) == ".sha256" {
					_ = os.Remove(filepath.Join(site, f))
				}
			}
			again("onto those of an earlier version", run.Fine)
			const theirs = "theirs"
			ours := files(t, site)
			for _, f := range ours {
				if err := os.WriteFile(filepath.Join(site, f), []byte(theirs), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			says := again("onto theirs", run.IO)
			if !strings.Contains(says, "not written by this program, or changed since; move ") || !strings.Contains(says, "site") {
				t.Error(says)
			}
			for _, f := range ours {
				if text, err := os.ReadFile(filepath.Join(site, f)); err != nil || string(text) != theirs {
					t.Errorf("%s: %v", f, err)
				}
			}
			if now := files(t, site); !slices.Equal(now, ours) {
				t.Errorf("%v, and before %v", now, ours)
			}
		})
	}
}

// What can't be read beside the run that is compared is told of: it may be the newest.
func TestCompareTellsOfWhatItCannotRead(t *testing.T) {
	root := t.TempDir()
	record(t, filepath.Join(root, "runs/good"), 2, 6, nobody)
	newer := filepath.Join(root, "runs/newer")
	record(t, newer, 2, 6, nobody)
	if err := os.Truncate(filepath.Join(newer, "bench.txt"), 7); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := report(t, root, "", "compare", "runs", "runs")
	if code != run.BadInput || strings.Count(stderr, filepath.Join("runs", "newer")+": left out: ") != 1 ||
		!strings.Contains(stdout, "this is good") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
}
