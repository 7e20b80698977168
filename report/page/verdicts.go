package page

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"conpar/report/claims"
	"conpar/report/stats"
	"conpar/report/words"
)

// scaleOf returns how a claim's figures are written: divided by unit, with
// suffix. Bytes are scaled to the figure near, so that its bounds have the same
// unit.
func scaleOf(c claims.Claim, near float64) (unit float64, suffix string) {
	switch u := c.Of.Unit; {
	case c.Of.Ratio():
		return 1, "×"
	case c.Of.SerialFraction:
		return 0.01, "%"
	case strings.HasSuffix(u, "-%"):
		return 1, "%"
	case strings.HasSuffix(u, "-sec"):
		return 1e-3, " ms"
	case strings.HasSuffix(u, "-B") || strings.Contains(u, "-B/"):
		return bytesNear(near)
	}
	return 1, ""
}

// bytesNear returns how bytes are written that are about so many.
func bytesNear(near float64) (unit float64, suffix string) {
	unit, suffix = 1, " B"
	for _, s := range []string{" KiB", " MiB", " GiB"} {
		if math.Abs(near) >= 1024*unit {
			unit, suffix = 1024*unit, s
		}
	}
	return unit, suffix
}

// region writes where a claim's figure is predicted: "≥ 48×", "within 0.9–1.1×".
func region(v claims.Verdict) string {
	value := func(bound float64) string {
		unit, suffix := scaleOf(v.Claim, bound)
		return words.Exact(bound/unit) + suffix
	}
	h := v.Holds
	lower, upper := "≥ ", "≤ "
	if h.Strict {
		lower, upper = "> ", "< "
	}
	switch {
	case math.IsInf(h.Hi, 1):
		return lower + value(h.Lo)
	case math.IsInf(h.Lo, -1):
		return upper + value(h.Hi)
	case h.Lo == h.Hi:
		return "= " + value(h.Lo)
	}
	unit, suffix := scaleOf(v.Claim, h.Hi)
	return fmt.Sprintf("within %s–%s%s", words.Exact(h.Lo/unit), words.Exact(h.Hi/unit), suffix)
}

// rule says in how many samples a prediction is to hold.
func rule(v claims.Verdict) string {
	switch v.Holds.Rule {
	case claims.Always:
		return " in every sample"
	case claims.Once:
		return " at least once"
	case claims.Covers:
		return " within its interval"
	}
	return ""
}

// prediction is the quantity with its region and rule.
func prediction(v claims.Verdict) string { return v.Quantity + " " + region(v) + rule(v) }

// unitCrossover is the unit of a length at which one way overtakes another. A
// length above the longest that was tried says that there is no such length.
const unitCrossover = "crossover-items"

// length writes a length in two digits, as far as one was found.
func length(items, longest float64) string {
	if items > longest {
		return "none"
	}
	digits := math.Pow(10, math.Floor(math.Log10(items))-1)
	return words.Exact(math.Round(math.Round(items/digits) * digits))
}

// measured writes a claim's figure with an interval: "63.7× (63.6–63.8)".
func measured(v claims.Verdict, i stats.Interval) string { return measuredFigure(v, i).String() }

func measuredFigure(v claims.Verdict, i stats.Interval) words.Figure {
	if math.IsNaN(i.Mid) {
		return words.Figure{Mid: words.Unknown}
	}
	unit, suffix := scaleOf(v.Claim, i.Mid)
	write := func(f float64) string { return words.Bound(f / unit) }
	if v.Of.Unit == unitCrossover {
		write = func(f float64) string { return length(f, v.Holds.Hi) }
	}
	f := words.Figure{Mid: write(i.Mid) + suffix}
	if i.Known() {
		f.Interval = write(i.Lo) + "–" + write(i.Hi)
	}
	return f
}

// look is how an outcome is shown.
type look struct {
	Word, Mark string
	Class      string // of the style sheet
	Paint      string // on a terminal
}

