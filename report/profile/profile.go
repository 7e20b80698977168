// Package profile reads the CPU, mutex and block profiles of a benchmark, and names
// the function or lock whose share grows most with GOMAXPROCS.
//
// Shares are of the time that all processors of the runtime had. A CPU profile says
// which fraction of the CPU time went where. A block or mutex profile says for how long
// goroutines waited; divided by the profile's time and by GOMAXPROCS, that is a share too:
// 0.5 at GOMAXPROCS 8 means that on average four goroutines waited there. It may exceed 1.
// What always waits, such as a goroutine for the end of all others, has a smaller share
// the more processors there are, and so is not named.
//
// What the runtime and sync do is not named by what they call inside, such as
// procyield, but by the operation that was called from outside: sync.(*Mutex).Lock,
// runtime.chansend1, runtime.makeslice. The scheduler is not named: it is busy because
// goroutines wait, and those name what they wait for. Neither are the testing package
// and the profiler. None of these counts as CPU time here. The time of the garbage collector is divided among what
// allocates, in proportion to the time of allocating.
package profile

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/google/pprof/profile"
)

// The kinds of profiles, as in the flags -test.cpuprofile, -test.mutexprofile and
// -test.blockprofile.
const (
	CPU   = "cpu"
	Mutex = "mutex"
	Block = "block"
)

// From these on a share is named: it is at least leastShare, and grows by at least
// leastGrowth and by more than chance explains.
const (
	leastShare  = 0.2
	leastGrowth = 0.1
	sure        = 3 // standard deviations, of shares of CPU samples
)

// fewestSamples of a CPU profile say anything.
const fewestSamples = 30

// Place is where time goes: an operation of the runtime or of sync, or any other
// function by itself.
type Place struct {
	Function string // "sync.(*RWMutex).RLock"
	Caller   string // the nearest caller outside the runtime and sync; "": Function is outside itself
}

// Point is a benchmark at one GOMAXPROCS.
type Point struct {
	Procs  int
	shares map[string]map[Place]float64 // by kind of profile
	holds  map[Place]float64            // how long others waited for a lock that was released there
	counts float64                      // samples of the CPU profile
}

// Finding is the place whose share grows most.
type Finding struct {
	Place
	Kind      string  // of the profile that shows it
	Few, Many float64 // its share at the lower and at the higher GOMAXPROCS
	Holder    string  // for a lock: the function in which it was released while most others waited; "" unknown
}

// Add adds a profile of a process that ran for so long.
func (p *Point) Add(kind string, data []byte, wall time.Duration) error {
	read, err := profile.Parse(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("%s profile: %w", kind, err)
	}
	value := len(read.SampleType) - 1 // nanoseconds, after the number of samples
	if value != 1 || read.SampleType[value].Unit != "nanoseconds" {
		return fmt.Errorf("%s profile: its values are not a count and nanoseconds", kind)
	}
	total, counts := 0.0, 0.0
	shares, allocates := map[Place]float64{}, map[Place]float64{}
	collecting := 0.0
	for _, s := range read.Sample {
		stack := functions(s)
		at, named := placeOf(stack)
		time := float64(s.Value[value])
		if released(at.Function) && kind != CPU {
			if p.holds == nil {
				p.holds = map[Place]float64{}
			}
			p.holds[at] += time
			continue // the block profile has the waiting at what waits
		}
		switch {
		case !named:
			continue
		case at.Caller == "" && collector(at.Function):
			collecting += time
		default:
			shares[at] += time
			if slices.Contains(stack, "runtime.mallocgc") {
				allocates[at] += time
			}
		}
		total += time
		counts += float64(s.Value[0])
	}
	if !divide(collecting, allocates, shares) {
		total -= collecting
	}
	if kind == CPU {
		p.counts = counts
	} else {
		total = float64(wall) * float64(p.Procs)
	}
	for at := range shares {
		shares[at] /= max(1, total)
	}
	if p.shares == nil {
		p.shares = map[string]map[Place]float64{}
	}
	p.shares[kind] = shares
	return nil
}

