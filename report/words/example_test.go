package words_test

import (
	"fmt"
	"math"

	"conpar/report/null"
	"conpar/report/stats"
	"conpar/report/words"
)

func ExampleNumber() {
	for _, v := range []float64{0, 0.00998, 0.0123, 0.5, 1.984, 56.34, 812, 1_000_000, math.NaN()} {
		fmt.Print(words.Number(v), " ")
	}
	fmt.Println(words.Exact(48), words.Exact(0.90), words.Exact(1_000_000), words.Percent(0.004))
	// Output: 0 0.010 0.012 0.50 1.98 56.3 812 1.00M – 48 0.9 1,000,000 0.40%
}

// A table shows a figure and its interval in different ways, a sentence in one.
func ExampleTimes() {
	f := words.Times(stats.Interval{Mid: 1.98, Lo: 1.97, Hi: 1.99})
	fmt.Println(f.Mid, f.Interval)
	fmt.Println(f)
	// Output:
	// 1.98× 1.97–1.99
	// 1.98× (1.97–1.99)
}

func ExampleSanitize() {
	fmt.Println(words.Sanitize("a\x1b[2Jb\u202ec"))
	fmt.Println(words.Spreadsheet("=HYPERLINK(1)"), words.Markdown("*a* | b"), words.Code("a`b"), words.ShellWord("my file"))
	// Output:
	// a�[2Jb�c
	// '=HYPERLINK(1) \*a\* \| b `` a`b `` 'my file'
}

func ExampleJSON() {
	text, err := words.JSON(null.Object{"name", "a\u202eb", "gain", nil, "mid", null.Float(math.Inf(1))})
	fmt.Println(string(text), err)
	// Output:
	// {
	//   "name": "a\u202eb",
	//   "gain": null,
	//   "mid": null
	// }
	//  <nil>
}

func ExampleWrap() {
	for _, line := range words.Wrap("- one idea a sentence, wrapped", 16) {
		fmt.Println(line)
	}
	fmt.Println(words.Shorten("group=1/case=12345", 12), words.Begin("a reason that is long", 12))
	fmt.Println(words.Count(2, "round"), words.List([]string{"a", "b", "c"}, 2))
	// Output:
	// - one idea a
	//   sentence,
	//   wrapped
	// group=…12345 a reason th…
	// 2 rounds a, b and 1 more
}
