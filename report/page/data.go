package page

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"conpar/report/scaling"
	"conpar/report/stats"
)

// WriteJSON writes the gains of every source as one JSON object:
//
//	{
//	  "format": 1,                    of this schema; fields may be added, never changed
//	  "sources": [{
//	    "label":   "desk/2026-11-22T13:38:25Z",
//	    "config":  {"machine", "cpu", "goos", "goarch", "go", "pkg"},   as far as the source has them
//	    "cpus":    2,                 that the run could use; null for plain benchmark text
//	    "run":     {                  null for plain benchmark text
//	      "status":  "complete",      or "interrupted", "out of budget", "running": going on, or killed
//	      "started": "2026-11-22T13:38:25Z", "profile": "quick",
//	      "rounds":  16,              planned
//	      "planned": 704, "actual": 704, "failed": 0,                   samples
//	      "foreign": 0.0066           share of the machine that others took, 0 … 1
//	    },
//	    "gains": [{                   in the order of the file; none where no name has goroutines=
//	      "work": "IO/work=tcp",
//	      "kind": "waiting",          predicted by the run; null without a prediction
//	      "g": 64, "p": 2,            the cell that the gains are taken at
//	      "concurrency": {"mid": 60.7, "lo": 60.3, "hi": 60.8},         T(1,1)/T(g,1)
//	      "parallelism": {"mid": 1.01, "lo": 1.00, "hi": 1.01},         T(g,1)/T(g,p)
//	      "total":       {"mid": 61.0, "lo": 60.6, "hi": 61.3},         T(1,1)/T(g,p)
//	      "best": 512,                G*: the fewest goroutines within 5% of the best throughput at p
//	      "inFlight": 63.6, "cpusBusy": 0.051,                          medians at (g, p)
//	      "gainsFrom": "more goroutines",
//	      "notMeasurable": null,      or the reason: "neighbours took 31%", "parallelism: one CPU"
//	      "rounds": 16,               that the gains rest on
//	      "disturbed": 0,             rounds with a disturbed sample, of those measured
//	      "worth": {                  how much of either is worth using, of what was measured; see [scaling.Advice]
//	        "goroutines": {           at p; null where they were not varied
//	          "from": 64, "enough": 512, the fewest that may be, and that surely are, within 5% of the best throughput
//	          "more": true,           that was the most measured, and the last step to it was still a gain
//	          "best": 512,            the goroutines of the best throughput
//	          "share": {"mid": 1, "lo": 1, "hi": 1}                       throughput with "enough" over the best
//	        },
//	        "gomaxprocs": {           with g; null where it was not varied
//	          "from": 1, "enough": 1, the most that surely have, and that may have, an efficiency of 0.7
//	          "at": 2, "efficiency": {"mid": 0.5, "lo": 0.49, "hi": 0.51} what decides it
//	        }
//	      }
//	    }],
//	    "verdicts": [{…}]             on the claims, as [Report.WriteVerdicts] documents them; none for plain text
//	  }]
//	}
//
// Every field is always there; what is unknown, or was not measurable, is
// null, and an interval without bounds, from fewer than 6 rounds, has "lo" and
// "hi" null. Characters that a terminal might obey are escaped.
func (r *Report) WriteJSON(w io.Writer) error {
	return writeJSON(w, r.data())
}

// writeJSON writes v with indents, and without anything that a terminal might
// obey.
func writeJSON(w io.Writer, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	_, err = w.Write(append(inert(text), '\n'))
	return err
}

// inert escapes what cannot be seen and is not in ASCII, of which JSON itself
// escapes only part. It occurs within strings only.
func inert(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, c := range string(text) {
		switch {
		case c < 0x7f || seen(c):
			out = append(out, string(c)...)
		case c > 0xffff:
			hi, lo := utf16.EncodeRune(c)
			out = fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
		default:
			out = fmt.Appendf(out, `\u%04x`, c)
		}
	}
	return out
}

// schema is the version of what WriteJSON and WriteCSV write.
const schema = 1

type jsonData struct {
	Format  int          `json:"format"`
	Sources []jsonSource `json:"sources"`
}

