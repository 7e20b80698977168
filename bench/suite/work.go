package suite

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"conpar/results"
)

// ParseWork reads what a user picks workloads by: a name such as "primes",
// "CPU/" or "fileread/cache=page", or a regular expression, for [Matches]. An
// error names the workloads whose names are nearest to one that there is not.
func ParseWork(text string) (*regexp.Regexp, error) {
	work, err := regexp.Compile(text)
	if err != nil {
		return nil, err
	}
	var cells []results.Cell
	for f, w := range all() {
		cells = append(cells, cellOf(f, w))
	}
	matches := func(pick *regexp.Regexp) bool {
		return slices.ContainsFunc(cells, func(c results.Cell) bool { return Matches(pick, c) })
	}
	matched := matches(work)
	// In "primes|tpc" a mistyped name would otherwise go unnoticed.
	for _, name := range strings.Split(text, "|") {
		name = strings.Trim(name, "^$()")
		literal := regexp.MustCompile("(?i)" + regexp.QuoteMeta(name))
		if matched && regexp.QuoteMeta(name) != name {
			continue // a regular expression
		}
		if !matches(literal) {
			return nil, fmt.Errorf("no workload is called %s; the nearest names are %s; -list shows all",
				name, nearest(name, cells))
		}
	}
	if !matched {
		return nil, fmt.Errorf("no workload matches %s; -list shows all", text)
	}
	return work, nil
}

// Matches says whether work, nil for all, picks the workload of a cell: by
// "primes", "CPU/primes" or "CPU/work=primes", so that "^primes$" matches too.
func Matches(work *regexp.Regexp, c results.Cell) bool {
	return work == nil || slices.ContainsFunc([]string{c.Work, c.Family + "/" + c.Work, c.Series()}, work.MatchString)
}

// nearest returns the three names, or first parts of names, that take the fewest
// edits to become name (Levenshtein, 1966).
func nearest(name string, cells []results.Cell) string {
	var names []string
	for _, c := range cells {
		first, _, _ := strings.Cut(c.Work, "/")
		names = append(names, c.Work, first, c.Family+"/")
	}
	slices.Sort(names)
	names = slices.Compact(names)
	edits := func(to string) int { return levenshtein.ComputeDistance(name, to) }
	slices.SortStableFunc(names, func(a, b string) int { return edits(a) - edits(b) })
	return strings.Join(names[:3], ", ")
}
