package thread

import (
	"errors"
	"io/fs"
	"math"
	"testing"
)

func TestParseMemory(t *testing.T) {
	f, err := parseStatm([]byte("25 3 2 1 0 4 0\n"), 4096)
	if want := (footprint{3 * 4096, 25 * 4096}); f != want || err != nil {
		t.Errorf("%+v, %v; want %+v", f, err, want)
	}
	rollup := "55d0c2a3e000-7ffc3a5f1000 ---p 00000000 00:00 0    [rollup]\nRss:                2588 kB\nPss:                 900 kB\n"
	if rss, err := parseRollup([]byte(rollup)); rss != 2588<<10 || err != nil {
		t.Errorf("%d, %v", rss, err)
	}
	for _, wrong := range []string{"", "1", "1 x", "x 1", "-1 2", "1 99999999999999999999", "1 1152921504606846976"} {
		if f, err := parseStatm([]byte(wrong), 4096); err == nil {
			t.Errorf("statm %q: %+v", wrong, f)
		}
	}
	for _, wrong := range []string{"", "Rss:\n", "Rss: 1 MB\n", "Rss: -1 kB\n", "Pss: 1 kB\n", "Rss: 18014398509481984 kB\n"} {
		if rss, err := parseRollup([]byte(wrong)); err == nil {
			t.Errorf("smaps_rollup %q: %d", wrong, rss)
		}
	}
}

func FuzzParseMemory(f *testing.F) {
	f.Add([]byte("25 3 2 1 0 4 0\n"))
	f.Add([]byte("Rss:   2588 kB\nPss: 1 kB\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if f, err := parseStatm(text, 4096); err == nil && max(f.Resident, f.Reserved) > maxBytes {
			t.Errorf("statm %+v", f)
		}
		if rss, err := parseRollup(text); err == nil && rss > maxBytes {
			t.Errorf("smaps_rollup %d", rss)
		}
	})
}

func TestMemoryGrows(t *testing.T) {
	before, err := memoryOf("self")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the system does not tell")
	}
	const size = 64 << 20
	block := make([]byte, size)
	for i := range block {
		block[i] = byte(i)
	}
	after, err2 := memoryOf("self")
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	// What the heap had kept free may be used for it, and the race detector has
	// its own notes on every byte.
	if grown := int64(after.Resident) - int64(before.Resident); grown < size/2 || grown > 8*size {
		t.Errorf("%d bytes made it grow by %d", len(block), grown)
	}
	if after.Reserved < after.Resident || after.Reserved > math.MaxInt64 {
		t.Errorf("%d bytes reserved, %d of them resident", after.Reserved, after.Resident)
	}
	if block[size-1] != byte((size-1)%256) {
		t.Error("the block is not what it was")
	}
}

func TestMemoryOfNobody(t *testing.T) {
	if f, err := memoryOf("nobody"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%+v, %v", f, err)
	}
}
