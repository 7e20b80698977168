package main

import (
	_ "embed" // the texts
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
)

//go:embed help.txt
var usage string

//go:embed help-full.txt
var fullUsage string

//go:embed help-test.txt
var testUsage string

// help returns the text for -h, or for -h full.
func help(rest []string) string {
	if slices.Contains(rest, "full") {
		return fullUsage
	}
	return usage
}

// built says which version of conpar this is: "conpar v1.2.3, commit 0123abcd
// with changes, go1.26.8 linux/amd64". What the build did not record is left
// out: go run records no commit.
func built() string {
	text := "conpar"
	info, _ := debug.ReadBuildInfo() // it fails outside of a module
	if info == nil {
		info = &debug.BuildInfo{}
	}
	if v := info.Main.Version; v != "" {
		text += " " + v
	}
	for _, s := range info.Settings { // the commit stands before its changes
		switch {
		case s.Key == "vcs.revision":
			text += ", commit " + s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			text += " with changes"
		}
	}
	return fmt.Sprintf("%s, %s %s/%s", text, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