// divide divides the time of the garbage collector among what allocates, in proportion
// to the time of allocating. Where nothing does, only the testing package collects.
func divide(collecting float64, allocates, times map[Place]float64) bool {
	sum := 0.0
	for _, time := range allocates {
		sum += time
	}
	for at, time := range allocates {
		times[at] += collecting * time / sum
	}
	return sum > 0
}

// Compare returns the place whose share grows most from one GOMAXPROCS to a higher
// one, if any grows enough.
func Compare(few, many *Point) (found Finding, ok bool) {
	growth := 0.0
	for _, kind := range []string{CPU, Block, Mutex} {
		before, known := few.shares[kind]
		if !known || kind == CPU && min(few.counts, many.counts) < fewestSamples {
			continue
		}
		for _, at := range slices.SortedFunc(maps.Keys(many.shares[kind]), Place.compare) {
			f := Finding{Place: at, Kind: kind, Few: before[at], Many: many.shares[kind][at]}
			grows := f.Many - f.Few
			if f.Many < leastShare || grows < leastGrowth || grows <= growth {
				continue
			}
			if kind == CPU && grows < sure*math.Hypot(deviation(f.Few, few.counts), deviation(f.Many, many.counts)) {
				continue
			}
			found, growth, ok = f, grows, true
		}
	}
	if ok {
		found.Holder = many.holder(found.Function)
	}
	return found, ok
}

// compare orders places by name.
func (p Place) compare(q Place) int {
	return cmp.Or(cmp.Compare(p.Function, q.Function), cmp.Compare(p.Caller, q.Caller))
}

// deviation is the standard deviation of a share of so many samples.
func deviation(share, n float64) float64 { return math.Sqrt(share * (1 - share) / n) }

// holder returns the function that releases the kind of lock that a function takes,
// while most others wait for it.
func (p *Point) holder(function string) (holder string) {
	lock, isLock := lockOf(function)
	most := 0.0
	for _, at := range slices.SortedFunc(maps.Keys(p.holds), Place.compare) {
		if of, _ := lockOf(at.Function); isLock && of == lock && p.holds[at] > most {
			holder, most = at.Caller, p.holds[at]
		}
	}
	return holder
}

// lockOf returns the type of the lock of a method: "sync.(*Mutex)".
func lockOf(function string) (string, bool) {
	name, method, found := strings.Cut(function, ").")
	return name, found && strings.HasPrefix(name, "sync.(*") && strings.HasSuffix(method, "Lock")
}

// released says whether a function releases a lock.
func released(function string) bool {
	lock, isLock := lockOf(strings.Replace(function, "Unlock", "Lock", 1))
	return isLock && lock != "" && strings.HasSuffix(function, "nlock")
}

// functions returns the functions of a sample, the innermost first, those included
// that the compiler has put into their callers.
func functions(s *profile.Sample) []string {
	var out []string
	for _, l := range s.Location {
		for _, line := range l.Line {
			if line.Function != nil {
				out = append(out, line.Function.Name)
			}
		}
	}
	return out
}

// placeOf returns where the time of a stack goes, and whether that can be named.
func placeOf(stack []string) (at Place, named bool) {
	for i, f := range stack {
		switch {
		case f == "runtime.asyncPreempt":
			return at, false // the scheduler's
		case internal(f):
			at.Function = f
			continue
		case i == 0:
			at.Function = f
		default:
			at.Caller = f
		}
		profiler := func(f string) bool { return strings.HasPrefix(f, "runtime/pprof.") }
		return at, !strings.HasPrefix(f, "testing.") && !slices.ContainsFunc(stack[i:], profiler)
	}
	return at, collector(at.Function)
}

// internal says whether a function belongs to the runtime or to sync.
func internal(function string) bool {
	ours := []string{"runtime.", "internal/runtime/", "sync.", "sync/atomic.", "internal/sync.", "internal/race."}
	within := func(prefix string) bool { return strings.HasPrefix(function, prefix) }
	// Assembly of the runtime: memeqbody, aeshashbody.
	return slices.ContainsFunc(ours, within) || !strings.Contains(function, ".")
}

// collector says whether a function of the runtime that nothing calls collects
// garbage.
func collector(function string) bool {
	names := []string{"runtime.gcBgMarkWorker", "runtime.bgsweep", "runtime.bgscavenge", "runtime._GC"}
	return slices.Contains(names, function)
}
