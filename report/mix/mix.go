// Package mix has the rule for tasks that wait and compute by turns: how many
// workers keep the CPUs busy, and how long a task takes then.
//
// The page advises by it, and claims test it on measured work. The script of the
// page repeats it in a few lines, for a reader's own numbers.
package mix

import (
	"math"
	"time"
)

// Mix is how long a task waits and how long it computes.
type Mix struct{ Wait, Compute time.Duration }

// Workers is what the rule says.
type Workers struct {
	// Least many keep the CPUs busy where tasks come evenly. Most are a third more,
	// which fill the gaps where they do not. A task that only computes needs no more
	// than the least.
	Least, Most int
	Rate        float64       // tasks a second, at most
	Latency     time.Duration // of a task with the most workers
}

// On returns what the rule says for that many CPUs of an efficiency, 1 at best:
// they do no more than CPUs × efficiency ÷ compute tasks a second, and so many need
// that rate × (wait + compute) workers, by the asymptotic bounds of P. Denning and
// J. Buzen (1978) and Little's law.
func (m Mix) On(cpus int, efficiency float64) Workers {
	w := Workers{Rate: float64(cpus) * efficiency / m.Compute.Seconds()}
	need := w.Rate * (m.Wait + m.Compute).Seconds()
	w.Least = max(int(math.Ceil(need-1e-9)), cpus)
	w.Most = w.Least
	if m.Wait > 0 {
		w.Most = max(int(math.Ceil(need*4/3-1e-9)), w.Least)
	}
	w.Latency = time.Duration(float64(time.Second) * float64(w.Most) / w.Rate)
	return w
}
