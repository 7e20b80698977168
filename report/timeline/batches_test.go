package timeline_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/trace"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"conpar/report/timeline"
)

// generations returns a trace of so many generations: a flight recorder that begins
// or ends makes the runtime begin the next one.
func generations(t testing.TB, n int) []byte {
	t.Helper()
	var data bytes.Buffer
	if err := trace.Start(&data); err != nil {
		t.Fatal(err)
	}
	for range (n + 1) / 3 {
		steps()
		beside := trace.NewFlightRecorder(trace.FlightRecorderConfig{})
		if err := beside.Start(); err != nil {
			t.Fatal(err)
		}
		steps()
		beside.Stop()
	}
	steps()
	trace.Stop()
	if _, ends := timeline.EndsOf(data.Bytes()); len(ends) < n {
		t.Fatalf("%d generations, want %d", len(ends), n)
	}
	return data.Bytes()
}

// asOf125 returns a trace in the format of Go 1.25, in which nothing closes a
// generation.
func asOf125(data []byte) []byte {
	_, generations := timeline.EndsOf(data)
	out := bytes.Clone(data)
	for _, end := range slices.Backward(generations) {
		out = slices.Delete(out, end-1, end)
	}
	return bytes.Replace(out, []byte("1.26"), []byte("1.25"), 1)
}

// figures compares what was read, but for what was left out.
var figures = cmp.Options{
	cmpopts.IgnoreUnexported(timeline.Summary{}), cmpopts.IgnoreFields(timeline.Summary{}, "LeftOut"),
}

