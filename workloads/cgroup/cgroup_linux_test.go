package cgroup

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conpar/workloads"
	"conpar/workloads/reexec"
	"conpar/workloads/workloadtest"
)

func TestMain(m *testing.M) { workloadtest.Main(m) }

func init() {
	reexec.Register("spin", func([]string) int {
		reexec.Answer(func(string) string { // its group, as of its start
			text, _ := os.ReadFile("/proc/self/cgroup")
			return fmt.Sprintf("%q", text)
		})
		for {
			if used, err := reexec.CPUTime(); err != nil || used > 50*time.Millisecond {
				fmt.Println("done", err)
				select {}
			}
		}
	})
}

// tree is a file tree of groups in which the test is.
func tree(t *testing.T, own string, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	files["proc/self/cgroup"] = own
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	before, by := root, remove
	root, remove = dir, os.RemoveAll // files of a group go with it
	t.Cleanup(func() { root, remove = before, by })
	return dir
}

func left(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if strings.HasPrefix(filepath.Base(path), prefix) {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestVersion2(t *testing.T) {
	dir := tree(t, "1:name=systemd:/\n0::/a/b/c\n", map[string]string{
		"sys/fs/cgroup/cgroup.subtree_control":     "cpu io\n",
		"sys/fs/cgroup/a/cgroup.subtree_control":   "memory cpu\n",
		"sys/fs/cgroup/a/b/cgroup.subtree_control": "cpuset memory\n", // which is no cpu
	})
	g, err := New(0.5, true)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Dir(g.dir) != filepath.Join(dir, "sys/fs/cgroup/a") {
		t.Errorf("it is in %s", g.dir)
	}
	if got := read(t, g.dir, "cpu.max"); got != "50000 100000" {
		t.Errorf("cpu.max is %q", got)
	}
	if got := read(t, g.dir, "cpu.idle"); got != "1" {
		t.Errorf("cpu.idle is %q", got)
	}
	if _, err := g.Throttled(); err == nil || !strings.Contains(err.Error(), "vanished while it was in use") {
		t.Errorf("no cpu.stat: %v", err)
	}
	for text, want := range map[string]Throttled{
		"usage_usec 7\nnr_periods 5\nnr_throttled 3\nthrottled_usec 12\n": {5, 3, 12 * time.Microsecond},
		"nr_periods 5\nnr_throttled 3\nthrottled_time 12\n":               {5, 3, 12},
		"usage_usec 7\nnr_periods x\n":                                    {},
		"usage_usec 7\n":                                                  {},
	} {
		if err := g.write("cpu.stat", text); err != nil {
			t.Fatal(err)
		}
		if got, err := g.Throttled(); got != want || (err != nil) != (want == Throttled{}) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	if err := g.Close(); err != nil || left(t, dir) != nil {
		t.Errorf("%v; left: %v", err, left(t, dir))
	}
}

func TestVersion1(t *testing.T) {
	dir := tree(t, "4:cpu,cpuacct:/gone/below\n0::/\n", map[string]string{"sys/fs/cgroup/cpu/tasks": "1\n"})
	g, err := New(1.5, false)
	if err != nil {
		t.Fatal(err)
	}
	if quota := read(t, g.dir, "cpu.cfs_quota_us"); quota != "150000" || !g.v1 {
		t.Errorf("the quota is %q", quota)
	}
	if err := g.Close(); err != nil || left(t, dir) != nil {
		t.Errorf("%v; left: %v", err, left(t, dir))
	}
}

// What is missing is said, and nothing is left.
func TestNoQuota(t *testing.T) {
	for _, test := range []struct {
		own   string
		files map[string]string
		want  string
	}{
		{"0::/\n", map[string]string{"sys/fs/cgroup/cgroup.subtree_control": "memory\n"}, "no control group here hands out CPU time"},
		{"nonsense\n3:memory:/\n", map[string]string{}, "no control group here hands out CPU time"},
		{"2:cpu:/\n", map[string]string{"sys/fs/cgroup/cpu": "a file\n"}, "run as root"},
	} {
		dir := tree(t, test.own, test.files)
		_, err := New(1, false)
		var lacking workloads.Unavailable
		if !errors.As(err, &lacking) || !strings.Contains(string(lacking), test.want) || left(t, dir) != nil {
			t.Errorf("%q: %v; left: %v", test.own, err, left(t, dir))
		}
	}
}

// A group that a dead process left goes, and one in use stays.
func TestLeftovers(t *testing.T) {
	dir := tree(t, "0::/\n", map[string]string{
		"sys/fs/cgroup/cgroup.subtree_control":         "cpu\n",
		"sys/fs/cgroup/" + prefix + "dead/cpu.max":     "1000 100000\n",
		"sys/fs/cgroup/conpar-other/cgroup.procs":      "",
		"sys/fs/cgroup/" + prefix + "dead2/cpu.weight": "",
	})
	g, err := New(1, false)
	if err != nil {
		t.Fatal(err)
	}
	RemoveLeftovers()
	if names := left(t, dir); len(names) != 1 || names[0] != g.dir {
		t.Errorf("left: %v", names)
	}
	if err := g.Close(); err != nil {
		t.Error(err)
	}
}

// In a real group, where one can be made: a process is in it from its start, and stands
// still when it has used its quota up.
func TestRealGroup(t *testing.T) {
	g, err := New(0.1, false) // so little that it is used up beside other processes, too
	if errors.As(err, new(workloads.Unavailable)) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(g.dir); err == nil {
			t.Errorf("%s is still there", g.dir)
		}
	}()
	p, err := reexec.StartBy(t.Context(), g.Start, "spin")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop()
	if line, err := p.ReadLine(); line != "done <nil>" || err != nil {
		t.Fatalf("%q, %v", line, err)
	}
	if in, err := p.Ask(""); err != nil || !strings.Contains(in, filepath.Base(g.dir)) {
		t.Errorf("it is in %s, %v", in, err)
	}
	if ours := read(t, "/proc/self/cgroup"); strings.Contains(ours, prefix) {
		t.Errorf("we are in %s", ours)
	}
	if got, err := g.Throttled(); err != nil || got.Stopped < 1 || got.For <= 0 || got.Periods < got.Stopped {
		t.Errorf("%+v, %v", got, err)
	}
	if err := g.Start(exec.Command("/nowhere")); err == nil {
		t.Error("no error for a program that there is not")
	}
}

// Bursts at the beginning of each period and steady work have the same rate.
func TestMeterCountsWholePeriods(t *testing.T) {
	for name, within := range map[string]time.Duration{"burst": Period / 4, "steady": Period} {
		m := NewMeter()
		for period := range 5 {
			for i := range 50 {
				m.at(time.Duration(period)*Period + time.Duration(i)*within/50)
			}
		}
		if got := m.Rate(); got != 500 {
			t.Errorf("%s: %g a second", name, got)
		}
	}
	if got := NewMeter().Rate(); got != 0 {
		t.Errorf("nothing: %g", got)
	}
}
