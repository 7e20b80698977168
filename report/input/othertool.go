package input

import (
	"bytes"
	"regexp"
	"slices"
)

// others are the outputs of other tools, each with what gives it away: one of
// the lists, all of whose patterns occur near the beginning. A pattern is a
// regular expression; ^ and $ stand for the ends of a line.
var others = []struct {
	tool  string
	signs [][]string
}{
	{"Google Benchmark output", [][]string{
		{`^Benchmark +Time +CPU +Iterations`},
		{`^name,iterations,real_time,cpu_time,time_unit`},
		{`"(library_build_type|json_schema_version)" *:`, `"context" *:`},
		{`"real_time" *:`, `"cpu_time" *:`},
	}},
	{"JMH output", [][]string{
		{`^# JMH version: `},
		{`^Benchmark .* Mode .*Cnt .*Score .*Units *$`},
		{`^"Benchmark","Mode","Threads"`},
		{`"jmhVersion" *:`},
		{`"primaryMetric" *:`, `"scoreUnit" *:`},
	}},
	{"criterion.rs output", [][]string{
		{`\btime: +\[[0-9.]+ \S+ [0-9.]+ \S+ [0-9.]+ \S+\]`},
		{`"confidence_interval" *: *\{`, `"point_estimate" *:`},
		{`"reason" *: *"benchmark-complete"`},
	}},
	{"the output of Rust's cargo bench", [][]string{
		{`^test .*\.\.\. bench: .*ns/iter`},
	}},
	{"hyperfine output", [][]string{
		{`^  Time \((mean ± σ|abs ≡)\):`},
		{`"hyperfine_version" *:`},
		{`"results" *: *\[`, `"command" *:`, `"mean" *:`},
		{`^command,mean,stddev,median,user,system,min,max`},
		{`^\| Command \| Mean \[`},
	}},
	{"pyperf output", [][]string{
		{`Mean \+- std dev: `},
		{`"benchmarks" *: *\[`, `"runs" *: *\[`, `"(values|warmups)" *: *\[`},
	}},
	{"pytest-benchmark output", [][]string{
		{`^-+ benchmark.*: \d+ tests -+$`},
		{`^Name \(time in `},
		{`"machine_info" *:`, `"benchmarks" *:`, `"stats" *:`},
	}},
	{"BenchmarkDotNet output", [][]string{
		{`BenchmarkDotNet[= ]v\d`},
	}},
	{"benchstat output, which sums up such files; give report the files themselves", [][]string{
		{`│ +(sec|B|allocs)/op`},
		{`^name +(old )?(time|alloc|allocs)/op`},
	}},
}

// otherTool returns what head, the beginning of a file without any results, looks
// like: "JMH output"; "" if like nothing that is known.
func otherTool(head []byte) string {
	head = bytes.ReplaceAll(head, []byte("\t"), []byte(" "))
	lacks := func(sign string) bool { return !regexp.MustCompile("(?m)" + sign).Match(head) }
	for _, o := range others {
		for _, list := range o.signs {
			if !slices.ContainsFunc(list, lacks) {
				return o.tool
			}
		}
	}
	return ""
}
