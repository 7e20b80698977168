package timeline

import (
	"slices"

	"golang.org/x/exp/trace"

	"conpar/report/series"
)

// Piece is what a goroutine did for a while, or what it came to.
type Piece struct {
	Goroutine   int64
	Func        string // with which it began; "" where that is not known yet
	What        What
	Region      string // that begins or ends, or the innermost that it was in; "": none
	series.Span        // its state; of the others, To says when
}

// What a [Piece] tells.
type What uint8

// A goroutine was in a state, began or ended a region, or is not in the trace any
// more.
const (
	InState What = iota
	RegionBegins
	RegionEnds
	Ends
)

// mostWithin is how many regions inside each other are shown.
const mostWithin = 64

func (l *loading) show(g *lane, what What, region string) {
	if l.see != nil {
		l.see(Piece{Goroutine: int64(g.id), Func: g.name, What: what, Region: region,
			Span: series.Span{From: g.shown, To: l.now, State: g.state, Proc: max(0, g.proc)}})
	}
	g.shown = l.now
}

// showState shows what g did since it was last shown.
func (l *loading) showState(g *lane) {
	if !g.known || g.shown == l.now {
		return
	}
	region := ""
	if n := len(g.within); n > 0 {
		region = g.within[n-1]
	}
	l.show(g, InState, region)
}

// showRegion shows that a region begins or ends. Regions nest: the reader of the
// trace refuses others.
func (l *loading) showRegion(g *lane, e trace.Event) {
	if l.see == nil {
		return
	}
	kind, n := e.Region().Type, len(g.within)
	switch begins := e.Kind() == trace.EventRegionBegin; {
	case begins && n < mostWithin:
		l.showState(g)
		g.within = append(g.within, kind)
		l.show(g, RegionBegins, kind)
	case !begins && n > 0 && g.within[n-1] == kind:
		l.showState(g)
		g.within = g.within[:n-1]
		l.show(g, RegionEnds, kind)
	}
}

// showEnd shows that no more is to come of g.
func (l *loading) showEnd(g *lane) {
	for _, kind := range slices.Backward(g.within) {
		l.show(g, RegionEnds, kind)
	}
	l.show(g, Ends, "")
}
