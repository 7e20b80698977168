package page

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/words"
)

// cellsHead names the columns of [Report.WriteCells].
var cellsHead = []string{"label", "benchmark", "goroutines", "gomaxprocs", "unit", "n", "median", "lo", "hi"}

// WriteCells writes the medians of all cells with their 95% intervals as CSV,
// one line a cell and unit, after a line with the columns' names. Units are
// tidied, as benchstat has them: seconds and bytes. n is the number of values;
// goroutines is empty where the name has none, and lo and hi are where n is
// below 6. Text is written as [Report.WriteCSV] writes it.
func (r *Report) WriteCells(w io.Writer) error {
	if _, err := fmt.Fprintln(w, strings.Join(cellsHead, ",")); err != nil {
		return err
	}
	var turns [2][]cellLines // of one the lines are made while those of the other are written
	for i := range turns {
		for range runtime.GOMAXPROCS(0) {
			turns[i] = append(turns[i], cellLines{fields: newFields(), units: map[string]string{}})
		}
	}
	var made []cellLines
	for _, s := range r.Data.Sources {
		points := slices.Collect(slices.Chunk(r.points(s.Label), 512))
		for some := range slices.Chunk(points, len(turns[0])) {
			lines := turns[0][:len(some)]
			var all sync.WaitGroup
			for i, of := range some {
				all.Go(func() { lines[i].make(s.Label, of) })
			}
			err := writeLines(w, made)
			all.Wait()
			if err != nil {
				return err
			}
			made, turns[0], turns[1] = lines, turns[1], turns[0]
		}
	}
	return writeLines(w, made)
}

func writeLines(w io.Writer, made []cellLines) error {
	for i := range made {
		if _, err := w.Write(made[i].text); err != nil {
			return err
		}
	}
	return nil
}

// cellLines makes the lines of some cells, beside others that do so: nearly half
// of what that takes is the medians.
type cellLines struct {
	fields *fields
	units  map[string]string // as fields
	text   []byte
	cell   []byte
}

// make makes the lines of points, in place of those that it has made before.
func (c *cellLines) make(source string, points []*series.Measurement) {
	c.text = c.text[:0]
	c.cell = append(c.fields.append(c.cell[:0], source), ',')
	start := len(c.cell)
	for _, p := range points {
		c.cell = append(c.fields.append(c.cell[:start], p.Name), ',')
		if p.Goroutines >= 0 {
			c.cell = strconv.AppendInt(c.cell, int64(p.Goroutines), 10)
		}
		c.cell = strconv.AppendInt(append(c.cell, ','), int64(p.Procs), 10)
		for _, u := range p.Units.Names() {
			if _, ok := c.units[u]; !ok {
				c.units[u] = string(c.fields.append(nil, u))
			}
			m := stats.MedianInterval(p.Units.Of(u))
			c.text = append(append(c.text, c.cell...), ',')
			c.text = append(append(c.text, c.units[u]...), ',')
			c.text = strconv.AppendInt(c.text, int64(m.N), 10)
			for _, v := range [...]float64{m.Mid, m.Lo, m.Hi} {
				c.text = append(c.text, ',')
				if !math.IsNaN(v) {
					// Counts of bytes are exact so; further digits might
					// differ between processors.
					c.text = strconv.AppendFloat(c.text, v, 'g', 10, 64)
				}
			}
			c.text = append(c.text, '\n')
		}
	}
}

// fields writes texts as fields of CSV.
type fields struct {
	text bytes.Buffer
	csv  *csv.Writer
	one  [1]string
}

func newFields() *fields {
	f := &fields{}
	f.csv = csv.NewWriter(&f.text)
	return f
}

// append appends s as a field to b.
func (f *fields) append(b []byte, s string) []byte {
	f.text.Reset()
	f.one[0] = words.Spreadsheet(s)
	f.csv.Write(f.one[:]) // to memory, which does not fail
	f.csv.Flush()
	return append(b, bytes.TrimSuffix(f.text.Bytes(), []byte("\n"))...)
}
