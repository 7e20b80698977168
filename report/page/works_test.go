package page_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"conpar/workloads"
	"conpar/workloads/coord"
	"conpar/workloads/cpu"
	"conpar/workloads/fio"
	"conpar/workloads/iobound"
	"conpar/workloads/lang"
	"conpar/workloads/mixed"
	"conpar/workloads/pattern"
	"conpar/workloads/practice"
	"conpar/workloads/practice/bolt"
	"conpar/workloads/practice/postgres"
	"conpar/workloads/practice/service"
	"conpar/workloads/thread"
)

var update = flag.Bool("update", false, "write works.txt")

// What the page says of a task is what the suite says of it. The page cannot
// ask the suite: a report may be read where no workload can run.
func TestThePageKnowsTheWorkloads(t *testing.T) {
	var b strings.Builder
	for _, family := range []struct {
		name string
		set  *workloads.Set
	}{
		{"CPU", &cpu.Set}, {"IO", &iobound.Set}, {"Mixed", &mixed.Set}, {"Coord", &coord.Set},
		{"Pattern", &pattern.Set}, {"Thread", &thread.Set}, {"Lang", &lang.Set}, {"Practice", &practice.Set}, {"Service", &service.Set}, {"Database", &bolt.Set}, {"Database", &postgres.Set}, {"Peer", &fio.Set},
	} {
		for _, w := range family.set.All() {
			fmt.Fprintf(&b, "%s/work=%s\t%s\n", family.name, w.Name, strings.TrimSuffix(w.Doc, "."))
		}
	}
	if *update {
		if err := os.WriteFile("works.txt", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile("works.txt"); err != nil || string(text) != b.String() {
		t.Errorf("works.txt is not what the suite says (-update rewrites it): %v", err)
	}
}
