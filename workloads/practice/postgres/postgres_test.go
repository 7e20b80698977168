//go:build unix

package postgres

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conpar/workloads"
	"conpar/workloads/workloadtest"
)

func TestMain(m *testing.M) { workloadtest.Main(m) }

// What a user may lack is told, with what to do.
func TestWhatIsMissing(t *testing.T) {
	old := installed
	t.Cleanup(func() { installed = old })
	installed = t.TempDir()
	t.Setenv("PATH", t.TempDir())
	_, err := programs(t.Context())
	want := "no postgres: neither below " + installed + " nor on PATH; install PostgreSQL 15 or newer, " +
		"on Debian the package postgresql"
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	for _, version := range []string{"9.6", "13", "15", "17"} {
		newEnough := version >= "15" && version < "9"
		bin := filepath.Join(installed, version, "bin")
		program(t, bin, "initdb", "exit 1")
		got, err := programs(t.Context())
		missing := errors.As(err, new(workloads.Unavailable))
		if newEnough && (err != nil || got != bin) || !newEnough && !missing {
			t.Errorf("with %s: %s, %v", version, got, err)
		}
	}
}

// program writes a shell script in place of a program.
func program(t *testing.T, bin, name, script string) {
	t.Helper()
	err := os.MkdirAll(bin, 0o755)
	if err == nil {
		err = os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A server that does not start costs only its own lines, and says why in a line.
func TestAServerThatDoesNotStart(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	const full = "echo 'creating ... ok'; echo 'initdb: error: could not create: No space left on device' >&2; exit 1"
	for script, want := range map[string]string{full: "could not create: No space left", "exit 7": "exit status 7"} {
		bin := filepath.Join(t.TempDir(), "15", "bin")
		for dir := bin; dir != os.TempDir() && len(dir) > 4; dir = filepath.Dir(dir) {
			os.Chmod(dir, 0o755)
		}
		program(t, bin, "initdb", script)
		p, err := startIn(t.Context(), bin, nil)
		want = "PostgreSQL does not start: " + want
		if p != nil || !errors.As(err, new(workloads.Unavailable)) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", script, err)
		}
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

func TestAnEndedContextStartsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := startIn(ctx, t.TempDir(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
