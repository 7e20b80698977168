package run_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/net/html"
	"golang.org/x/tools/txtar"

	"conpar/report/run"
)

// bench is benchmark text: for each N of an axis, samples of a time that a
// function tells. An axis "" is GOMAXPROCS.
type bench struct {
	name, axis string
	ns         []int
	samples    int
	time       func(n float64) float64 // ns
	also       func(n, time float64) string
}

func (b bench) text() string {
	var out strings.Builder
	for _, n := range b.ns {
		name := "Benchmark" + b.name
		if b.axis != "" {
			name += fmt.Sprintf("/%s=%d-2", b.axis, n)
		} else if n > 1 {
			name += fmt.Sprintf("-%d", n)
		}
		for i := range b.samples {
			t := b.time(float64(n)) * (1 + .004*float64((7*i+3*n)%5-2))
			fmt.Fprintf(&out, "%s\t%d\t%.5g ns/op", name, 2+i+int(1e9/t), t)
			if b.also != nil {
				out.WriteString("\t" + b.also(float64(n), t))
			}
			out.WriteString("\n")
		}
	}
	return out.String()
}

// scaling is what benchmarks of many kinds print.
var scaling = "goos: linux\ngoarch: amd64\npkg: example.com/p\ncpu: Some CPU\n" +
	bench{name: "Linear", ns: []int{1, 2, 4, 8}, samples: 8, time: func(n float64) float64 { return 8e6 / n }}.text() +
	bench{name: "Amdahl", ns: []int{1, 2, 4, 8}, samples: 8, time: func(n float64) float64 { return 8e6 * (1 + .2*(n-1)) / n }}.text() +
	bench{name: "Retrograde", ns: []int{1, 2, 3, 4, 6, 8, 12, 16}, samples: 8, time: func(n float64) float64 { return 8e6 * (1 + .05*(n-1) + .02*n*(n-1)) / n }}.text() +
	bench{name: "Alone", ns: []int{1, 2, 4}, samples: 8, time: func(float64) float64 { return 500 }}.text() +
	bench{name: "Slower", ns: []int{1, 2, 4}, samples: 8, time: func(n float64) float64 { return 100 * math.Sqrt(n) }}.text() +
	bench{name: "One", ns: []int{1}, samples: 8, time: func(float64) float64 { return 500 }}.text() +
	bench{name: "Once", ns: []int{1, 2, 4, 8}, samples: 1, time: func(n float64) float64 { return 8e6 * (1 + .1*(n-1)) / n }}.text() +
	bench{name: "Allocates", ns: []int{1, 2}, samples: 8, time: func(n float64) float64 { return 1e6 / min(n, 1.3) },
		also: func(n, _ float64) string { return fmt.Sprintf("%.3g cpus\t%.3g gc-cpus", min(n, 1.5), .3) }}.text() +
	bench{name: "Gauged", ns: []int{1, 2, 4}, samples: 8, time: func(n float64) float64 { return 1e6 / min(n, 1.1) },
		also: func(n, _ float64) string { return fmt.Sprintf("%.3g cpus\t%.3g inflight", min(n, 1.1), min(n, 1.1)) }}.text()

// serving waits: it has a knee, which what it costs foretells.
var serving = bench{name: "Serve", axis: "clients", ns: []int{1, 8, 64, 512, 1024}, samples: 8,
	time: func(n float64) float64 { return 10e6 / min(n, 714) },
	also: func(_, t float64) string { return fmt.Sprintf("%.4g cpus\t%.4g other-cpus", 20e3/t, 8e3/t) }}.text()

// manyCurves are more than are shown in full.
var manyCurves = func() string {
	var b strings.Builder
	for i := range 40 {
		b.WriteString(bench{name: fmt.Sprintf("Name%d", i), ns: []int{1, 2, 4, 8}, samples: 6,
			time: func(n float64) float64 { return 8e6 * (1 + .02*float64(i)*(n-1)) / n }}.text())
	}
	return b.String()
}()

func scale(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return report(t, t.TempDir(), stdin, append([]string{"scale"}, args...)...)
}

