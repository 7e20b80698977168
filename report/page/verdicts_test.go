package page

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"

	"conpar/report/claims"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/words"
	"conpar/results"
)

func TestFiguresOfClaims(t *testing.T) {
	inf := math.Inf(1)
	cell := results.Cell{Family: "X", Work: "y", Axis: "goroutines", N: 1, Procs: 1}
	ratio := claims.Estimate{Unit: "sec/op", Num: cell, Den: cell}
	of := func(unit string) claims.Estimate { return claims.Estimate{Unit: unit, Num: cell} }
	share := ratio
	share.SerialFraction = true
	for _, tt := range []struct {
		of               claims.Estimate
		holds            claims.Region
		mid, lo, hi      float64
		region, measured string
	}{
		{ratio, claims.Region{Lo: 54.4, Hi: inf}, 63.7, 63.64, 63.8, "≥ 54.4×", "63.7× (63.6–63.8)"},
		{ratio, claims.Region{Lo: 0.85, Hi: 1.15}, 1, 0.991, 1.009, "within 0.85–1.15×", "1.00× (0.99–1.01)"},
		{ratio, claims.Region{Lo: 1, Hi: inf, Strict: true}, 2.5, math.NaN(), math.NaN(), "> 1×", "2.50×"},
		{ratio, claims.Region{Lo: -inf, Hi: 1.1}, 1, 0.5, inf, "≤ 1.1×", "1.00× (0.50–∞)"},
		{of("lost-%"), claims.Region{Lo: 82.5, Hi: 92.5}, 87.46, 87, 88, "within 82.5–92.5%", "87.5% (87.0–88.0)"},
		{of("lost-%"), claims.Region{Lo: 0, Hi: inf, Strict: true}, 7.17, math.NaN(), math.NaN(), "> 0%", "7.17%"},
		{of("lost-%"), claims.Region{Lo: -inf, Hi: 0}, 0, math.NaN(), math.NaN(), "≤ 0%", "0%"},
		{of("resident-B/each"), claims.Region{Lo: -inf, Hi: 4096}, 2765, 2700, 2800, "≤ 4 KiB", "2.70 KiB (2.64–2.73)"},
		{of("resident-B"), claims.Region{Lo: -inf, Hi: 400 << 20}, 262 << 20, 261 << 20, 1<<30 + 1, "≤ 400 MiB", "262 MiB (261–1024)"},
		{of("reserved-B/each"), claims.Region{Lo: 1 << 20, Hi: inf}, 8.04 * (1 << 20), math.NaN(), math.NaN(), "≥ 1 MiB", "8.04 MiB"},
		{of("cpus"), claims.Region{Lo: 1.8, Hi: inf}, 1.98, -inf, 1.99, "≥ 1.8", "1.98 (−∞–1.99)"},
		{of("left-goroutines"), claims.Region{Lo: 1, Hi: 1}, 1, 1, 1, "= 1", "1.00 (1.00–1.00)"},
		{share, claims.Region{Lo: 0.2, Hi: 0.2}, 0.213, 0.21, 0.22, "= 20%", "21.3% (21.0–22.0)"},
		{of("crossover-items"), claims.Region{Lo: -inf, Hi: 1e6}, 12345, 9876, 1e7, "≤ 1,000,000", "12,000 (9900–none)"},
		{of("crossover-items"), claims.Region{Lo: -inf, Hi: 1e6}, 1e7, math.NaN(), math.NaN(), "≤ 1,000,000", "none"},
		{ratio, claims.Region{Lo: 1, Hi: inf}, math.NaN(), math.NaN(), math.NaN(), "≥ 1×", words.Unknown},
	} {
		v := claims.Verdict{Claim: claims.Claim{Of: tt.of, Holds: tt.holds}, Measured: stats.Interval{Mid: tt.mid, Lo: tt.lo, Hi: tt.hi, N: 16}}
		if got := region(v); got != tt.region {
			t.Errorf("%v is predicted %q, want %q", tt.holds, got, tt.region)
		}
		if got := measured(v, v.Measured); got != tt.measured {
			t.Errorf("%v is measured %q, want %q", v.Measured, got, tt.measured)
		}
	}
	for n, want := range map[int64]string{1: "1", 999: "999", 1000: "1,000", 123456: "123,456", 1234567: "1,234,567", -1234: "-1,234", -123456: "-123,456"} {
		if got := words.Grouped(n); got != want {
			t.Errorf("%d is written %q, want %q", n, got, want)
		}
	}
}

