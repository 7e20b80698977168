package page

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"conpar/report/claims"
	"conpar/report/series"
	"conpar/report/words"
	"conpar/results"
)

// parsed is the page of d's first source.
func parsed(t *testing.T, d *series.Data) (*html.Node, string) {
	t.Helper()
	r := New(d)
	figures, err := r.Charts(d.Sources[0].Label)
	if err != nil {
		t.Fatal(err)
	}
	text, err := r.HTML(d.Sources[0].Label, figures)
	if err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return root, string(text)
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// all returns the elements of a name, within drawings too.
func all(root *html.Node, name string) []*html.Node {
	var out []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			out = append(out, n)
		}
	}
	return out
}

// textOf is the text of a node.
func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// plainRun is a harmless run, complete and without oddities.
func plainRun() *series.Data {
	d := Planted(Harmless)
	run := d.Sources[0].Run
	run.Status, run.Plan.Profile = results.Complete, "quick"
	return d
}

// The policy allows the page's own style sheet and script, by the digests of
// what a browser reads, and nothing else; and the page needs nothing else.
func TestThePageAllowsNothing(t *testing.T) {
	root, _ := parsed(t, plainRun())
	styles, scripts := all(root, "style"), all(root, "script")
	if len(styles) != 1 || len(scripts) != 1 || len(scripts[0].Attr) != 0 {
		t.Fatalf("%d style sheets, %d scripts", len(styles), len(scripts))
	}
	want := fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; font-src data:; base-uri 'none'; form-action 'none'",
		digest(styles[0].FirstChild.Data), digest(scripts[0].FirstChild.Data))
	got := ""
	for _, m := range all(root, "meta") {
		if attr(m, "http-equiv") == "Content-Security-Policy" {
			got += attr(m, "content")
		}
	}
	if got != want {
		t.Errorf("policy %q, want %q", got, want)
	}
	if css := styles[0].FirstChild.Data; strings.Contains(strings.ReplaceAll(css, "url(data:font/woff2;base64,", ""), "url(") || strings.Contains(css, "@import") {
		t.Error("the style sheet asks for something")
	}
	if lines := strings.Count(scriptText, "\n"); lines >= 300 {
		t.Errorf("the script has %d lines", lines)
	}
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			switch {
			case a.Key == "style", strings.HasPrefix(a.Key, "on"), a.Key == "src", a.Key == "srcset":
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			case a.Key == "href" && !strings.HasPrefix(a.Val, "#"):
				t.Errorf("a link out of the page: %q", a.Val)
			}
		}
	}
}

// What refers to something finds it, once.
func TestThePageHangsTogether(t *testing.T) {
	root, _ := parsed(t, plainRun())
	ids := map[string]int{}
	for n := range root.Descendants() {
		if id := attr(n, "id"); id != "" {
			ids[id]++
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("%d elements are called %q", n, id)
		}
	}
	linked := []string{}
	for n := range root.Descendants() {
		refs := strings.Fields(attr(n, "aria-labelledby"))
		if href := attr(n, "href"); href != "" {
			linked = append(linked, href)
			refs = append(refs, strings.TrimPrefix(href, "#"))
		}
		for _, ref := range refs {
			if ids[ref] != 1 {
				t.Errorf("<%s> refers to %q, which is not there", n.Data, ref)
			}
		}
	}
	for _, s := range all(root, "section") {
		if id := attr(s, "id"); id != "" && !slices.Contains(linked, "#"+id) {
			t.Errorf("the table of contents lacks %q", id)
		}
	}
	if n := len(all(root, "h1")); n != 1 {
		t.Errorf("%d first headings", n)
	}
	for _, table := range all(root, "table") {
		if len(all(table, "caption")) != 1 {
			t.Error("a table without a caption")
		}
		for _, th := range all(table, "th") {
			if attr(th, "scope") == "" {
				t.Errorf("a head without a scope: %q", textOf(th))
			}
		}
	}
}

