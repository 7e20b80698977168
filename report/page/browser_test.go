//go:build system

package page_test

// These tests look at the report's page with a browser, as a person would. They
// need Node.js, what `npm ci` installs in browsertest, and Chromium.

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"conpar/report/input"
	"conpar/report/page"
	"conpar/report/run"
	"conpar/report/series"
)

const other = "../../results/amd-epyc-2cpu/20261124T172112Z"

const (
	recorded   = "../../results/amd-turin-2cpu/20261130T205142Z"
	inPractice = "../../results/amd-turin-2cpu/20261130T234906Z"
)

// browser returns where the browser is. Without one, or without what drives
// it, the test is skipped and says why; where CI is set it fails.
func browser(t *testing.T) string {
	t.Helper()
	missing := ""
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		missing = "no Chromium"
	}
	if _, err := os.Stat("browsertest/node_modules/playwright-core"); err != nil {
		missing = "no node_modules: run npm ci in report/page/browsertest"
	}
	if _, err := exec.LookPath("node"); err != nil {
		missing = "no Node.js"
	}
	if missing == "" {
		return path
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("the page cannot be looked at: %s", missing)
	}
	t.Skipf("the page is not looked at: %s", missing)
	return ""
}

// sights are the widths and colour schemes in which a page is looked at.
func sights() (all []sight) {
	for _, width := range []int{390, 820, 1280} {
		all = append(all, sight{width, "light"}, sight{width, "dark"})
	}
	return all
}

// job is what check.mjs is asked for.
type job struct {
	Browser string  `json:"browser"`
	Pages   []show  `json:"pages"`
	Sights  []sight `json:"sights"`
}

type sight struct {
	Width  int    `json:"width"`
	Scheme string `json:"scheme"`
}

type show struct {
	Name   string   `json:"name"`
	Path   string   `json:"path"`
	Checks []string `json:"checks"`
}

// found is what check.mjs found on a page.
type found struct {
	Loads   did
	Invalid []string
	Sees    []struct {
		sight
		Overflow          int
		Background        string
		Console, Requests []string
		Axe               []string
	}
	Uses struct {
		did
		Lines                                int
		AsWritten                            []string
		SortedByMouse, SortedByKey, Unsorted sorting
		Found                                struct {
			Texts  []string
			Status string
		}
		WithoutSupported  []string
		All               int
		Evidence          bool
		TipByMouse        string
		TipByKey          string
		TipGone           bool
		Themes            []string
		Printed           string
		PrintedNavigation bool
	}
	Guesses struct {
		did
		Shown, Links, Said, Truths []string
		Pills, Back                int
		Focus                      string
	}
	Reads struct {
		Claims, Charts          int
		Filter, Evidence, Guess bool
	}
}

type sorting struct {
	Sort     string
	Verdicts []string
}

// did is what a page must not do.
type did struct {
	Requests, Dialogs, Console, Violations []string
	Popups                                 int
	Moved                                  bool
}

func (d did) anything() bool {
	return len(d.Requests)+len(d.Dialogs)+len(d.Console)+len(d.Violations)+d.Popups > 0 || d.Moved
}

// write makes the page of d's first source in dir.
func write(t *testing.T, dir, name string, d *series.Data) string {
	t.Helper()
	r := page.New(d)
	source := d.Sources[0].Label
	figures, err := r.Charts(source)
	if err != nil {
		t.Fatal(err)
	}
	html, err := r.HTML(source, figures)
	if err != nil {
		t.Fatal(err)
	}
	return put(t, dir, name, string(html))
}

func put(t *testing.T, dir, name, html string) string {
	t.Helper()
	path := filepath.Join(dir, name+".html")
	if err := os.WriteFile(path, []byte(html), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// look runs check.mjs.
func look(t *testing.T, j job) map[string]found {
	t.Helper()
	dir := t.TempDir()
	text, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "job.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute) // a browser that hangs
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "check.mjs", path)
	cmd.Dir, cmd.Stderr = "browsertest", os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("check.mjs: %v", err)
	}
	var pages map[string]found
	if err := json.Unmarshal(out, &pages); err != nil {
		t.Fatalf("check.mjs: %v: %s", err, out)
	}
	return pages
}

