package run_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"conpar/report/run"
)

// memoryFile names the file into which a child, which is the report command,
// writes how much memory it took from the system.
const memoryFile = "CONPAR_TEST_MEMORY_FILE"

// init makes a child the command, before anything of the tests is set up.
func init() {
	path := os.Getenv(memoryFile)
	if path == "" {
		return
	}
	code := run.Run(context.Background(), os.Stdin, os.Stdout, os.Stderr, os.Args[1:])
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats) // Sys never shrinks, so it is the peak
	if err := os.WriteFile(path, []byte(strconv.FormatUint(stats.Sys, 10)), 0o600); err != nil {
		panic(err)
	}
	os.Exit(code)
}

const (
	maxMemory = 256 << 20
	hangs     = 2 * time.Minute // on a busy machine and with the race detector; else 2 s is what is aimed at
)

// trial is something that somebody gives the command to read.
type trial struct {
	name  string
	text  string                         // of the file in.txt
	setup func(t *testing.T, dir string) // more files
	stdin func() io.Reader
	args  []string // in.txt if there are none
	code  int
	brief bool // the output is too long to be kept: says is on it
	says  []string
}

// A good result, which must be there whatever is beside it.
const fine = "BenchmarkFine/size=10-2   \t     100\t      2000 ns/op\t      16 B/op\n"

var three = strings.Repeat(fine, 3)

// of says what go test prints about a package, around its results.
func of(pkg, text string) string {
	return "goos: linux\ngoarch: amd64\npkg: " + pkg + "\ncpu: A CPU\n" + text
}

