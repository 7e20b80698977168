package input

import (
	"io"
	"sync/atomic"
)

// feed hands out, a line at a time, what lines has made of the input, so that
// nothing runs ahead of whoever reads it: at is the place of the line that was
// handed out last, whatever benchfmt counted. The lines are made in a goroutine
// of their own, a block ahead, since that takes a third of the time of reading.
type feed struct {
	lines *lines
	note  func(line int, text string, lost bool) // is told in its turn
	at    place
	block *block
	next  int    // of the block's places
	rest  []byte // of a line, what is still to be handed out
	full  chan *block
	free  chan *block
	stop  atomic.Bool // no more are wanted
}

// block is what a part of the input has become.
type block struct {
	text   []byte // for the parser
	places []place
}

// place is where a line of a block stands, or a note between two.
type place struct {
	end   int // of the line, in the block's text, which begins where the last one ends
	line  int // of the input, from 1
	tells int // how often the parser was given a configuration, this line included
	unit  bool
	note  string // "": it is a line
	lost  bool   // as [series.Warning] has it
}

// perBlock is how many bytes fill a block; with the lines' places it stays
// in a processor's cache.
const perBlock = 32 << 10

// blocks is how many there are: one is filled, one is read, one is on its way.
const blocks = 3

// newFeed begins to read. Whoever calls it is to close it; lines is the
// goroutine's until then. The notes are told within Read.
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

// Read hands out what is left of a line, or the next one. A note is told before
// the lines that stand behind it.
func (f *feed) Read(p []byte) (int, error) {
	for len(f.rest) == 0 {
		if f.block == nil {
			if f.block = <-f.full; f.block == nil {
				return 0, f.lines.err
			}
			f.at.end, f.next = 0, 0
		}
		if f.next == len(f.block.places) {
			f.free <- f.block
			f.block = nil
			continue
		}
		at := f.block.places[f.next]
		f.next++
		if at.note != "" {
			f.note(at.line, at.note, at.lost)
			continue
		}
		f.rest, f.at = f.block.text[f.at.end:at.end], at
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// close ends the reading, also before the end of the input.
func (f *feed) close() {
	f.stop.Store(true)
	for b := range f.full {
		f.free <- b
	}
}
