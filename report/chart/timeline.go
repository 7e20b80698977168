package chart

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"conpar/report/series"
	"conpar/report/words"
)

// Panel is one execution.
type Panel struct {
	Name, Sub string // its heading
	Value     string // at the right of the heading
	Lanes     []series.Lane
	Left      string        // below the lanes, such as "and 52 more goroutines"; empty: all are drawn
	From, To  time.Duration // when it began and ended, by the clock of its lanes; the end is marked by a line
}

// The limits of a timeline: beyond them no reader could tell anything apart.
const (
	mostPanels = 8
	mostLanes  = 64
	mostSpans  = 20_000 // of all lanes
)

// Timeline draws panels below each other over one axis of time, and in each a lane for every goroutine or task: a block
// while it runs, coloured by the processor that it runs on, and a line while it does not.
func Timeline(t Text, ps []Panel) (*Figure, error) {
	if len(ps) == 0 || len(ps) > mostPanels {
		return nil, fmt.Errorf("chart: timeline: %d panels, where 1 to %d can be drawn", len(ps), mostPanels)
	}
	k := timeline{}
	spans := 0
	for _, p := range ps {
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("chart: timeline: panel %s: %w",
				strconv.Quote(shorten(clean(p.Name), nameLimit)), err)
		}
		q := p.cleaned()
		for _, l := range q.Lanes {
			k.note(l)
			spans += len(l.Spans)
		}
		k.panels = append(k.panels, q)
		k.end = max(k.end, p.length())
	}
	if spans > mostSpans {
		return nil, fmt.Errorf("chart: timeline: %d spans of time, where %d can be drawn", spans, mostSpans)
	}
	slices.Sort(k.procs)
	k.unit = timeUnitOf(k.end)
	return &Figure{t.cleaned("timeline", k.unit.after, ""), k}, nil
}

// length is how many seconds p took.
func (p Panel) length() float64 { return (p.To - p.From).Seconds() }

// check says why p cannot be drawn, if it cannot.
func (p Panel) check() error {
	if len(p.Lanes) == 0 || len(p.Lanes) > mostLanes {
		return fmt.Errorf("%d lanes, where 1 to %d can be drawn", len(p.Lanes), mostLanes)
	}
	if p.To <= p.From {
		return fmt.Errorf("it ends at %v and began at %v", p.To, p.From)
	}
	for i, l := range p.Lanes {
		for _, s := range l.Spans {
			if s.From < p.From || s.To < s.From || s.To > p.To || s.State > series.Syscall || s.Proc < 0 {
				return fmt.Errorf("lane %d: no time from %v to %v between %v and %v", i+1, s.From, s.To, p.From, p.To)
			}
		}
	}
	return nil
}

// cleaned returns p with texts that may be drawn, and lanes of its own.
func (p Panel) cleaned() Panel {
	p.Name, p.Sub, p.Value, p.Left = clean(p.Name), clean(p.Sub), clean(p.Value), clean(p.Left)
	p.Lanes = slices.Clone(p.Lanes)
	for i, l := range p.Lanes {
		p.Lanes[i] = series.Lane{Name: clean(l.Name), Spans: slices.Clone(l.Spans)}
	}
	return p
}

// note takes down what the keys have to explain of l.
func (k *timeline) note(l series.Lane) {
	for _, s := range l.Spans {
		k.has[s.State] = true
		if s.State == series.Running && !slices.Contains(k.procs, s.Proc) {
			k.procs = append(k.procs, s.Proc)
		}
	}
}

type timeline struct {
	panels []Panel
	end    float64 // seconds of the longest
	unit   timeUnit
	procs  []int // that something runs on, ascending
	has    [series.Syscall + 1]bool
}

// timeUnit is what the axis counts in.
type timeUnit struct {
	name  string
	each  float64 // seconds
	after string  // name of the axis
}

func timeUnitOf(seconds float64) timeUnit {
	for _, u := range []timeUnit{{"s", 1, "seconds"}, {"ms", 1e-3, "milliseconds"}, {"µs", 1e-6, "microseconds"}} {
		if seconds >= u.each {
			return u
		}
	}
	return timeUnit{"ns", 1e-9, "nanoseconds"}
}

// timeText writes a time with three digits.
func timeText(seconds float64) string {
	u := timeUnitOf(seconds)
	return number(seconds/u.each) + " " + u.name
}

const (
	laneHeight = 14  // of a lane
	laneBlock  = 10  // of a block in it
	laneName   = 132 // width of a lane's name, at most
	panelsGap  = 15
)

// procRoles are the colours of processors, which repeat. Purple is left for what is ready: it has to stand out.
var procRoles = [...]role{roleC1, roleC2, roleC3, roleC5}

func procRole(proc int) role { return procRoles[proc%len(procRoles)] }

// headHeight is the height of a panel's heading, which has a second line in a narrow drawing.
func (p pen) headHeight() vg.Length { return p.labelSize()*1.7 + p.pick(0, p.tickSize()*1.35) }

