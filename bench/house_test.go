package main

import (
	"os/exec"
	"strings"
	"testing"
)

// imports returns what every package of the module imports itself, tests not
// included.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "conpar/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		all[fields[0]] = fields[1:]
	}
	return all
}

// The rooms stand in a row, and imports point one way. A package that imports
// only allowed ones cannot reach a forbidden one through another of ours, so
// direct imports are enough to look at.
func TestImportsPointOneWay(t *testing.T) {
	rooms := []struct {
		room    string
		allowed []string // what of ours it may import
	}{
		{"conpar/workloads", []string{"conpar/workloads"}},
		{"conpar/results", []string{"conpar/results"}},
		{"conpar/report", []string{"conpar/report", "conpar/results"}},
		{"conpar/bench", []string{"conpar/bench", "conpar/workloads", "conpar/results"}},
	}
	within := func(pkg, room string) bool { return pkg == room || strings.HasPrefix(pkg, room+"/") }
	seen := 0
	for pkg, all := range imports(t) {
		for _, r := range rooms {
			if !within(pkg, r.room) {
				continue
			}
			seen++
			for _, imp := range all {
				ok := !within(imp, "conpar") || pkg == "conpar/bench" && imp == "conpar/report/run"
				for _, a := range r.allowed {
					ok = ok || within(imp, a)
				}
				if !ok {
					t.Errorf("%s imports %s", pkg, imp)
				}
			}
		}
	}
	if seen < 15 {
		t.Errorf("only %d packages were looked at", seen)
	}
}

// Some packages may be imported in one place only, so that what they are
// needed for is said in our own words everywhere else.
func TestSoleImporters(t *testing.T) {
	const inPractice = "conpar/workloads/practice/"
	sole := map[string]string{ // by prefix
		"golang.org/x/perf/benchfmt":     "conpar/report/input",
		"golang.org/x/perf/benchproc":    "conpar/report/input",
		"golang.org/x/perf/benchmath":    "conpar/report/stats",
		"github.com/montanaflynn/stats":  "conpar/report/stats",
		"gonum.org/v1/plot":              "conpar/report/chart",
		"github.com/shirou/gopsutil":     "conpar/bench/internal/host",
		"github.com/klauspost/cpuid":     "conpar/bench/internal/host",
		"github.com/schollz/progressbar": "conpar/bench",
		"golang.org/x/exp/trace":         "conpar/report/timeline",

		// What workloads need of others is below workloads/practice, a package each.
		"github.com/HdrHistogram/hdrhistogram-go": inPractice + "service",
		"go.etcd.io/bbolt":                        inPractice + "bolt",
		"github.com/jackc/pgx/v5":                 inPractice + "postgres",
	}
	for pkg, all := range imports(t) {
		for _, imp := range all {
			for prefix, owner := range sole {
				if strings.HasPrefix(imp, prefix) && pkg != owner {
					t.Errorf("%s imports %s, which only %s may", pkg, imp, owner)
				}
			}
			external := strings.Contains(strings.SplitN(imp, "/", 2)[0], ".")
			std := pkg == "conpar/report/series" || strings.HasPrefix(pkg, "conpar/workloads") && pkg != "conpar/workloads/workloadtest"
			owned := false
			for prefix, owner := range sole {
				owned = owned || strings.HasPrefix(pkg, inPractice) && strings.HasPrefix(imp, prefix) && owner == pkg
			}
			system := pkg == "conpar/workloads/affinity" && strings.HasPrefix(imp, "golang.org/x/sys/")
			if external && std && !system && !owned {
				t.Errorf("%s imports %s, but is to need the standard library only", pkg, imp)
			}
		}
	}
}
