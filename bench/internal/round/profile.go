package round

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"conpar/results"
	"conpar/results/gotest"
)

// profileKinds are the kinds of profiles, as the flags of test binaries name them. Each
// has a process of its own, since one would show the cost of another.
var profileKinds = []string{"cpu", "mutex", "block"}

// maxProfile is the size above which a profile is not kept. Most have 2 to 50 KB.
const maxProfile = 4 << 20

// profile takes the profiles that are missing. A failure is only reported, because the
// samples do not depend on them. The error is one of writing.
func (r *runner) profile(ctx context.Context) error {
	if r.cfg.Profile == nil || ctx.Err() != nil {
		return nil
	}
	run := r.out.Run()
	ends := profiled(run.Plan, run.Test)
	r.cfg.Progress.Begin("profiles taken", len(ends)*len(profileKinds))
	defer r.cfg.Progress.End()
	for i, b := range ends {
		for k, kind := range profileKinds {
			number := i*len(profileKinds) + k
			r.cfg.Progress.Step(number, b.String()+" "+kind, 0)
			name := fmt.Sprintf("%s-%04d.pprof", kind, i+1)
			if slices.ContainsFunc(run.Profiles, func(p results.Profile) bool { return p.Name == name }) {
				continue
			}
			p, data, err := r.profileOf(ctx, b, kind)
			if ctx.Err() != nil {
				return nil // -resume takes the missing ones
			}
			if err != nil {
				r.say("no %s profile of %s: %s", kind, b, OneLine(err))
				continue
			}
			p.Name = name
			if err := r.out.AddProfile(p, data); err != nil {
				return err
			}
		}
	}
	return nil
}

// profiled returns the cells that a run profiles: each benchmark at its
// smallest and at its largest GOMAXPROCS, on each side but the copies.
func profiled(plan results.Plan, of *gotest.Test) (ends []gotest.Benchmark) {
	fewest, most := map[string]gotest.Benchmark{}, map[string]gotest.Benchmark{}
	var order []string
	for _, c := range plan.Cells {
		b, err := gotest.ParseBenchmark(c.Cell)
		isCopy := func(s gotest.Side) bool { return s.Copy && s.Name == b.Side }
		if err != nil || slices.ContainsFunc(of.Sides, isCopy) {
			continue
		}
		key := b
		key.Procs = 1
		name := key.String()
		if _, seen := most[name]; !seen {
			fewest[name], most[name] = b, b
			order = append(order, name)
		}
		if b.Procs < fewest[name].Procs {
			fewest[name] = b
		}
		if b.Procs > most[name].Procs {
			most[name] = b
		}
	}
	for _, name := range order {
		if fewest[name] != most[name] {
			ends = append(ends, fewest[name], most[name])
		}
	}
	return ends
}

// ProfileTime returns about how long the profiles of a run will take, each of which
// measures so long, and not as long as a sample.
func ProfileTime(plan results.Plan, of *gotest.Test, length time.Duration) (sum time.Duration) {
	expect := map[string]time.Duration{}
	for _, c := range plan.Cells {
		expect[c.Cell] = c.Expect
	}
	for _, b := range profiled(plan, of) {
		sum += expect[b.String()] + max(0, length-of.BenchTime)*8/5
	}
	return sum * time.Duration(len(profileKinds))
}

// profileOf takes one profile.
func (r *runner) profileOf(ctx context.Context, b gotest.Benchmark, kind string) (results.Profile, []byte, error) {
	p := results.Profile{Trace: results.Trace{Cell: b.String()}, Kind: kind}
	cmd, file := r.cfg.Profile(b, kind)
	defer os.Remove(file)
	all, _ := r.command(ctx, cmd, []gotest.Benchmark{b})
	o := all[0]
	if o.err != nil {
		return p, nil, o.err
	}
	p.Wall = o.sample.Wall
	data, err := os.ReadFile(file)
	if err == nil && len(data) > maxProfile {
		err = fmt.Errorf("it is larger than %d bytes", maxProfile)
	}
	return p, data, err
}
