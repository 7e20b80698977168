package input

import (
	"io"
	"math"
	"sync/atomic"
)

// feed hands out, in blocks, what lines has made of the input, and says of each
// line that benchfmt has read where it stands: benchfmt counts the lines that it
// was given, which are others. The blocks are made in a goroutine of their own,
// some ahead, since that takes a fifth of the time of reading.
type feed struct {
	lines *lines
	note  func(line int, text string, lost bool) // is told in its turn
	at    place                                  // in which is the line that reach was asked for last
	line  int                                    // where that stands in the input, from 1
	block *block
	next  int    // of the block's places
	rest  []byte // of the block's text, what is still to be handed out
	full  chan *block
	free  chan *block
	stop  atomic.Bool // no more are wanted
}

// block is what a part of the input has become.
type block struct {
	text   []byte // for the parser
	places []place
}

// place is where lines of a block stand that follow one another in the input as
// in the block, or a note between two lines.
type place struct {
	lines int    // how many
	line  int    // of the input, from 1: the first of them
	given int    // the same among the lines that the parser was given
	tells int    // how often it was given a configuration, until then
	unit  bool   // they are Unit lines
	note  string // "": it is none
	lost  bool   // as [series.Warning] has it
}

// goesOn says whether a line is the next one of those that stand there. If
// configuration came before it, it is not.
func (p *place) goesOn(line, given int, unit bool) bool {
	return p.note == "" && p.unit == unit && p.line+p.lines == line && p.given+p.lines == given
}

// A block with its lines' places stays in a processor's cache. There are enough
// for neither side to wait for the other one's turn.
const (
	perBlock = 32 << 10 // bytes that fill a block
	blocks   = 8
)

// newFeed begins to read. Whoever calls it is to close it; lines is the
// goroutine's until then. The notes are told within Read and reach.
func newFeed(in io.Reader, note func(line int, text string, lost bool)) *feed {
	f := &feed{lines: newLines(in), note: note, full: make(chan *block, blocks), free: make(chan *block, blocks)}
	for range blocks {
		f.free <- new(block)
	}
	go f.fill()
	return f
}

func (f *feed) fill() {
	defer close(f.full)
	for f.lines.err == nil && !f.stop.Load() {
		b := <-f.free
		b.text, b.places = b.text[:0], b.places[:0]
		for f.lines.err == nil && !f.stop.Load() && len(b.text) < perBlock && len(b.places) < perBlock/32 {
			f.lines.next(b)
		}
		f.full <- b
	}
}

// Read hands out what is left of a block, or the next one. Who splits what it
// gets into lines asks for more when it has come to the end of all, and blocks end
// where lines do: so nothing more can be asked about the last block.
func (f *feed) Read(p []byte) (int, error) {
	for len(f.rest) == 0 {
		if f.block != nil {
			f.reach(math.MaxInt) // what is noted behind the last line
			f.free <- f.block
		}
		if f.block = <-f.full; f.block == nil {
			return 0, f.lines.err
		}
		f.rest, f.next = f.block.text, 0
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// reach finds the place of a line, from 1, of those that were handed out. What is
// noted before it is told.
func (f *feed) reach(line int) {
	for f.block != nil && f.at.given+f.at.lines <= line && f.next < len(f.block.places) {
		at := f.block.places[f.next]
		f.next++
		if at.note != "" {
			f.note(at.line, at.note, at.lost)
			continue
		}
		f.at = at
	}
	f.line = f.at.line + line - f.at.given
}

// close ends the reading, also before the end of the input.
func (f *feed) close() {
	f.stop.Store(true)
	for b := range f.full {
		f.free <- b
	}
}