// narrow holds that a terminal of 80 columns shows all, and without harm.
func narrow(t *testing.T, stdout string) {
	t.Helper()
	for line := range strings.Lines(stdout) {
		line = strings.TrimSuffix(line, "\n")
		if w := text.StringWidth(line); w > 80 {
			t.Errorf("%d columns: %s", w, line)
		}
		for _, r := range line {
			if !unicode.IsPrint(r) {
				t.Errorf("%U in %q", r, line)
			}
		}
	}
}

func TestScale(t *testing.T) {
	for _, tt := range []struct {
		golden, stdin string
		args          []string
	}{
		{"scale.txt", scaling, []string{"-cpus", "8"}},
		{"scale-cpus-unknown.txt", scaling, []string{"-filter", ".name:(Amdahl OR Alone)"}},
		{"scale-two-cpus.txt", scaling, []string{"-filter", ".name:(Linear OR Gauged)", "-cpus", "2"}},
		{"scale.markdown", scaling, []string{"-cpus", "8", "-format", "markdown"}},
		{"scale.csv", scaling, []string{"-cpus", "8", "-format", "csv"}},
		{"scale.json", scaling, []string{"-cpus", "8", "-format", "json", "-filter", ".name:(Retrograde OR Once)"}},
		{"scale-clients.txt", serving, []string{"-x", "/clients", "-cpus", "2"}},
		{"scale-clients.json", serving, []string{"-x", "/clients", "-cpus", "2", "-format", "json"}},
		{"scale-many.txt", manyCurves, []string{"-cpus", "8"}},
	} {
		t.Run(tt.golden, func(t *testing.T) {
			code, stdout, stderr := scale(t, tt.stdin, tt.args...)
			if code != run.Fine || stderr != "" {
				t.Fatalf("exit code %d, stderr %q", code, stderr)
			}
			golden(t, tt.golden, stdout)
			if filepath.Ext(tt.golden) == ".txt" {
				narrow(t, stdout)
			}
			if strings.Contains(stdout, "NaN") || strings.Contains(stdout, "Inf") {
				t.Error("a figure is not a number")
			}
		})
	}
}

// What real benchmarks of the standard library print, and a run of this suite.
func TestScaleOfRealBenchmarks(t *testing.T) {
	foreign, err := filepath.Glob("../testdata/foreign/*.txt")
	if err != nil || len(foreign) < 5 {
		t.Fatal(foreign, err)
	}
	for _, path := range foreign {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			code, stdout, stderr := scale(t, string(data), "-cpus", "2")
			want := firstOfList(filepath.Base(path))
			if code != want || strings.Contains(stderr, "golang/go#49980") != (want == run.BadInput) {
				t.Fatalf("exit code %d, stderr %q", code, stderr)
			}
			golden(t, "scale-foreign-"+filepath.Base(path), stdout)
			narrow(t, stdout)
		})
	}
}

func TestScaleOfARun(t *testing.T) {
	root := t.TempDir()
	record(t, filepath.Join(root, "run"), 2, 16, nobody)
	for name, args := range map[string][]string{
		"scale-run.txt":            {"-filter", "/work:primes", "run"},
		"scale-run-goroutines.txt": {"-x", "/goroutines", "-filter", "/work:tcp", "run"},
	} {
		code, stdout, stderr := report(t, root, "", append([]string{"scale"}, args...)...)
		if code != run.Fine || stderr != "" {
			t.Fatalf("exit code %d, stderr %q", code, stderr)
		}
		golden(t, name, stdout)
		narrow(t, stdout)
	}
}

// answer is the JSON of report scale, as it was promised.
type answer struct {
	Series []struct {
		Name, Axis, Unit *string
		Points           []struct {
			N                                       *float64
			Throughput, Lo, Hi, Speedup, Efficiency *float64
		}
		Fits []struct {
			Model, On, Status                       *string
			Bounded                                 *bool
			Sigma, Kappa, Lambda, SSE, PeakN, PeakX *float64
		}
	}
}

