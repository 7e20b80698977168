package child

import (
	"strings"
	"testing"
)

// However it is written, the first KiB and the last three are kept, and beside
// what is left out whole lines.
func TestStderr(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 1000)
	line := strings.Repeat("x", 1023) + "\n"
	half := strings.Repeat("x", 511) + "\n"
	for text, want := range map[string]string{
		long:                         long[:1<<10] + "\n…\n" + long[len(long)-3<<10:],
		long[:headBytes+tailBytes]:   long[:headBytes+tailBytes],
		long[:headBytes+tailBytes+1]: long[:headBytes] + "\n…\n" + long[headBytes+1:headBytes+tailBytes+1],
		long[:headBytes]:             long[:headBytes],
		strings.TrimSpace(strings.Repeat(line, 4)): strings.TrimSpace(strings.Repeat(line, 4)),
		half + strings.Repeat(line, 9) + half:      half + "…\n" + strings.Repeat(line, 2) + half[:511],
		"\n out of luck \n":                        "out of luck",
		"":                                         "",
	} {
		for _, step := range []int{1, 7, 1023, 1024, 1025, 4095, 4096, 4097, len(long)} {
			var s Stderr
			for rest := text; rest != ""; {
				n := min(step, len(rest))
				if wrote, err := s.Write([]byte(rest[:n])); wrote != n || err != nil {
					t.Fatalf("wrote %d, %v", wrote, err)
				}
				rest = rest[n:]
			}
			if got := s.String(); got != want {
				t.Errorf("%d bytes in steps of %d: %d bytes are kept, from %.20q on, want %d", len(text), step, len(got), got, len(want))
			}
		}
	}
}
