package sides

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"conpar/results/gotest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestParseSpec(t *testing.T) {
	for text, want := range map[string]Spec{
		"new":                            {Name: "new"},
		"old:at=v1.4.0":                  {Name: "old", Rev: "v1.4.0"},
		"gc:env=GOGC=50":                 {Name: "gc", Env: []string{"GOGC=50"}},
		"x:env=A=1,env=B=2,3,go=1.27.3":  {Name: "x", Env: []string{"A=1", "B=2,3"}, Go: "go1.27.3"},
		"x:env=GODEBUG=a=1,b=2":          {Name: "x", Env: []string{"GODEBUG=a=1,b=2"}},
		"t:tags=a,b,gcflags=-N -l,at=~1": {Name: "t", Tags: "a,b", GCFlags: "-N -l", Rev: "~1"},
		"go127:go=go1.27.3,pgo=off":      {Name: "go127", Go: "go1.27.3", PGO: "off"},
	} {
		if got, err := ParseSpec(text); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for text, says := range map[string]string{
		"":                   "no name",
		"a b":                "no name",
		"x-copy":             "not -copy at the end",
		"x:":                 "gives no value",
		"x:rev=v1":           `"rev" is no key; there are at, env`,
		"x:at=":              "gives no value",
		"x:at=a,at=b":        "at= is there twice",
		"x:env=GOGC":         "write env=GOGC=50",
		"x:env=GOMAXPROCS=1": "-cpu",
	} {
		if _, err := ParseSpec(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", text, err, says)
		}
	}
	if Check([]Spec{{Name: "a"}, {Name: "a"}}) == nil {
		t.Error("two sides have one name")
	}
}

// module writes a module's files, and returns its folder.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if files["go.mod"] == "" {
		write(t, dir, map[string]string{"go.mod": "module example.com/m\n\ngo 1.24\n"})
	}
	write(t, dir, files)
	return dir
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// request asks for all benchmarks of a module.
func request(t *testing.T, dir string, specs ...Spec) Request {
	t.Helper()
	if len(specs) == 0 {
		specs = One()
	}
	return Request{
		Dir: dir, Temp: t.TempDir(), Packages: []string{"./..."}, Bench: ".", Specs: specs, Procs: 2, Timeout: time.Minute,
		Begin: func(string, int) {}, Step: func(int, string) {},
	}
}

