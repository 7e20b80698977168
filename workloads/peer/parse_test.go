package peer

import (
	"fmt"
	"strings"
	"testing"
)

// What is taken for a reply is a line of text, and what is taken for numbers
// are those numbers, but for zeros in front of them.
func FuzzReply(f *testing.F) {
	for _, line := range []string{"1 2 3\n", "18446744073709551615 0 0\r\n", "error: no\n", "\n", "1  2 3\n", "1 2\x003\n", "\xff\n", "-1 2 3\n", "007 0 0\n"} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		reply, err := parse(line)
		if err != nil {
			if reply != "" || len(err.Error()) > 400 {
				t.Errorf("%q: reply %q, error %v", line, reply, err)
			}
			return
		}
		if reply == "" || strings.ContainsAny(reply, "\r\n\x00") || !strings.HasPrefix(string(line), reply) {
			t.Errorf("%q: reply %q", line, reply)
		}
		numbers, err := ParseNumbers(reply, 3)
		if err != nil {
			return
		}
		fields := strings.Split(reply, " ")
		for i, n := range numbers {
			if zeros, found := strings.CutSuffix(fields[i], fmt.Sprint(n)); !found || strings.Trim(zeros, "0") != "" {
				t.Errorf("%q: numbers %d", line, numbers)
			}
		}
	})
}
