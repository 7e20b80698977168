package timeline

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/exp/trace"

	"conpar/report/series"
)

// Summary is what a trace tells of its goroutines, the runtime's own included.
type Summary struct {
	Procs    int           // the largest GOMAXPROCS that it saw; 0 unknown
	Duration time.Duration // from its first event to its last; above 0
	Times    Times         // of all goroutines
	// Share[k] is the share of the duration, 0 … 1, with k goroutines running,
	// for k from 0 to the most that ran at the same instant; all come to 1.
	Share []float64
	// Groups are the goroutines by their function, those that ran longest first.
	Groups []Group

	LeftOut []string // what of the file is not in all this, and why
	// EndsEarly says that the runtime would have gone on with another second of the
	// trace: the program ended before it stopped it.
	EndsEarly bool

	lanes   []*lane // those that ran longest
	others  int     // that have no lane
	regions []region
}

// Times are sums over goroutines, one for each [series.State].
type Times [series.Syscall + 1]time.Duration

// Group is the goroutines that began with the same function.
type Group struct {
	Func  string // "main.worker"; what is inside, where others started it, such as sync.WaitGroup
	N     int
	Times Times
}

// CPUsBusy returns how many goroutines ran in the mean.
func (t *Summary) CPUsBusy() float64 { return float64(t.Times[series.Running]) / float64(t.Duration) }

// Goroutines returns how many goroutines there were.
func (t *Summary) Goroutines() int {
	n := 0
	for _, g := range t.Groups {
		n += g.N
	}
	return n
}

// Load reads a trace, as Go 1.22 and later write it, to its end or to where it is
// cut or damaged. A trace without any usable part is an error. Errors wrap
// [ErrBadTrace], or are r's.
//
// A goroutine that ran when the trace began counts from its first event on,
// which the runtime sees to within 10 ms. What Load keeps is bounded: in a long
// trace, spans that are short against it are joined with their neighbours, and
// count as what lasted longest among them. Sums are exact.
func Load(r io.Reader) (*Summary, error) { return Watch(r, nil) }

// Watch is [Load], and shows all that it reads to see, unless that is nil. Pieces
// come in order for each goroutine and for each processor, and none is joined.
func Watch(r io.Reader, see func(Piece)) (*Summary, error) {
	in := newBatches(r)
	l := newLoading()
	l.see = see
	err := in.open()
	if err == nil {
		err = l.read(in)
	}
	if in.err != nil {
		return nil, fmt.Errorf("reading a trace: %w", in.err)
	}
	if err == nil {
		err = l.finish()
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadTrace, err)
	}
	return &l.out, nil
}

// read takes the events of a trace. Where their reader refuses what it is given,
// the rest is left out.
func (l *loading) read(in *batches) error {
	events, err := trace.NewReader(in)
	if err != nil {
		return err
	}
	for {
		e, err := next(events)
		if err != nil {
			if err != io.EOF && in.missing == "" {
				line, _, _ := strings.Cut(err.Error(), "\n")
				in.missing = "it cannot be read: " + line
			}
			break
		}
		if l.add(e); l.running > mostProcs {
			return fmt.Errorf("it is damaged, record it again: more than %d goroutines run at once", mostProcs)
		}
	}
	if in.gen == 0 && in.past == 0 && in.missing == "" && in.texts == 0 {
		return errors.New("it holds no more than its header: " + endedAtOnce)
	}
	if in.texts > 0 {
		where, last := fmt.Sprintf("text at byte %d", in.textAt), ""
		if in.texts > 1 {
			where = fmt.Sprintf("text at %d places, first at byte %d", in.texts, in.textAt)
			last = fmt.Sprintf("; the last is %q", in.last)
		}
		l.out.LeftOut = append(l.out.LeftOut, fmt.Sprintf(
			"%s, %q: the program wrote into the file of its trace; let it write elsewhere%s", where, in.text, last))
	}
	if l.cut = in.missing != ""; l.cut {
		l.out.LeftOut = append(l.out.LeftOut, fmt.Sprintf("from %.3f s on, %s", l.now.Seconds(), in.missing))
	}
	return nil
}

