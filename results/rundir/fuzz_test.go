package rundir_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"conpar/results"
	"conpar/results/rundir"
)

// chained makes a journal of its entries, a line each: each gets its digest, as
// it does when it is written.
func chained(entries string) []byte {
	var journal strings.Builder
	last := ""
	for entry := range strings.Lines(entries) {
		entry = strings.TrimSuffix(entry, "\n")
		last = fmt.Sprintf("%x", sha256.Sum256([]byte(last+entry)))
		fmt.Fprintf(&journal, "%s %s\n", last, entry)
	}
	return []byte(journal.String())
}

// entriesOf is the inverse of chained.
func entriesOf(journal []byte) string {
	var entries strings.Builder
	for line := range strings.Lines(string(journal)) {
		_, entry, _ := strings.Cut(line, " ")
		entries.WriteString(entry)
	}
	return entries.String()
}

// Whatever the entries of a journal are, it is read as a run that hangs
// together, or is said to be damaged. Cut where you like, it gives the samples
// before the cut; with a byte changed, it is damaged or has lost its end.
func FuzzJournal(f *testing.F) {
	dir := f.TempDir()
	w := written(f, filepath.Join(dir, "run"))
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	journal, err := os.ReadFile(filepath.Join(dir, "run", rundir.JournalFile))
	if err != nil {
		f.Fatal(err)
	}
	if whole := entriesOf(journal); string(chained(whole)) != string(journal) {
		f.Fatalf("the digests of a journal are others:\n%s", journal)
	}
	whole := entriesOf(journal)
	f.Add(whole, uint(0))
	f.Add(whole, uint(len(journal)-3))
	f.Add(whole+`{"added":{"rounds":1,"cells":["BenchmarkIO/work=tcp/goroutines=0"]}}`+"\n"+`{"conditions":{"round":0,"hazards":[]}}`+"\n", uint(700))
	f.Add(strings.Replace(whole, `"rounds":1`, `"rounds":1000000000`, 1), uint(5))
	f.Add(strings.Replace(whole, `"failed":0`, `"failed":4`, 1), uint(104))
	f.Add(strings.Replace(whole, `"format":5`, `"format":3`, 1), uint(0))
	f.Add("{}\n", uint(0))
	f.Fuzz(func(t *testing.T, entries string, at uint) {
		journal := chained(entries)
		r, err := readJournal(t, dir, journal)
		if err == nil {
			coherent(t, r)
		}
		if len(journal) == 0 {
			return
		}
		at %= uint(len(journal))
		part, partErr := readJournal(t, dir, journal[:at])
		if err == nil && partErr == nil && !prefix(part.Samples, r.Samples) {
			t.Errorf("cut at %d, the samples are others: %s", at, cmp.Diff(part.Samples, r.Samples))
		}
		altered := slices.Clone(journal)
		altered[at] ^= 1 << (at % 8)
		if other, otherErr := readJournal(t, dir, altered); err == nil && otherErr == nil && len(other.Samples) >= len(r.Samples) && len(r.Samples) > 0 {
			t.Errorf("byte %d was altered, and nobody noticed", at)
		}
	})
}

// readJournal reads a run that has nothing but a journal.
func readJournal(t *testing.T, dir string, journal []byte) (results.Run, error) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, rundir.JournalFile), journal, 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := rundir.Read(dir)
	about := []error{rundir.ErrDamaged, rundir.ErrNoRun, rundir.ErrFormat}
	if err != nil && !slices.ContainsFunc(about, func(e error) bool { return errors.Is(err, e) }) {
		t.Fatalf("not about the run: %v", err)
	}
	return r, err
}

// coherent holds that a run is one.
func coherent(t *testing.T, r results.Run) {
	t.Helper()
	planned := map[string]int{}
	for round, cells := range r.Plan.Due() {
		for _, cell := range cells {
			planned[fmt.Sprint(round, " ", cell)]++
		}
	}
	ok := 0
	for _, s := range r.Samples {
		key := fmt.Sprint(s.Round, " ", s.Cell)
		if planned[key]--; planned[key] < 0 {
			t.Errorf("%s is not planned, or is there twice", key)
		}
		if _, err := results.ParseCell(s.Cell); err != nil {
			t.Error(err)
		}
		if s.Error == "" {
			ok++
		}
	}
	if r.Actual != ok || r.Failed != len(r.Samples)-ok {
		t.Errorf("of %d samples %d are said to have a result and %d none", len(r.Samples), r.Actual, r.Failed)
	}
}

func prefix(part, whole []results.Sample) bool {
	return len(part) <= len(whole) && cmp.Equal(part, whole[:len(part)], cmpopts.EquateEmpty())
}