// Published fits come out of the command as they were printed.
func TestScaleOfPublishedSets(t *testing.T) {
	cisco := []float64{955.16, 1878.91, 2688.01, 3548.68, 4315.54, 5130.43, 5931.37, 6531.08, 7219.8, 7867.61, 8278.71, 8646.7, 9047.84,
		9426.55, 9645.37, 9897.24, 10097.6, 10240.5, 10532.39, 10798.52, 11151.43, 11518.63, 11806, 12089.37, 12075.41, 12177.29, 12211.41,
		12158.93, 12155.27, 12118.04, 12140.4, 12074.39}
	specsdm := map[int]float64{1: 64.9, 18: 995.9, 36: 1652.4, 72: 1853.2, 108: 1828.9, 144: 1775.0, 216: 1702.2}
	var a, b strings.Builder
	for i, x := range cisco {
		name := "BenchmarkCisco"
		if i > 0 {
			name += fmt.Sprintf("-%d", i+1)
		}
		fmt.Fprintf(&a, "%s 1 %v tx/s\n", name, x)
	}
	for n, x := range specsdm {
		fmt.Fprintf(&b, "BenchmarkSDM/users=%d 1 %v tx/s\n", n, x)
	}
	// SPECsfs2008_nfs.v3 of the Isilon IQ5400S (spec.org, sfs2008-20090430-00116): N is
	// throughput × response time, by Little's law, and not whole.
	archive, err := txtar.ParseFile("testdata/people/06-numbers-in-flight.txtar")
	if err != nil {
		t.Fatal(err)
	}
	isilon := string(archive.Files[0].Data)
	for _, tt := range []struct {
		text, x              string
		sigma, kappa, lambda float64
		peak                 float64
	}{
		// The fit is that of another program, by the method of Nelder and Mead.
		{isilon, "inflight", .010583604367, 1.5817852942e-5, 857.366449064, 250.101},
		{a.String(), "/gomaxprocs", .0267159450357, 7.69093920611e-4, 995.648785929, 0},
		{b.String(), "/users", .0277284756186, 1.04365483844e-4, 89.9952331043, 96.52},
	} {
		code, stdout, stderr := scale(t, tt.text, "-x", tt.x, "-format", "json")
		if code != run.Fine || stderr != "" {
			t.Fatalf("exit code %d, stderr %q", code, stderr)
		}
		var got answer
		if err := json.Unmarshal([]byte(stdout), &got); err != nil {
			t.Fatal(err)
		}
		found := false
		for _, f := range got.Series[0].Fits {
			if *f.Model != "usl" || *f.On != "x" || !*f.Bounded {
				continue
			}
			found = true
			for what, pair := range map[string][2]float64{"σ": {*f.Sigma, tt.sigma}, "κ": {*f.Kappa, tt.kappa}, "λ": {*f.Lambda, tt.lambda}} {
				if math.Abs(pair[0]/pair[1]-1) > 1e-6 {
					t.Errorf("%s: %s is %v, published is %v", tt.x, what, pair[0], pair[1])
				}
			}
			if tt.peak > 0 && (f.PeakN == nil || math.Abs(*f.PeakN-tt.peak) > .01) {
				t.Errorf("%s: peak at %v, published is %v", tt.x, f.PeakN, tt.peak)
			}
		}
		if !found {
			t.Errorf("%s: no bounded USL on X", tt.x)
		}
	}
}

// Every promised field is there, null where there is nothing.
func TestScaleJSONHoldsItsFields(t *testing.T) {
	_, stdout, _ := scale(t, scaling, "-cpus", "8", "-format", "json")
	var got struct{ Series []map[string]any }
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	has := func(m map[string]any, keys ...string) {
		t.Helper()
		for _, k := range keys {
			if _, ok := m[k]; !ok {
				t.Errorf("no %q among %v", k, slices.Sorted(keysOf(m)))
			}
		}
	}
	for _, s := range got.Series {
		has(s, "name", "axis", "unit", "points", "fits")
		for _, p := range s["points"].([]any) {
			has(p.(map[string]any), "n", "throughput", "lo", "hi", "speedup", "efficiency")
		}
		for _, f := range s["fits"].([]any) {
			has(f.(map[string]any), "model", "on", "bounded", "sigma", "kappa", "lambda", "sse", "status", "peakN", "peakX")
		}
	}
	var typed answer
	if err := json.Unmarshal([]byte(stdout), &typed); err != nil {
		t.Fatal(err)
	}
	for _, s := range typed.Series {
		single := *s.Name == "Once"
		if p := s.Points[0]; single != (p.Lo == nil) || single != (p.Hi == nil) || p.Throughput == nil {
			t.Errorf("%s: throughput %v from %v to %v", *s.Name, p.Throughput, p.Lo, p.Hi)
		}
		if fits := len(s.Fits); fits != map[string]int{"One": 0, "Alone": 8, "Slower": 8, "Allocates": 4, "Gauged": 8}[*s.Name] && len(s.Points) < 4 {
			t.Errorf("%s: %d fits of %d points", *s.Name, fits, len(s.Points))
		}
	}
}

