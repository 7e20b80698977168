package input

import (
	"bytes"
	"testing"
)

// Wherever it stands in a text, a byte is found if it is not clean, and only
// then.
func TestIsClean(t *testing.T) {
	for length := range 20 {
		for at := range length {
			text := bytes.Repeat([]byte("~ \t\na!"), 4)[:length]
			for c := range 256 {
				text[at] = byte(c)
				want := c >= ' ' && c <= '~' || c == '\t' || c == '\n'
				if isClean(text) != want {
					t.Fatalf("isClean(%q) = %v", text, !want)
				}
			}
		}
	}
	if !isClean(nil) {
		t.Error("nothing is not clean")
	}
}

func BenchmarkIsClean(b *testing.B) {
	text := bytes.Repeat([]byte("BenchmarkA/n=1-2 \t     100\t     39190 ns/op\t      16 B/op\n"), 1000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if !isClean(text) {
			b.Fatal("not clean")
		}
	}
}