// The bounds on what is kept: spans of all goroutines, goroutines that have
// ended, and regions.
const (
	mostSpans   = 1 << 17
	mostEnded   = 1 << 10
	mostRegions = 1 << 14
)

// lane is what is known of a goroutine.
type lane struct {
	id      trace.GoID
	name    string // of its function
	certain bool   // that it is its own, not what started it
	known   bool   // its state
	state   series.State
	proc    int
	since   time.Duration
	times   Times
	spans   []series.Span
	open    []int // regions that it is in
	shown   time.Duration
	within  []string // the types of the regions that were shown and go on
}

// region is one that a goroutine was in, to the end of the trace if it did not
// end.
type region struct {
	kind     string
	of       *lane
	from, to time.Duration
	ended    bool
}

// loading is a trace as far as it has been read.
type loading struct {
	out     Summary
	running int
	with    []time.Duration // with 0, 1, … running, until counted
	counted time.Duration

	begun  bool
	cut    bool // there is more than can be read
	begin  trace.Time
	now    time.Duration
	live   map[trace.GoID]*lane
	ended  []*lane
	groups map[string]*Group
	spans  int // that are kept
	grain  time.Duration
	see    func(Piece)
}

func newLoading() *loading {
	return &loading{live: map[trace.GoID]*lane{}, groups: map[string]*Group{}}
}

func (l *loading) add(e trace.Event) {
	if !l.begun {
		l.begun, l.begin = true, e.Time()
	}
	l.now = max(l.now, time.Duration(e.Time()-l.begin))
	if g := l.live[e.Goroutine()]; g != nil && !g.certain {
		g.learn(e.Stack())
	}
	switch e.Kind() {
	case trace.EventMetric:
		l.out.Procs = max(l.out.Procs, gomaxprocs(e.Metric()))
	case trace.EventRegionBegin, trace.EventRegionEnd:
		if e.Goroutine() != trace.NoGoroutine {
			l.region(l.of(e.Goroutine()), e)
		}
	case trace.EventStateTransition:
		if t := e.StateTransition(); t.Resource.Kind == trace.ResourceGoroutine {
			l.transition(t, e)
		}
	}
}

func (l *loading) of(id trace.GoID) *lane {
	g := l.live[id]
	if g == nil {
		g = &lane{id: id, proc: -1}
		l.live[id] = g
	}
	return g
}

func (l *loading) transition(t trace.StateTransition, e trace.Event) {
	g := l.of(t.Resource.Goroutine())
	g.learn(t.Stack)
	from, to := t.Goroutine()
	state, known := stateOf(to)
	if same := g.known && known && g.state == state; same && (state != series.Running || g.proc == int(e.Proc())) {
		return // each generation says it again
	}
	l.close(g)
	g.known, g.state, g.since = known, state, l.now
	if from == trace.GoUndetermined && to != trace.GoRunning {
		g.since = 0 // it is only now that the trace says what it did all the while
	}
	switch to {
	case trace.GoRunning:
		g.proc = int(e.Proc())
		l.run(1)
	case trace.GoNotExist:
		l.end(g)
	}
	g.shown = max(g.shown, g.since)
}

func stateOf(s trace.GoState) (state series.State, known bool) {
	switch s {
	case trace.GoRunning:
		return series.Running, true
	case trace.GoRunnable:
		return series.Ready, true
	case trace.GoWaiting:
		return series.Waiting, true
	case trace.GoSyscall:
		return series.Syscall, true
	}
	return 0, false
}

// run makes one more or one less run from now on.
func (l *loading) run(by int) {
	for l.running >= len(l.with) {
		l.with = append(l.with, 0)
	}
	l.with[l.running] += l.now - l.counted
	l.counted = l.now
	l.running += by
}

