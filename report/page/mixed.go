package page

import (
	"fmt"
	"math"
	"time"

	"conpar/report/table"
	"conpar/report/words"
)

// mixedWork is the rule for tasks that wait for w and compute for c: with P
// processors of efficiency e, which a run measures, no more than P·e/c tasks a
// second can be done, and so many need P·e·(w+c)/c workers, by the asymptotic
// bounds of P. Denning and J. Buzen (1978) and Little's law. It is arithmetic on
// what was measured, no measurement.
type mixedWork struct {
	CPUs       int
	Efficiency float64
	Says       string
	Example    string // the first of the common mixes
	Table      table.Table
}

// commonMixes are waiting and computing times of tasks, for readers without a script.
var commonMixes = [][2]time.Duration{
	{10 * time.Millisecond, 2 * time.Millisecond}, {100 * time.Millisecond, time.Millisecond},
	{10 * time.Millisecond, 100 * time.Microsecond}, {time.Millisecond, time.Millisecond}, {0, time.Millisecond},
}

// workers returns how many workers keep the processors busy, how many a second
// they do, and how long a task takes then. A third more of them, the upper
// number, fills the gaps where tasks do not come evenly.
func (m mixedWork) workers(w, c time.Duration) (least, most int, rate float64, latency time.Duration) {
	rate = float64(m.CPUs) * m.Efficiency / c.Seconds()
	need := rate * (w + c).Seconds()
	least = max(int(math.Ceil(need-1e-9)), m.CPUs)
	most = int(math.Ceil(need*4/3 - 1e-9))
	if w == 0 {
		most = least // nothing waits
	}
	most = max(most, least)
	return least, most, rate, time.Duration(float64(time.Second) * float64(most) / rate)
}

// mixed is nil where the efficiency of computing work was not measured.
func (r *Report) mixed(source string) *mixedWork {
	g := r.gain(source, headComputing)
	if g == nil || g.Why != "" || g.CPUs < 1 {
		return nil
	}
	m := &mixedWork{CPUs: g.CPUs, Efficiency: 1}
	gain := "computing work has the one CPU"
	if last := g.Last(); g.CPUs > 1 {
		if !(last.Mid > 0) {
			return nil
		}
		m.Efficiency = min(last.Mid/float64(g.CPUs), 1)
		gain = fmt.Sprintf("computing (primes) gains %s from %s, an efficiency of %s",
			words.Times(last.Interval), lastKnob(*g), words.Number(m.Efficiency))
	}
	m.Says = fmt.Sprintf("For tasks that wait for w and compute for c: GOMAXPROCS %d, and %s × (w + c) ÷ c workers, to a third more. "+
		"They keep the CPUs busy; more of them only lengthen the queue. On this machine %s (1 is the most that counts). "+
		"The rule is arithmetic, not measured: it holds where tasks share no lock and the other side can do as many at once.",
		m.CPUs, words.Number(float64(m.CPUs)*m.Efficiency), gain)
	w, c := commonMixes[0][0], commonMixes[0][1]
	least, most, _, _ := m.workers(w, c)
	m.Example = fmt.Sprintf("A task that waits for %s and computes for %s: GOMAXPROCS %d and %s workers.",
		lasting(w), lasting(c), m.CPUs, span{least, most, false})
	var rows [][]table.Cell
	for _, mix := range commonMixes {
		least, most, rate, latency := m.workers(mix[0], mix[1])
		waits := "0"
		if mix[0] > 0 {
			waits = lasting(mix[0])
		}
		rows = append(rows, table.Texts(waits, lasting(mix[1]), fmt.Sprint(m.CPUs), span{least, most, false}.String(),
			rounded(rate), lasting(mix[0]+mix[1])+" to "+lasting(latency)))
	}
	heads := table.Heads("Waits for", "Computes for", "GOMAXPROCS", "Workers", "Tasks a second, at most", "A task takes")
	for i := range heads {
		heads[i].Repeat = true
	}
	m.Table = table.Of(heads, rows...)
	m.Table.Class, m.Table.Caption = "plain ran", "Workers and GOMAXPROCS for mixed work"
	return m
}
