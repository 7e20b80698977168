package round

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"conpar/results"
	"conpar/results/gotest"
	"conpar/results/lazy"
)

// printed is the end of what a process printed: benchmarks may print a line for each
// op.
type printed struct {
	text  []byte
	most  int // bytes that are kept at least, if there are so many
	cut   int // bytes that are not kept
	marks []mark
}

// mark says by when a process had printed so many bytes.
type mark struct {
	bytes int
	at    time.Time
}

// read reads all of r. It calls line whenever a line has ended.
func (p *printed) read(r io.Reader, line func()) error {
	for buf := make([]byte, maxOutput); ; {
		m, err := r.Read(buf)
		if p.text = append(p.text, buf[:m]...); bytes.IndexByte(buf[:m], '\n') >= 0 {
			p.marks = append(p.marks, mark{p.cut + len(p.text), time.Now()})
			line()
		}
		if surplus := len(p.text) - p.most; surplus > p.most {
			p.text, p.cut = append(p.text[:0], p.text[surplus:]...), p.cut+surplus
			p.marks = slices.DeleteFunc(p.marks, func(m mark) bool { return m.bytes <= p.cut })
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// by returns by when the text up to an index was there.
func (p *printed) by(end int) time.Time {
	for _, m := range p.marks {
		if m.bytes >= p.cut+end {
			return m.at
		}
	}
	return time.Time{}
}

// nameStart is how a line begins before a benchmark is measured.
var nameStart = lazy.Regexp(`Benchmark\S*( *\t)`)

// pieces returns where the text of each benchmark stands, from behind its name to the
// next name; nil where it has none. Of two with the same name the first one comes first.
func (p *printed) pieces(of []gotest.Benchmark) [][]int {
	all := make([][]int, len(of))
	last := -1
	for _, m := range nameStart().FindAllSubmatchIndex(p.text, -1) {
		name := string(p.text[m[0]:m[2]])
		i := slices.IndexFunc(of, func(b gotest.Benchmark) bool { return b.Printed() == name })
		for i >= 0 && i < len(of) && (all[i] != nil || of[i].Printed() != name) {
			i++
		}
		known := i >= 0 && i < len(of)
		if last >= 0 && (known || len(of) > 1) {
			all[last][1] = min(all[last][1], m[0])
		}
		if known {
			all[i], last = []int{m[0], len(p.text)}, i
		}
	}
	return all
}

// outcomes finds the results of benchmarks that a process measured in this order, and
// says whether any began. Where err ended the process before its time, it is that of the
// benchmark which was running, and the later ones have no outcome.
func (p *printed) outcomes(of []gotest.Benchmark, err error) (all []outcome, began bool) {
	pieces := p.pieces(of)
	broke := len(of) // which ended the process
	if err != nil && (len(of) == 1 || !bytes.Contains(p.text, []byte("FAIL\n"))) {
		broke = p.broke(pieces)
	}
	for i, b := range of[:min(broke+1, len(of))] {
		o := outcome{sample: results.Sample{Cell: b.String()}}
		text := p.text
		if piece := pieces[i]; piece != nil {
			began, text = true, p.text[piece[0]:piece[1]]
			o.rec.Ended = p.by(piece[1])
		} else if len(of) > 1 {
			text = nil
		}
		if err != nil {
			o.err = p.failure(b, text == nil, len(of) == 1)
		}
		switch {
		case o.err != nil:
		case i == broke:
			o.err = err
		default:
			o.sample.Line, o.sample.Timed, o.err = resultLine(text, b)
		}
		if o.err != nil && text == nil && p.cut > 0 {
			o.err = fmt.Errorf("of what the process printed only the last %d bytes are kept, which lack its result; "+
				"-together=false measures it by itself", len(p.text))
		}
		all = append(all, o)
	}
	return all, began
}

// broke returns which benchmark ended a process.
func (p *printed) broke(pieces [][]int) (last int) {
	for i, piece := range pieces {
		if piece == nil {
			continue
		}
		if last = i; resultEnd().Match(p.text[piece[0]:piece[1]]) && i < len(pieces)-1 {
			last = i + 1 // its name is printed only after its first op
		}
	}
	return last
}

// failure is what the testing package says on stdout of a benchmark that failed, in its
// first op or later, or of one around it; nil where it says nothing. What crashes says it on
// stderr. The only benchmark of a process fails with anything that failed.
func (p *printed) failure(b gotest.Benchmark, first, only bool) error {
	const says = "--- FAIL: "
	names := []string{b.Printed() + "\n"}
	if first {
		names = append(names, b.Name+"\n")
	}
	for i := range b.Name {
		if b.Name[i] == '/' {
			names = append(names, b.Name[:i]+"\n")
		}
	}
	if only {
		names = append(names, "")
	}
	for _, name := range names {
		_, text, found := bytes.Cut(p.text, []byte(says+name))
		if !found {
			continue
		}
		for _, end := range []string{"\nexit status", "\n" + says} {
			text, _, _ = bytes.Cut(text, []byte(end))
		}
		if next := nameStart().FindIndex(text); next != nil {
			text = text[:next[0]]
		}
		return errors.New(strings.TrimSuffix(strings.TrimSpace(name+string(text)), "\nFAIL"))
	}
	return nil
}