// close ends what g did until now.
func (l *loading) close(g *lane) {
	if !g.known {
		return
	}
	l.showState(g)
	if g.state == series.Running {
		l.run(-1)
	}
	g.times[g.state] += l.now - g.since
	l.keep(g, series.Span{From: g.since, To: l.now, State: g.state, Proc: max(0, g.proc)})
}

// keep adds a span, and where there are too many, makes them fewer.
func (l *loading) keep(g *lane, s series.Span) {
	if s.From == s.To {
		return
	}
	before := len(g.spans)
	if l.spans >= mostSpans { // as many goroutines, or nearly
		if before > 0 {
			g.spans[before-1].To = s.To
		}
		return
	}
	g.spans = join(g.spans, s, l.grain)
	l.spans += len(g.spans) - before
	for l.spans >= mostSpans && l.grain <= l.now {
		l.coarsen()
	}
}

// coarsen doubles the grain.
func (l *loading) coarsen() {
	l.grain = max(2*l.grain, l.now/mostSpans+1)
	l.spans = 0
	seen := map[*lane]bool{}
	for _, g := range l.all() {
		if !seen[g] {
			seen[g] = true
			g.spans = Coarse(g.spans, l.grain)
			l.spans += len(g.spans)
		}
	}
}

// all returns the lanes that are kept, some of them twice.
func (l *loading) all() []*lane {
	all := slices.AppendSeq(slices.Clone(l.ended), maps.Values(l.live))
	for _, r := range l.out.regions {
		all = append(all, r.of)
	}
	return all
}

// join appends a span to those of a goroutine. It becomes part of the last one
// if both are the same, or both shorter than the grain.
func join(spans []series.Span, s series.Span, grain time.Duration) []series.Span {
	n := len(spans)
	if n == 0 {
		return append(spans, s)
	}
	last, length := &spans[n-1], s.To-s.From
	same := last.To == s.From && last.State == s.State && (s.State != series.Running || last.Proc == s.Proc)
	if !same && max(last.To-last.From, length) >= grain {
		return append(spans, s)
	}
	if length > last.To-last.From {
		last.State, last.Proc = s.State, s.Proc
	}
	last.To = s.To
	return spans
}

// Coarse joins neighbours that are both shorter than grain: they count as the
// longer one. But where they do not come to a grain, and it ran in them, they
// count as running, so that nothing that ran on its own is lost. Of a time of so
// many grains at most twice as many spans are left, and one.
func Coarse(spans []series.Span, grain time.Duration) []series.Span {
	var out []series.Span
	ran := -1 // the processor on which it ran in the last of out
	settle := func(n int) {
		if n > 0 && ran >= 0 && out[n-1].To-out[n-1].From < grain {
			out[n-1].State, out[n-1].Proc = series.Running, ran
		}
	}
	for _, s := range spans {
		n := len(out)
		if out = join(out, s, grain); len(out) > n {
			settle(n)
			ran = -1
		}
		if s.State == series.Running {
			ran = s.Proc
		}
	}
	settle(len(out))
	return out
}

// end puts a goroutine to those that have ended. Of these, the ones are kept
// that ran longest.
func (l *loading) end(g *lane) {
	delete(l.live, g.id)
	l.showEnd(g)
	group := l.groups[g.name]
	if group == nil {
		group = &Group{Func: g.name}
		l.groups[g.name] = group
	}
	group.N++
	for s, d := range g.times {
		group.Times[s] += d
		l.out.Times[s] += d
	}
	if l.ended = append(l.ended, g); len(l.ended) >= 2*mostEnded {
		slices.SortStableFunc(l.ended, longest)
		for _, g := range l.ended[mostEnded:] {
			l.spans -= len(g.spans) // those with regions count again when they are made coarse
		}
		l.out.others += len(l.ended) - mostEnded
		clear(l.ended[mostEnded:])
		l.ended = l.ended[:mostEnded]
	}
}

// longest orders lanes by how long they ran, and then by age.
func longest(a, b *lane) int {
	return cmp.Or(cmp.Compare(b.times[series.Running], a.times[series.Running]), cmp.Compare(a.id, b.id))
}