type jsonSource struct {
	Label  string            `json:"label"`
	Config map[string]string `json:"config"`
	CPUs   *int              `json:"cpus"`
	Run    *jsonRun          `json:"run"`
	Gains  []jsonGain        `json:"gains"`

	Verdicts []jsonVerdict `json:"verdicts"`
}

type jsonRun struct {
	Status  string   `json:"status"`
	Started string   `json:"started"`
	Profile string   `json:"profile"`
	Rounds  int      `json:"rounds"`
	Planned int      `json:"planned"`
	Actual  int      `json:"actual"`
	Failed  int      `json:"failed"`
	Foreign *float64 `json:"foreign"`
}

type jsonGain struct {
	Work          string        `json:"work"`
	Kind          *string       `json:"kind"`
	G             *int          `json:"g"`
	P             int           `json:"p"`
	Concurrency   *jsonInterval `json:"concurrency"`
	Parallelism   *jsonInterval `json:"parallelism"`
	Total         *jsonInterval `json:"total"`
	Best          *int          `json:"best"`
	InFlight      *float64      `json:"inFlight"`
	CPUsBusy      *float64      `json:"cpusBusy"`
	GainsFrom     *string       `json:"gainsFrom"`
	NotMeasurable *string       `json:"notMeasurable"`
	Rounds        int           `json:"rounds"`
	Disturbed     int           `json:"disturbed"`
	Worth         jsonWorth     `json:"worth"`
}

type jsonInterval struct {
	Mid *float64 `json:"mid"`
	Lo  *float64 `json:"lo"`
	Hi  *float64 `json:"hi"`
}

// configKeys are the facts about the machine that a page shows, in its order.
var configKeys = []string{"machine", "cpu", "goos", "goarch", "go", "pkg"}

// The statuses of a run that matter here: one that has all of its samples, and
// one that goes on or was killed.
const (
	complete = "complete"
	running  = "running"
)

func (r *Report) data() jsonData {
	out := jsonData{Format: schema, Sources: []jsonSource{}}
	gains := map[string][]jsonGain{}
	worths := scaling.Worths(r.Data, r.Gains)
	for i, g := range r.Gains {
		gains[g.Source] = append(gains[g.Source], jsonOf(g, worths[i]))
	}
	for _, s := range r.Data.Sources {
		j := jsonSource{Label: s.Label, Config: map[string]string{}, Gains: gains[s.Label], Verdicts: r.jsonVerdicts(s.Label)}
		if j.Gains == nil {
			j.Gains = []jsonGain{}
		}
		for _, k := range configKeys {
			if v := s.Config[k]; v != "" {
				j.Config[k] = v
			}
		}
		if run := s.Run; run != nil {
			j.CPUs = positive(run.Machine.CPUs)
			j.Run = &jsonRun{string(run.Status), run.Started.UTC().Format(time.RFC3339), run.Plan.Profile, run.Plan.Rounds, run.Planned, run.Actual, run.Failed, finite(run.Foreign)}
		}
		out.Sources = append(out.Sources, j)
	}
	return out
}

func jsonOf(g scaling.Gain, worth scaling.Worth) jsonGain {
	return jsonGain{
		Work: g.Name, Kind: nonEmpty(g.Kind), G: positive(g.G), P: g.P,
		Concurrency: jsonIntervalOf(g.Concurrency, g.WhyConcurrency),
		Parallelism: jsonIntervalOf(g.Parallelism, g.WhyParallelism),
		Total:       jsonIntervalOf(g.Total, g.WhyTotal),
		Best:        positive(g.Best), InFlight: finite(g.InFlight.Mid), CPUsBusy: finite(g.CPUs.Mid),
		GainsFrom: nonEmpty(g.From), NotMeasurable: nonEmpty(notMeasurable(g)), Rounds: g.Rounds, Disturbed: g.Disturbed,
		Worth: jsonWorthOf(worth),
	}
}

// notMeasurable returns the reason for what g lacks, naming the gain where the
// other one was measured; "" where both were.
func notMeasurable(g scaling.Gain) string {
	switch {
	case g.Why != "":
		return g.Why
	case g.WhyConcurrency != "":
		return "concurrency: " + g.WhyConcurrency
	case g.WhyParallelism != "":
		return "parallelism: " + g.WhyParallelism
	}
	return ""
}

