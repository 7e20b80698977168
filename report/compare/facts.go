package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"conpar/report/series"
	"conpar/results"
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
	add("CPUs", ofRun(func(r *series.Run) string { return number(r.Machine.CPUs) }))
	for _, key := range []string{"go", "goos", "goarch", "pkg", "note"} {
		add(key, config(key))
	}
	add("profile", ofRun(func(r *series.Run) string { return r.Plan.Profile }))
	add("status", ofRun(func(r *series.Run) string { return string(r.Status) }))
	add("rounds", ofRun(func(r *series.Run) string { return number(r.Plan.Rounds + r.Further()) }))
	add("samples a cell", samples)
	apart := tasksApart(d)
	add("tasks a sample", func(s *series.Source) string { return apart[s.Label] })
	add("others' CPU", ofRun(func(r *series.Run) string { return share(r.Foreign) }))
	add("hypervisor's", ofRun(func(r *series.Run) string { return share(r.Steal) }))
	for _, name := range hazardNames(d) {
		add(name, ofRun(func(r *series.Run) string { return hazard(r, name) }))
	}
	return all, machines
}

// alike is how far, as a factor, the samples of two runs may be apart in their
// numbers of tasks and still be called the same: what a sample pays once then
// weighs about the same in a task's time.
const alike = 1.3

// tasksApart says of each run, by label, in how many cells its samples do other
// numbers of tasks than those of the first source do. It says nothing where
// that is no run.
func tasksApart(d *series.Data) map[string]string {
	said := map[string]string{}
	first := d.Sources[0].Run
	if first == nil {
		return said
	}
	differ := false
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
		if both > 0 {
			said[s.Label] = "the same"
		}
		if apart > 0 {
			said[s.Label] = fmt.Sprintf("%d of %d cells over 30%% apart", apart, both)
			differ = true
		}
	}
	if len(said) > 0 && differ {
		said[d.Sources[0].Label] = "those that the others' are compared with"
	} else if len(said) > 0 {
		said[d.Sources[0].Label] = "the same"
	}
	return said
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

// hazardNames returns the names of all hazards that a run was asked for.
func hazardNames(d *series.Data) []string {
	var names []string
	add := func(of []results.Hazard) {
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
	worse := []results.HazardState{"", results.OK, results.Unknown, results.Warn}
	state, found := results.HazardState(""), ""
	see := func(of []results.Hazard) {
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
	if state == results.Warn {
		return cmp.Or(found, string(state))
	}
	return string(state)
}
