package run_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"conpar/report/run"
)

const recordedRun = "../../results/amd-turin-2cpu/20261130T205142Z"

// exercised makes an exercise, and returns its files.
func exercised(t *testing.T, path string) map[string]*html.Node {
	t.Helper()
	dir := t.TempDir()
	var out, errs bytes.Buffer
	if code := run.Run(t.Context(), nil, &out, &errs, []string{"-exercise", dir, path}); code != run.Fine {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	files := map[string]*html.Node{}
	for _, name := range []string{"exercise", "answers", "questions", "key"} {
		data, err := os.ReadFile(filepath.Join(dir, name+".html"))
		if err != nil {
			t.Fatal(err)
		}
		if files[name], err = html.Parse(bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), name+".html") {
			t.Errorf("nothing is said of %s.html: %s", name, &out)
		}
	}
	return files
}

// with returns the elements below n of which a word of an attribute is known.
func with(n *html.Node, key, word string) (found []*html.Node) {
	for d := range n.Descendants() {
		for _, a := range d.Attr {
			if a.Key == key && (word == "" || slices.Contains(strings.Fields(a.Val), word)) {
				found = append(found, d)
			}
		}
	}
	return found
}

// source is everything that a reader of the source sees: texts and attributes, but
// neither style nor script.
func source(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		switch {
		case d.Type == html.TextNode && d.Parent.Data != "style" && d.Parent.Data != "script":
			b.WriteString(d.Data)
		case d.Data == "tr", d.Data == "td":
			b.WriteByte(' ')
		}
		for _, a := range d.Attr {
			b.WriteString(" " + a.Val + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// No figure and no verdict of the answers can be read in the source of the pages that
// a class gets first.
func TestExerciseHidesTheAnswers(t *testing.T) {
	files := exercised(t, recordedRun)
	var given strings.Builder // predictions, the glossary, and what is asked
	for _, n := range append(with(files["answers"], "class", "predicted"), with(files["answers"], "class", "terms")...) {
		given.WriteString(source(n) + "\n")
	}
	answers := []*html.Node{}
	for _, n := range with(files["key"], "href", "") {
		if strings.HasPrefix(href(n), "answers.html#") {
			answers = append(answers, n)
			given.WriteString(source(n.Parent.PrevSibling.PrevSibling) + "\n")
		}
	}
	figure := regexp.MustCompile(`[\d.,]*\d(?:[×%]|–[\d.,a-z]*[\da-z])|\d+\.\d+`) // a gain, a fraction, an interval
	figures := map[string]bool{}
	for _, class := range []string{"n", "ci", "c-measured", "num"} {
		for _, n := range with(files["answers"], "class", class) {
			for _, f := range figure.FindAllString(source(n), -1) {
				if !strings.Contains(given.String(), f) {
					figures[f] = true
				}
			}
		}
	}
	for _, n := range answers {
		answer, anchor := source(n.Parent.PrevSibling), strings.TrimPrefix(href(n), "answers.html#")
		for _, f := range figure.FindAllString(answer, -1) {
			figures[f] = !strings.Contains(given.String(), f)
		}
		if len(answer) < 3 || len(with(files["answers"], "id", anchor)) != 1 {
			t.Errorf("the key has %q, from #%s", answer, anchor)
		}
	}
	if len(figures) < 150 {
		t.Fatalf("only %d figures to look for: %q", len(figures), slices.Sorted(maps.Keys(figures)))
	}
	for _, name := range []string{"exercise", "questions"} {
		text := " " + source(files[name]) + " "
		for f, only := range figures {
			if only && regexp.MustCompile(`[^\d.,–]`+regexp.QuoteMeta(f)+`[^\d–]`).MatchString(text) {
				t.Errorf("%s.html has %q", name, f)
			}
		}
		for _, class := range []string{"pill", "n", "c-measured", "ci", "chart"} {
			if n := with(files[name], "class", class); len(n) > 0 {
				t.Errorf("%s.html has %d of %s", name, len(n), class)
			}
		}
		if strings.ContainsAny(text, "✓✗") || strings.Contains(text, "95% with") || len(with(files[name], "data-verdict", ""))+len(with(files[name], "data-v", "")) > 0 {
			t.Errorf("%s.html shows verdicts", name)
		}
	}
	if strings.Contains(source(files["exercise"]), "Takes here") {
		t.Error("exercise.html says how long tasks take")
	}
}

func href(n *html.Node) string {
	for _, a := range n.Attr {
		if a.Key == "href" {
			return a.Val
		}
	}
	return ""
}

// All claims that can be guessed stand in an exercise, and ten questions in its sheet.
func TestExerciseAsksForAll(t *testing.T) {
	files := exercised(t, recordedRun)
	want := 0
	for _, n := range with(files["answers"], "data-verdict", "") {
		if len(with(n.Parent, "data-verdict", "")) > 0 && !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool {
			return a.Key == "data-verdict" && (a.Val == "control" || a.Val == "by definition")
		}) {
			want++
		}
	}
	if got := strings.Count(source(files["exercise"]), "☐ supported ☐ refuted"); got != want || want < 50 {
		t.Errorf("%d claims to be guessed, want %d", got, want)
	}
	for _, name := range []string{"questions", "key"} {
		rows := 0
		for d := range files[name].Descendants() {
			if d.Data == "tr" && d.Parent.Data == "tbody" {
				rows++
			}
		}
		if rows != 10 {
			t.Errorf("%s.html has %d questions", name, rows)
		}
	}
}

// An exercise is of one run, of which there is enough.
func TestExerciseOfTooLittle(t *testing.T) {
	few := filepath.Join(t.TempDir(), "bench.txt")
	if err := os.WriteFile(few, []byte("BenchmarkA/goroutines=1 1 10 ns/op\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{few}, "figures for 0 of 10 questions"},
		{[]string{recordedRun, "../../results/amd-turin-2cpu/20261130T122339Z"}, "takes one run, and there are 2"},
		{[]string{"-o", "there", recordedRun}, "-exercise goes with no other flag"},
	} {
		dir := filepath.Join(t.TempDir(), "class")
		var out, errs bytes.Buffer
		code := run.Run(t.Context(), nil, &out, &errs, append([]string{"-exercise", dir}, tt.args...))
		if code != run.BadInput || !strings.Contains(errs.String(), tt.says) || out.Len() > 0 {
			t.Errorf("%q: exit code %d, %q, %q", tt.args, code, &errs, &out)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%q: pages were written", tt.args)
		}
	}
}
