package lang

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
	"conpar/workloads/workloadtest"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == standIn {
		behave(os.Args[2])
		return
	}
	// On a busy machine no two blocks are alike, and the conformance suite has
	// peers started again dozens of times.
	warmEnd = 50 * time.Millisecond
	workloadtest.Main(m)
}

// The tag system adds the other languages, whose processes are slow to start.
func TestConformance(t *testing.T) { conform(t, true) }

// conform tests Go's workloads, or those of the others.
func conform(t *testing.T, ours bool) {
	t.Helper()
	var set workloads.Set
	for _, w := range Set.All() {
		if strings.HasSuffix(w.Name, "lang=go") == ours {
			set.Add(w)
		}
	}
	workloadtest.Run(t, &set)
}

// The answer to task n is what it adds to the sum.
func TestTasksOfDifferentKindsDiffer(t *testing.T) {
	for _, j := range []job{computing, waiting} {
		answers := map[uint64]bool{}
		for n := range 1000 {
			answers[j.want(n+1)-j.want(n)] = true
		}
		if len(answers) != kernel.Kinds || answers[0] {
			t.Errorf("%s: %d different answers of %d kinds", j.name, len(answers), kernel.Kinds)
		}
	}
}

// forget makes the languages forget why they failed, before and after a test
// on another machine, as it were.
func forget(t *testing.T) {
	again := func() {
		for _, l := range languages {
			l.failed, l.lasts = nil, false
		}
	}
	again()
	t.Cleanup(again)
}

func TestWhatIsNotInstalledIsNamed(t *testing.T) {
	forget(t)
	t.Setenv("PATH", t.TempDir())
	for name, want := range map[string]workloads.Unavailable{
		"compute/lang=python":      "no python3",
		"compute/lang=java":        "no javac",
		"compute/lang=javavirtual": "no javac",
		"wait/lang=cpp":            "no g++",
	} {
		_, err := workloadtest.Find(t, &Set, name).Open(t.Context(), workloads.Env{Dir: t.TempDir(), CPUs: 2})
		if reason, ok := errors.AsType[workloads.Unavailable](err); !ok || reason != want {
			t.Errorf("%s: error %v, want %q", name, err, want)
		}
	}
}

func TestVirtualThreadsNeedANewJava(t *testing.T) {
	for version, want := range map[string]string{
		"8":  "Java 8 has no virtual threads",
		"17": "Java 17 has no virtual threads",
		"21": "",
		"25": "",
	} {
		err := virtualThreads(version)
		if reason, ok := errors.AsType[workloads.Unavailable](err); string(reason) != want || ok != (want != "") {
			t.Errorf("version %s: error %v, want %q", version, err, want)
		}
	}
	if _, ok := errors.AsType[workloads.Unavailable](virtualThreads("nonsense")); ok || virtualThreads("nonsense") == nil {
		t.Error("a version that is none was taken for an old one, or for a new one")
	}
}
