package peer

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"conpar/workloads"
)

// versionFlags make the tools that we know tell their version, whether old or
// new. Of another tool it would not be known what its failing at that means.
var versionFlags = map[string]string{
	"g++":     "--version",
	"java":    "-version",
	"javac":   "-version",
	"python3": "--version",
}

// unfit returns why the program can't be compiled with the tools that there
// are, or "" if that is not because of them. It is asked only once compiling
// has failed: to ask a compiler for its version takes as long as to start the
// program.
func (p Program) unfit(ctx context.Context) workloads.Unavailable {
	limited, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	for _, tool := range p.Tools {
		flag, known := versionFlags[tool]
		if !known {
			continue
		}
		said, err := output(limited, askTime, []string{tool, flag})
		if limited.Err() != nil {
			return "" // not known
		}
		if err != nil {
			return workloads.Unavailable(fmt.Sprintf("%s does not work: %s", tool, firstLine(said, err.Error())))
		}
		if oldest := p.Oldest[tool]; oldest > 0 {
			if major, ok := majorVersion(said); ok && major < oldest {
				return workloads.Unavailable(fmt.Sprintf("%s %d is too old: %d is needed", tool, major, oldest))
			}
		}
	}
	return ""
}

// firstLine returns the first line of what a tool says, unless it says nothing.
func firstLine(said, otherwise string) string {
	if said == "" {
		return otherwise
	}
	line, _, _ := strings.Cut(said, "\n")
	return fmt.Sprintf("%.100s", strings.TrimSpace(line))
}

// majorVersion returns the major version in what a tool says of itself: 8 of
// "javac 1.8.0_392", 12 of "g++ (Debian 12.2.0-14) 12.2.0".
func majorVersion(said string) (int, bool) {
	found := regexp.MustCompile(`\b(?:1\.)?([0-9]+)(?:\.[0-9]|\s|$)`).FindStringSubmatch(said)
	if found == nil {
		return 0, false
	}
	major, err := strconv.Atoi(found[1])
	return major, err == nil
}
