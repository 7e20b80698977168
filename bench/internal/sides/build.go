package sides

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"conpar/results"
	"conpar/results/gotest"
	"conpar/results/lazy"
)

// Request says what to build and list.
type Request struct {
	Dir      string   // where the user stands
	Temp     string   // an empty folder for everything
	Packages []string // patterns, as go test takes them
	Bench    string   // regular expression for the names of benchmarks
	Specs    []Spec   // the first one is what the others are compared with
	Procs    int      // GOMAXPROCS of the run that lists benchmarks
	Timeout  time.Duration
	Together *bool                        // whether benchmarks of a package share a process; nil: where it starts slowly
	Begin    func(what string, n int)     // announces a stage of n steps
	Step     func(done int, which string) // says how many steps are done, and which comes now
}

// Programs are the sides of a request, built; [Programs.List] lists their benchmarks.
type Programs struct {
	Request
	Sides   []gotest.Side
	Dropped []results.DroppedCell // what cannot be measured, by package, benchmark and side
	of      []*side

	excluded string          // a package, by build constraints
	broken   map[string]bool // what was dropped, without the side
}

// side is one of the sides.
type side struct {
	Spec
	tree
	env      []string
	goflags  string
	packages []*pkg
}

// pkg is a package with benchmarks, on one side.
type pkg struct {
	ImportPath, Dir           string
	TestGoFiles, XTestGoFiles []string
	Error                     *struct{ Err string }

	functions []string // the benchmarks of its files

	run    string // folder in which its binary runs
	binary string // file
	sum    string // of the binary
	data   string // digest of what it may read; "" unknown
	failed error  // why there is no binary
	leaves []leaf
}

// Build builds all sides. Its errors are about the request, or the folders. A package
// that cannot be built on a side is Dropped.
func Build(ctx context.Context, r Request) (*Programs, error) {
	p := &Programs{Request: r, broken: map[string]bool{}}
	repo, err := p.module(ctx)
	if err != nil {
		return nil, err
	}
	if err := p.makeTrees(ctx, repo); err != nil {
		return nil, err
	}
	if err := p.find(ctx); err != nil {
		return nil, err
	}
	if err := p.build(ctx); err != nil {
		return nil, err
	}
	return p, nil
}

// module finds the user's module, and the repository around it.
func (p *Programs) module(ctx context.Context) (repository, error) {
	files, err := output(ctx, p.Dir, nil, "go", "env", "GOMOD", "GOWORK")
	if err != nil {
		return repository{}, fmt.Errorf("go env: %w", err)
	}
	file, work, _ := strings.Cut(strings.TrimSpace(files), "\n")
	if file == os.DevNull || file == "NUL" {
		file = work // at the top of a workspace there need be no module
	}
	if file == "" || file == "off" {
		return repository{}, fmt.Errorf("%s is in no Go module; change to the folder of one", p.Dir)
	}
	return findRepository(ctx, p.Dir, filepath.Dir(file))
}

// makeTrees makes a folder for each commit that a side is made of, and one for the
// files as they are. Their names are equally long: a longer one moves what lies on a
// stack, which may look like a difference.
func (p *Programs) makeTrees(ctx context.Context, repo repository) error {
	trees := map[string]tree{}
	for i, spec := range p.Specs {
		s := gotest.Side{
			Name: spec.Name, Env: spec.Env, Toolchain: spec.Go, Tags: spec.Tags, GCFlags: spec.GCFlags, PGO: spec.PGO,
		}
		commit := ""
		if spec.Rev != "" {
			var err error
			if commit, err = repo.commit(ctx, spec.Rev); err != nil {
				return fmt.Errorf("side %s: %w", spec.Name, err)
			}
		}
		t, made := trees[commit]
		if !made {
			var err error
			to := filepath.Join(p.Temp, fmt.Sprintf("files-%02d", i))
			if commit != "" {
				t, err = repo.checkout(ctx, commit, to)
			} else {
				t, err = repo.copyFiles(ctx, to)
			}
			if err != nil {
				return fmt.Errorf("side %s: %w", spec.Name, err)
			}
			trees[commit] = t
		}
		s.Rev, s.Commit = spec.Rev, commit
		if commit == "" {
			s.Commit, s.Dirty = repo.head, repo.dirty
		}
		p.Sides = append(p.Sides, s)
		p.of = append(p.of, &side{Spec: spec, tree: t, env: environment(spec)})
	}
	return nil
}

// environment is what a side adds to ours.
func environment(s Spec) []string {
	env := slices.Clone(s.Env)
	if s.Go != "" {
		env = append(env, "GOTOOLCHAIN="+s.Go)
	}
	return env
}

// find finds the packages of each side that have benchmarks.
func (p *Programs) find(ctx context.Context) error {
	some := false
	for i, s := range p.of {
		if err := p.findOn(ctx, i, s); err != nil {
			return fmt.Errorf("side %s: %w", s.Name, err)
		}
		some = some || len(s.packages) > 0
	}
	if !some {
		return p.nothing()
	}
	return nil
}

