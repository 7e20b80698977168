package results

// Hazard is something that may make what is measured on a machine, or in a
// round, less trustworthy than it looks, and what was found of it.
type Hazard struct {
	Name  string      `json:"name"` // lower-case words: "frequency governor"
	State HazardState `json:"state"`
	// Found says in a few words what was found, with its figure: "powersave",
	// "3.1% of the CPU time". Of an unknown hazard it says why.
	Found string `json:"found,omitempty"`
}

// HazardState says whether a hazard is there.
type HazardState string

// The states of a hazard. What cannot be read is unknown: never a guess.
const (
	OK      HazardState = "ok"
	Warn    HazardState = "warn"
	Unknown HazardState = "unknown"
)

// RoundHazards are the hazards that change while a run goes on, over one round
// or, of a run that was gone on with, over a part of one.
type RoundHazards struct {
	Round   int      `json:"round"` // from 0
	Hazards []Hazard `json:"hazards"`
}

// DisturbedAbove is the share of the machine that others may take during a
// sample, or a round, before it counts as disturbed. It was fixed before any
// run.
const DisturbedAbove = 0.05