// Whatever is planted in a report, no script of it runs and no request leaves;
// the same payloads do both in a page that lets them.
func TestPayloadsDoNothing(t *testing.T) {
	j := job{Browser: browser(t)}
	dir := t.TempDir()
	turns := len(page.Payloads)/len(page.Places) + 1 // so that each is in some page
	for i := range turns {
		name := fmt.Sprintf("hostile-%d", i)
		path := write(t, dir, name, page.Planted(func(place string) string { return page.At(i, place) }))
		j.Pages = append(j.Pages, show{name, path, []string{"loads"}})
	}
	clean, err := os.ReadFile(write(t, dir, "harmless", page.Planted(page.Harmless)))
	if err != nil {
		t.Fatal(err)
	}
	// Two pages that a careless writer would make: with and without the policy.
	careless := strings.Replace(string(clean), "<h1>", `<script>alert(1)</script><img src="//evil.example/x.png" onerror="alert(2)" alt=""><h1>`, 1)
	const policy = `http-equiv="Content-Security-Policy"`
	open := strings.Replace(careless, policy, `name="none"`, 1)
	if !strings.Contains(careless, policy) || open == careless {
		t.Fatal("the page has no policy")
	}
	j.Pages = append(j.Pages, show{"careless", put(t, dir, "careless", careless), []string{"loads"}}, show{"open", put(t, dir, "open", open), []string{"loads"}})
	pages := look(t, j)
	for i := range turns {
		name := fmt.Sprintf("hostile-%d", i)
		if p, ok := pages[name]; !ok || p.Loads.anything() {
			t.Errorf("%s: %+v", name, p.Loads)
		}
	}
	if p := pages["open"].Loads; len(p.Dialogs) != 2 || len(p.Requests) != 1 {
		t.Errorf("what a page does is not noticed: %+v", p)
	}
	if p := pages["careless"].Loads; len(p.Dialogs)+len(p.Requests) != 0 || len(p.Violations) != 3 {
		t.Errorf("the policy does not hold: %+v", p)
	}
}

// The page of the recorded run is one that anybody can read and use.
func TestThePageAsAPersonSeesIt(t *testing.T) {
	j := job{Browser: browser(t), Sights: sights()}
	data, err := input.Read([]string{recorded}, nil)
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, t.TempDir(), "report", data)
	j.Pages = []show{{"report", path, []string{"loads", "valid", "sees", "uses", "guesses"}}}
	p := look(t, j)["report"]
	seen(t, "report", p)
	used(t, p)
	guessed(t, p)
	if r := p.Reads; r.Claims != len(p.Uses.AsWritten) || r.Filter || r.Guess || !r.Evidence || r.Charts < 5 {
		t.Errorf("without a script: %+v", r)
	}
}

// So are the other pages: of the profile "practice", on scaling, of a comparison, and over all runs.
func TestOtherPagesAsAPersonSeesThem(t *testing.T) {
	j := job{Browser: browser(t), Sights: sights()}
	dir := t.TempDir()
	for _, p := range []struct {
		name, path string
		args       []string
	}{
		{"practice", "practice/report.html", []string{"-o", filepath.Join(dir, "practice"), inPractice}},
		{"scale", "scale/scale.html", []string{"scale", "-cpus", "2", "-o", filepath.Join(dir, "scale"), "../testdata/foreign/sync.txt"}},
		{"compare", "compare/compare.html", []string{"compare", "-o", filepath.Join(dir, "compare"), recorded, other}},
		{"index", "index.html", []string{"index", "-o", filepath.Join(dir, "index.html"), "../../results"}},
	} {
		var out, errs bytes.Buffer
		if code := run.Run(t.Context(), nil, &out, &errs, p.args); code != run.Fine {
			t.Fatalf("%v: exit code %d: %s", p.args, code, errs.String())
		}
		j.Pages = append(j.Pages, show{p.name, filepath.Join(dir, p.path), []string{"loads", "valid", "sees"}})
	}
	for name, p := range look(t, j) {
		seen(t, name, p)
	}
}

