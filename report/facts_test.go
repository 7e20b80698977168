package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// sentenceEnd is where a sentence ends: not in 0.98 or report.html.
var sentenceEnd = regexp.MustCompile(`[.!?](\s|$)`)

// The twelve facts that a reader must be able to find stand each under an anchor of
// the page, in at most two sentences.
func TestTwelveFacts(t *testing.T) {
	root, err := html.Parse(strings.NewReader(page(t)["report.html"]))
	if err != nil {
		t.Fatal(err)
	}
	under := map[string]*html.Node{}
	for n := range root.Descendants() {
		if id := attr(n, "id"); id != "" {
			under[id] = n
		}
	}
	for _, fact := range []struct {
		question, id string
		needs        []string // regular expressions
	}{
		{"what concurrency is", "w-concurrency", []string{"in progress at once", "no second CPU"}},
		{"what parallelism is", "w-parallelism", []string{"same instant", "several CPUs"}},
		{"what gains from goroutines, from CPUs, from neither, and why", "which",
			[]string{`goroutines gains work that waits.* while one waits \(.*tcp`, `CPUs work that computes.*\(.*primes`, "From neither .*one lock"}},
		{"what 64 in flight with 0.2 CPUs busy means", "w-inflight", []string{"64 in flight and 0.2 CPUs busy nearly all of them wait"}},
		{"workers and GOMAXPROCS for 10 ms and 2 ms", "mix", []string{`10 ms and computes for 2\.?0? ms: GOMAXPROCS 2 and 1\d–1\d workers`}},
		{"whether busy is fast", "w-busy", []string{"busy CPU may still be slow"}},
		{"whether one processor makes a counter safe", "w-race", []string{"One processor does not make it safe", "counter"}},
		{"what the GIL does to threads of Python", "w-gil", []string{"only one thread", "Python code at a time"}},
		{"what a goroutine and a thread hold", "w-thread", []string{"reserves megabytes of addresses", "goroutine begins with 2 KB"}},
		{"how sure the second figure is", "sure", []string{`second figure.*\d\.\d\d×.*\d\.\d+–\d\.\d+ with 95% confidence, by \d+ rounds`, "More rounds make it surer"}},
		{"what was not measurable", "unmeasured", []string{"L3 Java virtual.*Java 17 has no virtual threads"}},
		{"how to repeat the run, and compare it with a colleague's", "again",
			[]string{`go run ./bench -profile quick -seed \d+ Make`, "colleague's: scripts/compare.sh .* OTHER"}},
	} {
		n := under[fact.id]
		if n == nil {
			t.Errorf("%s: the page has no anchor #%s", fact.question, fact.id)
			continue
		}
		if n.Data == "dt" {
			n = n.NextSibling
		}
		text := strings.Join(strings.Fields(words(n)), " ")
		for _, needs := range fact.needs {
			if !regexp.MustCompile(needs).MatchString(text) {
				t.Errorf("%s: #%s does not say %q: %s", fact.question, fact.id, needs, text)
			}
		}
		if got := len(sentenceEnd.FindAllString(text, -1)); got > 2 {
			t.Errorf("%s: #%s has %d sentences, more than 2: %s", fact.question, fact.id, got, text)
		}
	}
}

// hardTurns are turns that readers did not understand. None may stand where a user
// reads: help, pages, READMEs, claims and messages.
var hardTurns = []string{
	"what each is worth to a kind of work",
	"as two factors with intervals, and judges by them",
	"unless that is so of more than half",
	"cannot fail by construction",
	"controls are about the measurement",
	"work that computes gains what there are",
	"cannot be read is passed over",
	"whatever its alias, or while others",
	"with another byte in place of its end",
	"corrected interval includes a bound",
	"rate of others is below",
	"in proportion to goroutines crosses",
	"the rounds do not tell which",
}

func TestNoHardTurns(t *testing.T) {
	read := map[string]bool{".md": true, ".txt": true, ".go": true, ".gohtml": true, ".js": true, ".json": true}
	marks := strings.NewReplacer("//", " ", `" +`, " ", `"`, " ", "`", " ")
	files := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == "own" || d.Name() == "foreign" ||
			strings.HasPrefix(d.Name(), ".") && d.Name() != ".."):
			return filepath.SkipDir // what others wrote
		case d.IsDir() || !read[filepath.Ext(path)] || strings.HasSuffix(path, "_test.go") || d.Name() == "run.json" || d.Name() == "bench.txt":
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		text := strings.ToLower(strings.Join(strings.Fields(marks.Replace(string(data))), " "))
		for _, turn := range hardTurns {
			if strings.Contains(text, turn) {
				t.Errorf("%s says %q: say it in plain words", path, turn)
			}
		}
		return nil
	})
	if err != nil || files < 100 {
		t.Fatalf("%d files read: %v", files, err)
	}
}
