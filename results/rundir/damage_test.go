package rundir_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"conpar/results"
	"conpar/results/rundir"
)

// read reads a file of a run.
func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// alter calls do while a file of a run has other content, or is gone when that
// is nil. What do reports is about what was done.
func alter(t *testing.T, dir, name string, data []byte, do func()) {
	t.Helper()
	path := filepath.Join(dir, name)
	whole := read(t, dir, name)
	err := os.WriteFile(path, data, 0o644)
	if data == nil {
		err = os.Remove(path)
	}
	if err != nil {
		t.Fatal(err)
	}
	do()
	if err := os.WriteFile(path, whole, 0o644); err != nil {
		t.Fatal(err)
	}
}

// everyFlip calls do with each bit of a file flipped in turn, and everyCut with
// the file cut before each of its bytes.
func everyFlip(t *testing.T, path string, do func(at, bit int)) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write := func(at int, b byte) {
		if _, err := f.WriteAt([]byte{b}, int64(at)); err != nil {
			t.Fatal(err)
		}
	}
	for at, b := range whole {
		for bit := range 8 {
			write(at, b^1<<bit)
			do(at, bit)
		}
		write(at, b)
	}
}

func everyCut(t *testing.T, path string, do func(at int)) {
	t.Helper()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := len(whole) - 1; at >= 0; at-- {
		if err := os.Truncate(path, int64(at)); err != nil {
			t.Fatal(err)
		}
		do(at)
	}
	if err := os.WriteFile(path, whole, 0o644); err != nil {
		t.Fatal(err)
	}
}

// Damage in larger pieces, in every file of a finished run.
func TestDamageInPieces(t *testing.T) {
	dir, _ := finished(t)
	names := []string{rundir.BenchFile, rundir.RunFile, rundir.SumsFile, "steps.trace"}
	noticed := func(what string) {
		if _, err := rundir.Read(dir); !errors.Is(err, rundir.ErrDamaged) {
			t.Errorf("%s: error %v", what, err)
		}
	}
	for _, name := range names {
		whole := read(t, dir, name)
		for what, data := range pieces(whole) {
			alter(t, dir, name, data, func() { noticed(name + " " + what) })
		}
		alter(t, dir, name, nil, func() { noticed(name + " gone") })
		for _, other := range names {
			if other == name {
				continue
			}
			alter(t, dir, name, read(t, dir, other), func() {
				noticed(name + " a copy of " + other)
				alter(t, dir, other, whole, func() { noticed(name + " and " + other + " swapped") })
			})
		}
	}
	if _, err := rundir.Read(dir); err != nil {
		t.Errorf("restored: %v", err)
	}
}

// pieces returns whole with damage to pieces of it.
func pieces(whole []byte) map[string][]byte {
	out := map[string][]byte{
		"empty":               {},
		"grown by a line end": append(slices.Clone(whole), '\n'),
		"grown by garbage":    append(slices.Clone(whole), "garbage"...),
		"twice":               slices.Concat(whole, whole),
		"all zeros":           make([]byte, len(whole)),
		"zeros at its end":    append(slices.Clone(whole[:len(whole)-4]), 0, 0, 0, 0),
	}
	lines := bytes.SplitAfter(whole, []byte("\n"))
	lines = lines[:len(lines)-1] // what is after the last line's end: nothing
	join := func(parts ...[][]byte) []byte { return bytes.Join(slices.Concat(parts...), nil) }
	for i := range lines {
		out[fmt.Sprintf("without line %d", i+1)] = join(lines[:i], lines[i+1:])
		out[fmt.Sprintf("with line %d twice", i+1)] = join(lines[:i+1], lines[i:])
		if i > 0 {
			out[fmt.Sprintf("with lines %d and %d swapped", i, i+1)] = join(lines[:i-1], lines[i:i+1], lines[i-1:i], lines[i+1:])
		}
	}
	for what, data := range out {
		if bytes.Equal(data, whole) {
			delete(out, what)
		}
	}
	return out
}

// unfinished writes a run that was killed: with samples, what else is in a
// journal, and a trace.
func unfinished(t *testing.T) (dir string, journal []byte) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "run")
	w := written(t, dir)
	addTrace(t, w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, read(t, dir, rundir.JournalFile)
}

// Every bit of a journal is guarded as well.
func TestEveryBitOfAJournalIsGuarded(t *testing.T) {
	dir, _ := unfinished(t)
	flips := 0
	noticed := func(what string) {
		flips++
		if _, err := rundir.Read(dir); !errors.Is(err, rundir.ErrDamaged) {
			t.Errorf("%s: error %v", what, err)
		}
	}
	for _, name := range []string{rundir.JournalFile, "steps.trace"} {
		everyFlip(t, filepath.Join(dir, name), func(at, bit int) { noticed(fmt.Sprintf("%s, bit %d of byte %d", name, bit, at)) })
	}
	t.Logf("%d flipped bits were tried", flips)
	flips = 0
	everyCut(t, filepath.Join(dir, "steps.trace"), func(at int) { noticed(fmt.Sprintf("steps.trace cut at %d", at)) })
	t.Logf("%d truncations of the trace were tried", flips)
}