// The page says what the other outputs say.
func TestThePageSaysWhatWasMeasured(t *testing.T) {
	d := plainRun()
	r := New(d)
	source := d.Sources[0].Label
	root, _ := parsed(t, d)
	if got := textOf(all(root, "h1")[0]); got != r.Headline(source) {
		t.Errorf("headline %q, want %q", got, r.Headline(source))
	}
	text := textOf(root)
	of, _ := r.verdicts(source)
	for _, v := range of {
		if !strings.Contains(text, v.Says) || v.Outcome != "not measurable" && !strings.Contains(text, strings.Split(measured(v, v.Measured), " ")[0]) {
			t.Errorf("the page lacks %s, %s", v.ID, v.Says)
		}
	}
	rows := 0
	for _, tr := range all(root, "tr") {
		if attr(tr, "data-verdict") != "" {
			rows++
		}
	}
	if rows != len(of) || len(of) == 0 {
		t.Errorf("%d rows of %d verdicts", rows, len(of))
	}
	for _, g := range r.of(source) {
		if !strings.Contains(text, short(g.Name)) || !strings.Contains(text, words.Number(g.ByGoroutines.Mid)) {
			t.Errorf("the page lacks the gains of %s", g.Name)
		}
	}
	if n := strings.Count(text, "95% interval "); n < 4 {
		t.Errorf("%d intervals beside the four numbers", n)
	}
	for _, want := range []string{"24 November 2026", tally(of), "swap", "harmless failure", "harmless dropped", "harmless warning", "harmless forced"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(text, "Not complete") {
		t.Error("a complete run is called incomplete")
	}
	d.Sources[0].Run.Status = "interrupted"
	if root, _ := parsed(t, d); !strings.Contains(textOf(root), "Not complete (interrupted): 900 of 900 samples.") {
		t.Error("an interrupted run is not called so")
	}
}

// Anybody's benchmark text has a page too, of what there is.
func TestThePageOfPlainText(t *testing.T) {
	s := series.Source{Label: "bench.txt", Path: "bench.txt", Config: map[string]string{"cpu": "a fine CPU"}}
	s.Add(&series.Measurement{Key: series.Key{Name: "Parse/size=1", Goroutines: -1, Procs: 4}, Rounds: []int{0},
		Foreign: []float64{math.NaN()}, Units: series.UnitsOf(map[string][]float64{"sec/op": {0.00123}})})
	d := &series.Data{Sources: []series.Source{s}}
	root, _ := parsed(t, d)
	text := textOf(root)
	for _, want := range []string{"Parse/size=1", "P=4", "1.230m", "a fine CPU", "go run ./report bench.txt"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, n := range all(root, "details") {
		if attr(n, "class") == "data" && !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "open" }) {
			t.Error("all that there is to see is folded")
		}
	}
	for _, id := range []string{"verdicts", "workloads"} {
		for _, s := range all(root, "section") {
			if attr(s, "id") == id {
				t.Errorf("a section %q of nothing", id)
			}
		}
	}
}

