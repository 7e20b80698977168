package table_test

import (
	"fmt"
	"os"
	"slices"

	"conpar/report/null"
	"conpar/report/stats"
	"conpar/report/table"
	"conpar/report/words"
)

// A table is written once.
func Example() {
	columns := []table.Column{
		{Head: "work", Least: 8},
		{Head: "gain"},
		{Head: "CPUs\nbusy", Right: true, Spare: 1, Long: "CPUs busy"},
	}
	gain := stats.Interval{Mid: 1.98, Lo: 1.97, Hi: 1.99}
	t := table.Of(columns,
		[]table.Cell{{Text: "a-benchmark-with-a-long-name"}, table.Figure(words.Times(gain), gain.Mid), {Text: "1.9"}},
		[]table.Cell{{Text: "tcp"}, {Text: words.Unknown, Small: "one CPU"}, {Text: "0.05"}},
	)
	t.Write(os.Stdout, 80)
	t.Write(os.Stdout, 40) // names are shortened
	t.Write(os.Stdout, 30) // and then the column that can be spared is left out
	fmt.Println(t.Markdown())
	// Output:
	// work                         gain              CPUs
	//                                                busy
	// ────────────────────────────────────────────────────
	// a-benchmark-with-a-long-name 1.98× (1.97–1.99)  1.9
	// tcp                          – (one CPU)       0.05
	// work             gain              CPUs
	//                                    busy
	// ────────────────────────────────────────
	// a-benchm…ng-name 1.98× (1.97–1.99)  1.9
	// tcp              – (one CPU)       0.05
	// work        gain
	// ──────────────────────────────
	// a-ben…-name 1.98× (1.97–1.99)
	// tcp         – (one CPU)
	// | work | gain | CPUs<br/>busy |
	// | --- | --- | ---:|
	// | a-benchmark-with-a-long-name | 1.98× (1.97–1.99) | 1.9 |
	// | tcp | – (one CPU) | 0.05 |
}

func ExampleTable_HTML() {
	t := table.Of(table.Heads("claim", "verdict"),
		[]table.Cell{{Text: "R1", Href: "#r1"}, {Mark: "✓", Text: "supported", Class: "pill good", Small: "16 rounds"}})
	t.Caption, t.Class, t.Sortable = "Verdicts", "plain", true
	text, err := t.HTML()
	fmt.Println(text, err)
	// Output:
	// <table class="plain sort">
	// <caption class="unseen">Verdicts</caption>
	// <thead><tr><th scope="col" data-sort="text">claim</th><th scope="col" data-sort="text">verdict</th></tr></thead>
	// <tbody>
	// <tr><th scope="row"><a href="#r1">R1</a></th><td><span class="pill good"><span aria-hidden="true">✓</span> supported</span> <span class="ci">16 rounds</span></td></tr>
	// </tbody>
	// </table>
	//  <nil>
}

// CSV has the fields of the JSON.
func ExampleWriteCSV() {
	records := []null.Object{
		{"work", "=tcp", "g", null.Positive(64), "gain", null.Estimate(stats.Interval{Mid: 1.98, Lo: 1.97, Hi: 1.99})},
		{"work", "", "g", null.Positive(0)},
	}
	err := table.WriteCSV(os.Stdout, []string{"work", "g", "gain.mid", "gain.lo"}, slices.Values(records))
	fmt.Println(err)
	// Output:
	// work,g,gain.mid,gain.lo
	// '=tcp,64,1.98,1.97
	// ,,,
	// <nil>
}