// nothing says why no package has a benchmark.
func (p *Programs) nothing() error {
	why := "no package has a benchmark that matches -bench " + p.Bench
	if p.Bench == "." {
		why = "no package has a benchmark; ./... names the packages of all folders"
	}
	if p.excluded != "" {
		why += fmt.Sprintf("; build constraints exclude all files of %s: -side NAME:tags=LIST sets build tags",
			p.excluded)
	}
	for _, d := range p.Dropped[:min(1, len(p.Dropped))] {
		why += fmt.Sprintf("; %s: %s", d.Cell, d.Reason)
	}
	return fmt.Errorf("%s: %s", strings.Join(p.Packages, " "), why)
}

func (p *Programs) findOn(ctx context.Context, i int, s *side) error {
	settings, err := output(ctx, s.dir, s.env, "go", "env", "GOVERSION", "GOFLAGS", "GOWORK")
	if err != nil {
		return err
	}
	lines := append(strings.Split(settings, "\n"), "", "", "")
	p.Sides[i].Go, s.goflags = lines[0], lines[1]
	if s.build == s.run { // of files as they are, all is found in its place
		if err := s.checkPaths(ctx, lines[2]); err != nil {
			return err
		}
	}
	args := []string{"list", "-e", "-json=ImportPath,Dir,TestGoFiles,XTestGoFiles,Error"}
	args = slices.Concat(args, s.flags(false), []string{"--"}, p.Packages)
	list, err := output(ctx, s.dir, s.env, "go", args...)
	if err != nil {
		return err
	}
	for dec := json.NewDecoder(strings.NewReader(list)); ; {
		var found pkg
		switch err := dec.Decode(&found); {
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("go list: %w", err)
		}
		if err := p.take(s, &found); err != nil {
			return err
		}
	}
}

// take adds a package that was found, if it has benchmarks.
func (p *Programs) take(s *side, found *pkg) error {
	has, err := found.readFunctions(p.Bench)
	if err != nil {
		return err
	}
	if !has {
		switch e := found.Error; {
		case e == nil:
		case strings.Contains(e.Err, "build constraints exclude all"): // which is no failure
			p.excluded = found.ImportPath
		default:
			p.drop(found.ImportPath, s.Name, errors.New(e.Err), false)
		}
		return nil
	}
	if found.run, err = s.folder(found.Dir); err == nil {
		s.packages = append(s.packages, found)
	}
	return err
}

// drop notes what cannot be measured. what names a package, or a package and a
// benchmark.
func (p *Programs) drop(what, on string, why error, unavailable bool) {
	p.broken[what] = true
	if len(p.Specs) > 1 {
		what += " on " + on
	}
	p.Dropped = append(p.Dropped, results.DroppedCell{Cell: what, Reason: why.Error(), Unavailable: unavailable})
}

// folder returns where the binary of the package in dir runs.
func (s *side) folder(dir string) (string, error) {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", err
	}
	build, err := filepath.EvalSymlinks(s.build)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(build, real)
	if err != nil || !filepath.IsLocal(rel) {
		return real, nil // of the standard library, or of another module
	}
	return filepath.Join(s.run, rel), nil
}

var benchmarkFunc = lazy.Regexp(`(?m)^func\s+(Benchmark[\pL\pN_]*)\(`)

// readFunctions reads which benchmarks the test files have, and says whether a
// pattern without sub-benchmarks matches one; other patterns may match any.
func (p *pkg) readFunctions(pattern string) (some bool, err error) {
	top, _, _ := strings.Cut(pattern, "/")
	matches, err := regexp.Compile(top)
	if err != nil || top != pattern {
		matches = regexp.MustCompile("")
	}
	for _, file := range slices.Concat(p.TestGoFiles, p.XTestGoFiles) {
		text, err := os.ReadFile(filepath.Join(p.Dir, file))
		if err != nil {
			return false, err
		}
		for _, m := range benchmarkFunc().FindAllSubmatch(text, -1) {
			p.functions = append(p.functions, string(m[1]))
			some = some || matches.Match(m[1])
		}
	}
	return some, nil
}

// flags are the build flags of a side; those of go list are fewer.
func (s *side) flags(build bool) []string {
	var flags []string
	if s.build != s.run && strings.Contains(s.goflags, "-mod=mod") {
		flags = append(flags, "-mod=readonly") // or building would write to the user's go.mod
	}
	if s.Tags != "" {
		flags = append(flags, "-tags="+s.Tags)
	}
	if build && s.GCFlags != "" {
		flags = append(flags, "-gcflags="+s.GCFlags)
	}
	if build && s.PGO != "" {
		flags = append(flags, "-pgo="+s.PGO)
	}
	return flags
}