// However much there is to tell, a page can be sent to somebody.
func TestThePageIsNotTooLarge(t *testing.T) {
	d := plainRun()
	d.Sources[0].Run.Cells = nil // unknown
	s := &d.Sources[0]
	name := s.Works[len(s.Works)-1].Name
	for i := range 3000 {
		k := series.Key{Name: fmt.Sprintf("%s/%d", name, i), Goroutines: 1 + i%2, Procs: 1}
		s.Add(&series.Measurement{Key: k, Rounds: []int{0}, Foreign: []float64{0}, Units: series.UnitsOf(map[string][]float64{"sec/op": {1}})})
		d.Warnings = append(d.Warnings, series.Warning{Text: fmt.Sprint("warning ", i)})
	}
	root, text := parsed(t, d)
	if len(text) > 1_000_000 {
		t.Errorf("%d bytes", len(text))
	}
	all := textOf(root)
	for _, want := range []string{"and 2901 more", fmt.Sprintf("Shown are %d of %d cells", maxCells, len(s.Cells())), fmt.Sprintf("Shown are %d of 3006 rows", maxCells)} {
		if !strings.Contains(all, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// What a file calls a kind of work is no class of the style sheet.
func TestClass(t *testing.T) {
	for tone, want := range map[string]string{"waiting": "waiting", "skip unseen": "neutral", "": "neutral"} {
		if got := class(tone); got != want {
			t.Errorf("%q has the class %q, want %q", tone, got, want)
		}
	}
}

// Each word is explained once, and linked from where it first stands. The list
// is of what readers missed.
func TestTerms(t *testing.T) {
	root, _ := parsed(t, plainRun())
	explained, links := map[string]int{}, map[string]int{}
	for n := range root.Descendants() {
		if id := attr(n, "id"); strings.HasPrefix(id, "w-") {
			explained[textOf(n)]++
		}
		if href := attr(n, "href"); strings.HasPrefix(href, "#w-") {
			links[href]++
		}
	}
	for _, want := range []string{"G", "GIL", "False sharing", "Cache line", "Page cache", "fsync", "A/A", "lock-wait", "run-wait",
		"other-cpus", "alive", "Goroutine", "Concurrency", "Parallelism", "Round", "Disturbed"} {
		if explained[want] != 1 {
			t.Errorf("%q is explained %d times", want, explained[want])
		}
	}
	for href, n := range links {
		if n != 1 {
			t.Errorf("%d links to %s", n, href)
		}
	}
	if len(links) < len(glossary())/2 {
		t.Errorf("only %d of %d words are linked", len(links), len(glossary()))
	}
	for _, term := range glossary() {
		if n := len(strings.Fields(term.Text)); n > 60 {
			t.Errorf("%s is explained in %d words", term.Name, n)
		}
	}
}

// The longest word that stands at a place is linked, the first time only, and
// nothing in a text becomes markup.
func TestLinker(t *testing.T) {
	l := &linker{map[string]bool{}}
	for _, tt := range [][2]string{
		{"the parallelism gain of G=8 <b>", `the <a href="#w-parallelism-gain">parallelism gain</a> of <a href="#w-g">G</a>=8 &lt;b&gt;`},
		{"parallelism gain, parallelism", `parallelism gain, <a href="#w-parallelism">parallelism</a>`},
		{"lock-wait, GOGC", `<a href="#w-lockwait">lock-wait</a>, GOGC`},
	} {
		if got := string(l.Link(tt[0])); got != tt[1] {
			t.Errorf("%q: %s, want %s", tt[0], got, tt[1])
		}
	}
	if first := l.First("With the GIL, a round"); len(first) != 2 || len(l.First("GIL")) != 0 {
		t.Errorf("first uses: %v", first)
	}
}

// The counts above the table, in the filter, on the folded rows and of the
// lines themselves add up.
func TestCountsAddUp(t *testing.T) {
	d := plainRun()
	root, _ := parsed(t, d)
	judged, _ := New(d).verdicts(d.Sources[0].Label)
	lines := map[string]int{}
	for _, tr := range all(root, "tr") {
		if category := attr(tr, "data-verdict"); category != "" {
			lines[category]++
		}
	}
	inFilter := map[string]int{}
	for _, label := range all(root, "label") {
		if strings.HasPrefix(attr(label, "class"), "chip") {
			text := textOf(label)
			at := strings.LastIndexByte(text, ' ')
			n, err := strconv.Atoi(text[at+1:])
			if err != nil {
				t.Fatal(err)
			}
			inFilter[text[:at]] = n
		}
	}
	if !maps.Equal(lines, inFilter) || len(lines) < 2 {
		t.Errorf("lines %v, in the filter %v", lines, inFilter)
	}
	for outcome, n := range claims.Counted(judged) {
		if lines[string(outcome)] != n {
			t.Errorf("%d lines are %s, and %d are counted", lines[string(outcome)], outcome, n)
		}
	}
	if !strings.Contains(textOf(root), addsUp(judged)) {
		t.Errorf("the page does not say %q", addsUp(judged))
	}
}

// First the words, then what was run, what it is worth and the gains; verdicts
// follow, and those that deserve a look stand open.
func TestOrderOfThePage(t *testing.T) {
	root, _ := parsed(t, plainRun())
	var ids []string
	for _, s := range all(root, "section") {
		if id := attr(s, "id"); id != "" {
			ids = append(ids, id)
		}
	}
	at := -1
	for _, id := range []string{"words", "ran", "advice", "kitchen", "gains", "workloads", "verdicts", "throughput", "trust", "method", "cells"} {
		next := slices.Index(ids, id)
		if next >= 0 && next < at {
			t.Errorf("%s stands too early: %q", id, ids)
		}
		at = max(at, next)
	}
	d := plainRun()
	at = -1
	for _, title := range []string{"# ", "words</summary>", "\n## What was run", "\n## What it is worth", "\n## Gains", "\n## Verdicts", "\n## Can it be trusted?",
		"\n## How it was measured", "\n## Every cell"} {
		next := strings.Index(New(d).Markdown(d.Sources[0].Label, nil), title)
		if next >= 0 && next < at || next < 0 && strings.Contains(title, "##") && !strings.Contains(title, "run") && !strings.Contains(title, "worth") {
			t.Errorf("in Markdown %q stands at %d, after %d", title, next, at)
		}
		at = max(at, next)
	}
	for _, fold := range all(root, "details") {
		for _, tr := range all(fold, "tr") {
			if strings.HasSuffix(attr(fold, "class"), "rest") && slices.Contains([]string{"refuted", "inconclusive"}, attr(tr, "data-verdict")) {
				t.Errorf("folded: %s", textOf(tr))
			}
		}
	}
}
