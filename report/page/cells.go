package page

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"conpar/report/stats"
)

// cellsHead names the columns of [Report.WriteCells].
var cellsHead = []string{"label", "benchmark", "goroutines", "gomaxprocs", "unit", "n", "median", "lo", "hi"}

// WriteCells writes the medians of all cells with their 95% intervals as CSV,
// one line a cell and unit, after a line with the columns' names. Units are
// tidied, as benchstat has them: seconds and bytes. n is the number of values;
// goroutines is empty where the name has none, and lo and hi are where n is
// below 6. Text is written as [Report.WriteCSV] writes it.
func (r *Report) WriteCells(w io.Writer) error {
	out := bufio.NewWriterSize(w, 64<<10) // its Flush tells of all writes
	fmt.Fprintln(out, strings.Join(cellsHead, ","))
	field := newFields()
	units := map[string]string{} // as fields
	var line []byte
	for _, s := range r.Data.Sources {
		label := field.of(s.Label)
		for _, p := range r.points(s.Label) {
			goroutines := ""
			if p.Goroutines >= 0 {
				goroutines = strconv.Itoa(p.Goroutines)
			}
			cell := fmt.Sprintf("%s,%s,%s,%d,", label, field.of(p.Name), goroutines, p.Procs)
			for _, u := range p.Units.Names() {
				if _, ok := units[u]; !ok {
					units[u] = field.of(u)
				}
				m := stats.Median(p.Units.Of(u))
				line = append(append(line[:0], cell...), units[u]...)
				line = strconv.AppendInt(append(line, ','), int64(m.N), 10)
				for _, v := range []float64{m.Mid, m.Lo, m.Hi} {
					line = append(line, ',')
					if !math.IsNaN(v) {
						// Counts of bytes are exact so; further digits might
						// differ between processors.
						line = strconv.AppendFloat(line, v, 'g', 10, 64)
					}
				}
				out.Write(append(line, '\n'))
			}
		}
	}
	return out.Flush()
}

// fields writes texts as fields of CSV.
type fields struct {
	text strings.Builder
	csv  *csv.Writer
}

func newFields() *fields {
	f := &fields{}
	f.csv = csv.NewWriter(&f.text)
	return f
}

func (f *fields) of(s string) string {
	f.text.Reset()
	f.csv.Write([]string{cellText(s)}) // to memory, which does not fail
	f.csv.Flush()
	return strings.TrimSuffix(f.text.String(), "\n")
}
