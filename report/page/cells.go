package page

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"

	"conpar/report/stats"
	"conpar/report/words"
)

// cellsHead names the columns of [Report.WriteCells].
var cellsHead = []string{"label", "benchmark", "goroutines", "gomaxprocs", "cpus", "unit", "n", "median", "lo", "hi"}

// WriteCells writes the medians of all cells with their 95% intervals as CSV,
// one line a cell and unit, after a line with the columns' names. Units are
// tidied, as benchstat has them: seconds and bytes. n is the number of values;
// goroutines is empty where the name has none, cpus where all were used, and lo and hi are where n is
// below 6. Text is written as [Report.WriteCSV] writes it.
func (r *Report) WriteCells(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write(cellsHead) // Error tells of all writes
	row := make([]string, len(cellsHead))
	units := map[string]string{}
	for _, s := range r.Data.Sources {
		row[0] = words.Spreadsheet(s.Label)
		for _, p := range r.points(s.Label) {
			row[1], row[2], row[3], row[4] = words.Spreadsheet(p.Name), "", strconv.Itoa(p.Procs), ""
			if p.Goroutines >= 0 {
				row[2] = strconv.Itoa(p.Goroutines)
			}
			if p.CPUs > 0 {
				row[4] = strconv.Itoa(p.CPUs)
			}
			for _, u := range p.Units.Names() {
				m := stats.MedianInterval(p.Units.Of(u))
				if _, ok := units[u]; !ok {
					units[u] = words.Spreadsheet(u)
				}
				row[5], row[6] = units[u], strconv.Itoa(m.N)
				row[7], row[8], row[9] = cellNumber(m.Mid), cellNumber(m.Lo), cellNumber(m.Hi)
				out.Write(row)
			}
		}
	}
	out.Flush()
	return out.Error()
}

// cellNumber has ten digits: counts of bytes are exact so, and further digits
// might differ between processors. It is empty for what is not known.
func cellNumber(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', 10, 64)
}
