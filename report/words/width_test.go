package words

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// shortenSlowly is what shorten does, as it is said: letters go one by one from
// the middle until the rest has room.
func shortenSlowly(s string, w int) string {
	rs := []rune(s)
	for n := len(rs) - 1; n > 0 && Width(s) > w; n-- {
		s = string(rs[:(n+1)/2]) + "…" + string(rs[len(rs)-n/2:])
	}
	return s
}

func TestShorten(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	letters := []rune("abcdefgh/=-0é日本語\u0301ö")
	for range 2000 {
		rs := make([]rune, rng.IntN(90))
		for i := range rs {
			rs[i] = letters[rng.IntN(len(letters))]
		}
		s, w := string(rs), 3+rng.IntN(60)
		if got, want := Shorten(s, w), shortenSlowly(s, w); got != want || Width(got) > w {
			t.Fatalf("%q in %d columns: %q, want %q", s, w, got, want)
		}
	}
}

// Names of 10 kB, as go test -bench is fed by fuzzers.
func BenchmarkShorten(b *testing.B) {
	for _, letter := range []string{"x", "日"} {
		b.Run(fmt.Sprintf("letter=%s", letter), func(b *testing.B) {
			s := strings.Repeat(letter, 10_000)
			for b.Loop() {
				Shorten(s, 48)
			}
		})
	}
}
