// Command report says what benchmarks gain from more goroutines and from more
// processors: runs of this suite, or any Go benchmark's output.
package main

import (
	"context"
	"os"

	"conpar/report/run"
)

func main() {
	os.Exit(run.Run(context.Background(), os.Stdin, os.Stdout, os.Stderr, os.Args[1:]))
}