func keysOf(m map[string]any) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// The page has the charts that it refers to and the data as printed. The files of
// others stay.
func TestScalePage(t *testing.T) {
	dir := t.TempDir()
	others := []string{"notes.md", "charts/scale-x.png", "charts/gains.png", "charts/scale-1.txt", "charts/scale--dark-narrow.html"}
	for _, name := range others {
		put(t, dir, filepath.Join("page", name), "old")
	}
	code, stdout, stderr := report(t, dir, scaling, "scale", "-cpus", "4", "-o", "page")
	if code != run.Fine || stderr != "" || !strings.HasSuffix(stdout, "\nThe page: page/scale.html\n") {
		t.Fatalf("exit code %d, stderr %q, stdout %s", code, stderr, stdout)
	}
	for _, name := range others {
		if data, err := os.ReadFile(filepath.Join("page", name)); err != nil || string(data) != "old" {
			t.Errorf("%s: %q, %v", name, data, err)
		}
		_ = os.Remove(filepath.Join("page", name))
	}
	md, err := os.ReadFile("page/scale.md")
	if err != nil {
		t.Fatal(err)
	}
	checkLinks(t, "page", string(md))
	if n := len(regexp.MustCompile(`<picture>`).FindAll(md, -1)); n != 8 {
		t.Errorf("%d charts, want one for each benchmark of several points, 8", n)
	}
	for _, format := range []string{"csv", "json"} {
		_, printed, _ := report(t, dir, scaling, "scale", "-cpus", "4", "-format", format)
		if data, err := os.ReadFile("page/scale." + format); err != nil || string(data) != printed {
			t.Errorf("%s is not what is printed: %v", format, err)
		}
	}
	page, err := os.ReadFile("page/scale.html")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(page), "<figure>"); n != 8 || !strings.Contains(string(page), "Content-Security-Policy") {
		t.Errorf("the page has %d charts, want 8, or no policy", n)
	}
	put(t, dir, "file", "")
	if code, stdout, stderr := report(t, dir, scaling, "scale", "-o", "file"); code != run.IO || !strings.Contains(stderr, "file is not a folder") || !strings.Contains(stdout, "Amdahl") {
		t.Errorf("into a file: exit code %d, stderr %q", code, stderr)
	}
}

// Every line of CSV has all columns, and figures that are figures.
func TestScaleCSV(t *testing.T) {
	_, stdout, _ := scale(t, scaling, "-format", "csv")
	rows, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
	if err != nil || len(rows) != 1+4+4+8+3+3+1+4+2+3 {
		t.Fatal(len(rows), err)
	}
	for _, row := range rows[1:] {
		for i, v := range row[5:17] {
			if f, err := strconv.ParseFloat(v, 64); v != "" && (err != nil || math.IsNaN(f) || math.IsInf(f, 0)) {
				t.Errorf("%s is %q", rows[0][5+i], v)
			}
		}
	}
}

