package input

import (
	"io"
	"sync/atomic"

	"golang.org/x/perf/benchfmt"
)

// records reads a text in a goroutine of its own, some lines ahead of the
// parser: to make records of lines takes twice as long as to file them under
// their cells, and a million of them keep two processors busy. They come in the
// order of their lines, what is to be noted about lines among them.
type records struct {
	feed   *feed
	reader *benchfmt.Reader
	batch  []record // that is being filled
	tells  int      // of the last result's place
	full   chan []record
	free   chan []record
	stop   atomic.Bool // no more are wanted
}

// record is a result, a Unit line or a note.
type record struct {
	line   int
	note   string // "": it is none
	lost   bool   // as [series.Warning] has it
	unit   *benchfmt.UnitMetadata
	config *benchfmt.Result // of a result, with its configuration, where that is another one than before
	name   benchfmt.Name
	iters  int
	values []benchfmt.Value
}

// Batches are enough for neither side to wait for the other one's turn, and
// stay in a processor's cache.
const (
	batches  = 12
	perBatch = 256
)

// newRecords begins to read. Whoever calls it is to take all batches until full
// is closed, and to give each back; feed and reader are the goroutine's until
// then.
func newRecords(in io.Reader, shown string) *records {
	r := &records{full: make(chan []record, batches), free: make(chan []record, batches), tells: -1}
	for range batches {
		r.free <- make([]record, 0, perBatch)
	}
	r.feed = newFeed(in, r.note)
	r.reader = benchfmt.NewReader(r.feed, shown)
	go r.read()
	return r
}

func (r *records) read() {
	defer close(r.full)
	r.batch = <-r.free
	for !r.stop.Load() && r.reader.Scan() {
		rec := r.reader.Result()
		_, line := rec.Pos()
		r.feed.reach(line)
		switch rec := rec.(type) {
		case *benchfmt.Result:
			at := r.next()
			if r.tells != r.feed.at.tells {
				r.tells, at.config = r.feed.at.tells, rec.Clone()
			}
			at.name, at.iters = append(at.name, rec.Name...), rec.Iters
			at.values = append(at.values, rec.Values...)
		case *benchfmt.SyntaxError:
			r.note(r.feed.line, "left out: "+rec.Msg, !r.feed.at.unit)
		case *benchfmt.UnitMetadata:
			r.next().unit = rec
		}
	}
	r.feed.close()
	r.full <- r.batch
}

func (r *records) note(line int, text string, lost bool) {
	at := r.next()
	at.line, at.note, at.lost = line, text, lost
}

// next returns the record to be filled.
func (r *records) next() *record {
	n := len(r.batch)
	if n == perBatch {
		r.full <- r.batch
		r.batch, n = (<-r.free)[:0], 0
	}
	r.batch = r.batch[:n+1]
	at := &r.batch[n]
	*at = record{line: r.feed.line, name: at.name[:0], values: at.values[:0]}
	return at
}
