package page

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"conpar/report/claims"
	"conpar/report/table"
	"conpar/report/words"
)

// The names of an exercise's files.
const (
	ExerciseMain    = "exercise.html"
	exerciseAnswers = "answers.html"
	exerciseSheet   = "questions.html"
	exerciseKey     = "key.html"
)

// ErrFewQuestions says that a run has too little for an exercise.
var ErrFewQuestions = errors.New("too little was measured for an exercise")

// sheetLength is how many questions an exercise has.
const sheetLength = 10

// question is one of an exercise, with its answer and where the page has it.
type question struct{ ask, answer, anchor string }

// coveredView is what a page asks for that shows nothing that was measured.
type coveredView struct{ Numbers, Claims table.Table }

// Exercise prepares what a class needs to guess before it sees: the page of a
// source without anything that was measured, the page with it, ten questions,
// and their key.
func (r *Report) Exercise(source string) ([]File, error) {
	questions := r.questions(source)
	if len(questions) < sheetLength {
		return nil, fmt.Errorf("%w: it has figures for %d of %s; measure all workloads (go run ./bench)",
			ErrFewQuestions, len(questions), words.Count(sheetLength, "question"))
	}
	figures, err := r.Charts(source)
	if err != nil {
		return nil, err
	}
	answers, err := r.HTML(source, figures)
	if err != nil {
		return nil, err
	}
	sheet, key := r.questionSheet(source, questions, false), r.questionSheet(source, questions, true)
	files := []File{{exerciseAnswers, answers}, {exerciseSheet, nil}, {exerciseKey, nil}, {ExerciseMain, nil}}
	if files[1].Data, err = sheet.html(); err != nil {
		return nil, err
	}
	if files[2].Data, err = key.html(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := pageTemplate().Execute(&b, r.covered(source)); err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	files[3].Data = b.Bytes()
	return files, nil
}

// covered is the view of a page without anything that was measured.
func (r *Report) covered(source string) *view {
	s := *r.Data.Source(source)
	v := r.viewOf(s)
	v.Headline, v.frame = askedHeadline, frameOf("conpar: guess first", "")
	var numbers, lines [][]table.Cell
	for _, n := range r.headNumbers(source) {
		numbers = append(numbers, table.Texts(fmt.Sprintf("%s (%s)", n.Kind, n.Work), n.By, n.How, "×"))
	}
	for _, c := range r.asked(source) {
		lines = append(lines, table.Texts(c.ID, c.Says, c.Subject, prediction(c), "☐\u00a0supported ☐\u00a0refuted"))
	}
	v.Covered = &coveredView{
		table.Of(table.Heads("Work", "With", "What changes", "Your guess"), numbers...),
		table.Of(table.Heads("", "Claim", "With", "Predicted", "Your guess"), lines...),
	}
	v.Covered.Numbers.Class, v.Covered.Numbers.Caption = "plain", "The four numbers, to be guessed"
	v.Covered.Claims.Class, v.Covered.Claims.Caption = "plain", "Claims, to be guessed"
	if v.Ran != nil {
		for _, t := range []*table.Table{&v.Ran.Main, &v.Ran.Others} {
			t.Columns = slices.Clone(t.Columns)
			t.Columns[ranTakes].Hidden = table.HTML
		}
	}
	return v
}

// askedHeadline is the first sentence of a page that shows no answers; page.js
// has it too.
const askedHeadline = "What will this machine show?"

// asked are the claims whose outcome can be guessed, in an order that does not depend
// on it.
func (r *Report) asked(source string) []claims.Verdict {
	judged, _ := r.verdicts(source)
	return slices.DeleteFunc(slices.Clone(judged), func(v claims.Verdict) bool { return v.Control || v.Definition })
}

// questionSheet is the sheet of questions, or its key.
func (r *Report) questionSheet(source string, questions []question, key bool) sheet {
	s := *r.Data.Source(source)
	q := sheet{
		Name: "conpar: ten questions", Facts: []string{words.Sanitize(s.Label), machine(s)},
		Headline: "Ten questions about concurrency and parallelism",
		Lede:     "They are about one machine and one run. First guess, then measure or look.",
		Foot:     "Made by conpar from the samples of one run. " + ExerciseMain + " explains the words.",
	}
	columns := table.Heads("Question", "Your answer")
	if key {
		q.Headline = "Key to ten questions about concurrency and parallelism"
		q.Lede = "The answers come from this run. Each links to where the page with the answers shows more."
		columns = table.Heads("Question", "Answer", "Where")
	}
	var rows [][]table.Cell
	for i, one := range questions {
		row := table.Texts(fmt.Sprintf("%d. %s", i+1, one.ask), "")
		if key {
			row[1].Text = one.answer
			row = append(row, table.Cell{Text: "#" + one.anchor, Href: exerciseAnswers + "#" + one.anchor})
		}
		rows = append(rows, row)
	}
	t := sheetTableOf("Ten questions", table.Of(columns, rows...))
	t.Class += " questions"
	q.Sections = []sheetSection{{ID: "questions", Short: "Questions", Title: "Questions", Table: t}}
	return q
}

// questions are those that a run can answer, at most ten. Where it lacks some, single
// claims take their place.
func (r *Report) questions(source string) []question {
	var out []question
	for _, n := range r.headNumbers(source) {
		if n.Mid == words.Unknown {
			continue
		}
		ask := fmt.Sprintf("%s (%s), %s: %s. How many times as fast is the work?", n.Kind, n.Work, n.By, n.How)
		answer := n.Mid
		if n.Interval != "" {
			answer += ", 95% interval " + n.Interval
		}
		out = append(out, question{ask, answer, "workloads"})
	}
	out = append(out, r.gainQuestions(source)...)
	out = append(out, r.adviceQuestions(source)...)
	decided := slices.DeleteFunc(r.asked(source), func(v claims.Verdict) bool {
		return v.Outcome != claims.Supported && v.Outcome != claims.Refuted
	})
	out = append(out, choice(decided)...)
	for _, v := range mixedUp(decided) {
		out = append(out, question{fmt.Sprintf("Supported or refuted? %s. %s (%s): %s.", v.ID, v.Says, v.Subject,
			prediction(v)),
			fmt.Sprintf("%s: %s", inWords(v), measured(v, v.Measured)), "verdicts"})
	}
	return out[:min(len(out), sheetLength)]
}

// gainQuestions ask what is in flight and busy, and how sure a gain is.
func (r *Report) gainQuestions(source string) (out []question) {
	if g := r.gain(source, headWaiting); g != nil && g.Why == "" && g.InFlight.Mid > 0 && g.Busy.Mid > 0 {
		out = append(out, question{
			fmt.Sprintf("How many tasks of %s are in flight on average with %s at GOMAXPROCS %d on all CPUs, and how many CPUs are busy? "+
				"Is that concurrency, parallelism, or both?", short(g.Name), words.Count(g.G, "goroutine"), g.P),
			fmt.Sprintf("%s in flight, %s CPUs busy. Many in flight is concurrency; more than one CPU busy, parallelism.",
				words.Number(g.InFlight.Mid), words.Number(g.Busy.Mid)), "plane"})
	}
	if sure := r.sure(source); sure != "" {
		out = append(out, question{"How sure is the answer to the second question, and what would make it surer?",
			sure, "sure"})
	}
	return out
}

// adviceQuestions ask which work gains from what, and how many workers it is worth.
func (r *Report) adviceQuestions(source string) (out []question) {
	works := r.advice(source)
	if len(works) > 0 {
		names := each(works, func(w advisedWork) string { return w.work })
		slices.Sort(names)
		out = append(out, question{
			fmt.Sprintf("Which of these gain from goroutines, which from CPUs, which from both, which from neither, and why? %s.",
				strings.Join(names, ", ")), whichGain(works, len(works)), "which"})
	}
	for _, w := range works {
		if w.work == short(headWaiting) && w.goroutines.to > 0 {
			out = append(out, question{
				fmt.Sprintf("How many goroutines, of those tried, are enough for %s with all CPUs, "+
					"and what limits it at the most tried?", w.work),
				fmt.Sprintf("%s goroutines; at the most tried it is limited by: %s.", w.goroutines, w.limit), "advice"})
		}
	}
	if m := r.mixed(source); m != nil {
		out = append(out, question{fmt.Sprintf("A task waits for %s and computes for %s. Which GOMAXPROCS, and how many workers, "+
			"keep the CPUs of this machine busy?", lasting(commonMixes[0].Wait), lasting(commonMixes[0].Compute)), m.Example, "mix"})
	}
	return out
}

// choice asks which of four claims a run refutes; it asks nothing where a run refutes
// none, or has no four.
func choice(decided []claims.Verdict) []question {
	const most = 4
	of := mixedUp(decided)
	if len(of) < most || of[0].Outcome != claims.Refuted {
		return nil
	}
	of = of[:most]
	slices.SortStableFunc(of, func(a, b claims.Verdict) int { return strings.Compare(a.ID, b.ID) })
	var asks, refuted []string
	for _, v := range of {
		asks = append(asks, fmt.Sprintf("%s. %s (%s): %s", v.ID, v.Says, v.Subject, prediction(v)))
		if v.Outcome == claims.Refuted {
			refuted = append(refuted, fmt.Sprintf("%s (%s): %s", v.ID, v.Subject, measured(v, v.Measured)))
		}
	}
	ask := "Which of these does the run refute? " + strings.Join(asks, "; ") + "."
	return []question{{ask, strings.Join(refuted, "; "), "verdicts"}}
}

// mixedUp takes refuted and supported claims in turn, one of each ID.
func mixedUp(decided []claims.Verdict) (out []claims.Verdict) {
	var kinds [2][]claims.Verdict
	for _, of := range grouped(decided, func(v claims.Verdict) string { return v.ID + string(v.Outcome) }) {
		if of[0].Outcome == claims.Refuted {
			kinds[0] = append(kinds[0], of[0])
		} else {
			kinds[1] = append(kinds[1], of[0])
		}
	}
	for i := range max(len(kinds[0]), len(kinds[1])) {
		for _, kind := range kinds {
			if i < len(kind) {
				out = append(out, kind[i])
			}
		}
	}
	return out
}
