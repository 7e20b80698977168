package run

import (
	"flag"
	"fmt"
	"strings"

	"golang.org/x/perf/benchunit"
)

// betterUnits are the flags that say of units which values are better.
type betterUnits struct{ more, less string }

func (b *betterUnits) declare(set *flag.FlagSet) {
	set.StringVar(&b.more, "higher", "", "")
	set.StringVar(&b.less, "lower", "", "")
}

// higher returns for each unit that is named whether higher values are better.
func (b *betterUnits) higher() (map[string]bool, error) {
	out := map[string]bool{}
	for _, u := range tidied(b.more) {
		out[u] = true
	}
	for _, u := range tidied(b.less) {
		if out[u] {
			return nil, fmt.Errorf("-higher and -lower both name %s: choose one", u)
		}
		out[u] = false
	}
	return out, nil
}

// tidied returns the units of a list, each as it is compared: ns/op is sec/op.
func tidied(list string) (units []string) {
	for u := range strings.SplitSeq(list, ",") {
		if u = strings.TrimSpace(u); u != "" {
			_, u = benchunit.Tidy(1, u)
			units = append(units, u)
		}
	}
	return units
}
