package peer_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"conpar/workloads"
	"conpar/workloads/peer"
)

// Compiling fails in all cases. It is the compiler's fault if it is too old or
// doesn't even tell its version, and ours otherwise.
func TestCompilerThatIsToBlame(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	for name, c := range map[string]struct{ version, unavailable, other string }{
		"old":     {"echo javac 1.8.0_392 >&2", "javac 8 is too old: 11 is needed", ""},
		"older":   {"echo javac 10", "javac 10 is too old: 11 is needed", ""},
		"new":     {"echo javac 11.0.2", "", "compiling: exit status 3"},
		"unknown": {"echo javac from the future", "", "line 1: no"},
		"broken":  {"echo No Java here.; echo Get one.; exit 1", "javac does not work: No Java here.", ""},
		"silent":  {"exit 1", "javac does not work: exit status 1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			bin := t.TempDir()
			script := "#!/bin/sh\nif [ \"$1\" = -version ]; then " + c.version + "; exit; fi\necho line 1: no; exit 3\n"
			if err := os.WriteFile(filepath.Join(bin, "javac"), []byte(script), 0o755); err != nil {
				t.Fatal(err)
			}
			t.Setenv("PATH", bin)
			_, err := peer.Start(t.Context(), t.TempDir(), peer.Program{
				Name:   "java",
				Files:  fstest.MapFS{"nothing.txt": {}},
				Tools:  []string{"javac"},
				Oldest: map[string]int{"javac": 11},
				Build:  func(_, _ string) []string { return []string{"javac", "nothing.txt"} },
			})
			reason, lacking := errors.AsType[workloads.Unavailable](err)
			if string(reason) != c.unavailable || lacking != (c.unavailable != "") {
				t.Errorf("error %v, want the reason %q", err, c.unavailable)
			}
			if err == nil || !strings.Contains(err.Error(), c.other) {
				t.Errorf("error %v does not say %q", err, c.other)
			}
		})
	}
}

func TestMajorVersion(t *testing.T) {
	for said, want := range map[string]int{
		"javac 1.8.0_392": 8,
		"javac 17.0.15":   17,
		"javac 25":        25,
		"g++ (Debian 12.2.0-14) 12.2.0\nCopyright (C) 2022":                     12,
		"g++ (GCC) 4.8.5 20150623":                                              4,
		"Apple clang version 15.0.0 (clang-1500.3.9.4)":                         15,
		"g++ (MinGW-W64 x86_64-ucrt-posix-seh, built by Brecht Sanders) 13.2.0": 13,
		"no number": 0,
	} {
		if got, ok := peer.MajorVersion(said); got != want || ok != (want != 0) {
			t.Errorf("%q: %d, %v", said, got, ok)
		}
	}
}
