package page

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"conpar/report/series"
	"conpar/report/timeline"
)

// Perfetto writes traces as one JSON object of Chrome's Trace Event Format, which
// ui.perfetto.dev and chrome://tracing open:
//
//	{"traceEvents": [
//	  {"ph": "M", "pid": 2, "tid": 4000000000, "name": "process_name", "args": {"name": "processors of sort.trace"}},
//	  {"ph": "M", "pid": 2, "tid": 4000000000, "name": "thread_name", "args": {"name": "processor 0"}},
//	  {"ph": "B", "pid": 2, "tid": 4000000000, "ts": 12.345, "name": "main.worker", "args": {"goroutine": 7}},
//	  {"ph": "E", "pid": 2, "tid": 4000000000, "ts": 20.000}
//	]}
//
// Each file has two processes of that format. In one, each processor of the runtime
// has a track. Its slices are what ran there, named by the innermost region that the
// goroutine was in, or else by the goroutine's function. In the other, each
// goroutine has a track. Its slices are its states ("running", "ready", "waiting" and
// "system call", in the category "state"), and around these its regions (in the
// category "region"). Times are in µs since the trace began, with three digits behind
// the point: they are exact.
//
// Begins and ends ("B", "E") stand in order on each track. Complete events ("X")
// would be smaller, but have a length instead of an end, so that neighbours may
// overlap where a reader rounds.
type Perfetto struct {
	out   *bufio.Writer
	line  []byte
	begun bool

	file  int          // from 1
	from  int64        // is added to the numbers of this file's goroutines
	most  int64        // the largest number of a goroutine's track so far
	named map[int]bool // the processors of this file that have a name
}

// firstProc is the number of the track of a first processor. Perfetto finds a track by
// its number, in any process. So these are far from those of goroutines, but
// below 2³².
const (
	firstProc = 4_000_000_000
	mostProcs = 1 << 12
)

// NewPerfetto writes to w. [Perfetto.Close] is to be called in the end.
func NewPerfetto(w io.Writer) *Perfetto { return &Perfetto{out: bufio.NewWriterSize(w, 1<<16)} }

// File begins a file. Its pieces go to what is returned.
func (p *Perfetto) File(name string) func(timeline.Piece) {
	p.file, p.from, p.named = p.file+1, p.most, nil
	return func(of timeline.Piece) {
		if p.named == nil { // what cannot be read has no processes
			p.named = map[int]bool{}
			p.process(p.goroutines(), p.from+1, "goroutines of "+name)
			p.process(p.processors(), p.processor(0), "processors of "+name)
		}
		p.piece(of)
	}
}

func (p *Perfetto) goroutines() int { return 2*p.file - 1 } // so that the first one is its main thread
func (p *Perfetto) processors() int { return 2 * p.file }

func (p *Perfetto) piece(of timeline.Piece) {
	pid, track := p.goroutines(), p.from+of.Goroutine
	p.most = max(p.most, track)
	switch of.What {
	case timeline.RegionBegins:
		p.begin(pid, track, of.To, of.Region, "region")
		p.done()
	case timeline.RegionEnds:
		p.end(pid, track, of.To)
	case timeline.Ends:
		p.name(pid, track, strings.TrimSpace(fmt.Sprint(of.Func, " ", of.Goroutine)))
	case timeline.InState:
		p.begin(pid, track, of.From, stateNames[of.State], "state")
		if of.State == series.Running {
			p.line = fmt.Appendf(p.line, `,"args":{"processor":%d}`, of.Proc)
		}
		p.done()
		p.end(pid, track, of.To)
		if of.State == series.Running {
			p.ran(of)
		}
	}
}

var stateNames = [series.Syscall + 1]string{
	series.Running: "running", series.Ready: "ready", series.Waiting: "waiting", series.Syscall: "system call",
}

// processor returns the number of a processor's track.
func (p *Perfetto) processor(proc int) int64 { return int64(firstProc + mostProcs*(p.file-1) + proc) }

// ran puts a piece on its processor's track.
func (p *Perfetto) ran(of timeline.Piece) {
	pid, track := p.processors(), p.processor(of.Proc)
	if !p.named[of.Proc] {
		p.named[of.Proc] = true
		p.name(pid, track, fmt.Sprint("processor ", of.Proc))
	}
	p.begin(pid, track, of.From, cmp.Or(of.Region, of.Func, "goroutine"), "running")
	p.line = fmt.Appendf(p.line, `,"args":{"goroutine":%d`, of.Goroutine)
	if of.Region != "" {
		p.line = appendText(append(p.line, `,"function":`...), of.Func)
	}
	p.line = append(p.line, '}')
	p.done()
	p.end(pid, track, of.To)
}

// process names a process, beside one of its tracks: without, Perfetto takes the
// number of the process for that of a track. Processors come first.
func (p *Perfetto) process(pid int, track int64, name string) {
	p.event('M', pid)
	p.line = fmt.Appendf(p.line, `,"tid":%d,"name":"process_name","args":{"name":`, track)
	p.line = append(appendText(p.line, name), '}')
	p.done()
	p.event('M', pid)
	order := 2*p.file + p.goroutines() - pid
	p.line = fmt.Appendf(p.line, `,"tid":%d,"name":"process_sort_index","args":{"sort_index":%d}`, track, order)
	p.done()
}

// name names a track.
func (p *Perfetto) name(pid int, track int64, name string) {
	p.event('M', pid)
	p.line = fmt.Appendf(p.line, `,"tid":%d,"name":"thread_name","args":{"name":`, track)
	p.line = append(appendText(p.line, name), '}')
	p.done()
}

func (p *Perfetto) begin(pid int, track int64, at time.Duration, name, category string) {
	p.event('B', pid)
	p.at(track, at)
	p.line = appendText(append(p.line, `,"name":`...), name)
	p.line = append(append(append(p.line, `,"cat":"`...), category...), '"')
}

func (p *Perfetto) end(pid int, track int64, at time.Duration) {
	p.event('E', pid)
	p.at(track, at)
	p.done()
}

func (p *Perfetto) event(phase byte, pid int) {
	p.line = append(p.line[:0], ",\n"...)
	if !p.begun {
		p.begun = true
		p.line = append(p.line[:0], "{\"traceEvents\":[\n"...)
	}
	p.line = append(append(p.line, `{"ph":"`...), phase)
	p.line = strconv.AppendInt(append(p.line, `","pid":`...), int64(pid), 10)
}

// at writes a time in microseconds.
func (p *Perfetto) at(track int64, t time.Duration) {
	p.line = strconv.AppendInt(append(p.line, `,"tid":`...), track, 10)
	p.line = strconv.AppendInt(append(p.line, `,"ts":`...), int64(t/time.Microsecond), 10)
	ns := t % time.Microsecond
	p.line = append(p.line, '.', byte('0'+ns/100), byte('0'+ns/10%10), byte('0'+ns%10))
}

func (p *Perfetto) done() {
	p.out.Write(append(p.line, '}')) // Flush has its error
}

// Close ends the JSON, and returns the first error of writing. Of no piece nothing is
// written.
func (p *Perfetto) Close() error {
	if p.begun {
		p.out.WriteString("\n]}\n")
	}
	return p.out.Flush()
}

// appendText appends a text as JSON.
func appendText(to []byte, text string) []byte {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a text has none
	}
	return append(to, quoted...)
}
