package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// readmes returns the README of the house and those of its rooms, by path from
// here.
func readmes(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../*/README.md")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, path := range append(paths, "../README.md") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[path] = string(text)
	}
	for _, room := range []string{"workloads", "bench", "results", "report"} {
		if all["../"+room+"/README.md"] == "" {
			t.Errorf("%s has no README", room)
		}
	}
	return all
}

// shellBlocks returns the commands of each of a README's sh blocks, one a line.
func shellBlocks(readme string) (blocks [][]string) {
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(readme, -1) {
		var commands []string
		for line := range strings.Lines(block[1]) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				commands = append(commands, line)
			}
		}
		blocks = append(blocks, commands)
	}
	return blocks
}

// shortened makes a command take seconds instead of minutes, and says whether
// it is to be run at all. Everything else about it stays.
func shortened(command string) (string, bool) {
	comment := strings.Index(command, "  #")
	if comment >= 0 {
		command = strings.TrimSpace(command[:comment])
	}
	switch {
	case command == "go test ./...":
		return "", false // this is it
	case strings.HasPrefix(command, "git clone "), strings.HasPrefix(command, "cd "):
		return "", false // the copy that the commands run in
	case strings.HasPrefix(command, "./conpar-bench report"), strings.HasSuffix(command, " -version"):
	case strings.HasPrefix(command, "go run ./bench"), strings.HasPrefix(command, "./conpar-bench"):
		if !long && !strings.Contains(command, "-work") {
			command += " -work primes"
		}
		if !long && command != "go run ./bench -work primes" {
			command += " -report=false" // one page will do
		}
		return command + " -rounds 1 -repeat=false", true
	case strings.HasPrefix(command, "go test -run '^$' -bench . ./bench"):
		which := "."
		if !long {
			which = "'CPU/work=primes|Coord/work=counter'"
		}
		return strings.Replace(command, "-bench .", "-bench "+which+" -benchtime 1x -count 1", 1), true
	case !long:
		command = strings.Replace(command, "-benchtime 100ms", "-benchtime 10ms", 1)
	}
	return command, true
}

// long says that tests may take minutes (scripts/long.sh).
var long = os.Getenv("CONPAR_LONG") != ""

// underRace says that the race detector is on. Processes of their own, which
// it does not see, are tried without it, once.
var underRace bool

// Every command that a README shows is run, those of a block in their order, in
// a copy of the project.
func TestReadmeCommands(t *testing.T) {
	if testing.Short() || underRace {
		t.Skip("runs everything that README shows")
	}
	t.Parallel()
	tmp := t.TempDir()
	copied := filepath.Join(tmp, "conpar")
	if err := copyProject("..", copied); err != nil {
		t.Fatal(err)
	}
	command := inPlace(t, copied)
	ran := 0
	for path, readme := range readmes(t) {
		for i, block := range shellBlocks(readme) {
			var commands []string
			for _, c := range block {
				if short, ok := shortened(c); ok {
					commands = append(commands, strings.ReplaceAll(short, "/tmp/", tmp+"/")) // what an earlier test left is not ours
				}
			}
			ran += len(commands)
			t.Run(fmt.Sprintf("%s/block%d", filepath.Base(filepath.Dir(path)), i), func(t *testing.T) {
				t.Parallel()
				for _, c := range commands {
					out, err := command(c).CombinedOutput()
					if err != nil {
						t.Errorf("%s: %v\n%s", c, err, out)
					}
					// benchstat exits 0 even when a file is missing.
					if compares := strings.Contains(c, "benchstat") || strings.Contains(c, "compare.sh"); compares && !strings.Contains(string(out), "vs base") {
						t.Errorf("%s compares nothing:\n%s", c, out)
					}
				}
			})
		}
	}
	if ran < 24 {
		t.Errorf("the READMEs show only %d commands that can be run", ran)
	}
}

// inPlace returns what runs a command of a shell in a copy of the project. Where
// this system lets it, the copy stands in the project's own place, for which
// packages are compiled already: in any other one, all would be once more.
func inPlace(t *testing.T, copied string) func(command string) *exec.Cmd {
	t.Helper()
	project, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	there := func(command string) *exec.Cmd {
		return exec.Command("unshare", "--map-root-user", "--mount", "sh", "-c", `mount --bind "$1" "$2" && cd "$2" && exec sh -c "$3"`, "sh", copied, project, command)
	}
	if out, err := there("true").CombinedOutput(); err != nil {
		t.Logf("the copy has a place of its own: %v %s", err, out)
		return func(command string) *exec.Cmd {
			cmd := exec.Command("sh", "-c", command)
			cmd.Dir = copied
			return cmd
		}
	}
	return there
}

// copyProject copies everything but Git's own folder and generated pages.
func copyProject(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".git" || strings.HasPrefix(rel, "results") && d.Name() == "report" {
				return fs.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), data, info.Mode().Perm())
	})
}

// The claim that report's README shows is one of the source.
func TestReadmesClaimIsOne(t *testing.T) {
	readme, err := os.ReadFile("../report/README.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("../report/claims/resources.go")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "## Add a claim")
	shown := regexp.MustCompile("(?s)```go\n(.*?)```").FindStringSubmatch(section)
	if shown == nil {
		t.Fatal("README shows no claim")
	}
	words := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	if !strings.Contains(words(string(source)), words(shown[1])) {
		t.Errorf("resources.go has no\n%s", shown[1])
	}
}

// What a README links to in the project is there.
func TestReadmeLinks(t *testing.T) {
	for path, readme := range readmes(t) {
		for _, m := range regexp.MustCompile(`(?:\]\(|src(?:set)?=")([^)"#]+)`).FindAllStringSubmatch(readme, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), m[1])); err != nil {
				t.Errorf("%s links to %s: %v", path, m[1], err)
			}
		}
	}
}

// CI ends with the test command that README names.
func TestCIRunsReadmesTestCommand(t *testing.T) {
	ci, err := os.ReadFile("../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(ci)), "\n")
	last := lines[len(lines)-1]
	for _, c := range slices.Concat(shellBlocks(string(readme))...) {
		if strings.TrimSpace(strings.Split(c, "  #")[0]) == last {
			return
		}
	}
	t.Errorf("README shows no command %q, with which .ci/run ends", last)
}

// What bench's README says of the gauge works in a module that knows nothing of
// conpar, with a checkout beside it.
func TestGaugeInAnotherModule(t *testing.T) {
	readme := readmes(t)["../bench/README.md"]
	block := regexp.MustCompile("(?s)```sh gauge\n(.*?)```").FindStringSubmatch(readme)
	if block == nil {
		t.Fatal("the README says nothing of the gauge in another module")
	}
	dir := t.TempDir()
	project, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"go.mod": "module example.com/theirs\n\ngo 1.26\n",
		"their_test.go": `package theirs

import (
	"testing"

	"conpar/bench/gauge"
)

func BenchmarkAnything(b *testing.B) {
	gauge.Start(b)
	for range b.N {
	}
}
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	edits := strings.ReplaceAll(block[1], "../conpar", project)
	cmd := exec.Command("sh", "-ec", edits+"go mod tidy\ngo test -run '^$' -bench . -benchtime 1x")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), " cpus") {
		t.Errorf("%v\n%s", err, out)
	}
}
