//go:build system

package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// shortened makes a command take seconds instead of minutes, and says whether
// the test runs it at all. TestBothWaysMeasureTheSame measures everything.
func shortened(command string) (string, bool) {
	comment := strings.Index(command, "  #")
	if comment >= 0 {
		command = strings.TrimSpace(command[:comment])
	}
	switch {
	case command == "go test ./...":
		return "", false // CI runs it by itself
	case strings.HasPrefix(command, "git clone "), strings.HasPrefix(command, "cd "):
		return "", false // the copy that the commands run in
	case strings.Contains(command, "conpar-bench test "):
		command = strings.Replace(command, " test ", " test -rounds 2 -benchtime 1ms -out /tmp/conpar-tested ", 1)
	case strings.HasPrefix(command, "./conpar-bench report"), strings.HasSuffix(command, " -version"):
	case command == "go run ./bench":
		command += " -work primes -rounds 1 -repeat=false"
	case strings.HasPrefix(command, "go run ./bench"), strings.HasPrefix(command, "./conpar-bench"):
		if !strings.Contains(command, "-work") {
			command += " -work primes"
		}
		command += " -rounds 1 -repeat=false -report=false" // one report is enough
	case strings.HasPrefix(command, "go test -run '^$' -bench . ./bench"):
		return strings.Replace(command, "-bench .", "-bench 'CPU/work=primes|Coord/work=counter' -benchtime 1x -count 1", 1), true
	}
	command = strings.Replace(command, "-precision 3%", "-precision 50%", 1) // of few rounds
	command = strings.Replace(command, "for i in 1 2 3 4 5 6;", "for i in 1 2;", 1)
	return strings.Replace(command, "-benchtime 100ms", "-benchtime 10ms", 1), true
}

// Every command that a README shows is run, those of a block in their order, in
// a copy of the project.
func TestReadmeCommands(t *testing.T) {
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
