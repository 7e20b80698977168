package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"conpar/report/series"
)

// Fact is something about the sides besides what they measured.
type Fact struct {
	What   string   // "cpu"
	Values []string // "" unknown
	Differ bool
}

// of a machine are the facts without which two sides are of different ones.
var ofMachine = []string{"cpu", "CPUs", "goos", "goarch"}

// facts returns what is known of the sides, and whether they are of different
// machines. What one side does not tell makes no difference between machines.
func facts(d *series.Data) (all []Fact, machines bool) {
	add := func(what string, value func(s *series.Source) string) {
		f := Fact{What: what}
		known := map[string]bool{}
		for i := range d.Sources {
			v := value(&d.Sources[i])
			f.Values = append(f.Values, v)
			f.Differ = f.Differ || v != f.Values[0]
			if v != "" {
				known[v] = true
			}
		}
		if len(known) > 0 {
			all = append(all, f)
		}
		machines = machines || len(known) > 1 && slices.Contains(ofMachine, what)
	}
	config := func(key string) func(s *series.Source) string {
		return func(s *series.Source) string { return s.Config[key] }
	}
	ofRun := func(value func(r *series.Run) string) func(s *series.Source) string {
		return func(s *series.Source) string {
			if s.Run == nil {
				return ""
			}
			return value(s.Run)
		}
	}
	for _, key := range []string{"machine", "cpu"} {
		add(key, config(key))
	}
	add("CPUs", ofRun(func(r *series.Run) string { return number(r.CPUs) }))
	for _, key := range []string{"go", "goos", "goarch", "pkg", "note"} {
		add(key, config(key))
	}
	add("profile", ofRun(func(r *series.Run) string { return r.Profile }))
	add("status", ofRun(func(r *series.Run) string { return r.Status }))
	add("rounds", ofRun(func(r *series.Run) string { return number(r.Rounds + r.Further) }))
	add("samples a cell", func(s *series.Source) string { return samples(d, s.Label) })
	add("others' CPU", ofRun(func(r *series.Run) string { return share(r.Foreign) }))
	add("hypervisor's", ofRun(func(r *series.Run) string { return share(r.Steal) }))
	for _, name := range hazardNames(d) {
		add(name, ofRun(func(r *series.Run) string { return hazard(r, name) }))
	}
	return all, machines
}

func number(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func share(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return fmt.Sprintf("%.1f%%", 100*v)
}

// samples returns how many samples the cells of a source have: "10", "1–10".
func samples(d *series.Data, source string) string {
	least, most := 0, 0
	for _, p := range d.Points {
		if n := len(p.Rounds); p.Source == source {
			most = max(most, n)
			if least == 0 || n < least {
				least = n
			}
		}
	}
	if least == most {
		return number(most)
	}
	return fmt.Sprintf("%d–%d", least, most)
}

// hazardNames returns the names of all hazards that a run was asked for.
func hazardNames(d *series.Data) []string {
	var names []string
	add := func(of []series.Hazard) {
		for _, h := range of {
			if !slices.Contains(names, h.Name) {
				names = append(names, h.Name)
			}
		}
	}
	for _, s := range d.Sources {
		if s.Run != nil {
			add(s.Run.Hazards)
			for _, c := range s.Run.Conditions {
				add(c.Hazards)
			}
		}
	}
	return names
}

// hazard returns the worst state of a hazard, when a run began and in its
// rounds, and of a warning what was found first.
func hazard(r *series.Run, name string) string {
	const warn = "warn"
	worse := []string{"", "ok", "unknown", warn}
	state, found := "", ""
	see := func(of []series.Hazard) {
		for _, h := range of {
			if h.Name == name && slices.Index(worse, h.State) > slices.Index(worse, state) {
				state, found = h.State, h.Found
			}
		}
	}
	see(r.Hazards)
	for _, c := range r.Conditions {
		see(c.Hazards)
	}
	if state == warn {
		return cmp.Or(found, warn)
	}
	return state
}