var corpus = []trial{
	{name: "empty", code: run.BadInput},
	{name: "blank", text: "\n \t\n\r\n\ufeff\n", code: run.BadInput},
	{name: "prose", text: "Benchmarks\n\nIt was a dark and stormy night; 12 ns/op it rained.\n", code: run.BadInput},
	{name: "binary", text: random(1 << 16), code: run.BadInput},
	{name: "binary-tail", text: three + "\x7fELF\x02\x01\x00\x00\n" + fine, code: run.BadInput},
	{name: "zeros-after-a-crash", text: three + strings.Repeat("\x00", 4096), code: run.BadInput},
	{name: "utf16-le", text: inUTF16(three, true), code: run.Fine},
	{name: "utf16-be", text: inUTF16(three, false), code: run.Fine},
	{name: "utf16-odd", text: inUTF16(three, true) + "B", code: run.BadInput},
	{name: "utf16-no-bom", text: inUTF16(three, true)[2:], code: run.BadInput},
	{name: "utf16-appended-to-utf8", text: three + inUTF16(fine, true), code: run.BadInput},
	{name: "latin1", text: "cpu: AMD Ryzen\xae\n" + three, code: run.Fine},
	{name: "bom", text: "\ufeff" + three, code: run.Fine},
	{name: "cr", text: strings.ReplaceAll(three, "\n", "\r"), code: run.Fine},
	{name: "crlf", text: strings.ReplaceAll(three, "\n", "\r\n"), code: run.Fine},
	{name: "no-last-line-end", text: strings.TrimSuffix(three, "\n"), code: run.BadInput},
	{name: "cut-in-a-unit", text: three + "BenchmarkFine/size=10-2 100 2000 ns/o", code: run.BadInput},
	{name: "cut-between-packages", text: of("m/a", fine+"PASS\nok  \tm/a\t0.1s\n") + of("m/b", fine), code: run.BadInput},
	{name: "nan-inf", text: three + "BenchmarkN 1 NaN ns/op\nBenchmarkN 1 +Inf ns/op 3 x\nBenchmarkN 1 -Inf ns/op\nBenchmarkN 0 NaN ns/op\n", code: run.BadInput},
	{name: "all-nan", text: strings.Repeat("BenchmarkN 1 NaN ns/op\n", 30), code: run.BadInput},
	{name: "huge", text: strings.Repeat("BenchmarkH 1 1e308 ns/op 1e308 x\nBenchmarkH/goroutines=1 1 1e308 ns/op\nBenchmarkH/goroutines=2-2 1 1e-320 ns/op\n", 8) +
		"BenchmarkH 1 1e308 MB/s\nBenchmarkH 1 1e999 ns/op\nBenchmarkH 99999999999999999999 1 ns/op\n", code: run.BadInput},
	{name: "negative", text: three + "BenchmarkN 1 -2 ns/op 4 x\nBenchmarkN -3 2 ns/op\n", code: run.BadInput},
	{name: "zero", text: strings.Repeat("BenchmarkZ 1 0 ns/op 0 B/op\nBenchmarkZ/goroutines=1 1 0 ns/op\nBenchmarkZ/goroutines=4-4 1 0 ns/op\n", 7) + "BenchmarkZ 0 2 ns/op\n", code: run.BadInput},
	{name: "decimal-comma", text: three + "BenchmarkC 100 1,5 ns/op\nBenchmarkC 1,000 2 ns/op\n", code: run.BadInput},
	{name: "unit-twice", text: three + "BenchmarkU 1 1 ns/op 2 ns/op\nBenchmarkU 1 1 ns/op 2 sec/op\n", code: run.BadInput},
	{name: "unit-lines", text: "Unit ns/op better=higher\nUnit ns/op better=lower\nUnit furlongs better=sideways assume=nothing\nUnit\nUnit x\nUnit x =\n" + three, code: run.Fine},
	{name: "many-bad-lines", text: three + strings.Repeat("BenchmarkN 1 NaN ns/op\n", 5000), code: run.BadInput},
	{name: "long-names", text: longNames(), code: run.Fine, brief: true},
	{name: "hostile-names", text: hostileNames(), code: run.Fine},
	{name: "hostile-config", text: hostileConfig(), code: run.Fine, brief: true, says: []string{"29 configurations"}},
	{name: "log-lines", text: "2026/01/02 starting: now\n" + fine + "warning: disk slow\nload: 3.1\nBenchmark started at noon\n{\"level\":\"info\"}\n" + fine + "\n\n" + fine + "PASS\n", code: run.Fine},
	{name: "log-lines-in-results", text: "BenchmarkFine/size=10-2   \thello\nworld: 1\n     100\t      2000 ns/op\t      16 B/op\n" + fine +
		"BenchmarkLost-2   \thello     100\t      7 ns/op\n     100\t      8 ns/op\n", code: run.BadInput},
	{name: "error-lines", text: fine + "error: connection refused\nError: x\n" + fine + "errors: 5\n" + fine, code: run.Fine},
	{name: "fail", text: of("m/b", fine+"--- FAIL: BenchmarkF\n    b_test.go:4: boom\n"+fine+"FAIL\nexit status 1\nFAIL\tm/b\t0.032s\n") + of("m/c", fine+"PASS\nok  \tm/c\t0.01s\nFAIL\n"), code: run.BadInput},
	{name: "build-failed", text: "# m/d\nd/d.go:3:32: undefined: x\nFAIL\tm/d [build failed]\n" + of("m/c", fine+"PASS\nok  \tm/c\t0.01s\nFAIL\n"), code: run.BadInput},
	{name: "panic", text: of("m/c", fine+"panic: assignment to entry in nil map\n\ngoroutine 22 [running]:\nm/c.BenchmarkP(0x3379b3d6c608?)\n\t/src/c_test.go:4 +0x25\nexit status 2\nFAIL\tm/c\t0.018s\nFAIL\n"), code: run.BadInput},
	{name: "race", text: of("m/r", "==================\nWARNING: DATA RACE\nRead at 0x00c00001c0a8 by goroutine 8:\n==================\n"+fine+"--- FAIL: BenchmarkR\n    testing.go:1: race detected during execution of benchmark\nFAIL\n"), code: run.BadInput},
	{name: "verbose", text: of("m/a", "=== RUN   BenchmarkFine\nBenchmarkFine\nBenchmarkFine/size=10\n"+fine+"=== RUN   BenchmarkSkip\nBenchmarkSkip\n    a_test.go:5: no\n--- SKIP: BenchmarkSkip\nPASS\nok  \tm/a\t0.027s\n"), code: run.Fine},
	{name: "json", text: asJSON("m/a", "pass", of("m/a", fine+fine)) + asJSON("m/b", "pass", of("m/b", fine)), code: run.Fine},
	{name: "json-incomplete", text: asJSON("m/a", "fail", of("m/a", fine+"panic: no\n")) + asJSON("m/b", "", of("m/b", fine)) + `{"Action":"outp`, code: run.BadInput},
	{name: "json-no-benchmarks", text: asJSON("m/a", "pass", "ok  \tm/a\t0.01s\n"), code: run.BadInput},
	{name: "two-machines", text: "cpu: One\nmachine: a\n" + three + "cpu: Two\nmachine: b\n" + three, code: run.Fine},
	{name: "many-configurations", text: configurations(300), code: run.BadInput, brief: true, says: []string{"in.txt:202: left out: more than 100 configurations in one file"}},
	{name: "same-label-twice", setup: two("old/b.txt", "new/b.txt"), args: []string{"old/b.txt", "new/b.txt"}, code: run.Fine},
	{name: "named-twice", text: three, args: []string{"in.txt", "./in.txt"}, code: run.Fine},
	{name: "one-of-two-is-empty", text: three, setup: func(t *testing.T, dir string) { put(t, dir, "empty.txt", "") }, args: []string{"empty.txt", "in.txt"}, code: run.BadInput},
	{name: "strange-file-name", setup: func(t *testing.T, dir string) { put(t, dir, "a\x1b]0;x\a\u202etxt.b\n=1", three) }, args: []string{"a\x1b]0;x\a\u202etxt.b\n=1"}, code: run.Fine},
	{name: "folder-without-runs", setup: func(t *testing.T, dir string) { put(t, dir, "d/x.txt", fine) }, args: []string{"d"}, code: run.BadInput},
	{name: "damaged-run-beside-a-good-one", setup: func(t *testing.T, dir string) {
		record(t, filepath.Join(dir, "runs", "a"), 2, 2, nobody)
		record(t, filepath.Join(dir, "runs", "b"), 2, 2, nobody)
		put(t, dir, "runs/b/bench.txt", "cut")
	}, args: []string{"runs"}, code: run.BadInput, brief: true, says: []string{"runs/b: left out: the run is damaged: bench.txt does not match SHA256SUMS"}},
}