// dropped is a report of a run that could measure nothing of what claims need,
// for a long reason that is somebody else's text.
func dropped(cpus int) *Report {
	d := &series.Data{Sources: []series.Source{{Label: "r", Run: &series.Run{Run: results.Run{Machine: results.Machine{CPUs: cpus}, Plan: results.Plan{Profile: "practice"}}, Dropped: map[string]string{}}}}}
	for _, c := range slices.Concat(claims.Needs(cpus, false), claims.PracticeCells(cpus, false)) {
		d.Sources[0].Run.Dropped[c.String()] = "no <b>g++</b> \x1b[31m|\u202e " + strings.Repeat("and so on ", 20)
	}
	return New(d)
}

// However many processors there are, and whatever the reasons, the table has a
// line for every claim and fits its place.
func TestEveryClaimHasALineThatFits(t *testing.T) {
	for _, cpus := range []int{1, 2, 64, 1024} {
		r := dropped(cpus)
		var out bytes.Buffer
		if err := r.WriteTerminal(&out, Terminal{Verdicts: true}); err != nil {
			t.Fatal(err)
		}
		lines := 0
		for line := range strings.Lines(out.String()) {
			line = strings.TrimSuffix(line, "\n")
			if w := text.StringWidth(line); w > columns {
				t.Errorf("%d CPUs: %d columns: %s", cpus, w, line)
			}
			if strings.ContainsAny(line, "\x1b\u202e") {
				t.Errorf("%d CPUs: not safe: %q", cpus, line)
			}
			if strings.HasPrefix(line, "– ") {
				lines++
			}
		}
		if lines != len(claims.All()) {
			t.Errorf("%d CPUs: %d lines of %d claims", cpus, lines, len(claims.All()))
		}
		md := r.VerdictSection("r")
		if strings.ContainsAny(md, "\x1b\u202e") || strings.Contains(md, "<b>") {
			t.Errorf("%d CPUs: the page holds what nobody should see", cpus)
		}
		cell := regexp.MustCompile(`(?m)^\| – \|`)
		if n := len(cell.FindAllString(md, -1)); n != len(claims.All()) {
			t.Errorf("%d CPUs: %d lines of %d claims in the page", cpus, n, len(claims.All()))
		}
	}
}

// Both files hold every claim, and nothing that is no number.
func TestVerdictFiles(t *testing.T) {
	r := dropped(2)
	var j, c bytes.Buffer
	if err := r.WriteVerdicts(&j, "r"); err != nil {
		t.Fatal(err)
	}
	var verdicts []map[string]any
	if err := json.Unmarshal(j.Bytes(), &verdicts); err != nil || len(verdicts) != len(claims.All()) {
		t.Fatalf("%d verdicts, %v", len(verdicts), err)
	}
	for _, v := range verdicts {
		for _, field := range []string{"id", "row", "claim", "prediction", "subject", "measured", "lo", "hi", "verdict", "reason", "rounds", "cells", "chart"} {
			if _, ok := v[field]; !ok {
				t.Errorf("%v has no %s", v["id"], field)
			}
		}
		if v["measured"] != nil || v["verdict"] != "not measurable" || v["reason"] == nil {
			t.Errorf("%v: measured %v, %v: %v", v["id"], v["measured"], v["verdict"], v["reason"])
		}
	}
	if err := r.WriteVerdictsCSV(&c); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&c).ReadAll()
	if err != nil || len(rows) != 1+len(claims.All()) {
		t.Errorf("%d lines of CSV, %v", len(rows), err)
	}
	var none bytes.Buffer
	if err := r.WriteVerdicts(&none, "another"); err != nil || none.String() != "[]\n" {
		t.Errorf("of no run: %q, %v", none.String(), err)
	}
}

// The command that measures a verdict again picks its workloads and no others.
func TestAgainPicksTheWorkloads(t *testing.T) {
	series := map[string]bool{}
	all := dropped(2).Verdicts["r"]
	for _, v := range all {
		for _, s := range v.Series() {
			series[s] = true
		}
	}
	for _, v := range all {
		command := again(v)
		picks := regexp.MustCompile(strings.Split(command, "'")[1])
		for s := range series {
			mine := false
			for _, own := range v.Series() {
				mine = mine || own == s
			}
			if picks.MatchString(s) != mine {
				t.Errorf("%s %s: %s picks %s: %v", v.ID, v.Subject, command, s, !mine)
			}
		}
	}
}