// build builds the test binaries of all sides, some at a time.
func (p *Programs) build(ctx context.Context) error {
	var all errgroup.Group
	all.SetLimit(min(4, runtime.NumCPU()))
	n := 0
	for _, s := range p.of {
		n += len(s.packages)
	}
	p.Begin("test binaries built", n)
	n = 0
	for i, s := range p.of {
		bin := filepath.Join(p.Temp, fmt.Sprintf("tests-%02d", i))
		if err := os.Mkdir(bin, 0o755); err != nil {
			return err
		}
		for at, one := range s.packages {
			one.binary = filepath.Join(bin, fmt.Sprintf("%04d.test", at))
			p.Step(n, one.ImportPath)
			n++
			all.Go(func() error {
				one.failed = s.compile(ctx, one)
				return context.Cause(ctx)
			})
		}
	}
	if err := all.Wait(); err != nil {
		return err
	}
	for i, s := range p.of {
		s.packages = slices.DeleteFunc(s.packages, func(one *pkg) bool {
			if one.failed != nil {
				p.drop(one.ImportPath, s.Name, one.failed, false)
				return true
			}
			p.Sides[i].Binaries = append(p.Sides[i].Binaries, gotest.Binary{Package: one.ImportPath, SHA256: one.sum})
			return false
		})
	}
	return p.findIdentical()
}

func (s *side) compile(ctx context.Context, one *pkg) error {
	args := []string{"test", "-c", "-trimpath", "-buildvcs=false", "-o", one.binary}
	args = append(args, s.flags(true)...)
	_, err := output(ctx, s.dir, s.env, "go", append(args, one.ImportPath)...)
	if err != nil {
		return fmt.Errorf("it does not build: %w", err)
	}
	one.sum, err = digest(one.binary)
	return err
}

// findIdentical notes which packages are on a side what they are on the first one.
func (p *Programs) findIdentical() (err error) {
	for i, s := range p.of[1:] {
		if !slices.Equal(s.env, p.of[0].env) {
			continue
		}
		for _, one := range s.packages {
			first := p.of[0].find(one.ImportPath)
			if first == nil || first.sum != one.sum {
				continue
			}
			for _, at := range []*pkg{first, one} {
				if at.data, err = dataDigest(at.run); err != nil {
					return err
				}
			}
			if first.data == one.data {
				p.Sides[i+1].Identical = append(p.Sides[i+1].Identical, one.ImportPath)
			}
		}
	}
	return nil
}

// find returns a package of a side, or nil.
func (s *side) find(path string) *pkg {
	if i := slices.IndexFunc(s.packages, func(p *pkg) bool { return p.ImportPath == path }); i >= 0 {
		return s.packages[i]
	}
	return nil
}

// checkPaths refuses a commit whose build would need what lies beyond its repository:
// its clone has no such neighbours. work is the workspace file that go finds.
func (s *side) checkPaths(ctx context.Context, work string) error {
	file, command := filepath.Join(s.dir, "go.mod"), []string{"mod", "edit", "-json"}
	if work != "" && work != "off" {
		if rel, err := filepath.Rel(s.build, work); err != nil || !filepath.IsLocal(rel) {
			return fmt.Errorf("the workspace %s lies beyond the repository, so that a commit cannot be built apart from it; "+
				"env=GOWORK=off builds without it", work)
		}
		file, command = work, []string{"work", "edit", "-json"}
	} else if _, err := os.Stat(file); err != nil {
		mod, err := output(ctx, s.dir, s.env, "go", "env", "GOMOD")
		if err != nil {
			return err
		}
		if file = strings.TrimSpace(mod); file == "" || file == os.DevNull || file == "NUL" {
			return fmt.Errorf("commit %s has no Go module here", s.Rev)
		}
	}
	text, err := output(ctx, filepath.Dir(file), s.env, "go", append(command, file)...)
	if err != nil {
		return err
	}
	var names struct {
		Use     []struct{ DiskPath string }
		Replace []struct{ New struct{ Path string } }
	}
	if err := json.Unmarshal([]byte(text), &names); err != nil {
		return fmt.Errorf("go %s: %w", strings.Join(command, " "), err)
	}
	var paths []string
	for _, u := range names.Use {
		paths = append(paths, u.DiskPath)
	}
	for _, r := range names.Replace {
		paths = append(paths, r.New.Path)
	}
	for _, written := range paths {
		path := written
		if !filepath.IsAbs(path) && !strings.HasPrefix(path, ".") {
			continue // of another module, not a folder
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(file), path)
		}
		if rel, err := filepath.Rel(s.build, path); err != nil || !filepath.IsLocal(rel) {
			return fmt.Errorf("%s names %s, which lies beyond the repository, so that a commit cannot be built apart from it",
				filepath.Base(file), written)
		}
	}
	return nil
}
