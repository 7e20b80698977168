package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"conpar/bench/internal/round"
)

// newProgress returns a live bar for a terminal, else plain lines.
func newProgress(w io.Writer) round.Progress {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return &bar{w: w}
	}
	return &lines{w: w, now: time.Now}
}

// bar shows samples done, time left, and what runs now, in 80 columns.
type bar struct {
	w   io.Writer
	bar *progressbar.ProgressBar
}

func (b *bar) Begin(what string, n int) {
	b.bar = progressbar.NewOptions(n,
		progressbar.OptionSetWriter(b.w),
		progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSetWidth(14),
		progressbar.OptionThrottle(80*time.Millisecond),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetTheme(progressbar.Theme{Saucer: "█", SaucerPadding: "░", BarStart: "", BarEnd: ""}),
	)
}

func (b *bar) Step(done int, now string, left time.Duration) {
	if left > 0 {
		now = strings.TrimPrefix(now, "Benchmark")
		now = fmt.Sprintf("%5s left  %-34.34s", left.Round(time.Second), now)
	}
	b.bar.Describe(now)
	_ = b.bar.Set(done) // it fails only beyond its end
}

func (b *bar) Say(line string) {
	_ = b.bar.Clear()
	fmt.Fprintln(b.w, line)
}

func (b *bar) End() { _ = b.bar.Finish() }

// everySoOften is the least time between two plain lines.
const everySoOften = 10 * time.Second

// lines prints a line now and then.
type lines struct {
	w    io.Writer
	now  func() time.Time
	what string
	n    int
	last time.Time
}

func (l *lines) Begin(what string, n int) {
	l.what, l.n, l.last = what, n, l.now()
	fmt.Fprintf(l.w, "%s: 0 of %d\n", what, n)
}

func (l *lines) Step(done int, _ string, left time.Duration) {
	if t := l.now(); t.Sub(l.last) >= everySoOften {
		l.last = t
		fmt.Fprintf(l.w, "%s: %d of %d", l.what, done, l.n)
		if left > 0 {
			fmt.Fprintf(l.w, ", %s left", left.Round(time.Second))
		}
		fmt.Fprintln(l.w)
	}
}

func (l *lines) Say(line string) { fmt.Fprintln(l.w, line) }
func (l *lines) End()            {}
