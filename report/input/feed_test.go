package input

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// many is an input of several blocks, with something to note in many places.
func many() string {
	var b strings.Builder
	b.WriteString("1000\t12 ns/op\n") // figures without a name: the first thing is a note
	for i := range 6000 {
		switch i % 7 {
		case 2:
			fmt.Fprintf(&b, "cpu: number %d\n", i/700)
		case 3:
			b.WriteString("100\t7 ns/op\n")
		case 4:
			fmt.Fprintf(&b, "Unit u%d better=higher\n", i)
		case 5:
			fmt.Fprintf(&b, `{"Action":"output","Package":"p","Output":"BenchmarkJ%d 1 2 ns/op\n100\t7 ns/op\nBenchmarkK%d 1 2 ns/op\n"}`+"\n", i, i)
		default:
			fmt.Fprintf(&b, "BenchmarkA%d-2\t100\t%d ns/op\n", i, i)
		}
	}
	return b.String() + "BenchmarkCut" // and the last
}

// However it is read, a feed hands out what a plain loop over the lines finds,
// each line with its own place, and each note between the lines where it belongs.
func TestFeed(t *testing.T) {
	var want []string
	all, l := new(block), newLines(strings.NewReader(many()))
	for l.err == nil {
		l.next(all)
	}
	texts := strings.SplitAfter(string(all.text), "\n")
	given := 0
	for _, at := range all.places {
		if at.note != "" {
			want = append(want, fmt.Sprint(at.line, at.note, at.lost))
			continue
		}
		for i := range at.lines {
			want = append(want, fmt.Sprint(at.line+i, at.tells, at.unit, texts[given:at.given+i]))
			given = at.given + i
		}
	}
	if len(all.text) < 4*perBlock || len(want) < 6000 {
		t.Fatalf("%d bytes and %d places are no test", len(all.text), len(want))
	}
	for _, size := range []int{16, 200, 1 << 16} {
		var got []string
		f := newFeed(strings.NewReader(many()), func(line int, text string, lost bool) {
			got = append(got, fmt.Sprint(line, text, lost))
		})
		in := bufio.NewReaderSize(f, size)
		var texts []string
		for given := 1; ; given++ {
			text, err := in.ReadString('\n')
			if err != nil {
				if err != io.EOF || text != "" {
					t.Error(text, err)
				}
				break
			}
			texts = append(texts, text)
			if f.reach(given); f.at.given <= given { // else it is configuration
				got = append(got, fmt.Sprint(f.line, f.at.tells, f.at.unit, texts))
				texts = nil
			}
		}
		f.close()
		if !slices.Equal(got, want) {
			i := 0
			for i < min(len(got), len(want)) && got[i] == want[i] {
				i++
			}
			t.Errorf("by %d bytes: %d of %d places; the first other one: %q, want %q", size, len(got), len(want), got[i:min(i+1, len(got))], want[i:min(i+1, len(want))])
		}
	}
}

// forever is a log that never ends, and has no result.
type forever struct{}

func (forever) Read(p []byte) (int, error) { return copy(p, "nothing to see here\n"), nil }

// Who closes a feed need not read it to the end, nor wait for a result.
func TestFeedIsClosedEarly(t *testing.T) {
	newFeed(forever{}, func(int, string, bool) {}).close()
	f := newFeed(io.MultiReader(strings.NewReader("BenchmarkA 1 1 ns/op\n"), forever{}), func(int, string, bool) {})
	f.close()
}
