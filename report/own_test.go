package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conpar/report/run"
)

var update = flag.Bool("update", false, "rewrite the golden page and README's parts")

var ownPart = regexp.MustCompile(`(?s)(<!-- own: begin -->\n).*(<!-- own: end -->)`)

// README's walk-through shows what was printed for two benchmarks of package
// sync, measured as it says, in ten rounds, with two CPUs to themselves.
func TestReadmeShowsSync(t *testing.T) {
	text, err := os.ReadFile("testdata/own/sync.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := run.Run(context.Background(), bytes.NewReader(text), &out, &errs, []string{"scale", "-cpus", "2"}); code != run.Fine || errs.Len() > 0 {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !ownPart.Match(readme) {
		t.Fatal("README has no place for the walk-through")
	}
	want := ownPart.ReplaceAll(readme, []byte("${1}```\n"+out.String()+"```\n${2}"))
	if *update {
		if err := os.WriteFile("../README.md", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), string(readme)); diff != "" {
		t.Errorf("README (-update rewrites it):\n%s", diff)
	}
}
