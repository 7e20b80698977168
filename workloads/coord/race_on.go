//go:build race

package coord

// fewer is how many times fewer updates an exhibit makes: with the race detector
// each takes 20 to 60 times as long.
const fewer = 50

// The race detector would report these, and rightly: they are left out.
var plain, loadStore, loadYieldStore func(g int) tally
