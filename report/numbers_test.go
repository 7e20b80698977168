package main

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// printed is a number where it stands on the page, with the rounds that are said
// beside it.
type printed struct{ place, text, interval, rounds string }

// numbers are the numbers of a page by what they are of.
type numbers map[string][]printed

func (n numbers) add(of, place, text, interval, rounds string) {
	n[of] = append(n[of], printed{place, text, strings.Trim(interval, "() "), rounds})
}

// value reads a number as it is printed, and returns half of its last digit.
func value(t *testing.T, text string) (v, half float64) {
	t.Helper()
	text = strings.ReplaceAll(strings.TrimRight(text, "× %"), ",", "")
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("%q is no number", text)
	}
	_, decimals, _ := strings.Cut(text, ".")
	return v, math.Pow(10, -float64(len(decimals))) / 2
}

// agrees says whether two numbers are the same as far as both have digits, and so
// are their intervals, where both have one.
func (p printed) agrees(t *testing.T, q printed) bool {
	t.Helper()
	a, halfA := value(t, p.text)
	b, halfB := value(t, q.text)
	same := p.interval == q.interval || p.interval == "" || q.interval == ""
	return same && math.Abs(a-b) <= (halfA+halfB)*(1+1e-9)
}

// matches finds what matches in a text, with its groups.
func matches(re, text string) [][]string {
	return regexp.MustCompile(re).FindAllStringSubmatch(text, -1)
}

// below finds elements by the value of an attribute, or without one by their name.
func below(n *html.Node, key, value string) (found []*html.Node) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && (key == "" && d.Data == value || key != "" && attr(d, key) == value) {
			found = append(found, d)
		}
	}
	return found
}

func plain(n *html.Node) string { return strings.Join(strings.Fields(words(n)), " ") }

// heads collects what the page says of its four numbers in sentences and cards.
func (n numbers) heads(root *html.Node) {
	for i, card := range below(root, "class", "card") {
		of := []string{"tcp first", "tcp last", "primes first", "primes last"}[i]
		text := plain(card)
		n.add(of, "the cards", matches(`^([\d.]+×)`, text)[0][1], matches(`interval (.*)$`, text)[0][1], "")
	}
	h1 := matches(`\(tcp\) ([\d.]+×);.*\(primes\) ([\d.]+×)`, plain(below(root, "", "h1")[0]))[0]
	n.add("tcp first", "the headline", h1[1], "", "")
	n.add("primes last", "the headline", h1[2], "", "")
	sure := matches(`is ([\d.]+×), and lies within (\S+) with .* by (\d+) rounds`, plain(below(root, "id", "sure")[0]))[0]
	n.add("tcp last", "how sure it is", sure[1], sure[2], sure[3])
	mixed := matches(`\(primes\) gains ([\d.]+×) \((\S+)\) from 2 CPUs`, plain(below(root, "id", "advice")[0]))[0]
	n.add("primes last", "mixed work", mixed[1], mixed[2], "")
}

// table collects the gains table. A gain is named by its two cells.
func (n numbers) table(root *html.Node) {
	for _, tr := range below(below(root, "id", "workloads")[0], "", "tr")[1:] {
		row := matches(`^(\S+) ?\S* (\d+) (\d+) ([\d.]+) (\S+) (?:–|([\d.]+) (\S+)) ([\d.]+) (\S+) `+
			`([\d.]+) (\d+) (\d+) ([\d.]+) ([\d.]+) `, spaced(tr))
		if len(row) == 0 {
			continue // not measurable
		}
		r := row[0]
		work, g, p := r[1], r[2], r[3]
		for i, step := range []string{"first", "blocking", "last"} {
			if r[4+2*i] != "" {
				n.add(work+" "+step, "the gains table", r[4+2*i], r[5+2*i], r[12])
			}
		}
		one, many, wide := "cpus=1/goroutines=1", "cpus=1/goroutines="+g, "goroutines="+g+"-"+p
		n.add(work+" "+one+" "+many, "the gains table", r[4], "", r[12])
		if r[6] != "" {
			n.add(work+" "+many+" cpus=1/"+wide, "the gains table", r[6], "", r[12])
			n.add(work+" cpus=1/"+wide+" "+wide, "the gains table", r[8], "", r[12])
		}
		n.add(fmt.Sprintf("%s G=%s P=%s inflight", work, g, p), "the gains table", r[13], "", r[12])
		n.add(fmt.Sprintf("%s G=%s P=%s busy", work, g, p), "the gains table", r[14], "", r[12])
	}
}

