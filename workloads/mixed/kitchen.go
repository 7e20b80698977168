package mixed

import (
	"context"
	"math"
	"runtime"
	"runtime/trace"
	"slices"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

// The menus. Salads never see an oven: a wait that is true takes 1 ms at the
// least, and for c to dominate it a dish would fill a whole sample.
var (
	_ = addKitchen("chop", "Makes a salad: chops for 200 µs, plates for 100 µs.",
		workloads.Computing, computing, kitchen{chop: 200_000, plate: 100_000})
	_ = addKitchen("oven", "Makes a roast: chops for 20 µs, bakes for 10 ms, plates for 10 µs.",
		workloads.Waiting, waiting, kitchen{chop: 20_000, oven: 10 * time.Millisecond, plate: 10_000})
	_ = addKitchen("oven/ovens=4", "Makes a roast as menu=oven does, in a kitchen with four ovens.",
		workloads.Waiting, waiting, kitchen{chop: 20_000, oven: 10 * time.Millisecond, plate: 10_000, ovens: 4})
	_ = addKitchen("both", "Makes a pie: chops for 350 µs, bakes for 5 ms, plates for 150 µs.",
		workloads.Mixed, waiting, kitchen{chop: 350_000, oven: 5 * time.Millisecond, plate: 150_000})
	// For a picture of a few dishes: they compute about as long as they wait.
	_ = addKitchen("stew", "Makes a stew: chops for 2 ms, bakes for 5 ms, plates for 1 ms.",
		workloads.Mixed, workloads.Axis{Key: "goroutines", Quick: []int{1, 8}, Full: []int{0, 1, 2, 4, 8}},
		kitchen{chop: 2_000_000, oven: 5 * time.Millisecond, plate: 1_000_000})
)

func addKitchen(menu, doc string, kind workloads.Kind, axis workloads.Axis, k kitchen) workloads.Workload {
	return Set.Add(workloads.Workload{
		Name: "kitchen/menu=" + menu, Kind: kind, Axis: axis, Doc: doc,
		Open: func(context.Context, workloads.Env) (workloads.Runner, error) {
			opened := k
			opened.calibrate()
			opened.baking = "bake " + k.oven.String()
			return &opened, nil
		},
	})
}

// kitchen is where the table's example is cooked: a task is a dish, a cook a
// processor, and a goroutine a dish that is under way. A dish in the oven needs
// no cook, who can chop another one meanwhile.
type kitchen struct {
	chop, plate int // iterations
	oven        time.Duration
	ovens       int // how many there are; 0: as many as there are dishes

	recipe recipe // the least times, but for the oven's
	baking string // the type of a region: "bake 5ms"
}

// recipe is how long the parts of a dish take where nothing else is going on.
type recipe struct{ chop, oven, plate time.Duration }

func (k *kitchen) calibrate() {
	ns := iterationNs()
	k.recipe.chop = time.Duration(float64(k.chop) * ns)
	k.recipe.plate = time.Duration(float64(k.plate) * ns)
}

// Run lets what is in an oven when ctx ends be baked: it takes 10 ms at most.
// It reports the bound as a mean over the dishes, and the makespan over the
// bound. The bound is that of the shortest wait there was: what others were
// late by is not the oven's fault. In an execution trace each dish is a region of the
// type "dish", and its time in the oven one that says how long that is to be: the
// cook may come later.
func (k *kitchen) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	var ovens chan struct{} // those in use
	if k.ovens > 0 && g > 0 {
		ovens = make(chan struct{}, k.ovens)
	}
	shortest := slices.Repeat([]time.Duration{math.MaxInt64}, max(g, 1)) // wait of each worker's
	start := time.Now()
	result, err := fan.Run(ctx, g, n, func(worker, task int) (uint64, error) {
		defer trace.StartRegion(ctx, "dish").End() // costs next to nothing untraced
		x := kernel.Churn(kernel.Seed(task), k.chop)
		baked, err := k.bake(ctx, ovens)
		if err != nil {
			return 0, err
		}
		shortest[worker] = min(shortest[worker], baked)
		return kernel.Churn(x, k.plate), nil
	})
	makespan := time.Since(start)
	if err == nil && n > 0 {
		r := k.recipe
		r.oven = slices.Min(shortest)
		bound := r.bound(n, runtime.GOMAXPROCS(0), max(g, 1), k.ovens)
		result.Metrics = []workloads.Metric{
			{Unit: "bound-ns/op", Value: float64(bound) / float64(n)},
			{Unit: "over-bound", Value: float64(makespan) / float64(bound)},
		}
	}
	return result, err
}

// bake returns how long the dish was in the oven.
func (k *kitchen) bake(ctx context.Context, ovens chan struct{}) (time.Duration, error) {
	if k.oven == 0 {
		return 0, nil
	}
	if ovens != nil {
		select {
		case ovens <- struct{}{}:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
		defer func() { <-ovens }()
	}
	defer trace.StartRegion(ctx, k.baking).End()
	start := time.Now()
	time.Sleep(k.oven)
	return time.Since(start), nil
}

// bound returns the least time in which that many cooks can make n dishes, of
// which so many are under way at once, with so many ovens, or enough for 0:
//   - the cooks have all of the chopping and plating to do;
//   - once everything is chopped, the last dish is still to be baked and plated;
//   - an oven bakes its dishes one after another, between the first one's
//     chopping and the last one's plating;
//   - a goroutine makes its dishes one after another. Where there are fewer
//     goroutines than dishes, this is what limits dishes that mostly bake.
func (r recipe) bound(n, cooks, underWay, ovens int) time.Duration {
	share := func(dishes, among int) time.Duration { return time.Duration((dishes + among - 1) / among) }
	least := max(
		time.Duration(n)*(r.chop+r.plate)/time.Duration(cooks),
		time.Duration(n)*r.chop/time.Duration(cooks)+r.oven+r.plate,
		share(n, underWay)*(r.chop+r.oven+r.plate),
	)
	if ovens > 0 {
		least = max(least, r.chop+share(n, ovens)*r.oven+r.plate)
	}
	return least
}

// Warm makes one dish a goroutine, which is little work and baked for a short time.
func (k *kitchen) Warm(ctx context.Context, g int) error {
	brief := *k
	brief.chop, brief.plate = min(k.chop, warmIterations), min(k.plate, warmIterations)
	brief.oven = min(k.oven, workloads.BriefWait)
	_, err := brief.Run(ctx, g, max(g, 1))
	return err
}

func (k *kitchen) Want(n int) uint64 { return kernel.Want(n, k.chop+k.plate) }

func (k *kitchen) Close() error { return nil }
