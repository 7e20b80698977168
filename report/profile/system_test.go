//go:build system

package profile_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"conpar/report/profile"
)

// Each known cause is named, and nothing in a benchmark that scales. GOMAXPROCS 8 shows
// how goroutines wait even on two CPUs; what more CPUs cost shows at 2.
func TestCauses(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "causes.test")
	if out, err := exec.Command("go", "test", "-c", "-o", binary, "./testdata/causes").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	const pkg = "conpar/report/profile/testdata/causes."
	for _, tt := range []struct {
		name  string
		procs int
		cpus  float64 // that must have been busy, or the cause was not there
		want  profile.Place
	}{
		{"Mutex", 8, 0, profile.Place{Function: "sync.(*Mutex).Lock", Caller: pkg + "(*counter).add"}},
		{"Readers", 2, 1.8, profile.Place{Function: "sync.(*RWMutex).RLock", Caller: pkg + "(*store).take"}},
		{"Channel", 8, 0, profile.Place{Function: "runtime.chansend1", Caller: pkg + "queue.put"}},
		{"Allocator", 8, 0, profile.Place{Function: "runtime.makeslice", Caller: pkg + "fill"}},
		{"Scales", 2, 0, profile.Place{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			said := fmt.Sprintf("other processes use the machine: %.1f CPUs must be busy", tt.cpus)
			skip := true
			for range 3 { // other processes may be in the way of one or two
				few, _ := take(t, binary, tt.name, 1)
				many, busy := take(t, binary, tt.name, tt.procs)
				if busy < tt.cpus {
					continue
				}
				found, ok := profile.Compare(few, many)
				if found.Place == tt.want && ok == (tt.want != profile.Place{}) {
					t.Logf("%+v", found)
					return
				}
				said, skip = fmt.Sprintf("found %+v, %v; want %+v", found, ok, tt.want), false
			}
			if skip {
				t.Skip(said)
			}
			t.Error(said)
		})
	}
}

// take takes all profiles of a benchmark, and returns how many CPUs were busy.
func take(t *testing.T, binary, name string, procs int) (*profile.Point, float64) {
	t.Helper()
	p, busy := &profile.Point{Procs: procs}, 0.0
	for _, kind := range []string{profile.CPU, profile.Mutex, profile.Block} {
		file := filepath.Join(t.TempDir(), "pprof")
		begin := time.Now()
		cmd := exec.Command(binary, "-test.run=^$", "-test.bench=^Benchmark"+name+"$", "-test.benchtime=1s",
			fmt.Sprint("-test.cpu=", procs), "-test."+kind+"profile="+file)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		wall := time.Since(begin)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Add(kind, data, wall); err != nil {
			t.Fatal(err)
		}
		if kind == profile.CPU {
			busy = float64(cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()) / float64(wall)
		}
	}
	return p, busy
}