// region begins or ends one.
func (l *loading) region(g *lane, e trace.Event) {
	l.showRegion(g, e)
	if e.Kind() == trace.EventRegionBegin {
		if len(l.out.regions) < mostRegions {
			g.open = append(g.open, len(l.out.regions))
			l.out.regions = append(l.out.regions, region{kind: e.Region().Type, of: g, from: l.now})
		}
		return
	}
	for i := len(g.open) - 1; i >= 0; i-- {
		if r := &l.out.regions[g.open[i]]; r.kind == e.Region().Type {
			r.to, r.ended = l.now, true
			g.open = slices.Delete(g.open, i, i+1)
			return
		}
	}
}

// starters are functions that call another one in a goroutine of its own, as
// beginnings of their names.
var starters = []string{"sync.(*WaitGroup).Go.", "golang.org/x/sync/errgroup.(*Group).", "testing.tRunner"}

// learn takes the goroutine's function from one of its stacks: the outermost,
// or the one within that where it is a starter.
func (g *lane) learn(s trace.Stack) {
	if g.certain || s == trace.NoStack {
		return
	}
	var outer, inner string
	for f := range s.Frames() {
		outer, inner = f.Func, outer
	}
	starter := slices.ContainsFunc(starters, func(name string) bool { return strings.HasPrefix(outer, name) })
	if starter && inner != "" {
		outer, starter = inner, false
	}
	if outer != "" {
		g.name, g.certain = outer, !starter
	}
}

// advancer is what the runtime has one goroutine for, which ends each generation
// of a trace but the last: that one ends in the goroutine that stops it.
const advancer = "runtime.(*traceAdvancerState).start.func1"

// finish ends what goes on when the trace does.
func (l *loading) finish() error {
	t := &l.out
	for _, g := range l.live {
		t.EndsEarly = t.EndsEarly || !l.cut && g.known && g.state == series.Running && g.name == advancer
	}
	for _, id := range slices.Sorted(maps.Keys(l.live)) { // in order, so that a trace always reads the same
		g := l.live[id]
		l.close(g)
		g.known = false
		for _, i := range g.open {
			l.out.regions[i].to = l.now
		}
		l.end(g)
	}
	l.run(0)
	if t.Times[series.Running] <= 0 {
		what := append(t.LeftOut, "no goroutine runs in what is whole of it")
		return fmt.Errorf("%s; record it again, with runtime/trace.Stop at the end", strings.Join(what, "; "))
	}
	t.Duration, t.lanes = l.now, l.ended
	for _, d := range l.with {
		t.Share = append(t.Share, float64(d)/float64(l.now))
	}
	for _, g := range l.groups {
		t.Groups = append(t.Groups, *g)
	}
	slices.SortFunc(t.Groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Times[series.Running], a.Times[series.Running]), cmp.Compare(b.N, a.N),
			cmp.Compare(a.Func, b.Func))
	})
	slices.SortStableFunc(t.lanes, longest)
	return nil
}

// Busiest returns a lane for each of the goroutines that ran longest, at most so
// many, in the order in which they first ran, and how many others there are.
// Their spans are made [Coarse].
func (t *Summary) Busiest(most int, grain time.Duration) (lanes []series.Lane, left int) {
	left = t.others
	for _, g := range t.lanes {
		if len(lanes) == most || len(g.spans) == 0 || g.times[series.Running] == 0 {
			left++
			continue
		}
		lanes = append(lanes, series.Lane{Name: fmt.Sprintf("%s %d", g.name, g.id), Spans: Coarse(g.spans, grain)})
	}
	slices.SortStableFunc(lanes, func(a, b series.Lane) int { return cmp.Compare(firstRun(a), firstRun(b)) })
	return lanes, left
}

// firstRun returns when a lane first ran; of one that was made coarse, about.
func firstRun(lane series.Lane) time.Duration {
	for _, s := range lane.Spans {
		if s.State == series.Running {
			return s.From
		}
	}
	return lane.Spans[0].From
}