// looks are those of all outcomes, in the order in which they deserve a look.
var looks = []look{
	{string(claims.Refuted), "✗", "bad", "\x1b[31m"},
	{string(claims.Inconclusive), "?", "open", ""},
	{string(claims.NotMeasurable), "–", "none", ""},
	{string(claims.Supported), "✓", "good", "\x1b[32m"},
	{byDefinition, "≡", "defined", "\x1b[32m"},
}

const byDefinition = "by definition"

const marks = "✓ supported  ✗ refuted  ? inconclusive  – not measurable  ≡ by definition"

// rankOf is the index of a verdict's look.
func rankOf(v claims.Verdict) int {
	if v.Definition && v.Outcome == claims.Supported {
		return len(looks) - 1
	}
	return slices.IndexFunc(looks, func(l look) bool { return l.Word == string(v.Outcome) })
}

func lookOf(v claims.Verdict) look    { return looks[rankOf(v)] }
func mark(v claims.Verdict) string    { return lookOf(v).Mark }
func inWords(v claims.Verdict) string { return lookOf(v).Word }

// asControl is the category of lines that test the measurement.
const asControl = "control"

// category is what a line counts as: the outcome of a claim; definitions and
// controls are not counted among claims.
func category(v claims.Verdict) string {
	switch {
	case v.Control:
		return asControl
	case v.Definition:
		return byDefinition
	}
	return string(v.Outcome)
}

// categories are all of them, with their colours.
func categories() (all []filter) {
	for _, l := range looks {
		all = append(all, filter{Word: l.Word, Class: l.Class})
	}
	return append(all, filter{Word: asControl, Class: "none"})
}

// addsUp says how many lines there are of each kind.
func addsUp(verdicts []claims.Verdict) string {
	n := map[string]int{}
	for _, v := range verdicts {
		n[category(v)]++
	}
	counted := len(verdicts) - n[asControl] - n[byDefinition]
	return fmt.Sprintf("%s: %s (%s), %s and %s.", words.Count(len(verdicts), "line"),
		words.Count(counted, "prediction"),
		tally(verdicts), words.Count(n[byDefinition], "definition"), words.Count(n[asControl], "control"))
}

// differ says why the same figure may stand twice with other digits.
const differ = "All figures of a row use the same rounds, those in which all of its cells were undisturbed; " +
	"where fewer than 12 were, all of them. A verdict uses the rounds of its own cells, by the same rule, " +
	"and more rounds where it was decided late. Charts of tasks in flight, and the list of cells, use every sample of a cell. " +
	"So the same figure may differ there in its last digits."

// tally counts the verdicts: "58 supported, 4 refuted, 7 inconclusive".
func tally(verdicts []claims.Verdict) string {
	return counted(claims.Counted(verdicts), claims.Refuted)
}

// tallyOfRow counts the verdicts of a row of the table, definitions and
// controls among them: "7 supported, 1 refuted".
func tallyOfRow(row []claims.Verdict) string {
	n := map[string]int{}
	for _, v := range row {
		n[inWords(v)]++
	}
	return counted(n, "")
}

// counted writes how many verdicts there are of each word, one of them also if
// there are none.
func counted[W ~string](n map[W]int, always W) string {
	var parts []string
	for _, word := range []W{byDefinition, W(claims.Supported), W(claims.Refuted), W(claims.Inconclusive),
		W(claims.NotMeasurable)} {
		if n[word] > 0 || word == always {
			parts = append(parts, fmt.Sprintf("%d %s", n[word], word))
		}
	}
	return strings.Join(parts, ", ")
}

// byRow returns the verdicts of each row of the table, in whose order they are.
func byRow(verdicts []claims.Verdict) [][]claims.Verdict {
	return grouped(verdicts, func(v claims.Verdict) string { return v.Row })
}

// stoppedEarly marks a line that needed no more rounds.
const stoppedEarly = "stopped early"

// early says what the intervals of such lines are; "" if there are none.
func early(verdicts []claims.Verdict) string {
	if !slices.ContainsFunc(verdicts, func(v claims.Verdict) bool { return v.Early }) {
		return ""
	}
	return "A line that " + stoppedEarly + " has the interval of the look that decided it, at 97.5% or 98.5%."
}