func mustLoad(t testing.TB, data []byte) *timeline.Summary {
	t.Helper()
	s, err := timeline.Load(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	checkTrace(t, s)
	return s
}

// Wherever a trace is cut, its whole generations are used, and the rest is named.
func TestCutAnywhere(t *testing.T) {
	whole := generations(t, 5)
	batchEnds, ends := timeline.EndsOf(whole)
	var prefixes []*timeline.Summary
	for _, end := range ends {
		prefixes = append(prefixes, mustLoad(t, whole[:end]))
	}
	cuts := slices.Concat(batchEnds, ends)
	for at := 1; at < len(whole); at += 89 {
		cuts = append(cuts, at)
	}
	for _, end := range ends {
		cuts = append(cuts, end-1, end+1)
	}
	for _, at := range cuts {
		n := 0
		for n < len(ends) && ends[n] <= at {
			n++
		}
		got, err := timeline.Load(bytes.NewReader(whole[:min(at, len(whole))]))
		switch {
		case n == 0:
			if !errors.Is(err, timeline.ErrBadTrace) || !strings.Contains(err.Error(), "record") {
				t.Errorf("cut at %d, in the first generation: error %v", at, err)
			}
		case err != nil:
			t.Errorf("cut at %d, in generation %d: %v", at, n+1, err)
		default:
			if diff := cmp.Diff(prefixes[n-1], got, figures); diff != "" {
				t.Errorf("cut at %d, in generation %d:\n%s", at, n+1, diff)
			}
			said := strings.Join(got.LeftOut, "; ")
			if want := slices.Contains(ends, min(at, len(whole))); (said == "") != want || said != "" && !strings.Contains(said, fmt.Sprintf("from %.3f s on, it is cut", got.Duration.Seconds())) {
				t.Errorf("cut at %d of %v: left out: %q", at, ends, said)
			}
		}
	}
}

// In the formats before that of Go 1.26 only the next generation, or its strings,
// say that one is complete.
func TestCutInOlderFormats(t *testing.T) {
	whole := asOf125(generations(t, 4))
	want := mustLoad(t, whole)
	if len(want.LeftOut) > 0 {
		t.Errorf("nothing is cut, but left out: %q", want.LeftOut)
	}
	batchEnds, _ := timeline.EndsOf(whole)
	half := 0
	for _, at := range append(batchEnds, len(whole)/2, len(whole)*3/4, len(whole)-1) {
		got, err := timeline.Load(bytes.NewReader(whole[:at]))
		switch {
		case err != nil:
			if !errors.Is(err, timeline.ErrBadTrace) {
				t.Errorf("cut at %d: %v", at, err)
			}
		case at < len(whole) && got.Duration >= want.Duration && len(got.LeftOut) == 0:
			t.Errorf("cut at %d: all of %v is read", at, got.Duration)
		case len(got.LeftOut) > 0:
			half++
			checkTrace(t, got)
		}
	}
	if half == 0 {
		t.Error("no cut left a part")
	}
	behind := mustLoad(t, append(bytes.Clone(whole), "done, bye\n"...))
	if diff := cmp.Diff(want, behind, figures); diff != "" || len(behind.LeftOut) != 1 || !strings.Contains(behind.LeftOut[0], `"done, bye"`) {
		t.Errorf("left out: %q\n%s", behind.LeftOut, diff)
	}
}

// What a program prints lies between the batches of its trace. It is quoted, and
// costs none of them, wherever it is and whatever it begins with.
func TestTextInATrace(t *testing.T) {
	whole := generations(t, 3)
	want := mustLoad(t, whole)
	ends, _ := timeline.EndsOf(whole)
	ends = append([]int{0, 16}, ends...)
	for _, text := range []string{
		"done, bye\n", "4 of 5 are done, 4 of 4\n", "1\n", "\n", "Grüße, 世界", "panic: oh\n\ngoroutine 1 [running]:\n\tmain.main()\n",
		strings.Repeat("progress 1 of 4: go 1.26 trace\n", 4000),
	} {
		for _, at := range ends {
			data := slices.Concat(whole[:at], []byte(text), whole[at:])
			got, err := timeline.Load(bytes.NewReader(data))
			if err != nil {
				if at > 0 || len(text) < 60_000 {
					t.Errorf("%.20q at %d of %d: %v", text, at, len(whole), err)
				}
				continue
			}
			quoted := fmt.Sprintf("%q", strings.TrimSpace(text))
			if text == "\n" {
				quoted = `"\n"`
			}
			says := fmt.Sprintf("text at byte %d, %.40s", at, quoted)
			if _, closed := timeline.EndsOf(whole[:at+1]); text[0] == '4' && slices.Contains(closed, at+1) {
				says = fmt.Sprintf(`text at byte %d, "%.10s`, at+1, text[2:]) // the 4 is that which closes the generation
			}
			if diff := cmp.Diff(want, got, figures); diff != "" || len(got.LeftOut) != 1 || !strings.HasPrefix(got.LeftOut[0], says) ||
				!strings.Contains(got.LeftOut[0], "\": the program wrote into the file of its trace") {
				t.Errorf("%.20q at %d of %d: left out: %q, want %q\n%s", text, at, len(whole), got.LeftOut, says, diff)
			}
		}
	}
	var everywhere []byte
	for i, end := range ends[1:] {
		everywhere = append(append(everywhere, whole[ends[i]:end]...), "tick\n"...)
	}
	got := mustLoad(t, append(everywhere, "panic: oh\n"...))
	if diff := cmp.Diff(want, got, figures); diff != "" || len(got.LeftOut) != 1 || !strings.Contains(got.LeftOut[0], fmt.Sprintf("text at %d places, first at byte 16, \"tick\"", len(ends)-1)) || !strings.Contains(got.LeftOut[0], "the last is \"tick\\npanic: oh\"") {
		t.Errorf("everywhere: left out: %q\n%s", got.LeftOut, diff)
	}
}

// What broke a trace is said.
func TestBrokenTraces(t *testing.T) {
	whole := generations(t, 4)
	batchEnds, ends := timeline.EndsOf(whole)
	longest := 0 // batch of events of the third generation
	for i, end := range batchEnds {
		if end > ends[1] && end < ends[2] && holdsEvents(whole[batchEnds[i-1]:end]) &&
			end-batchEnds[i-1] > batchEnds[longest]-batchEnds[max(1, longest)-1] {
			longest = i
		}
	}
	two := mustLoad(t, whole[:ends[1]])
	over := func(at int, with string) []byte {
		return slices.Concat(whole[:at], []byte(with), whole[at+len(with):])
	}
	for name, tt := range map[string]struct {
		data  []byte
		says  []string
		whole int // generations; 0: perhaps a part of the third
	}{
		"zeros behind":     {append(bytes.Clone(whole[:ends[1]]), make([]byte, 5000)...), []string{fmt.Sprintf("it is damaged at byte %d", ends[1])}, 2},
		"another trace":    {slices.Concat(whole[:ends[1]], whole), []string{fmt.Sprintf("another trace begins at byte %d", ends[1])}, 2},
		"text and another": {slices.Concat(whole[:ends[1]], []byte("again\n"), whole), []string{`"again"`, fmt.Sprintf("another trace begins at byte %d", ends[1]+6)}, 2},
		"text over it":     {over(ends[1], "working on it\n"), []string{`"working on it`, "it is damaged at byte"}, 2},
		"a crash":          {slices.Concat(whole[:slices.Max(batchEnds[:longest+1])], []byte("panic: oh\n")), []string{`"panic: oh"`, "it is cut"}, 2},
		"a harder one":     {slices.Concat(whole[:batchEnds[longest]-60], []byte{0xff}, []byte("panic: oh\n")), []string{`"panic: oh"`, "on, it is"}, 2},
		"text in a batch":  {over(batchEnds[longest]-30, "textwithoutblanks"), []string{"it cannot be read"}, 0}, // no event is of kind 97 or above
	} {
		got, err := timeline.Load(bytes.NewReader(tt.data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkTrace(t, got)
		said := strings.Join(got.LeftOut, "; ")
		for _, says := range tt.says {
			if !strings.Contains(said, says) {
				t.Errorf("%s: left out: %q, want %q", name, said, says)
			}
		}
		if diff := cmp.Diff(two, got, figures); tt.whole == 2 && diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// holdsEvents says whether a batch holds events. Others hold stacks, names (in which
// any text is a name), samples of the CPU or clocks: kinds 2 to 8 of Go's format.
func holdsEvents(batch []byte) bool {
	rest := batch[1:]
	for range 4 { // generation, thread, time and size
		_, n := binary.Uvarint(rest)
		rest = rest[n:]
	}
	return len(rest) > 0 && rest[0] > 8
}

// A trace that takes too much memory is read up to there.
func TestGenerationsAreBounded(t *testing.T) {
	batch := append(binary.AppendUvarint(append(binary.AppendUvarint([]byte{1}, 1<<40), 1, 1), 60_000), make([]byte, 60_000)...)
	endless := io.MultiReader(bytes.NewReader(generations(t, 3)), repeated{data: &batch})
	got, err := timeline.Load(io.LimitReader(endless, 2*timeline.MostGeneration))
	if err != nil || len(got.LeftOut) != 1 || !strings.Contains(got.LeftOut[0], "takes more than") {
		t.Errorf("%+v, error %v", got, err)
	}
}

// repeated repeats data for ever.
type repeated struct {
	data *[]byte
}

func (r repeated) Read(p []byte) (int, error) {
	n := copy(p, *r.data)
	*r.data = append((*r.data)[n:len(*r.data):len(*r.data)], (*r.data)[:n]...)
	return n, nil
}

// A trace of a program that was killed ends between generations; where the runtime
// itself began the next one, more was to come.
func TestKilledProgram(t *testing.T) {
	if os.Getenv("TRACE_UNTIL_KILLED") != "" {
		if err := trace.Start(os.Stdout); err != nil {
			panic(err)
		}
		for range 20_000 { // if it is never killed
			count(1000)
			time.Sleep(time.Millisecond)
		}
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestKilledProgram$")
	cmd.Env = append(os.Environ(), "TRACE_UNTIL_KILLED=1", "GODEBUG=traceadvanceperiod=20000000") // ns
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var data []byte
	var ends []int
	for buf := make([]byte, 1<<16); len(ends) < 3; {
		n, err := out.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		data = append(data, buf[:n]...)
		_, ends = timeline.EndsOf(data)
	}
	cmd.Process.Kill()
	cmd.Wait()
	for i, end := range ends {
		if got := mustLoad(t, data[:end]); !got.EndsEarly || len(got.LeftOut) > 0 {
			t.Errorf("%d generations: it ends early: %v, left out: %q", i+1, got.EndsEarly, got.LeftOut)
		}
	}
	if got := mustLoad(t, generations(t, 3)); got.EndsEarly {
		t.Error("a trace that was stopped ends early")
	}
}