func TestScaleUsage(t *testing.T) {
	const two = "BenchmarkA 1 2 ns/op\nBenchmarkA-2 1 1 ns/op\n"
	for _, tt := range []struct {
		name, stdin string
		args        []string
		code        int
		stderr      string
	}{
		{"standard input by default", two, nil, run.Fine, ""},
		{"standard input by name", two, []string{"-"}, run.Fine, ""},
		{"a flag that there is not", two, []string{"-y"}, run.BadInput, "flag provided but not defined: -y (report scale -h shows the usage)"},
		{"a format that there is not", two, []string{"-format", "xml"}, run.BadInput, `-format "xml": choose one of`},
		{"fewer than no CPUs", two, []string{"-cpus", "-1"}, run.BadInput, "-cpus -1"},
		{"all, as JSON", two, []string{"-all", "-format", "json"}, run.BadInput, "-all is for -format text"},
		{"nothing", "", nil, run.BadInput, "report scale: stdin: empty"},
		{"a file that is not there", "", []string{"missing.txt"}, run.IO, "missing.txt"},
		{"a wrong key", "BenchmarkA/workers=1 1 1 x/s\n", []string{"-x", "/worker"}, run.BadInput, "did you mean /workers?"},
		{"a wrong filter", two, []string{"-filter", "("}, run.BadInput, "-filter (: "},
		{"a filter for nothing", two, []string{"-filter", ".name:B"}, run.BadInput, "lets no result pass"},
		{"a wrong line", two, []string{"-line", "a@b@c"}, run.BadInput, "-line a@b@c: "},
		{"a unit that there is not", two, []string{"-unit", "y"}, run.BadInput, "no benchmark has the unit y"},
		{"a single point", "BenchmarkA 1 2 ns/op\n", nil, run.Fine, ""},
		{"no value above zero", "BenchmarkA 1 0 x/s\nBenchmarkA-2 1 -1 x/s\n", nil, run.BadInput, "no benchmark has a value above zero"},
		{"one value below zero", two + "BenchmarkA-2 1 -1 ns/op\n", nil, run.BadInput, "left out"},
		{"one value of zero", "BenchmarkA 1 0 x/s\nBenchmarkA 1 1 x/s\nBenchmarkA-2 1 1 x/s\n", nil, run.BadInput, "report: left out: A: samples whose x/s is not above zero: 1\n"},
		{"mixed units", two + "BenchmarkA-4 1 7 x/s\n", nil, run.BadInput, "left out: A: without a value of sec/op above zero: 1 of 3 points"},
		{"axis values that are no numbers", "BenchmarkA/n=1 1 1 x/s\nBenchmarkA/n=2 1 1 x/s\nBenchmarkA/n=x 1 1 x/s\n", []string{"-x", "/n"}, run.BadInput, "no number above 0: x; numbers are such as"},
		{"a pattern", "BenchmarkWith2 1 1 x/s\nBenchmarkWith4 1 2 x/s\n", []string{"-x", `With(\d+)`}, run.Fine, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, stderr := scale(t, tt.stdin, tt.args...)
			if code != tt.code || !strings.Contains(stderr, tt.stderr) || tt.stderr == "" && stderr != "" {
				t.Errorf("exit code %d, stderr %q; want %d, %q", code, stderr, tt.code, tt.stderr)
			}
			if code == run.Fine && !strings.Contains(stdout, "A over ") && tt.name != "a pattern" {
				t.Errorf("stdout %q", stdout)
			}
			if tt.name == "mixed units" && !strings.Contains(stdout, "left out, without a value of sec/op above zero: gomaxprocs 4") {
				t.Errorf("what has another unit is not named:\n%s", stdout)
			}
		})
	}
	if code := run.Run(context.Background(), strings.NewReader(two), full{}, new(bytes.Buffer), []string{"scale"}); code != run.IO {
		t.Errorf("a full disk: exit code %d", code)
	}
	ended, end := context.WithCancel(context.Background())
	end()
	var out bytes.Buffer
	if code := run.Run(ended, strings.NewReader(two), &out, new(bytes.Buffer), []string{"scale"}); code != run.IO || out.Len() > 0 {
		t.Errorf("interrupted: exit code %d, %q", code, out.String())
	}
}

// Many curves have a line each; -all shows them in full.
func TestScaleOfManyCurves(t *testing.T) {
	_, brief, _ := scale(t, manyCurves, "-cpus", "8")
	_, whole, _ := scale(t, manyCurves, "-cpus", "8", "-all")
	if b, w := strings.Count(brief, "\n"), strings.Count(whole, "\n"); b > 60 || w < 4*b {
		t.Errorf("%d lines, and %d with -all", b, w)
	}
}

