package postgres

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"conpar/workloads"
)

// oldest is the oldest version that will do.
const oldest = 15

// installed is where Debian keeps versions, a folder each.
var installed = "/usr/lib/postgresql"

const install = "install PostgreSQL 15 or newer, on Debian the package postgresql"

// programs returns the folder of initdb and postgres: of the newest version below
// installed, or else of that on PATH.
func programs(ctx context.Context) (string, error) {
	newest, bin := 0, ""
	found, _ := filepath.Glob(filepath.Join(installed, "*", "bin", "initdb"))
	for _, path := range found {
		dir := filepath.Dir(path)
		if version, err := strconv.Atoi(filepath.Base(filepath.Dir(dir))); err == nil && version > newest {
			newest, bin = version, dir
		}
	}
	if path, err := exec.LookPath("postgres"); newest < oldest && err == nil {
		if version := versionOf(ctx, path); version > newest {
			newest, bin = version, filepath.Dir(path)
		}
	}
	switch {
	case newest == 0:
		return "", workloads.Unavailable("no postgres: neither below " + installed + " nor on PATH; " + install)
	case newest < oldest:
		return "", workloads.Unavailable(fmt.Sprintf("no postgres 15: version %d is in %s; %s", newest, bin, install))
	}
	return bin, nil
}

// versionOf returns the major version of a server program; 0: it doesn't say.
func versionOf(ctx context.Context, path string) int {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	said, _ := exec.CommandContext(ctx, path, "--version").Output()
	_, version, _ := strings.Cut(string(said), "(PostgreSQL) ")
	end := strings.IndexFunc(version, func(r rune) bool { return r < '0' || r > '9' })
	if end > 0 {
		version = version[:end]
	}
	major, _ := strconv.Atoi(version)
	return major
}