// needs says in short how many rounds in all would likely decide a verdict, or that
// it stopped early.
func needs(v claims.Verdict) string {
	switch {
	case v.Early:
		return " early"
	case v.Outcome != claims.Inconclusive:
		return ""
	case v.Rounds < stats.MinForVerdict:
		return fmt.Sprintf(" → %d", stats.MinForVerdict)
	case v.More > v.Rounds:
		return fmt.Sprintf(" → %d", v.More)
	}
	return ""
}

// sees says in short how far from the predicted limit a figure must be for nine of ten
// runs like this to decide it; "" if that is unknown.
func sees(v claims.Verdict) string {
	unit, suffix := scaleOf(v.Claim, v.Measured.Mid)
	switch {
	case v.Outcome != claims.Inconclusive || math.IsNaN(v.Finds):
		return ""
	case v.Of.Share() && suffix == "%":
		return "±" + rounded(v.Finds/unit) + " points"
	case v.Of.Share():
		return "±" + rounded(v.Finds/unit) + suffix
	}
	return found(v.Finds, rounded)
}

// further says how many claims a part of the suite said nothing about.
func further(absent int) string {
	return words.Count(absent, "further claim") + ": the run did not set out to measure what they need."
}

// rounds says how many rounds a verdict rests on, and gives both readings where
// disturbed ones were set aside.
func rounds(v claims.Verdict) string {
	switch {
	case v.Undisturbed:
		return fmt.Sprintf("%d; with the %d disturbed: %s", v.Rounds, v.Disturbed, measured(v, v.AllRounds))
	case v.Disturbed > 0:
		return fmt.Sprintf("%d, %d of them disturbed", v.Rounds, v.Disturbed)
	}
	return fmt.Sprint(v.Rounds)
}

// cells names the cells that a verdict rests on.
func cells(v claims.Verdict) []string {
	out := []string{}
	for _, c := range v.Cells {
		out = append(out, c.String())
	}
	return out
}

// again is the command that measures what a verdict rests on.
func again(v claims.Verdict) string {
	var names []string
	for _, s := range v.Series() {
		names = append(names, regexp.QuoteMeta(s))
	}
	profile := ""
	if v.Practice {
		profile = " -profile practice"
	}
	return fmt.Sprintf("go run ./bench%s -work '^(%s)$'", profile, strings.Join(names, "|"))
}

// lessons says what the refutations teach, each claim once, and then what
// execution traces of the run show beside the verdicts: another look at D4.
func (r *Report) lessons(source string) []string {
	verdicts, _ := r.verdicts(source)
	verdicts = slices.DeleteFunc(verdicts, func(v claims.Verdict) bool { return v.Outcome != claims.Refuted })
	var out []string
	claim := func(v claims.Verdict) string { return v.ID + ". " + v.Says }
	for _, of := range grouped(verdicts, claim) {
		lines := each(of, func(v claims.Verdict) string {
			return fmt.Sprintf("%s: predicted %s, measured %s", v.Subject, prediction(v), measured(v, v.Measured))
		})
		last := of[len(of)-1]
		lesson := fmt.Sprintf("refuted: %s (%s).", claim(last), strings.Join(lines, "; "))
		if last.Definition {
			lesson += " As this is a definition, doubt the measurement first."
		}
		if last.Teaches != "" {
			lesson += " " + last.Teaches
		}
		out = append(out, lesson)
	}
	s := r.Data.Source(source)
	if s == nil || s.Run == nil {
		return out
	}
	for _, t := range s.Run.Traces {
		if t.Steps > 0 {
			out = append(out, fmt.Sprintf("D4 once more, by the runtime's own account: "+
				"of the %d steps in %s, %v of %s, at most %d ran at the same instant.", t.Steps, words.Sanitize(t.Name),
				t.Makespan.Round(10*time.Microsecond), words.Sanitize(t.Cell), t.RunningMax))
		}
	}
	return out
}
