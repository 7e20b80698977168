package child

import (
	"strings"
	"testing"
)

// However it is written, the last 4 KiB are kept.
func TestTail(t *testing.T) {
	text := strings.Repeat("0123456789abcdef", 1000)
	for _, step := range []int{1, 7, 4095, 4096, 4097, len(text)} {
		var tail Tail
		for rest := text; rest != ""; {
			n := min(step, len(rest))
			if wrote, err := tail.Write([]byte(rest[:n])); wrote != n || err != nil {
				t.Fatalf("wrote %d, %v", wrote, err)
			}
			rest = rest[n:]
		}
		if got := tail.String(); got != text[len(text)-tailBytes:] {
			t.Errorf("in steps of %d: %d bytes are kept, from %.20q on", step, len(got), got)
		}
	}
	var tail Tail
	tail.Write([]byte("\n out of luck \n"))
	if got := tail.String(); got != "out of luck" {
		t.Errorf("%q", got)
	}
	// What just fits is kept; of more, the first line may be half of one.
	line := strings.Repeat("x", 1023) + "\n"
	for lines, want := range map[int]int{3: 3, 4: 4, 5: 3, 6: 3} {
		tail = Tail{}
		tail.Write([]byte(strings.Repeat(line, lines)))
		if got := tail.String(); got != strings.TrimSpace(strings.Repeat(line, want)) {
			t.Errorf("of %d lines %d bytes were kept", lines, len(got))
		}
	}
}
