package round

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

func TestHiderHides(t *testing.T) {
	hide := hider(
		[]string{"/home/Zoë Q & Co", "/", `C:\Users\zq`},
		[]string{"zq", "zq-laptop.lan", "zoë"},
		[]string{"KEY=s3cret  of\nmine", "PATH=/opt/My Tools/bin:/bin", "LANG=C", "USER=wim", "EMPTY=", "=C:=x"},
	)
	for text, want := range map[string]string{
		// what is to be kept
		"it hung and was ended (timeout)":                               "it hung and was ended (timeout)",
		"closing CPU/work=primes: 3 tasks/s, 1/2 and/or":                "closing CPU/work=primes: 3 tasks/s, 1/2 and/or",
		"dial tcp 127.0.0.1:4711: connect: refused":                     "dial tcp 127.0.0.1:4711: connect: refused",
		"http: Get \"http://127.0.0.1:4711/5\": EOF":                    "http: Get \"http://127.0.0.1:4711/5\": EOF",
		"BenchmarkIO/work=fileread/cache=page/goroutines=8: is no file": "BenchmarkIO/work=fileread/cache=page/goroutines=8: is no file",
		"zqx, 2zq and wimp are words of their own":                      "zqx, 2zq and wimp are words of their own",
		// what is not
		"open /home/Zoë Q & Co/.cache/conpar/go1/fileread-page: is a directory": "open …/fileread-page: is a directory",
		"fork/exec /home/Zoë Q & Co: permission denied":                         "fork/exec …: permission denied",
		"panic: x\n\t/srv/acme/bench/main.go:33 +0x1d":                          "panic: x\n\t…/main.go:33 +0x1d",
		`File "/srv/acme/lang.py", line 3`:                                      `File "…/lang.py", line 3`,
		"cc1plus: -I/a/b;/c/d:/srv/acme/x.h":                                    "cc1plus: -I…/b;…/d:…/x.h",
		`open D:\acme\x.txt: and "D:\\acme\\x.txt"`:                             `open …/x.txt: and "…/x.txt"`,
		`open C:\Users\zq\AppData\x: no`:                                        `open …/x: no`,
		"mkdir /opt/My Tools/bin/x":                                             "mkdir …/x",
		"Picked up KEY: s3cret of mine!":                                        "Picked up KEY: …!",
		"zq@zq-laptop.lan: ZQ zq, Zoë, hsperfdata_wim":                          "…@…: … …, …, hsperfdata_…",
	} {
		if got := hide(text); got != want {
			t.Errorf("%q becomes\n%q, want\n%q", text, got, want)
		}
		if again := hide(want); again != want {
			t.Errorf("%q becomes %q the second time", want, again)
		}
	}
	if got := hider(nil, nil, nil)("as it is"); got != "as it is" {
		t.Errorf("%q", got)
	}
}

// What a process of ours may die with names our sources, and files of the
// user's.
func TestRecordedFailureIsPrivate(t *testing.T) {
	home, err := os.UserHomeDir()
	if err != nil {
		t.Skip(err)
	}
	source, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	// Binaries built with -trimpath name the module instead.
	stack := strings.ReplaceAll(string(debug.Stack()), "\tconpar/bench/internal/round/", "\t"+source+"/")
	if !strings.Contains(stack, source) {
		t.Fatalf("the stack does not name %s:\n%s", source, stack)
	}
	err = fmt.Errorf("reexec: sample: %w; %s", &os.PathError{Op: "open", Path: filepath.Join(home, "x", "y"), Err: os.ErrPermission}, stack)
	if got := OneLine(err); strings.Contains(got, source) || strings.Contains(got, home) || !strings.Contains(got, "private_test.go:") {
		t.Error(got)
	}
	if !errors.Is(err, os.ErrPermission) || !strings.Contains(OneLine(err), "permission denied") {
		t.Error(OneLine(err))
	}
}
