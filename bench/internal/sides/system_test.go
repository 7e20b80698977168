//go:build system

package sides

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"conpar/results/gotest"
)

// Commits, and the files as they are, are built and listed; what is the same is not
// measured, and what is on one side only is named.
func TestSides(t *testing.T) {
	more := strings.Replace(fine, "Fine", "More", 1)
	dir := history(t, map[string]string{
		"work.go": work, "a_test.go": fine,
		"same/work.go": inPackage("same", work), "same/a_test.go": inPackage("same", fine),
		"data/work.go": inPackage("data", work), "data/a_test.go": inPackage("data", fine), "data/testdata/x": "1",
		"broken/a_test.go": inPackage("broken", fine),
	})
	commit(t, dir, "v2", map[string]string{"broken/work.go": inPackage("broken", work), "data/testdata/x": "2"})
	write(t, dir, map[string]string{
		"work.go":   "package m\n\nvar sink int\n\nfunc work() { sink++ }\n",
		"b_test.go": more, ".gitignore": "ignored.go\n", "ignored.go": "package m\n\nvar ignored = 1\n",
	})
	state := run(t, dir, "git", "status", "--porcelain") + run(t, dir, "sh", "-c", "cat .git/index | sha256sum; ls -R .git | sha256sum")
	p := build(t, request(t, dir, Spec{Name: "old", Rev: "v1"}, Spec{Name: "new"}, Spec{Name: "gc", Env: []string{"GOGC=50"}}))
	if after := run(t, dir, "git", "status", "--porcelain") + run(t, dir, "sh", "-c", "cat .git/index | sha256sum; ls -R .git | sha256sum"); after != state {
		t.Errorf("the repository was\n%s\nand is\n%s", state, after)
	}
	cells := p.Plan([]int{1, 2}, time.Millisecond, 2)
	count := map[string]int{}
	for _, c := range cells {
		b, err := gotest.ParseBenchmark(c.Cell)
		if err != nil {
			t.Fatal(err)
		}
		count[b.Side+" "+b.Package]++
		if out, err := p.Command(time.Millisecond)(b).CombinedOutput(); err != nil || !strings.Contains(string(out), b.Printed()) {
			t.Errorf("%s: %v\n%s", c.Cell, err, out)
		}
	}
	for name, want := range map[string]int{
		"old example.com/m": 2, "new example.com/m": 2, "gc example.com/m": 2, "old example.com/m/data": 2, "new example.com/m/data": 2,
		"gc example.com/m/data": 2, "gc example.com/m/same": 2, "new example.com/m/same": 0, "old example.com/m/broken": 0, "new example.com/m/broken": 0,
	} {
		if count[name] != want {
			t.Errorf("%d cells of %s, want %d", count[name], name, want)
		}
	}
	if copies := count["old-copy example.com/m"] + count["old-copy example.com/m/data"] + count["old-copy example.com/m/same"]; copies != 4 {
		t.Errorf("%d controls: %v", copies, count)
	}
	if !slices.Equal(p.Sides[1].Identical, []string{"example.com/m/same"}) || p.Sides[2].Identical != nil {
		t.Errorf("identical are %v and %v", p.Sides[1].Identical, p.Sides[2].Identical)
	}
	v1 := run(t, dir, "git", "rev-parse", "v1")
	if p.Sides[0].Commit != v1 || p.Sides[0].Dirty || !p.Sides[1].Dirty || p.Sides[1].Commit != run(t, dir, "git", "rev-parse", "HEAD") {
		t.Errorf("the sides are %+v", p.Sides)
	}
	var dropped []string
	for _, d := range p.Dropped {
		dropped = append(dropped, d.Cell)
	}
	want := []string{"example.com/m/broken on old", "example.com/m BenchmarkMore on new", "example.com/m BenchmarkMore on gc"}
	if !slices.Equal(dropped, want) {
		t.Errorf("dropped %q, want %q", dropped, want)
	}
	// Built again, they are the same; of other files they are not.
	again, err := Build(t.Context(), request(t, dir, Again(p.Sides)...))
	if err != nil || len(again.Changed(p.Sides)) > 0 {
		t.Errorf("again: %v, %q", err, again.Changed(p.Sides))
	}
}

