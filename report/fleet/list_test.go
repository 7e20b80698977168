package fleet_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"conpar/report/fleet"
)

func ExampleReadList() {
	const list = "alias\tnode\tfeatures\tstate\trounds\ttries\treason\n" +
		"n1\tc1.example\tc7a\tcomplete\t12\t1\t\n" +
		"n2\tc2.example\tc7a\tfailed\t0\t3\tNODE_FAIL\n"
	listed, bad := fleet.ReadList(strings.NewReader(list))
	for _, l := range listed {
		fmt.Printf("%+v\n", l)
	}
	fmt.Println(bad)
	// Output:
	// {Alias:n1 Features:c7a State:complete Reason: Rounds:12 Tries:1}
	// {Alias:n2 Features:c7a State:failed Reason:NODE_FAIL Rounds:0 Tries:3}
	// []
}

// What cannot be read is named by its line, and the rest is used.
func TestReadListErrors(t *testing.T) {
	for _, tt := range []struct {
		list, aliases string
		bad           []string
	}{
		{"", "", nil},
		{"\n\n", "", nil},
		{"node\tstate\nc1\tfine\n", "", []string{"line 1: no column is called alias"}},
		{"alias\n", "", nil},
		{"state\talias\r\nfine\ta\r\n\r\nfine\tb", "a b", nil},
		{"\ufeffalias\tnew column\na\tx\n", "a", nil},
		{"alias\trounds\na\tmany\nb\t-1\nc\t-\nd\n", "c d", []string{`line 2: rounds of "a": "many" is no number`, `line 3: rounds of "b": "-1"`}},
		{"alias\tstate\na\tb\tc\n\tx\nd\n", "d", []string{"line 2: 3 fields under 2 columns", "line 3: no alias"}},
		{"alias\na\na\n", "a", []string{`line 3: node "a" stands there twice`}},
		{"alias\na\n" + strings.Repeat("x", 1<<17), "a", []string{"too long"}},
	} {
		listed, bad := fleet.ReadList(strings.NewReader(tt.list))
		var aliases []string
		for _, l := range listed {
			aliases = append(aliases, l.Alias)
		}
		if got := strings.Join(aliases, " "); got != tt.aliases {
			t.Errorf("%.40q: nodes %q, want %q", tt.list, got, tt.aliases)
		}
		if !slices.EqualFunc(bad, tt.bad, func(err error, want string) bool { return strings.Contains(err.Error(), want) }) {
			t.Errorf("%.40q: errors %v, want %q", tt.list, bad, tt.bad)
		}
	}
}

// Each node that is read has an alias of its own, and reading it again as it would be
// written gives the same.
func FuzzReadList(f *testing.F) {
	f.Add("alias\tnode\tfeatures\tstate\trounds\ttries\treason\nn1\tc1\tc7a\tcomplete\t12\t1\t\n")
	f.Add("\ufeffalias\trounds\na\t-\n\nb\r\n")
	f.Add("alias\talias\na\tb\n")
	f.Fuzz(func(t *testing.T, list string) {
		listed, bad := fleet.ReadList(strings.NewReader(list))
		if lines := strings.Count(list, "\n") + 1; len(listed)+len(bad) > lines {
			t.Errorf("%d nodes and %d errors in %d lines", len(listed), len(bad), lines)
		}
		var b strings.Builder
		b.WriteString("alias\tfeatures\tstate\treason\trounds\ttries\n")
		for _, l := range listed {
			fmt.Fprintf(&b, "%s\t%s\t%s\t%s", l.Alias, l.Features, l.State, l.Reason)
			for _, n := range []int{l.Rounds, l.Tries} {
				fmt.Fprint(&b, "\t", strings.ReplaceAll(fmt.Sprint(n), "-1", "-"))
			}
			b.WriteString("\n")
		}
		again, bad := fleet.ReadList(strings.NewReader(b.String()))
		if len(bad) > 0 || !slices.Equal(again, listed) {
			t.Errorf("%+v was read again as %+v, errors %v", listed, again, bad)
		}
	})
}
