package peer

import (
	"fmt"
	"strings"
	"testing"
)

// What is taken for a reply is a line of text, and what is taken for numbers
// are those numbers, but for zeros in front of them.
func FuzzReply(f *testing.F) {
	for _, reply := range []string{"1 2 3", "18446744073709551615 0 0", "error: no", "", "1  2 3", "1 2\x003", "\xff", "1\r2", "-1 2 3", "007 0 0"} {
		f.Add(reply)
	}
	f.Fuzz(func(t *testing.T, reply string) {
		if err := checkText(reply); err != nil {
			if len(err.Error()) > 400 {
				t.Errorf("%q: error %v", reply, err)
			}
			return
		}
		if reply == "" || strings.ContainsAny(reply, "\r\n\x00") {
			t.Errorf("%q passes", reply)
		}
		numbers, err := ParseNumbers(reply, 3)
		if err != nil {
			return
		}
		fields := strings.Split(reply, " ")
		for i, n := range numbers {
			if zeros, found := strings.CutSuffix(fields[i], fmt.Sprint(n)); !found || strings.Trim(zeros, "0") != "" {
				t.Errorf("%q: numbers %d", reply, numbers)
			}
		}
	})
}