// At the top of a workspace there is no module, and its modules are found.
func TestWorkspace(t *testing.T) {
	dir := module(t, map[string]string{
		"go.mod": "", "go.work": "go 1.24\n\nuse ./a\nuse ./b\n",
		"a/go.mod": "module example.com/a\n\ngo 1.24\n", "a/work.go": inPackage("a", work), "a/a_test.go": inPackage("a", fine),
		"b/go.mod": "module example.com/b\n\ngo 1.24\n", "b/work.go": inPackage("b", work), "b/b_test.go": inPackage("b", fine),
	})
	if err := os.Remove(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	r := request(t, dir)
	r.Packages = []string{"./a/...", "./b"}
	if got := build(t, r).names(); !slices.Equal(got, []string{"new a BenchmarkFine", "new b BenchmarkFine"}) {
		t.Errorf("found %q", got)
	}
}

// -against takes the commit where the history of HEAD left that of the other.
func TestAgainst(t *testing.T) {
	dir := history(t, map[string]string{"sub/go.mod": "module example.com/sub\n\ngo 1.24\n", "sub/a_test.go": fine, "sub/work.go": work})
	base := run(t, dir, "git", "rev-parse", "HEAD")
	run(t, dir, "git", "checkout", "-q", "-b", "topic/x")
	commit(t, dir, "topic", map[string]string{"sub/work.go": strings.Replace(work, "{}", "{ println() }", 1)})
	run(t, dir, "git", "checkout", "-q", "main")
	commit(t, dir, "later", map[string]string{"later": ""})
	run(t, dir, "git", "checkout", "-q", "topic/x")
	specs := Against("main")
	if specs[0].Name != "main" || specs[1].Name != "new" || Against("v1..x y")[0].Name != "base" || Against("topic/x")[0].Name != "topic-x" {
		t.Errorf("the sides are %+v", specs)
	}
	p := build(t, request(t, filepath.Join(dir, "sub"), specs...))
	if p.Sides[0].Commit != base || p.Sides[1].Dirty || len(p.names()) != 2 || len(p.Sides[1].Identical) > 0 {
		t.Errorf("the sides are %+v, with %q", p.Sides, p.names())
	}
}

// A benchmark that hangs is ended, and those after it are found.
func TestListEndsWhatHangs(t *testing.T) {
	dir := module(t, map[string]string{"a_test.go": test("", `
func BenchmarkHangs(b *testing.B) { select {} }
func BenchmarkSleeps(b *testing.B) { c := make(chan int); go func() { for { } }(); <-c }
func BenchmarkFine(b *testing.B) { for range b.N { } }
`)})
	r := request(t, dir)
	r.Timeout = time.Second
	p := build(t, r)
	if got := p.names(); !slices.Equal(got, []string{"new m BenchmarkFine"}) {
		t.Errorf("found %q", got)
	}
	if len(p.Dropped) != 2 || !strings.Contains(p.Dropped[1].Reason, "-timeout") {
		t.Errorf("dropped %v", p.Dropped)
	}
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
		"none/a_test.go": strings.Replace(test("", "func BenchmarkNone(b *testing.B) {}\nfunc TestMain(*testing.M) {}"), "package m", "package none", 1),
		"late/a_test.go": strings.Replace(test("\t\"os\"\n\t\"runtime\"\n", `
func BenchmarkLate(b *testing.B) { // it ends as if its panic had come too late, and panics the next time
	if os.Mkdir("once", 0o700) == nil { runtime.Goexit() }
	panic("out of luck again")
}
`), "package m", "package late", 1),
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
		{"m/late BenchmarkLate", "out of luck again", "false"},
		{"m/none ", "TestMain", "false"},
	} {
		for _, part := range says {
			if i >= len(dropped) || !strings.Contains(dropped[i], part) {
				t.Fatalf("dropped %q; want %q as number %d", dropped, says, i)
			}
		}
	}
	if len(dropped) != 8 {
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