// jsonIntervalOf returns nil for what was not measurable, whatever figures
// there are: those of a row that neighbours disturbed are not to be used.
func jsonIntervalOf(i stats.Interval, why string) *jsonInterval {
	if why != "" || finite(i.Mid) == nil {
		return nil
	}
	return &jsonInterval{finite(i.Mid), finite(i.Lo), finite(i.Hi)}
}

// finite returns v with six digits, which is more than any measurement has;
// further ones would differ between processors. NaN and infinities are nil.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	return &v
}

func positive(n int) *int {
	if n <= 0 {
		return nil
	}
	return &n
}

func nonEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// csvHead names the columns after the fields of [Report.WriteJSON].
var csvHead = []string{
	"label", "config.machine", "config.cpu", "config.goos", "config.goarch", "config.go", "config.pkg", "cpus",
	"run.status", "run.started", "run.profile", "run.rounds", "run.planned", "run.actual", "run.failed", "run.foreign",
	"work", "kind", "g", "p",
	"concurrency.mid", "concurrency.lo", "concurrency.hi",
	"parallelism.mid", "parallelism.lo", "parallelism.hi",
	"total.mid", "total.lo", "total.hi",
	"best", "inFlight", "cpusBusy", "gainsFrom", "notMeasurable", "rounds", "disturbed",
	"worth.goroutines.from", "worth.goroutines.enough", "worth.goroutines.more", "worth.goroutines.best",
	"worth.gomaxprocs.from", "worth.gomaxprocs.enough", "worth.gomaxprocs.at",
	"worth.gomaxprocs.efficiency.mid", "worth.gomaxprocs.efficiency.lo", "worth.gomaxprocs.efficiency.hi",
}

// WriteCSV writes the same as [Report.WriteJSON], one line a workload, after a
// line with the fields' names. What is null there is empty here. A source
// without gains has no line. Text that a spreadsheet would take for a formula
// gets an apostrophe in front, and what is not printable becomes U+FFFD.
func (r *Report) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write(csvHead) // Error tells of all writes
	for _, s := range r.data().Sources {
		head := []string{cellText(s.Label)}
		for _, k := range configKeys {
			head = append(head, cellText(s.Config[k]))
		}
		head = append(head, optional(s.CPUs))
		if run := s.Run; run != nil {
			head = append(head, cellText(run.Status), cellText(run.Started), cellText(run.Profile),
				strconv.Itoa(run.Rounds), strconv.Itoa(run.Planned), strconv.Itoa(run.Actual), strconv.Itoa(run.Failed), optional(run.Foreign))
		} else {
			head = append(head, make([]string, 8)...)
		}
		for _, g := range s.Gains {
			line := append(head[:len(head):len(head)], cellText(g.Work), optional(g.Kind), optional(g.G), strconv.Itoa(g.P))
			for _, i := range []*jsonInterval{g.Concurrency, g.Parallelism, g.Total} {
				if i == nil {
					i = &jsonInterval{}
				}
				line = append(line, optional(i.Mid), optional(i.Lo), optional(i.Hi))
			}
			line = append(line, optional(g.Best), optional(g.InFlight), optional(g.CPUsBusy), optional(g.GainsFrom), optional(g.NotMeasurable),
				strconv.Itoa(g.Rounds), strconv.Itoa(g.Disturbed))
			out.Write(append(line, g.Worth.columns()...))
		}
	}
	out.Flush()
	return out.Error()
}

// optional writes a value; nothing for nil.
func optional[T int | float64 | string](v *T) string {
	if v == nil {
		return ""
	}
	switch v := any(*v).(type) {
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case string:
		return cellText(v)
	default:
		return fmt.Sprint(v)
	}
}

// cellText makes text safe in a spreadsheet: a leading =, +, - or @ begins a
// formula there, which can call programs.
func cellText(s string) string {
	s = plain(s)
	first, _ := utf8.DecodeRuneInString(strings.TrimSpace(s)) // blanks are skipped
	if strings.ContainsRune("=+-@\uFF1D\uFF0B\uFF0D\uFF20", first) {
		return "'" + s
	}
	return s
}

// bytesOf collects what a writer method writes.
func bytesOf(write func(io.Writer) error) ([]byte, error) {
	var b bytes.Buffer
	err := write(&b)
	return b.Bytes(), err
}
