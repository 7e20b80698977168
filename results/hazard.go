package results

// Hazard is something that may make figures from a machine, or a round, less
// trustworthy than they look, and what was found.
type Hazard struct {
	Name  string      `json:"name"` // lower-case words: "frequency governor"
	State HazardState `json:"state"`
	// Found says in a few words what was found, with its figure: "powersave",
	// "3.1% of the CPU time". For an unknown hazard it says why.
	Found string `json:"found,omitempty"`
}

// HazardState says whether a hazard is there.
type HazardState string

// The states of a hazard. What cannot be read is Unknown, never a guess.
const (
	OK      HazardState = "ok"
	Warn    HazardState = "warn"
	Unknown HazardState = "unknown"
)

// RoundHazards are the hazards that change while a run goes on, during one round
// or, in a run that was continued, during a part of one.
type RoundHazards struct {
	Round   int      `json:"round"` // from 0
	Hazards []Hazard `json:"hazards"`
}

// DisturbedAbove is the fraction of the machine that other processes may use
// during a sample, or a round, before it counts as disturbed. It was fixed before
// the first run.
const DisturbedAbove = 0.05