func (k timeline) panelHeight(p pen, q Panel) vg.Length {
	h := p.headHeight() + laneHeight*vg.Length(len(q.Lanes))
	if q.Left != "" {
		h += p.tickSize() * 1.35
	}
	return h
}

func (k timeline) height(p pen) vg.Length {
	h := axisName + p.tickSize()*1.6
	for i, q := range k.panels {
		if h += k.panelHeight(p, q); i > 0 {
			h += panelsGap
		}
	}
	return h
}

func (k timeline) plan(p pen, t Text, box vg.Rectangle) plan {
	left := box.Min.X + k.nameRoom(p)
	width := box.Max.X - left - 1
	x := func(seconds float64) vg.Length { return left + width*vg.Length(seconds/k.end) }
	r := p.along(false, false, span{0, k.end / k.unit.each}, width)
	ticks := r.first(r.even()...)
	size := p.tickSize()
	name := p.caption(t.X, text.XCenter)
	var across []vg.Length // where the ticks are
	for _, v := range ticks {
		across = append(across, x(v*k.unit.each))
	}
	return plan{keys: k.keys(p), draw: func(c draw.Canvas) {
		top := box.Max.Y
		for i, q := range k.panels {
			if i > 0 {
				top -= panelsGap
			}
			since := func(d time.Duration) vg.Length { return x((d - q.From).Seconds()) }
			f := laneFrame{pen: p, x: since, from: q.From, box: box, left: left, top: top - p.headHeight()}
			p.head(c, q, top, box)
			f.draw(c, q, across)
			top -= k.panelHeight(p, q)
		}
		end := box.Min.X // of what has been written
		for i, v := range ticks {
			r := p.caption(number(v), text.XCenter)
			at := min(across[i], box.Max.X-r.width()/2)
			if at-r.width()/2 >= end {
				p.write(c, r, vg.Point{X: at, Y: top - size*1.25})
				end = at + r.width()/2 + 2
			}
		}
		p.write(c, name, vg.Point{X: left + width/2, Y: box.Min.Y + size*descender})
	}}
}

// nameRoom is the width of the names of the lanes.
func (k timeline) nameRoom(p pen) vg.Length {
	var w vg.Length
	for _, q := range k.panels {
		for _, l := range q.Lanes {
			w = max(w, run{s: l.Name, size: p.tickSize()}.width())
		}
	}
	return min(w, p.pick(laneName, 84)) + 6
}

// head writes the heading of q below a height.
func (p pen) head(c draw.Canvas, q Panel, top vg.Length, box vg.Rectangle) {
	full := box.Max.X - box.Min.X
	value := run{s: q.Value, size: p.labelSize(), role: roleFG, semi: true, align: text.XRight}.fit(full / 2)
	name := run{s: q.Name, size: p.labelSize() + 1, role: roleFG, semi: true}.fit(full - value.width() - 12)
	sub, room := p.caption(q.Sub, text.XLeft), full
	base := top - p.labelSize()
	at := vg.Point{X: box.Min.X, Y: base - p.tickSize()*1.35}
	if !p.narrow {
		at = vg.Point{X: box.Min.X + name.width() + 8, Y: base}
		room -= name.width() + value.width() + 20
	}
	p.write(c, name, vg.Point{X: box.Min.X, Y: base})
	p.write(c, value, vg.Point{X: box.Max.X, Y: base})
	if room > 40 {
		p.write(c, sub.fit(room), at)
	}
}

// laneFrame is where the lanes of a panel are drawn.
type laneFrame struct {
	pen
	x    func(time.Duration) vg.Length
	from time.Duration
	box  vg.Rectangle
	left vg.Length // where time begins
	top  vg.Length
}

func (f laneFrame) draw(c draw.Canvas, q Panel, ticks []vg.Length) {
	low := f.top - laneHeight*vg.Length(len(q.Lanes))
	for _, x := range ticks {
		c.StrokeLine2(draw.LineStyle{Color: f.ink(roleGrid), Width: .8}, x, low, x, f.top)
	}
	for i, l := range q.Lanes {
		mid := f.top - laneHeight*(vg.Length(i)+.5)
		name := f.caption(l.Name, text.XLeft).fit(f.left - f.box.Min.X - 5.9) // a little more than was measured
		f.write(c, name, vg.Point{X: f.box.Min.X, Y: mid - name.size*capHeight/2})
		f.lane(c, l, mid)
	}
	end := f.x(q.To)
	group(c, "ln", q.Name+": "+timeText(q.length()), func() {
		c.StrokeLine2(draw.LineStyle{Color: f.ink(roleFG), Width: 1.6}, end, low, end, f.top)
	})
	if q.Left != "" {
		left := f.caption(q.Left, text.XLeft).fit(f.box.Max.X - f.left)
		f.write(c, left, vg.Point{X: f.left, Y: low - left.size*1.1})
	}
}

