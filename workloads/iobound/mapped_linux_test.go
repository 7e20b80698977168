//go:build amd64 || arm64 || loong64 || ppc64le || riscv64 || s390x

package iobound

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func mapSmall(t *testing.T) *mapped {
	t.Helper()
	m, err := mapFile(t.Context(), small(filepath.Join(t.TempDir(), "file")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

// The kernel tells in two ways that pages came from the disk, and how many. Of the
// faults it calls some minor: those whose page another thread mapped beside its own.
func TestPagesAreCold(t *testing.T) {
	open(t, "mapped") // or the folder for tests is no disk
	m := mapSmall(t)
	pages := len(m.order)
	for _, tt := range []struct{ g, n int }{
		{0, 1}, {0, pages}, {1, pages}, {64, pages}, {0, pages + 1}, {1, 3*pages + 7}, {4, 4 * pages},
	} {
		if err := m.Prepare(t.Context(), tt.g); err != nil {
			t.Fatal(err)
		}
		bytes, faults := diskReads(t)
		result, err := m.Run(t.Context(), tt.g, tt.n)
		if err != nil {
			t.Fatal(err)
		}
		bytesAfter, faultsAfter := diskReads(t)
		if told := result.Metrics[0]; told.Unit != "major-faults/op" || tt.n > 8 && (told.Value < 0.5 || told.Value > 1.5) {
			t.Errorf("%d goroutines read %d pages: %+v", tt.g, tt.n, told)
		}
		read := int(bytesAfter-bytes) / m.page
		if read < tt.n*9/10 || read > tt.n+8 || faultsAfter-faults < int64(tt.n/2) {
			t.Errorf("%d goroutines read %d pages: %d came from the disk, by %d major faults",
				tt.g, tt.n, read, faultsAfter-faults)
		}
	}
}

// diskReads returns what this process has read from disks, and how many page
// faults that took.
func diskReads(t *testing.T) (bytes, faults int64) {
	t.Helper()
	bytes, counted := diskBytes()
	if !counted {
		t.Fatal("the kernel does not count what is read from a disk")
	}
	return bytes, majorFaults()
}

func TestOrderHasEveryPageOnceByHalves(t *testing.T) {
	order := mapSmall(t).order
	half := len(order) / 2
	if slices.Max(order[:half]) >= half {
		t.Error("a page of the second half is in the first")
	}
	slices.Sort(order)
	for i, page := range order {
		if page != i {
			t.Fatalf("page %d is missing", i)
		}
	}
}

func TestWrongPageIsFound(t *testing.T) {
	m := mapSmall(t)
	if err := os.WriteFile(m.file.Name(), make([]byte, len(m.bytes)), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Run(t.Context(), 2, 4); !errors.Is(err, errContent) {
		t.Errorf("error %v, want %v", err, errContent)
	}
}