// Regions returns a lane for each region of a type that ended in the trace, in
// the order in which they began: what its goroutine went through in it, and how
// long it was ready right before. Their spans are made [Coarse].
//
// A region inside it whose type ends in a time, such as "bake 5ms", is a wait of that
// length. The runtime sees that it is over when a processor comes to look at the
// timers: what it waits longer counts as ready.
func (t *Summary) Regions(kind string, grain time.Duration) []series.Lane {
	var lanes []series.Lane
	waits := t.timedWaits()
	until := map[*lane]time.Duration{} // the end of each one's last region
	for _, r := range t.regions {
		if r.kind != kind || !r.ended {
			continue
		}
		spans := overdue(within(r.of.spans, r.from, r.to), waits[r.of])
		if i := slices.IndexFunc(r.of.spans, func(s series.Span) bool { return s.To > r.from }); i > 0 {
			if s := r.of.spans[i-1]; s.State == series.Ready && s.From >= until[r.of] {
				spans = append([]series.Span{s}, spans...)
			}
		}
		if until[r.of] = max(until[r.of], r.to); len(spans) > 0 {
			lanes = append(lanes, series.Lane{Name: fmt.Sprintf("%s %d", kind, len(lanes)+1),
				Spans: Coarse(spans, grain)})
		}
	}
	return lanes
}

// timedWaits returns the regions of each goroutine that are waits of a known length,
// from when they should have ended.
func (t *Summary) timedWaits() map[*lane][]series.Span {
	waits := map[*lane][]series.Span{}
	for _, r := range t.regions {
		_, after, _ := strings.Cut(r.kind, " ")
		if d, err := time.ParseDuration(after); err == nil && d > 0 && r.ended && d < r.to-r.from {
			waits[r.of] = append(waits[r.of], series.Span{From: r.from + d, To: r.to, State: series.Ready})
		}
	}
	return waits
}

// overdue makes ready what waits in spans after it should have ended, by the times of
// late, which are in order as spans are.
func overdue(spans, late []series.Span) []series.Span {
	if len(late) == 0 {
		return spans
	}
	var out []series.Span
	for _, s := range spans {
		for len(late) > 0 && late[0].To <= s.From {
			late = late[1:]
		}
		if s.State != series.Waiting || len(late) == 0 || late[0].From >= s.To {
			out = join(out, s, 0)
			continue
		}
		before, after := s, s
		before.To = max(s.From, late[0].From)
		after.From, after.State = before.To, series.Ready
		if before.From < before.To {
			out = join(out, before, 0)
		}
		out = join(out, after, 0)
	}
	return out
}

// Together returns how many regions of a type ended in the trace, the most of
// them that ran at the same instant, and the time from the first one's begin to
// the last one's end. Regions inside each other count as often as they are.
func (t *Summary) Together(kind string) (regions, most int, makespan time.Duration, err error) {
	type edge struct {
		at time.Duration
		by int
	}
	var edges []edge
	lanes := t.Regions(kind, 0)
	for _, lane := range lanes {
		for _, s := range lane.Spans {
			if s.State == series.Running {
				edges = append(edges, edge{s.From, 1}, edge{s.To, -1})
			}
		}
	}
	if len(edges) == 0 {
		return 0, 0, 0, fmt.Errorf("%w: no region of the type %q ends in it", ErrBadTrace, kind)
	}
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.by, b.by)) })
	running := 0
	for _, e := range edges {
		running += e.by
		most = max(most, running)
	}
	return len(lanes), most, edges[len(edges)-1].at - edges[0].at, nil
}

// within returns what of spans lies between two times.
func within(spans []series.Span, from, to time.Duration) []series.Span {
	var out []series.Span
	for _, s := range spans {
		if s.From, s.To = max(s.From, from), min(s.To, to); s.From < s.To {
			out = append(out, s)
		}
	}
	return out
}
