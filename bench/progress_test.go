package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestPlainLinesComeNowAndThen(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	l := &lines{w: &out, now: func() time.Time { return now }}
	l.Begin("samples measured", 100)
	for i := range 100 {
		now = now.Add(time.Second)
		l.Step(i, "a cell", time.Duration(100-i)*time.Second)
	}
	l.Say("failed: something")
	l.End()
	got := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(got) != 12 || got[0] != "samples measured: 0 of 100" || got[1] != "samples measured: 9 of 100, 1m31s left" || got[11] != "failed: something" {
		t.Errorf("%d lines: %q", len(got), got)
	}
}

func TestBarFitsATerminal(t *testing.T) {
	var out bytes.Buffer
	b := &bar{w: &out}
	b.Begin("samples measured", 10000)
	b.Step(9999, "BenchmarkIO/work=fileread/cache=direct/goroutines=4096-128", 59*time.Minute)
	b.Say("failed: something")
	b.End()
	for _, line := range strings.FieldsFunc(out.String(), func(r rune) bool { return r == '\r' || r == '\n' }) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, " ")); n > 80 {
			t.Errorf("a line of %d columns: %q", n, line)
		}
	}
	if !strings.Contains(out.String(), "failed: something\n") {
		t.Errorf("what must not be missed is not there: %q", out.String())
	}
}