// Whatever is given to it, the command says what it could not use, uses the
// rest, says both by its exit code, and needs little time and memory. Times
// and memory are shown by -v.
func TestCorpus(t *testing.T) {
	for _, tt := range slices.Concat(corpus, systemCorpus) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if tt.args == nil {
				tt.args = []string{"in.txt"}
			}
			if tt.text != "" || tt.args[0] == "in.txt" {
				put(t, dir, "in.txt", tt.text)
			}
			if tt.setup != nil {
				tt.setup(t, dir)
			}
			code, stdout, stderr := child(t, dir, tt)
			if code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			sane(t, "stdout", stdout)
			sane(t, "stderr", strings.NewReplacer("NaN", "", "Inf", "").Replace(stderr)) // which it quotes
			for _, s := range tt.says {
				if !strings.Contains(stderr, s) {
					t.Errorf("stderr lacks %q:\n%.2000s", s, stderr)
				}
			}
			if !tt.brief {
				golden(t, "corpus/"+tt.name+".txt", fmt.Sprintf("exit code %d\n-- stderr --\n%s-- stdout --\n%s", code, stderr, stdout))
			}
			if tt.stdin == nil {
				otherFormats(t, dir, tt)
			}
		})
	}
}

// child runs the command in a process of its own.
func child(t *testing.T, dir string, tt trial) (code int, stdout, stderr string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), hangs)
	defer cancel()
	memory := filepath.Join(t.TempDir(), "memory")
	cmd := exec.CommandContext(ctx, self, tt.args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), memoryFile+"="+memory)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if tt.stdin != nil {
		cmd.Stdin = tt.stdin()
	}
	start := time.Now()
	err = cmd.Run()
	took := time.Since(start)
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Fatalf("still running after %v", hangs)
	}
	data, err := os.ReadFile(memory)
	if err != nil {
		t.Fatalf("it died: %v\n%s", err, errs.String())
	}
	bytes, err := strconv.Atoi(string(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v, of that %v computing; %d MiB", took.Round(time.Millisecond), (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Round(time.Millisecond), bytes>>20)
	if bytes > maxMemory {
		t.Errorf("it took %d MiB of memory, more than %d", bytes>>20, maxMemory>>20)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

// otherFormats holds that in every other format the same exit code and nothing
// that should not be printed comes out.
func otherFormats(t *testing.T, dir string, tt trial) {
	t.Helper()
	for _, format := range []string{"markdown", "csv", "json"} {
		args := []string{"-format", format}
		for _, path := range tt.args {
			if !filepath.IsAbs(path) {
				path = filepath.Join(dir, path)
			}
			args = append(args, path)
		}
		var out, errs bytes.Buffer
		if code := run.Run(t.Context(), nil, &out, &errs, args); code != tt.code {
			t.Errorf("%s: exit code %d, want %d: %s", format, code, tt.code, errs.String())
		}
		sane(t, format, out.String())
		sane(t, format+"'s stderr", strings.NewReplacer("NaN", "", "Inf", "").Replace(errs.String()))
		if out.Len() > 0 && format == "json" && !json.Valid(out.Bytes()) {
			t.Errorf("no JSON: %s", out.String())
		}
	}
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func two(a, b string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		put(t, dir, a, three)
		put(t, dir, b, three)
	}
}

func random(n int) string {
	rng := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return string(b)
}

func inUTF16(text string, little bool) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		if little {
			b = append(b, byte(unit), byte(unit>>8))
		} else {
			b = append(b, byte(unit>>8), byte(unit))
		}
	}
	return string(b)
}

// asJSON is what go test -json makes of a package's output, a name and its
// figures in two events; end is its last action, "" for none.
func asJSON(pkg, end, text string) string {
	var b strings.Builder
	write := func(event map[string]string) {
		line, err := json.Marshal(event)
		if err != nil {
			panic(err)
		}
		b.Write(append(line, '\n'))
	}
	write(map[string]string{"Action": "start", "Package": pkg})
	for line := range strings.Lines(text) {
		name, figures, found := strings.Cut(line, "\t")
		if strings.HasPrefix(line, "Benchmark") && found {
			write(map[string]string{"Action": "output", "Package": pkg, "Test": strings.TrimSpace(name), "Output": name + "\t"})
			line = figures
		}
		write(map[string]string{"Action": "output", "Package": pkg, "Output": line})
	}
	if end != "" {
		write(map[string]string{"Action": end, "Package": pkg})
	}
	return b.String()
}

// configurations is a file that results of n machines were put together in.
func configurations(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "cpu: X%d\nBenchmarkA 1 5 ns/op\n", i)
	}
	return b.String()
}

