package lang

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"conpar/workloads"
	"conpar/workloads/peer"
)

//go:embed python/lang.py java/Lang.java cpp/lang.cpp
var sources embed.FS

// javaTick is the step in which Java counts CPU time on Linux.
const javaTick = 10 * time.Millisecond

var languages = []*language{
	{name: "go", threads: "goroutines", start: startGo},
	{name: "python", threads: "threads of Python", start: starter(python)},
	{name: "java", threads: "platform threads of Java", start: starter(java("platform")), tick: javaTick},
	{
		name: "javavirtual", threads: "virtual threads of Java", start: starter(java("virtual")),
		needs: virtualThreads, tick: javaTick,
	},
	{name: "cpp", threads: "threads of C++", start: starter(cpp)},
}

// python leaves out site-packages, which take longer to be looked at than
// anything else at its start.
var python = peer.Program{
	Name: "python", Files: folder("python"), Tools: []string{"python3"},
	Run:      func(src, _ string) []string { return []string{"python3", "-S", filepath.Join(src, "lang.py")} },
	Patience: patience,
}

// java is compiled for Java 11, so that a cached class runs with any java that
// comes first on the PATH. Nothing about the compiling at run time is changed. What is
// left out is a collector that starts threads for each CPU, for a program that
// has no garbage to speak of, and the file of counters in the folder for
// temporary files, which a killed process would leave there, in a folder that
// has the user's name. Sources are in UTF-8 in every locale.
func java(threads string) peer.Program {
	return peer.Program{
		Name: "java", Files: folder("java"), Tools: []string{"javac", "java"},
		Build: func(src, out string) []string {
			return []string{"javac", "-J-XX:-UsePerfData", "-encoding", "UTF-8", "--release", "11",
				"-d", out, filepath.Join(src, "Lang.java")}
		},
		Oldest:   map[string]int{"javac": 11},
		Patience: patience,
		// It runs in the folder of its classes, whose path may hold a colon.
		Run: func(_, _ string) []string {
			return []string{"java", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-cp", ".", "Lang", threads}
		},
	}
}

var cpp = peer.Program{
	Name: "cpp", Files: folder("cpp"), Tools: []string{"g++"},
	Build: func(src, out string) []string {
		return []string{"g++", "-std=c++17", "-O2", "-pthread", "-o", executable(out), filepath.Join(src, "lang.cpp")}
	},
	Oldest:   map[string]int{"g++": 7}, // the first one with the whole of C++17
	Patience: patience,
	Run:      func(_, out string) []string { return []string{executable(out)} },
}

func executable(out string) string {
	name := "lang"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(out, name)
}

func folder(name string) fs.FS {
	f, err := fs.Sub(sources, name)
	if err != nil {
		panic(err) // the name is not a path
	}
	return f
}

func starter(p peer.Program) func(context.Context, string) (client, error) {
	return func(ctx context.Context, dir string) (client, error) { return started(peer.Start(ctx, dir, p)) }
}

func started(p *peer.Peer, err error) (client, error) {
	if err != nil {
		return nil, err // not a client that holds nil
	}
	return p, nil
}

// virtualThreads returns why this version of Java lacks them.
func virtualThreads(version string) error {
	major, err := strconv.Atoi(version)
	if err != nil {
		return fmt.Errorf("the version of Java is %q", version)
	}
	if major < 21 {
		return workloads.Unavailable(fmt.Sprintf("Java %d has no virtual threads", major))
	}
	return nil
}
