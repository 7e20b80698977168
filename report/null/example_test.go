package null_test

import (
	"encoding/json"
	"fmt"
	"math"

	"conpar/report/null"
	"conpar/report/stats"
)

func Example() {
	text, err := json.Marshal([]any{
		null.Float(math.Inf(1)), null.Float(1.0 / 3), null.Full(1.0 / 3), null.Positive(0), null.Text(""),
		null.Estimate(stats.Interval{Mid: 2, Lo: 1.5, Hi: math.Inf(1)}), null.Estimate(stats.MedianInterval(nil)), null.Object{"k", 1, "of", []string{"v"}},
	})
	fmt.Println(string(text), err)
	// Output:
	// [null,0.333333,0.3333333333333333,null,null,{"mid":2,"lo":1.5,"hi":null},null,{"k":1,"of":["v"]}] <nil>
}