const (
	thinnest = .6 // width of a block that lasts hardly any time: it ran all the same
	slim     = 3  // width below which blocks are drawn together: there may be very many
)

// still are the states in which a goroutine does not run.
var still = []series.State{series.Ready, series.Waiting, series.Syscall}

// spell is a kind of time in a lane.
type spell struct {
	state series.State
	proc  int // where it runs
}

func (s spell) String() string {
	if s.state == series.Running {
		return fmt.Sprintf("running on P%d", s.proc)
	}
	return stateNames[s.state]
}

// lane draws the times of a lane around a height. All of a kind are drawn together, but for blocks that are wide enough
// to be pointed at.
func (f laneFrame) lane(c draw.Canvas, l series.Lane, mid vg.Length) {
	type times struct {
		path vg.Path
		n    int
		sum  time.Duration
	}
	all := map[spell]times{}
	for _, s := range l.Spans {
		from, to := f.x(s.From), f.x(s.To)
		kind := spell{state: s.State}
		t := all[kind]
		switch {
		case s.State == series.Running:
			b := rectangle(from, mid-laneBlock/2, max(to, from+thinnest), mid+laneBlock/2)
			if to-from >= slim {
				f.block(c, l, s, b)
				continue
			}
			kind.proc = s.Proc
			t = all[kind]
			t.path = append(t.path, b.Path()...)
		case to-from >= thinnest: // others would be drawn over their neighbours
			t.path.Move(vg.Point{X: from + .3, Y: mid})
			t.path.Line(vg.Point{X: to - .3, Y: mid})
		}
		t.n++
		t.sum += s.To - s.From
		all[kind] = t
	}
	kinds := slices.SortedFunc(maps.Keys(all), func(a, b spell) int {
		return cmp.Or(-cmp.Compare(a.state, b.state), cmp.Compare(a.proc, b.proc))
	})
	for _, kind := range kinds {
		t := all[kind]
		tip := fmt.Sprintf("%s: %s, %s, %s in all", l.Name, kind, words.Count(t.n, "time"), timeText(t.sum.Seconds()))
		switch {
		case len(t.path) == 0:
		case kind.state == series.Running:
			group(c, "pt", tip, func() {
				f.fill(c, procRole(kind.proc), 1, t.path)
			})
		default:
			group(c, "ln", tip, func() {
				c.SetLineStyle(f.lineOf(kind.state))
				c.Stroke(t.path)
			})
		}
	}
}

// block draws one that is wide enough to be pointed at.
func (f laneFrame) block(c draw.Canvas, l series.Lane, s series.Span, b vg.Rectangle) {
	tip := fmt.Sprintf("%s: %s for %s, from %s", l.Name, spell{s.State, s.Proc},
		timeText((s.To - s.From).Seconds()), timeText((s.From - f.from).Seconds()))
	group(c, "pt", tip, func() {
		f.fill(c, procRole(s.Proc), 1, rounded(b, min(2, (b.Max.X-b.Min.X)/2)))
		name := run{s: "P" + strconv.Itoa(s.Proc), size: f.tickSize() - 1.5, semi: true, role: roleBG,
			align: text.XCenter}
		if name.width()+5 <= b.Max.X-b.Min.X {
			f.write(c, name, vg.Point{X: (b.Min.X + b.Max.X) / 2, Y: (b.Min.Y + b.Max.Y - name.size*capHeight) / 2})
		}
	})
}

var stateNames = [series.Syscall + 1]string{
	series.Ready: "ready, waits for a processor", series.Waiting: "waiting", series.Syscall: "in a system call",
}

// lineOf is how a lane looks that does not run.
func (p pen) lineOf(state series.State) draw.LineStyle {
	switch state {
	case series.Ready:
		return draw.LineStyle{Color: p.ink(roleC4), Width: 2.4, Dashes: []vg.Length{1.6, 1.6}}
	case series.Syscall:
		return draw.LineStyle{Color: p.ink(roleMuted), Width: 1.6, Dashes: dashes[1]}
	}
	return draw.LineStyle{Color: p.ink(roleFaint), Width: 1.2}
}

// keys names the processors, as many as there are colours, and the lines.
func (k timeline) keys(p pen) []key {
	var out []key
	for i, r := range procRoles {
		var names []string
		for _, n := range k.procs {
			if n%len(procRoles) == i {
				names = append(names, "P"+strconv.Itoa(n))
			}
		}
		if len(names) == 0 {
			continue
		}
		out = append(out, key{label: "running on " + words.List(names, 3),
			sample: func(c draw.Canvas, b vg.Rectangle) {
				p.fill(c, r, 1, rounded(b, 2))
			}})
	}
	for _, state := range still {
		if k.has[state] {
			out = append(out, key{label: stateNames[state], sample: func(c draw.Canvas, b vg.Rectangle) {
				y := (b.Min.Y + b.Max.Y) / 2
				c.StrokeLine2(p.lineOf(state), b.Min.X, y, b.Max.X, y)
			}})
		}
	}
	return out
}
