package page

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"conpar/report/chart"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/words"
)

const (
	idLanguages = "languages"

	langWorkers = 8 // of waiting tasks, as the claims have it
)

// langNames are what the suite's languages are called. Titles name no others.
var langNames = map[string]string{"go": "Go", "cpp": "C++", "java": "Java", "javavirtual": "Java (virtual)",
	"python": "Python"}

// langGain is what one language gains from workers: in concurrency while tasks
// wait, in parallelism while they compute.
type langGain struct {
	name               string
	waiting, computing scaling.Factor
	titled             bool // its figures are fit for a title
}

// languages places each language by what it gains from workers.
func (d *drawing) languages() (*chart.Figure, error) {
	cpus := d.cpus(d.source)
	if cpus < 2 {
		return nil, nil // no second gain
	}
	var ss []chart.Series
	var gains []langGain
	for _, lang := range d.langs() {
		g, ok := d.langGain(lang, cpus)
		if !ok {
			continue
		}
		place := drawable(on(g.waiting.Interval, g.computing.Interval,
			"%s: waiting %s from %d workers, computing %s from %d",
			g.name, words.Times(g.waiting.Interval), langWorkers, words.Times(g.computing.Interval), cpus))
		if len(place) > 0 {
			ss = append(ss, chart.Series{Name: g.name, Kind: g.tone(), Points: place})
			gains = append(gains, g)
		}
	}
	t := d.text(idLanguages, languagesTitle(gains),
		"What each language gains from workers over a single one · crosses are 95% intervals · both axes logarithmic",
		"Scatter chart of the gain while waiting against the gain while computing, a point a language.",
		"Each language is compared with itself: the chart does not say which one is faster.",
		"A gain counts from 1.1× on. Green languages gain from both, orange ones only from workers that wait.")
	t.X = fmt.Sprintf("waiting tasks: gain of %d workers (×) →", langWorkers)
	t.Y = fmt.Sprintf("↑ computing tasks: gain of %d workers (×)", cpus)
	return chart.Gains(t, langWorkers, cpus, ss)
}

// langs returns the languages that were measured, by name.
func (d *drawing) langs() []string {
	found := map[string]bool{}
	for _, w := range d.Data.Source(d.source).Works {
		rest, ok := strings.CutPrefix(w.Name, "Lang/work=wait/lang=")
		if lang, _, more := strings.Cut(rest, "/"); ok && more {
			found[lang] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// langGain returns both gains of a language, if both were measured.
func (d *drawing) langGain(lang string, cpus int) (langGain, bool) {
	g := langGain{name: langNames[lang], titled: true}
	if g.name == "" {
		g.name, g.titled = words.Sanitize(lang), false
	}
	of := func(work string, workers int) (stats.Interval, bool) {
		stops := scaling.Sweep(d.Data, d.source, "Lang/work="+work+"/lang="+lang, "workers", 1)
		at := func(n int) *series.Measurement {
			if i := slices.IndexFunc(stops, func(s scaling.SweepPoint) bool { return s.N == n }); i >= 0 {
				return stops[i].Point
			}
			return nil
		}
		one, many := at(1), at(workers)
		if one == nil || many == nil {
			return stats.Interval{}, false
		}
		g.titled = g.titled && quiet(one, many)
		return scaling.Over(one, many), true
	}
	var waits, computes bool
	g.waiting.Interval, waits = of("wait", langWorkers)
	g.computing.Interval, computes = of("compute", cpus)
	return g, waits && computes
}

// tone says which of both a language gains from, by the rule of the gains table.
func (g langGain) tone() string {
	waits, computes := g.waiting.Helps(), g.computing.Helps()
	switch {
	case !g.waiting.Decided() || !g.computing.Decided() || !waits && !computes:
		return ""
	case !computes:
		return "waiting"
	case !waits:
		return "computing"
	}
	return "mixed"
}

// languagesTitle names the languages that gain from both, and those that gain
// only while tasks wait. It leaves out all others.
func languagesTitle(gains []langGain) string {
	var both, waiting []string
	for _, g := range gains {
		switch tone := g.tone(); {
		case !g.titled:
		case tone == "mixed":
			both = append(both, g.name)
		case tone == "waiting":
			waiting = append(waiting, g.name)
		}
	}
	switch {
	case len(both) > 0 && len(waiting) > 0:
		return fmt.Sprintf("Workers speed up both kinds of tasks in %s; in %s only tasks that wait",
			enumerated(both), enumerated(waiting))
	case len(both) > 0:
		return fmt.Sprintf("Workers speed up both kinds of tasks in %s", enumerated(both))
	case len(waiting) > 0:
		return fmt.Sprintf("In %s workers speed up only tasks that wait", enumerated(waiting))
	}
	return "What languages gain from workers, waiting and computing"
}

// enumerated writes names as a sentence has them: "Go", "Go and Java", "C++,
// Go and Java".
func enumerated(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
