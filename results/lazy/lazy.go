// Package lazy makes things when they are first used. What a package makes when it
// is initialised, each process of a run makes: one for each sample, and servers.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp returns a function that returns the regular expression, which it compiles
// at its first call. One that is ill-formed panics then, so a test has to call it.
func Regexp(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