// A journal that is cut is one of a run that was killed earlier, and that is
// how it is read: it has the samples that are whole, and nothing else. No other
// piece that is missing, moved or added is taken for that.
func TestJournalInPieces(t *testing.T) {
	dir, whole := unfinished(t)
	prefixes := map[string]bool{}
	for what, data := range pieces(whole) {
		alter(t, dir, rundir.JournalFile, data, func() {
			r, err := rundir.Read(dir)
			switch {
			case bytes.HasPrefix(whole, data): // cut
				prefixes[what] = true
				if len(data) > 0 && (err != nil || len(r.Samples) > bytes.Count(data, []byte("\n"))-1) {
					t.Errorf("%s: %d samples, error %v", what, len(r.Samples), err)
				}
			case what == "grown by garbage" || what == "zeros at its end": // which may stand for a line in progress
				if err != nil || len(r.Samples) != 3 {
					t.Errorf("%s: %d samples, error %v", what, len(r.Samples), err)
				}
			case !errors.Is(err, rundir.ErrDamaged) && !errors.Is(err, rundir.ErrNoRun):
				t.Errorf("%s: error %v", what, err)
			}
		})
	}
	if len(prefixes) != 2 { // empty, and without the last line
		t.Errorf("cut were %v", prefixes)
	}
	for name, want := range map[string]error{rundir.JournalFile: rundir.ErrNoRun, "steps.trace": rundir.ErrDamaged} {
		alter(t, dir, name, nil, func() {
			if _, err := rundir.Read(dir); !errors.Is(err, want) {
				t.Errorf("%s gone: error %v", name, err)
			}
		})
	}
}

// A line of another run's journal does not fit into a journal.
func TestJournalsDoNotMix(t *testing.T) {
	dir, whole := unfinished(t)
	other := filepath.Join(t.TempDir(), "other")
	w, err := rundir.Create(other, results.Run{Plan: results.Plan{Rounds: 2, Cells: []results.PlannedCell{
		{Cell: "BenchmarkCPU/work=primes/goroutines=8", Kind: "computing", Tasks: 800}}}})
	if err != nil {
		t.Fatal(err)
	}
	s := results.Sample{Cell: "BenchmarkCPU/work=primes/goroutines=8", Line: "BenchmarkCPU/work=primes/goroutines=8\t1\t1 ns/op"}
	if err := errors.Join(w.Append(s), w.Close()); err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(whole), "\n")
	theirs := strings.SplitAfter(string(read(t, other, rundir.JournalFile)), "\n")
	alter(t, dir, rundir.JournalFile, []byte(lines[0]+lines[1]+theirs[1]), func() {
		if _, err := rundir.Read(dir); !errors.Is(err, rundir.ErrDamaged) {
			t.Errorf("error %v", err)
		}
	})
}

// Runs of other formats are refused, whatever else is in them, and the message
// says what reads them.
func TestOtherFormats(t *testing.T) {
	dir, _ := finished(t)
	for format, says := range map[string]string{
		`"format": 6, "novelty": true,`: "has format 6, and this program reads formats 4 and 5; use a newer conpar",
		`"format": 3,`:                  "has format 3, and this program reads formats 4 and 5; a version of conpar from before December 2026 reads older ones",
	} {
		other := bytes.Replace(read(t, dir, rundir.RunFile), []byte(`"format": 5,`), []byte(format), 1)
		sums := strings.Replace(string(read(t, dir, rundir.SumsFile)), sum(read(t, dir, rundir.RunFile)), sum(other), 1)
		alter(t, dir, rundir.RunFile, other, func() {
			alter(t, dir, rundir.SumsFile, []byte(sums), func() {
				_, err := rundir.Read(dir)
				if !errors.Is(err, rundir.ErrFormat) || errors.Is(err, rundir.ErrDamaged) || !strings.Contains(err.Error(), says) {
					t.Errorf("error %v, want %q", err, says)
				}
			})
		})
	}
	dir, whole := unfinished(t)
	_, entries, _ := strings.Cut(string(whole), " ")
	first, _, _ := strings.Cut(strings.Replace(entries, `"format":5`, `"format":1`, 1), "\n")
	alter(t, dir, rundir.JournalFile, []byte(sum([]byte(first))+" "+first+"\n"), func() {
		if _, err := rundir.Read(dir); !errors.Is(err, rundir.ErrFormat) {
			t.Errorf("journal: error %v", err)
		}
	})
}

func sum(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data)) }
