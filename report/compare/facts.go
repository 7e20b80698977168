package compare

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"conpar/report/null"
	"conpar/report/series"
	"conpar/results"
	"conpar/results/gotest"
)

// Fact is something about the sides besides what they measured.
type Fact struct {
	What   string      `json:"what"` // "cpu"
	Differ bool        `json:"differ"`
	Values []null.Text `json:"of"` // "" unknown
}

// machineFacts differ only between machines.
var machineFacts = []string{"cpu", "CPUs", "goos", "goarch"}

// facts returns what is known of the sides, and whether they are of different
// machines. What one side does not tell makes no difference between machines.
func facts(d *series.Data) (all []Fact, machines bool) {
	add := func(what string, value func(s *series.Source) string) {
		f := Fact{What: what}
		known := map[null.Text]bool{}
		for i := range d.Sources {
			v := null.Text(value(&d.Sources[i]))
			f.Values = append(f.Values, v)
			f.Differ = f.Differ || v != f.Values[0]
			if v != "" {
				known[v] = true
			}
		}
		if len(known) > 0 {
			all = append(all, f)
		}
		machines = machines || len(known) > 1 && slices.Contains(machineFacts, what)
	}
	addConfig := func(keys ...string) {
		for _, key := range keys {
			add(key, func(s *series.Source) string { return s.Config[key] })
		}
	}
	addRun := func(what string, value func(r *series.Run) string) {
		add(what, func(s *series.Source) string {
			if s.Run == nil {
				return ""
			}
			return value(s.Run)
		})
	}
	addConfig("machine", "cpu")
	addRun("CPUs", func(r *series.Run) string { return number(r.Machine.CPUs) })
	addConfig("go", "goos", "goarch", "pkg", "note")
	addSide := func(what string, value func(side *gotest.Side) string) {
		add(what, func(s *series.Source) string {
			if side := sideOf(s); side != nil {
				return value(side)
			}
			return ""
		})
	}
	addSide("commit", func(side *gotest.Side) string {
		if side.Dirty {
			return fmt.Sprintf("%.12s, changed", side.Commit)
		}
		return fmt.Sprintf("%.12s", side.Commit)
	})
	addSide("environment", func(side *gotest.Side) string { return strings.Join(side.Env, " ") })
	addSide("build tags", func(side *gotest.Side) string { return side.Tags })
	addSide("gcflags", func(side *gotest.Side) string { return side.GCFlags })
	addSide("pgo", func(side *gotest.Side) string { return side.PGO })
	addConfig(settings(d)...)
	addRun("profile", func(r *series.Run) string { return r.Plan.Profile })
	addRun("status", func(r *series.Run) string { return string(r.Status) })
	addRun("rounds", func(r *series.Run) string { return number(r.Plan.Rounds + r.Further()) })
	add("samples a cell", samples)
	tasks := tasksApart(d)
	add("tasks a sample", func(s *series.Source) string { return tasks[s.Label] })
	addRun("others' CPU", func(r *series.Run) string { return percent(r.Foreign) })
	addRun("hypervisor's", func(r *series.Run) string { return percent(r.Steal) })
	for _, name := range hazardNames(d) {
		addRun(name, func(r *series.Run) string { return hazard(r, name) })
	}
	return all, machines
}

// settings returns the further keys of the sides' configuration.
func settings(d *series.Data) []string {
	all := map[string]bool{}
	for _, s := range d.Sources {
		for key := range s.Config {
			all[key] = true
		}
	}
	for _, key := range []string{"machine", "cpu", "go", "goos", "goarch", "pkg", "note", "side"} {
		delete(all, key)
	}
	return slices.Sorted(maps.Keys(all))
}

// alike is the largest ratio of the numbers of tasks in the samples of two runs
// that still counts as the same: what a sample pays once then weighs about the
// same in a task's time.
const alike = 1.3

// tasksApart says of each run, by label, in how many cells its samples do other
// numbers of tasks than those of the first source. It says nothing if the first
// source is no run.
func tasksApart(d *series.Data) map[string]string {
	first := d.Sources[0].Run
	said := map[string]string{}
	if first == nil {
		return said
	}
	ofFirst := "the same"
	for _, s := range d.Sources[1:] {
		if s.Run == nil {
			continue
		}
		both, apart := 0, 0
		for key, n := range first.Cells {
			if m := s.Run.Cells[key]; m > 0 && n > 0 {
				both++
				if ratio := float64(m) / float64(n); ratio > alike || ratio < 1/alike {
					apart++
				}
			}
		}
		switch {
		case apart > 0:
			said[s.Label] = fmt.Sprintf("%d of %d cells over 30%% apart", apart, both)
			ofFirst = "those that the others' are compared with"
		case both > 0:
			said[s.Label] = "the same"
		}
	}
	if len(said) > 0 {
		said[d.Sources[0].Label] = ofFirst
	}
	return said
}

func number(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func percent(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return fmt.Sprintf("%.1f%%", 100*v)
}

// samples returns how many samples the cells of a source have: "10", "1–10".
func samples(s *series.Source) string {
	least, most := math.MaxInt, 0
	for _, p := range s.Cells() {
		least, most = min(least, len(p.Rounds)), max(most, len(p.Rounds))
	}
	if least >= most {
		return number(most)
	}
	return fmt.Sprintf("%d–%d", least, most)
}

// hazards returns what was looked at when a run began, and then in its rounds.
func hazards(r *series.Run) []results.Hazard {
	all := slices.Clone(r.Hazards)
	for _, c := range r.Conditions {
		all = append(all, c.Hazards...)
	}
	return all
}

// hazardNames returns the names of all hazards for which runs were checked.
func hazardNames(d *series.Data) []string {
	var names []string
	for _, s := range d.Sources {
		if s.Run == nil {
			continue
		}
		for _, h := range hazards(s.Run) {
			if !slices.Contains(names, h.Name) {
				names = append(names, h.Name)
			}
		}
	}
	return names
}

// hazard returns the worst state of a hazard, and of a warning what was found
// first.
func hazard(r *series.Run, name string) string {
	worse := []results.HazardState{"", results.OK, results.Unknown, results.Warn}
	var worst results.Hazard
	for _, h := range hazards(r) {
		if h.Name == name && slices.Index(worse, h.State) > slices.Index(worse, worst.State) {
			worst = h
		}
	}
	if worst.State == results.Warn {
		return cmp.Or(worst.Found, string(worst.State))
	}
	return string(worst.State)
}