// longNames is names, units and values of configuration of 10 kB each.
func longNames() string {
	long := strings.Repeat("0123456789", 1000)
	return "cpu: " + long + "\nnote: " + long + "\npkg: " + long + "\n" +
		strings.Repeat("BenchmarkA/"+long+"/goroutines=1 1 5 ns/op 3 "+long+"\nBenchmarkA/"+long+"/goroutines=2-2 1 5 ns/op\nBenchmarkB-2 1 5 "+long+"\n", 6)
}

// dangerous is what may do something somewhere: to a terminal, in the
// direction of writing, in a page, an image, a document, a sheet.
var dangerous = []string{
	"\x1b[31mred\x1b[0m", "\x1b]8;;http://x.example\x1b\\link", "\x1b]0;title", "\x9b31mC1", "a\bb", "a\x7f", "\u202egnp.exe", "\u2066x\u2069", "\u200b\u200f\u061c\ufeff", "\U000e0041\U000e007f",
	"<script>alert(1)</script>", "<img/src=x/onerror=alert(1)>", "<svg/onload=alert(1)>", "]]><x", "&lt;b&gt;", "{{.}}", "${x}",
	"[a](javascript:alert(1))", "![a](http://x.example)", "`code`*b*_i_", "#head", "a|b|c", "<!--", "=HYPERLINK(1)", "+1+1", "@SUM(1)", "-2+3", "%s%n", "\u0301\u0301\u0301",
}

func hostileNames() string {
	var b strings.Builder
	for i, name := range dangerous {
		for n := range 6 {
			fmt.Fprintf(&b, "Benchmark%s/goroutines=1 1 %d ns/op 3 %s\nBenchmark%s/goroutines=2-2 1 5 ns/op\n", name, 5+n, dangerous[i%16], name)
		}
	}
	return b.String()
}

func hostileConfig() string {
	var b strings.Builder
	for _, value := range dangerous {
		fmt.Fprintf(&b, "%s: %s\ncpu: A %s\nnote: %s\n%s", value, value, value, value, fine)
	}
	return "machine: " + strings.Join(dangerous, " ") + "\n" + b.String()
}

// Nothing in any file of a page, pictures of pixels apart, is a character that
// turns the direction of writing, has no width or is obeyed by a terminal.
func TestPageOfHostileNames(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "in.txt", hostileNames())
	var out, errs bytes.Buffer
	page := filepath.Join(dir, "page")
	if code := run.Run(t.Context(), nil, &out, &errs, []string{"-o", page, filepath.Join(dir, "in.txt")}); code != run.Fine {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	kinds := map[string]bool{}
	for _, name := range files(t, page) {
		kinds[filepath.Ext(name)] = true
		data, err := os.ReadFile(filepath.Join(page, name))
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(name) == ".png" {
			continue
		}
		for _, r := range string(data) {
			if r == utf8.RuneError || r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Cf) {
				t.Errorf("%s holds %U", name, r)
				break
			}
		}
	}
	for _, kind := range []string{".md", ".svg", ".csv", ".json", ".html"} {
		if !kinds[kind] {
			t.Errorf("the page has no file of the kind %s", kind)
		}
	}
}
