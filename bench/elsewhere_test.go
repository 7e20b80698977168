//go:build system

package main

import (
	"os"
	"testing"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/analysis/suite/vet"
	"golang.org/x/tools/go/packages"
)

// The rooms that know their system are right for others too: go vet has nothing
// against their code and tests there. It would have every package compiled for
// those systems, the standard library too, which takes eight times as long as
// to read them.
func TestVetForOtherSystems(t *testing.T) {
	for _, system := range []struct{ os, arch string }{{"darwin", "arm64"}, {"windows", "amd64"}} {
		t.Run(system.os, func(t *testing.T) {
			cfg := packages.Config{
				Mode: packages.LoadAllSyntax, Tests: true, Dir: "..", Context: t.Context(),
				Env: append(os.Environ(), "GOOS="+system.os, "GOARCH="+system.arch, "CGO_ENABLED=0"),
			}
			all, err := packages.Load(&cfg, "./bench/internal/host", "./bench/gauge", "./workloads/...", "./results/...")
			if err != nil || len(all) < 30 {
				t.Fatalf("%d packages, %v", len(all), err)
			}
			packages.Visit(all, nil, func(p *packages.Package) {
				for _, err := range p.Errors {
					t.Error(err)
				}
			})
			if t.Failed() {
				return
			}
			vetted, err := checker.Analyze(vet.Suite, all, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, action := range vetted.Roots {
				if action.Err != nil {
					t.Error(action, action.Err)
				}
				for _, d := range action.Diagnostics {
					t.Errorf("%s: %s", action.Package.Fset.Position(d.Pos), d.Message)
				}
			}
		})
	}
}
