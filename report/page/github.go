package page

import (
	"fmt"
	"slices"
	"strings"

	"conpar/report/compare"
	"conpar/report/words"
)

// Annotation is a line that GitHub shows beside the steps of a workflow.
type Annotation struct {
	Error       bool // or a warning
	Title, Text string
}

// maxComment is below the 65,536 characters that GitHub takes of a comment.
const maxComment = 64<<10 - 1

// Cut returns a text in Markdown of at most so many bytes. One that is longer ends at a
// whole line, with what is folded there closed, and says so.
func Cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	const says = "\n\n*The rest is left out, for want of room.*\n"
	const closing = "\n\n</details>"
	var b strings.Builder
	open := 0
	for line := range strings.Lines(text) {
		if b.Len()+len(line)+(open+1)*len(closing)+len(says) > most {
			break
		}
		if strings.HasPrefix(line, "<details>") {
			open++
		} else if strings.HasPrefix(line, "</details>") {
			open--
		}
		b.WriteString(line)
	}
	out := strings.TrimRight(b.String(), "\n") + strings.Repeat(closing, open) + says
	if len(out) > most {
		return ""
	}
	return out
}

// comment is a sheet with everything folded but what came of it.
func (s sheet) comment() string {
	var d document
	d.say("### %s", words.Markdown(s.Headline))
	if s.Lede != "" {
		d.say("%s", words.Markdown(s.Lede))
	}
	d.list(s.Facts...)
	d.WriteString("\n")
	d.fold("All figures", s.markdown())
	return Cut(d.String(), maxComment)
}

// Comment is the comparison as a comment on GitHub.
func (c *SideBySide) Comment() string { return c.sheet().comment() }

// Comment is how benchmarks scale as a comment on GitHub.
func (s *Scale) Comment() string { return s.sheet(len(s.Curves)).comment() }

// Annotations are the floors that are not reached.
func (s *Scale) Annotations() []Annotation { return belowFloors(s.Floors) }

func belowFloors(floors []Floor) (out []Annotation) {
	for _, f := range floors {
		if f.Below() {
			title := strings.TrimSpace("below its floor: " + words.Sanitize(f.Line) + " " + f.Side)
			out = append(out, Annotation{true, title, fmt.Sprintf("speed-up at GOMAXPROCS %d: %s, floor %s×",
				f.Procs, words.Times(f.Speedup), words.Exact(f.Least))})
		}
	}
	return out
}

// Annotations are the regressions, after what makes them doubtful: confirmed ones are
// errors.
func (c *SideBySide) Annotations() []Annotation {
	var errs, warnings []Annotation
	if c.Doubted > 0 {
		warnings = append(warnings, Annotation{false, "nothing is confirmed",
			fmt.Sprintf("The control differs from %s in %s: measure again on a quieter machine.",
				c.name(0), words.Count(c.Doubted, "cell"))})
	}
	for _, t := range c.Tables {
		for _, r := range t.Rows {
			for side, of := range r.Compared {
				if of == nil || r.Judged[side] != compare.Worse || c.Paired && side == c.Control {
					continue
				}
				a := Annotation{
					Title: fmt.Sprintf("%s: %s %s", judged(t.Unit, compare.Worse), c.short(r.Name), rowCell(r, side)),
					Text: fmt.Sprintf("%s: %s on %s, %s on %s: %s", words.Sanitize(t.Unit),
						words.InUnit(of.A, t.Unit), c.name(0), words.InUnit(of.B, t.Unit), c.name(side),
						words.Ratio(of.Ratio)),
				}
				if a.Error = c.blocks() == ""; c.Paired {
					a.Error = t.Unit == "sec/op" && of.Beyond
				}
				if a.Error {
					errs = append(errs, a)
				} else {
					warnings = append(warnings, a)
				}
			}
		}
	}
	worse, less := c.changeAnnotations()
	return slices.Concat(errs, worse, belowFloors(c.Floors), warnings, less)
}
