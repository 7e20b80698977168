package input

import (
	"bytes"
	"regexp"
	"slices"
	"sync"
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
		{`│ +\S+/(op|s)\b`},
		{`│ +vs base`},
		{`^[^A-Za-z]*name +(\\ +)?(old +)?(time|speed|alloc|allocs|\S+)/op`},
		{`^[^A-Za-z]*name +(\\ +)?(old +)?speed\b`},
		{`^,\S+/(op|s),CI`},
		{`^\|.*\| *(sec|B|allocs)/op *\|`, `± ?[0-9]+%`},
		{`^[A-Z]\S*(-[0-9]+)? .*± *[0-9]+%.*\(p=[0-9.]+ n=[0-9+]+\)`},
	}},
	{"benchcmp output, which compares such files; give report the files themselves", [][]string{
		{`^[^A-Za-z]*benchmark +old \S+ +new \S+ +(delta|speedup)`},
	}},
	{"prettybench output, which has rounded values; give report what prettybench was given", [][]string{
		{`^[^A-Za-z]*benchmark +iter +time/iter`},
	}},
	{"github-action-benchmark data; give report what go test printed in that step", [][]string{
		{`BENCHMARK_DATA|"lastUpdate"`, `"benches" *:`},
		{`^\| *Benchmark suite *\| *Current`},
	}},
	{"nanobench output, with one value a benchmark; write each sample as \"BenchmarkName 1 1234 ns/op\"", [][]string{
		{`\| *\S+/\S+ *\| *\S+/s *\| *err% *\|`},
		{`^"title";"name";"unit";`},
		{`"median\(elapsed\)" *:`},
	}},
	{"lodestar benchmark output, with one value a benchmark; write each sample as \"BenchmarkName 1 1234 ns/op\"",
		[][]string{
			{`^ *\S.* [0-9.]+ ops/s +[0-9.]+ \S+/op +\S+ +[0-9]+ runs`},
		}},
	{"gotestsum output, which leaves results of benchmarks out; give report what gotestsum -jsonfile FILE writes",
		[][]string{
			{`^DONE ([0-9]+ runs, )?[0-9]+ tests?\b.* in [0-9.]+m?s`},
		}},
	{"a log of bazel without results of benchmarks; run bazel test with --test_arg=-test.bench=. and give report " +
		"its test.log", [][]string{
		{`^exec \$\{PAGER`},
		{`^//\S+ +(\(cached\) )?(PASSED|FAILED)\b`},
	}},
	{"a JUnit report, which has no results of benchmarks; give report what go test printed", [][]string{
		{`^ *<testsuites?[ >]`, `<testcase[ >]`},
	}},
}

// signs are the patterns of others, compiled when the first file needs them.
var signs = sync.OnceValue(func() map[string]*regexp.Regexp {
	all := map[string]*regexp.Regexp{}
	for _, o := range others {
		for _, sign := range slices.Concat(o.signs...) {
			all[sign] = regexp.MustCompile("(?m)" + sign)
		}
	}
	return all
})

// otherTool returns what head, the beginning of a file without any results, looks
// like: "JMH output"; "" if like nothing that is known.
func otherTool(head []byte) string {
	head = bytes.ReplaceAll(head, []byte("\t"), []byte(" "))
	lacks := func(sign string) bool { return !signs()[sign].Match(head) }
	for _, o := range others {
		for _, list := range o.signs {
			if !slices.ContainsFunc(list, lacks) {
				return o.tool
			}
		}
	}
	return ""
}