// spaced is the text of a line of a table, with blanks between its cells.
func spaced(tr *html.Node) string {
	var cells []string
	for c := range tr.ChildNodes() {
		text := ""
		for d := range c.Descendants() {
			if d.Type == html.TextNode {
				if d.Parent.Data == "span" {
					text += " "
				}
				text += d.Data
			}
		}
		cells = append(cells, text)
	}
	return strings.Join(strings.Fields(strings.Join(cells, " ")), " ")
}

// charts collects the titles and the tips of charts.
func (n numbers) charts(root *html.Node) {
	for _, tip := range below(below(root, "id", "gains")[0], "", "title") {
		for _, m := range matches(`^(\S+): .*, ([\d.]+×) \((\S+)\) from 2 CPUs$`, words(tip)) {
			n.add(m[1]+" last", "the chart of gains", m[2], m[3], "")
		}
	}
	speedup := below(root, "id", "speedup")[0]
	for _, tip := range below(speedup, "", "title") {
		for _, m := range matches(`^(\S+), GOMAXPROCS 2: ([\d.]+×) \((\S+)\)$`, words(tip)) {
			n.add(m[1]+" both", "the chart of speed-up", m[2], m[3], "")
		}
	}
	title := matches(`\(primes\) ([\d.]+×), waiting \(tcp\) ([\d.]+×)`, plain(below(speedup, "", "h2")[0]))[0]
	n.add("primes both", "the title of speed-up", title[1], "", "")
	n.add("tcp both", "the title of speed-up", title[2], "", "")
	plane := below(root, "id", "plane")[0]
	for _, tip := range below(plane, "", "title") {
		for _, m := range matches(`^(\S+), (G=\d+ P=\d+): ([\d.]+) in flight, ([\d.]+) CPUs busy$`, words(tip)) {
			n.add(m[1]+" "+m[2]+" inflight", "the plane", m[3], "", "every sample")
			n.add(m[1]+" "+m[2]+" busy", "the plane", m[4], "", "every sample")
		}
	}
}

// verdicts collects the lines that compare two cells, and what is said of refuted ones.
func (n numbers) verdicts(root *html.Node) {
	for d := range root.Descendants() {
		if attr(d, "data-verdict") == "" {
			continue
		}
		measured := matches(`^([\d.]+×)`, plain(below(d, "class", "c-measured")[0]))
		facts := map[string]string{}
		for _, dt := range below(d, "", "dt") {
			facts[words(dt)] = plain(dt.NextSibling)
		}
		const cell = `Benchmark\w+/work=(\S+?)/((?:cpus|goroutines)=\S+)`
		cells := matches("^"+cell+", "+cell+"$", facts["Cells"])
		if len(measured) == 0 || len(cells) == 0 || cells[0][1] != cells[0][3] || !strings.Contains(plain(d), " gain of ") {
			continue
		}
		of := cells[0][1] + " " + cells[0][2] + " " + cells[0][4]
		n.add(of, "the line "+attr(below(d, "class", "c-claim")[0], "data-v"), measured[0][1], "", strings.Fields(facts["Rounds"])[0])
	}
}

// A number that stands twice on the page is the same in both places, or the page says
// of which rounds each is, and why they differ.
func TestNumbersThatStandTwice(t *testing.T) {
	root, err := html.Parse(strings.NewReader(page(t)["report.html"]))
	if err != nil {
		t.Fatal(err)
	}
	n := numbers{}
	n.heads(root)
	n.table(root)
	n.charts(root)
	n.verdicts(root)
	pairs := 0
	for of, all := range n {
		for i, p := range all {
			for _, q := range all[:i] {
				pairs++
				if p.agrees(t, q) || p.rounds != "" && q.rounds != "" && p.rounds != q.rounds {
					continue
				}
				t.Errorf("%s: %s says %s %s, %s says %s %s (rounds %q, %q)", of, q.place, q.text, q.interval,
					p.place, p.text, p.interval, q.rounds, p.rounds)
			}
		}
	}
	if pairs < 70 {
		t.Errorf("only %d pairs were compared", pairs)
	}
	for _, says := range []string{"every sample of a cell", "the rounds of its own cells"} {
		if !strings.Contains(plain(root), says) {
			t.Errorf("the page does not say why numbers may differ: %q", says)
		}
	}
}
