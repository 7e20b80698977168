package page

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"conpar/report/claims"
	"conpar/report/series"
	"conpar/results"
)

// indexOf is the index of runs whose labels and dates are given, and whose
// verdicts on the first claims are.
func indexOf(t *testing.T, runs []string, outcomes map[string][]claims.Outcome, pages map[string]string) *html.Node {
	t.Helper()
	d := &series.Data{}
	for i, label := range runs {
		d.Sources = append(d.Sources, series.Source{Label: label, Config: map[string]string{"machine": "m" + fmt.Sprint(i)},
			Run: &series.Run{Run: results.Run{Started: time.Date(2026, 11, i+1, 10, 0, 0, 0, time.UTC), Status: results.Complete,
				Plan: results.Plan{Rounds: 16}, Machine: results.Machine{CPUs: 2}}}})
	}
	r := New(d)
	for label, of := range outcomes {
		r.Verdicts[label] = nil
		for i, c := range claims.All() {
			v := claims.Verdict{Claim: c, Absent: i >= len(of)}
			if !v.Absent {
				v.Outcome = of[i]
			}
			r.Verdicts[label] = append(r.Verdicts[label], v)
		}
	}
	text, err := r.Index(pages)
	if err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// rowsOf are the texts of the lines of a table.
func rowsOf(table *html.Node) []string {
	var out []string
	for _, row := range all(table, "tr")[1:] {
		out = append(out, textOf(row))
	}
	return out
}

func TestIndex(t *testing.T) {
	s, r := claims.Supported, claims.Refuted
	root := indexOf(t, []string{"old", "new", "text only"}, map[string][]claims.Outcome{"old": {s, s, r}, "new": {s, r, r}},
		map[string]string{"old": "a machine/old/report/report.html", "new": "", "text only": "../javascript:x"})
	tables := all(root, "table")
	if len(tables) != 2 {
		t.Fatalf("%d tables", len(tables))
	}
	runs := rowsOf(tables[0])
	if len(runs) != 3 || !strings.HasPrefix(runs[2], "1 November 2026") || !strings.Contains(runs[1], "refuted") {
		t.Errorf("the newest is not first, or lacks its tally: %q", runs)
	}
	var links []string
	for _, a := range all(tables[0], "a") {
		links = append(links, attr(a, "href"))
	}
	if got := fmt.Sprint(links); got != "[./../javascript:x ./a%20machine/old/report/report.html]" {
		t.Errorf("links %s", got)
	}
	verdicts := rowsOf(tables[1])
	all := claims.All()
	if len(verdicts) != 3 || !strings.HasPrefix(verdicts[0], all[1].ID+" "+all[1].Says) || !strings.HasPrefix(verdicts[1], all[0].ID+" "+all[0].Says) {
		t.Errorf("not the claims that were judged, with the one first on which runs disagree: %q", verdicts)
	}
	if text := textOf(root); !strings.Contains(text, "One claim is supported by one run and refuted by another") {
		t.Error("does not say that runs disagree")
	}
}

// As many runs as there may be: the page says what it leaves out.
func TestIndexOfManyRuns(t *testing.T) {
	var runs []string
	outcomes := map[string][]claims.Outcome{}
	for i := range 20 {
		runs = append(runs, fmt.Sprint("run ", i))
		outcomes[runs[i]] = []claims.Outcome{claims.Supported}
	}
	root := indexOf(t, runs, outcomes, nil)
	if n := len(all(all(root, "thead")[1], "th")); n != maxSideBySide+2 {
		t.Errorf("%d columns", n)
	}
	if !strings.Contains(textOf(root), "the newest 8 of 20 runs") {
		t.Error("does not say what is left out")
	}
}

// The index allows as little as the report does.
func TestIndexAllowsNothing(t *testing.T) {
	text, err := New(Planted(Harmless)).Index(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{html.EscapeString(policyOf(style())), "<title>conpar: runs</title>"} {
		if !strings.Contains(string(text), want) && !strings.Contains(html.UnescapeString(string(text)), html.UnescapeString(want)) {
			t.Errorf("lacks %q", want)
		}
	}
}