func build(t *testing.T, r Request) *Programs {
	t.Helper()
	p, err := Build(t.Context(), r)
	if err == nil {
		err = p.List(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// names returns the benchmarks that were found, "new . BenchmarkA".
func (p *Programs) names() (all []string) {
	for _, s := range p.of {
		for _, one := range s.packages {
			for _, l := range one.leaves {
				all = append(all, strings.Join([]string{s.Name, strings.TrimPrefix(one.ImportPath, "example.com/"), l.name}, " "))
			}
		}
	}
	return all
}

func test(imports, body string) string {
	return "package m\n\nimport (\n\t\"testing\"\n" + imports + ")\n\n" + body
}

// Sub-benchmarks are found, whatever they print; what fails, skips itself, panics or
// leaves costs itself only.
func TestList(t *testing.T) {
	dir := module(t, map[string]string{
		"a_test.go": test("\t\"fmt\"\n\t\"os\"\n\t\"runtime\"\n", `
func BenchmarkFirst(b *testing.B) { for range b.N { } }
func BenchmarkSub(b *testing.B) {
	b.Run("size=1/n-10", func(b *testing.B) { for range b.N { } })
	b.Run("a b", func(b *testing.B) {
		fmt.Print("hello")
		b.Log("a log")
		for range b.N { }
	})
	b.Run(fmt.Sprint("p=", runtime.GOMAXPROCS(0)), func(b *testing.B) { for range b.N { } })
}
func BenchmarkSkips(b *testing.B) { b.Skip("no network here") }
func BenchmarkFails(b *testing.B) { b.Run("x", func(b *testing.B) { b.Fatal("bad luck") }) }
func BenchmarkPanics(b *testing.B) { panic("out of luck") }
func BenchmarkLeaves(b *testing.B) { os.Exit(3) }
func BenchmarkLeavesWell(b *testing.B) { os.Exit(0) }
func BenchmarkNoTime(b *testing.B) { for range b.N { }; b.ReportMetric(0, "ns/op"); b.ReportMetric(7, "things") }
func BenchmarkLast(b *testing.B) { for b.Loop() { } }
func TestNever(t *testing.T) { panic("a test ran") }
`),
		"none/a_test.go":            strings.Replace(test("", "func BenchmarkNone(b *testing.B) {}\nfunc TestMain(*testing.M) {}"), "package m", "package none", 1),
		"bad/a_test.go":             "package bad\n\nimport \"testing\"\n\nfunc BenchmarkBad(b *testing.B) { undefined() }\n",
		"empty/a_test.go":           "package empty\n",
		"windows/a_windows_test.go": "package windows\n",
	})
	p := build(t, request(t, dir))
	want := []string{
		"new m BenchmarkFirst", "new m BenchmarkSub/size=1/n-10", "new m BenchmarkSub/a_b", "new m BenchmarkSub/p=2",
		"new m BenchmarkNoTime", "new m BenchmarkLast",
	}
	if got := p.names(); !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	var dropped []string
	for _, d := range p.Dropped {
		dropped = append(dropped, fmt.Sprint(d))
	}
	for i, says := range [][]string{
		{"m/bad ", "does not build", "undefined", "false"},
		{"m BenchmarkSkips", "no network here", "true"},
		{"m BenchmarkFails/x", "bad luck", "false"},
		{"m BenchmarkPanics", "out of luck", "false"},
		{"m BenchmarkLeaves ", "exit status 3", "false"},
		{"m BenchmarkLeavesWell", "os.Exit(0)", "false"},
		{"m/none ", "TestMain", "false"},
	} {
		for _, part := range says {
			if i >= len(dropped) || !strings.Contains(dropped[i], part) {
				t.Fatalf("dropped %q; want %q as number %d", dropped, says, i)
			}
		}
	}
	if len(dropped) != 7 {
		t.Errorf("dropped %d: %q", len(dropped), dropped)
	}
	cells := p.Plan([]int{1, 2}, 50*time.Millisecond, 1)
	if len(cells) != 12 || cells[1].Cell != "example.com/m BenchmarkFirst P=2 new" || !cells[1].Oversubscribed || cells[0].Oversubscribed {
		t.Errorf("%d cells: %v", len(cells), cells)
	}
	for _, c := range cells {
		b, err := gotest.ParseBenchmark(c.Cell)
		if err != nil {
			t.Fatal(err)
		}
		out, err := p.Command(time.Millisecond)(b).CombinedOutput()
		want := 1
		if b.Name == "BenchmarkSub/p=2" && b.Procs == 1 {
			want = 0 // it has another name there
		}
		if n := strings.Count(string(out), " allocs/op"); err != nil || n != want {
			t.Errorf("%s: %v, printed %s", c.Cell, err, out)
		}
	}
}

// What is wrong with a request is said, with what to do.
func TestBuildRefuses(t *testing.T) {
	dir := module(t, map[string]string{
		"a_test.go":    test("", "func BenchmarkA(b *testing.B) {}"),
		"other/go.mod": "module example.com/other\n\ngo 1.24\n", "other/a_test.go": "package other\n",
		"tagged/a_test.go": "//go:build special\n\n" + test("", "func BenchmarkA(b *testing.B) {}"),
	})
	for _, tt := range []struct {
		change func(r *Request)
		says   string
	}{
		{func(r *Request) { r.Dir = t.TempDir() }, "is in no Go module"},
		{func(r *Request) { r.Bench = "Nothing" }, "no package has a benchmark that matches -bench Nothing"},
		{func(r *Request) { r.Packages = []string{"./nosuch"} }, "no package has a benchmark; ./... names"},
		{func(r *Request) { r.Packages = []string{"./other"} }, "does not contain package example.com/m/other"},
		{func(r *Request) { r.Packages = []string{"./tagged"} }, "exclude all files of example.com/m/tagged: -side NAME:tags=LIST"},
		{func(r *Request) { r.Specs = []Spec{{Name: "a", Rev: "v1"}} }, "side a: at=v1 and -against need a git repository"},
		{func(r *Request) { r.Specs = []Spec{{Name: "a", Go: "go9.99"}} }, "side a: "},
	} {
		r := request(t, dir)
		tt.change(&r)
		if _, err := Build(t.Context(), r); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%v; want %q", err, tt.says)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Build(ended, request(t, dir)); !errors.Is(err, context.Canceled) {
		t.Errorf("after its end: %v", err)
	}
}

// The work tree stays as it is, whatever a benchmark writes.
func TestRunsInACopy(t *testing.T) {
	dir := module(t, map[string]string{
		"testdata/in.txt": "x",
		"a_test.go": test("\t\"os\"\n", `
func BenchmarkWrites(b *testing.B) {
	if _, err := os.ReadFile("testdata/in.txt"); err != nil { b.Fatal(err) }
	for range b.N { if err := os.WriteFile("out.txt", nil, 0o644); err != nil { b.Fatal(err) } }
}`)})
	p := build(t, request(t, dir))
	if len(p.Dropped) > 0 || len(p.names()) != 1 {
		t.Errorf("found %v, dropped %v", p.names(), p.Dropped)
	}
	if out, _ := exec.Command("ls", dir).Output(); string(out) != "a_test.go\ngo.mod\ntestdata\n" {
		t.Errorf("the folder holds %s", out)
	}
}
