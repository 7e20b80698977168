package sides

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
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