// Names and configuration come from anybody: none of it is markup, moves the
// cursor or hides anything, in any format.
func TestScaleIsInert(t *testing.T) {
	for name, text := range map[string]string{"names": hostileNames(), "configuration": hostileConfig(), "long": longNames()} {
		for _, format := range []string{"text", "markdown", "csv", "json"} {
			code, stdout, stderr := scale(t, text, "-format", format)
			if code == run.IO || stdout == "" {
				t.Errorf("%s: exit code %d, stderr %q", name, code, stderr)
			}
			if format == "text" {
				narrow(t, stdout)
			}
			for _, r := range stdout + stderr {
				if r != '\n' && !unicode.IsPrint(r) {
					t.Errorf("%s as %s: %U", name, format, r)
				}
			}
			if format == "markdown" && strings.Contains(strings.ReplaceAll(strings.ReplaceAll(stdout, "<details><summary>", ""), "</summary>", ""), "<s") {
				t.Errorf("%s as Markdown: markup", name)
			}
		}
		dir := t.TempDir()
		put(t, dir, "in.txt", text)
		report(t, dir, "", "scale", "-o", "page", "in.txt")
		page, err := os.ReadFile(filepath.Join(dir, "page", "scale.html"))
		if err != nil {
			t.Fatal(err)
		}
		root, err := html.Parse(bytes.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			switch n.Data {
			case "script", "img", "iframe", "b", "s":
				if n.Data != "script" || n.Parent.Data != "body" || n.PrevSibling == nil {
					t.Errorf("%s: the page has <%s>", name, n.Data)
				}
			case "a":
				if href := n.Attr[len(n.Attr)-1].Val; !strings.HasPrefix(href, "#") {
					t.Errorf("%s: the page links to %q", name, href)
				}
			}
		}
	}
}

// Whatever the benchmarks and whatever is asked of them, the answer is text
// that can be shown, and JSON without a figure that is none.
func FuzzScale(f *testing.F) {
	f.Add([]byte(scaling), "/gomaxprocs", "", "*")
	f.Add([]byte(serving), "/clients", "pkg", ".name:Serve")
	f.Add([]byte(hostileNames()), "/goroutines", "", "*")
	f.Add([]byte("BenchmarkDo9With2-8 1 1 ns/op 1.5 inflight\nBenchmarkDo9With4-8 1 2 ns/op 2 inflight\nBenchmarkDo9With08-8 1 2 ns/op\n"), `With(\d+)`, "", "*")
	f.Add([]byte("BenchmarkS/a=1,b=2 1 1 ns/op 1.5 inflight\nBenchmarkS/a=1k,b=2 1 2 ns/op 0 inflight\nBenchmarkS/a=.5,b=2 1 2 ns/op 7 inflight\n"), "inflight", "", "*")
	f.Add([]byte("BenchmarkA 1 1e-300 ns/op\nBenchmarkA-2 1 1e300 ns/op\nBenchmarkA-4 1 5e-324 x/s\nBenchmarkA-999999999 1 1 ns/op\n"), "/gomaxprocs", "", "*")
	f.Fuzz(func(t *testing.T, text []byte, x, facet, filter string) {
		if len(text) > 1<<14 {
			return // many curves take long, and are like few
		}
		for _, format := range []string{"text", "json", "markdown"} {
			var out, errs bytes.Buffer
			code := run.Run(context.Background(), bytes.NewReader(text), &out, &errs, []string{"scale", "-x", x, "-facet", facet, "-filter", filter, "-format", format})
			if code == run.IO {
				t.Fatalf("%s", errs.String())
			}
			for _, r := range out.String() + errs.String() {
				if r != '\n' && !unicode.IsPrint(r) {
					t.Fatalf("%U in %s", r, out.String())
				}
			}
			if format == "json" && out.Len() > 0 {
				var got answer
				if err := json.Unmarshal(out.Bytes(), &got); err != nil {
					t.Fatal(err)
				}
			}
			if format == "text" {
				narrow(t, out.String())
			}
		}
	})
}

// BenchmarkScale is the command on 10,000 lines, of 333 benchmarks: below 100
// ms.
func BenchmarkScale(b *testing.B) {
	var text strings.Builder
	for i := range 333 {
		text.WriteString(bench{name: fmt.Sprintf("B%d", i), ns: []int{1, 2, 4}, samples: 10, time: func(n float64) float64 { return 8e6 * (1 + .1*(n-1)) / n }}.text())
	}
	for b.Loop() {
		if code := run.Run(context.Background(), strings.NewReader(text.String()), new(bytes.Buffer), new(bytes.Buffer), []string{"scale"}); code != run.Fine {
			b.Fatal(code)
		}
	}
}
