package series

import "conpar/results/lazy"

// Better says which values of a unit are better, and whether that is known. What
// the user or the input said goes first, in the order of said: true for higher
// values, by unit. Otherwise the spelling of the unit tells: rates are to be
// high; times, bytes and allocations are to be low. Of all others ("hit-%") nothing
// is known, nor of rates that should be low ("errors/s").
func Better(unit string, said ...map[string]bool) (higher, known bool) {
	for _, of := range said {
		if higher, known = of[unit]; known {
			return higher, true
		}
	}
	unit = humps().ReplaceAllString(unit, "$1-$2")
	switch {
	case rate().MatchString(unit):
		known = !unwanted().MatchString(unit) && !timePer().MatchString(unit)
		return known, known
	case count().MatchString(unit):
		return false, false
	}
	return false, ofTime().MatchString(unit) || ofMemory().MatchString(unit)
}

// How units are spelt. Words of a unit are set apart by anything but letters, or
// begin with a capital letter, as in readQPS and latencyMs, before which humps
// finds the place for a hyphen.
const (
	start  = `(?:^|[^a-z])`
	second = `(?:[nmuµμ]?secs?|[nmuµμ]s|seconds?)`
	period = `(?:` + second + `|s|min(?:ute)?s?|h|h(?:ou)?rs?|days?)`
)

var (
	humps = lazy.Regexp(`([a-z0-9])([A-Z])`)
	rate  = lazy.Regexp(`(?i)` +
		// ops/s, MB/sec/core, requests-per-second, OpsPerSec
		`(?:(?:/|[-_.]per[-_.])` + period + `|per[-_]?(?:sec|second|minute|hour))(?:/.*)?$|` +
		// QPS, read_iops, Mops, GFLOPS, Mbps, and what a second of some device or model gives
		start + `[kmgt]?(?:(?:[qrtfpcmwhni]|io|o|flo|i?b|i?bit|i?byte)ps|[qrt]p[mh])(?:/.*)?$|` +
		`(?:throughput|bandwidth|goodput)$`)
	unwanted = lazy.Regexp(`(?i)error|fail|fault|drop|timeout|retr(?:y|ies)|reject|abort|alloc|(?:gcs?|miss(?:es)?)[^a-z]`)
	// count is what may be a rate or a time: ops-sec.
	count = lazy.Regexp(`(?i)` + start + `(?:ops|reqs?|requests?|msgs?|messages?|queries|calls|items|rows|` +
		`records|events|lines|words|tokens|logs|[kmg]?i?b|bytes)[-_]` + period + `$`)
	timePer  = lazy.Regexp(`(?i)(?:^|[-_.])` + second + `/`) // sec/sec is a fraction
	ofTime   = lazy.Regexp(`(?i)` + start + second + `(?:/|$)|^s(?:/|$)`)
	ofMemory = lazy.Regexp(`(?:^|[^A-Za-z])(?:[kKMGT]?i?-?B|(?i:[kmgt]?i?-?bytes?|m?allocs?))(?:/|$)`)
)