// seen checks what a page does on its own, and how it looks.
func seen(t *testing.T, name string, p found) {
	t.Helper()
	if p.Loads.anything() {
		t.Errorf("%s: %+v", name, p.Loads)
	}
	for _, m := range p.Invalid {
		t.Errorf("%s: html-validate: %s", name, m)
	}
	if want := len(sights()); len(p.Sees) != want {
		t.Errorf("%s: looked at in %d of %d combinations of width and scheme", name, len(p.Sees), want)
	}
	for _, s := range p.Sees {
		if len(s.Axe)+len(s.Console)+len(s.Requests) > 0 || s.Overflow > 0 {
			t.Errorf("%s at %d px, %s: axe %q, console %q, requests %q, %d px wider than the window", name, s.Width, s.Scheme, s.Axe, s.Console, s.Requests, s.Overflow)
		}
		if dark := s.Background != white; dark != (s.Scheme == "dark") {
			t.Errorf("%s: %s is shown on %s", name, s.Scheme, s.Background)
		}
	}
}

const white = "rgb(255, 255, 255)"

// used checks what came of using the page.
func used(t *testing.T, p found) {
	t.Helper()
	u := p.Uses
	if u.anything() {
		t.Errorf("%+v", u.did)
	}
	// The first column puts first what deserves a look.
	order := []string{"refuted", "inconclusive", "not measurable", "supported", "by definition"}
	by := func(a, b string) int { return slices.Index(order, a) - slices.Index(order, b) }
	if slices.IsSortedFunc(u.AsWritten, by) {
		t.Error("the table is sorted before anybody sorts it")
	}
	if s := u.SortedByMouse; s.Sort != "ascending" || !slices.IsSortedFunc(s.Verdicts, by) || len(s.Verdicts) != len(u.AsWritten) {
		t.Errorf("sorted by mouse: %+v", s)
	}
	if s := u.SortedByKey; s.Sort != "descending" || !slices.IsSortedFunc(s.Verdicts, func(a, b string) int { return by(b, a) }) || len(s.Verdicts) != len(u.AsWritten) {
		t.Errorf("sorted by key: %+v", s)
	}
	if s := u.Unsorted; s.Sort != "" || !slices.Equal(s.Verdicts, u.AsWritten) {
		t.Errorf("no longer sorted: %+v", s)
	}
	if f := u.Found; len(f.Texts) == 0 || len(f.Texts) == u.Lines || f.Status != fmt.Sprintf("%d of %d lines", len(f.Texts), u.Lines) {
		t.Errorf("found: %d claims, %q", len(f.Texts), f.Status)
	}
	if slices.Contains(u.WithoutSupported, "supported") || len(u.WithoutSupported) == 0 || u.All != len(u.AsWritten) {
		t.Errorf("filtered: %q; all: %d", u.WithoutSupported, u.All)
	}
	if n := strings.Count(u.TipByMouse, "tasks/s"); n < 2 {
		t.Errorf("points that lie upon each other: the tip has %d of them: %q", n, u.TipByMouse)
	}
	if !u.Evidence || !strings.Contains(u.TipByMouse, "tasks/s") || !strings.Contains(u.TipByKey, "tasks/s") || !u.TipGone {
		t.Errorf("evidence %v, tips %q and %q, which goes: %v", u.Evidence, u.TipByMouse, u.TipByKey, u.TipGone)
	}
	if len(u.Themes) != 2 || u.Themes[0] != white || u.Themes[1] == white {
		t.Errorf("themes %q", u.Themes)
	}
	if u.Printed != white || u.PrintedNavigation {
		t.Errorf("in print: %s, with navigation %v", u.Printed, u.PrintedNavigation)
	}
}

// guessed checks what came of guessing first.
func guessed(t *testing.T, p found) {
	t.Helper()
	g := p.Guesses
	if g.anything() {
		t.Errorf("%+v", g.did)
	}
	if len(g.Shown) > 0 || g.Pills > 0 || slices.Contains(g.Links, "Verdicts") || !slices.Contains(g.Links, "Words") {
		t.Errorf("not hidden: %q, %d verdicts and charts, links to %q", g.Shown, g.Pills, g.Links)
	}
	if g.Focus != "guess-h" || g.Back != 4 || len(g.Truths) != len(g.Said) {
		t.Errorf("the focus is at %q; uncovered: %q; back are %d numbers", g.Focus, g.Truths, g.Back)
	}
	for i, want := range []string{"Right: .*× was measured. Score: 1 of 1.", "Right: supported. Score: 2 of 2.", "Not so: refuted. Score: 2 of 3.",
		"This run can't tell: inconclusive. Score: 2 of 3."} {
		if i >= len(g.Said) || !regexp.MustCompile("^"+want+"$").MatchString(g.Said[i]) {
			t.Errorf("guess %d: %q, want %q", i, g.Said, want)
		}
	}
}
