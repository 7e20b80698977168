//go:build race

package coord

// The race detector would report these, and rightly: they are left out.
var plain, loadStore, loadYieldStore func(g int) tally
