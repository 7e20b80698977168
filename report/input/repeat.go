package input

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"strings"

	"conpar/results/lazy"
)

// repeats finds results that stand in a text twice: a log is pasted twice, or
// printed once more at its end. Two measurements do not give the same results one
// after the other, to the last digit, so such a block is taken once.
//
// The order of all results is kept as hashes. While results are those of an
// earlier block once more, they are held back.
type repeats struct {
	seed   maphash.Seed
	seq    sequence       // results, and the lines that end packages
	starts map[uint32]int // where in seq something stood behind another line
	filter [64]uint64     // which hashes starts may have
	fresh  bool           // the next one stands behind another line
	header uint32         // the lines of configuration that came last
	config bool           // one of them was the last line
	off    bool           // results are alike without being copies, or there are too many

	// In seq: the next one of the block that seems to be repeated, and where it is. at is
	// -1 without one.
	at, from, until int
	same            map[uint32]bool // of the repetition
	proof           int             // against chance
	line            int             // at which it begins
	held            []record
	dropped         int // of the repetition
	futile          int // records that were held back and had to be taken
}

const (
	maxSeq    = 4 << 20
	maxHeld   = 4096
	maxStarts = 10_000

	// A figure of three digits is the same by chance in less than one of 50 cases,
	// since noise is 1% or more. So many must be the same in a whole block, and in
	// a part of one.
	enough     = 3
	enoughPart = 8
)

// sequence is a list that grows without being copied.
type sequence struct {
	chunks [][]uint32
	n      int
}

const perChunk = 1 << 12

func (s *sequence) add(v uint32) {
	if s.n%perChunk == 0 {
		var next []uint32 // grows with a short text
		if s.n > 0 {
			next = make([]uint32, 0, perChunk)
		}
		s.chunks = append(s.chunks, next)
	}
	last := &s.chunks[s.n/perChunk]
	*last = append(*last, v)
	s.n++
}

func (s *sequence) at(i int) uint32 { return s.chunks[i/perChunk][i%perChunk] }

func newRepeats() repeats {
	return repeats{seed: maphash.MakeSeed(), starts: map[uint32]int{}, same: map[uint32]bool{}, fresh: true, at: -1}
}

func (r *repeats) hash(text []byte) uint32 { return uint32(maphash.Bytes(r.seed, text)) }

var keyLine = lazy.Regexp(`^[a-z][^ \t:]*:[ \t]`)

// between notes a line that is no result. Results behind another line of
// configuration, with any key, are not the same.
func (r *repeats) between(line []byte) {
	r.fresh = true
	if !keyLine().Match(line) {
		r.config = false
		return
	}
	if !r.config {
		r.header = 0
	}
	r.config, r.header = true, r.header*31+r.hash(line)
}

// place returns the record to be filled with a result, which may be held back.
func (l *lines) place(s *stream, line []byte) *record {
	r := &l.repeats
	if r.off {
		return l.record()
	}
	if s.changed {
		s.salt = r.hash(fmt.Append(nil, s.config))
	}
	l.repeated(r.hash(line)^s.salt^r.header, line)
	return l.record()
}

// packageEnds takes a line that says how long a package took.
func (l *lines) packageEnds(line []byte) {
	l.repeats.fresh = true
	if !l.repeats.off {
		l.repeated(l.repeats.hash(line), line)
		l.filed()
	}
}

// repeated follows the order: it finds where what comes next is what an earlier
// block goes on with.
func (l *lines) repeated(h uint32, line []byte) {
	r := &l.repeats
	r.config = false
	if r.at >= 0 && r.seq.at(r.at) != h {
		l.decide()
	}
	slot, bit := &r.filter[h>>6&63], uint64(1)<<(h&63)
	if at, known := -1, false; r.at < 0 && *slot&bit != 0 {
		if at, known = r.starts[h]; known {
			r.at, r.from, r.until, r.line, r.proof = at, at, r.seq.n, l.line, 0
			clear(r.same)
		}
	}
	if r.at >= 0 {
		r.at++
		if !r.same[h] {
			r.same[h] = true
			r.proof += proof(line)
		}
		return
	}
	if r.fresh && len(r.starts) < maxStarts {
		if _, known := r.starts[h]; !known {
			r.starts[h] = r.seq.n
			*slot |= bit
		}
	}
	r.fresh, r.off = false, r.seq.n == maxSeq
	r.seq.add(h)
}

// hold returns a record that is held back.
func (r *repeats) hold(line int) *record {
	n := len(r.held)
	if n == cap(r.held) {
		r.held = append(r.held, record{})
	}
	r.held = r.held[:n+1]
	at := &r.held[n]
	*at = record{line: line, name: at.name[:0], values: at.values[:0]}
	return at
}

// filed is for when a record has been filled.
func (l *lines) filed() {
	r := &l.repeats
	switch {
	case r.at < 0:
	case r.at == r.until:
		l.decide()
	case len(r.held) < maxHeld:
	case r.proof >= enoughPart:
		at := r.at
		l.release(false)
		r.at = at
	default:
		l.decide()
	}
}

// decide ends a repetition: its results are left out, if that they are the same
// cannot be chance, or else taken.
func (l *lines) decide() {
	r := &l.repeats
	if r.at < 0 {
		return
	}
	start, whole := 0, true
	if r.at < r.until {
		start, whole = r.starts[r.seq.at(r.at)]
		whole = whole && start == r.at
	}
	copied := r.proof >= enoughPart || r.proof >= enough && whole
	if !copied {
		for i := r.from; i < r.at; i++ {
			r.seq.add(r.seq.at(i))
		}
		r.off = r.off || r.seq.n > maxSeq
	}
	if l.release(!copied); copied && r.dropped > 0 {
		l.note(r.line, fmt.Sprintf("%d results from here on stand above already, digit for digit; "+
			"they are taken once", r.dropped))
		l.unlike = true
	}
	r.dropped = 0
}

// release gives the parser what was held back: the results, or else only what was
// noted meanwhile.
func (l *lines) release(results bool) {
	r := &l.repeats
	r.at = -1
	for i := range r.held {
		switch {
		case results || r.held[i].note != "":
			at := l.record()
			*at, r.held[i] = r.held[i], *at
		default:
			r.dropped++
		}
	}
	if results {
		r.futile += len(r.held)
		r.off = r.off || r.futile > 4*maxHeld
	} else {
		l.from = nil // the configuration may not have been told
	}
	r.held = r.held[:0]
}

// timed are units of time, and rates.
var timed = lazy.Regexp(`^ns|ns$|s/op$|/s$`)

// proof returns how much a line that stands in a text twice speaks against chance:
// figures of time with three digits or more, and numbers of iterations with four.
func proof(line []byte) int {
	n := 0
	words := strings.Fields(string(line))
	if bytes.HasPrefix(line, []byte("ok")) {
		return digits(words[len(words)-1]) / 2
	}
	for i, word := range words[:len(words)-1] {
		unit := words[i+1]
		switch {
		case i == 1 && digits(word) >= 4:
			n++
		case i < 2 || digits(word) < 3:
		case timed().MatchString(unit):
			n++
		}
	}
	return n
}

// digits returns how many digits of a number say something.
func digits(number string) int {
	number, _, _ = strings.Cut(strings.ReplaceAll(strings.TrimSuffix(number, "s"), ".", ""), "e")
	return len(strings.Trim(number, "0"))
}
