// Package table is one model of a table, and its writers: for a terminal, in
// Markdown, in HTML, and (by [WriteCSV]) as CSV.
//
// A report writes each table once, as columns and rows of cells. A cell
// has a text and, where it is a figure, an interval beside it; the columns say
// what a writer may do with them: align them, sort by them, shorten their texts
// or leave them out where a terminal is narrow. Texts are sanitized by the
// caller (see package words) and escaped here. A table may have any number of
// rows: the terminal writer keeps none of them.
package table

import (
	"iter"
	"math"
	"slices"
	"strconv"

	"conpar/report/words"
)

// Table is a table with its columns and rows.
type Table struct {
	Columns []Column
	// Rows yields the rows, each time from the first on. A row is valid until
	// the next one; cells that it lacks are empty.
	Rows iter.Seq[[]Cell]

	// For a terminal only.
	NoHead bool
	Color  bool

	// For HTML only.
	Caption  string // for those who hear the page
	Label    string // makes the table a region that scrolls, and names it
	Class    string
	Sortable bool
	Aligned  bool   // by the class, so that cells need none of their own
	Most     int    // rows that are shown; 0: all
	Rest     string // the file that has all of them
}

// Column is a column of a table. Its cells are shown by every writer but those
// for which it is hidden.
type Column struct {
	Head   string // may have several lines
	Long   string // the head in HTML, if it is another
	Right  bool   // right-aligned
	Number bool   // right-aligned in HTML only
	// Least is to how many columns of a terminal the texts may be shortened;
	// 0: they may not.
	Least int
	// Spare columns are left out where a terminal is narrow: 1 first, then 2.
	Spare  int
	Hidden Writer
	Repeat bool // HTML has the head before each cell on a phone
}

// Writer is a set of writers.
type Writer int

// The writers for which a column can be hidden.
const (
	Terminal Writer = 1 << iota
	Markdown
	HTML
)

// Cell is what stands at one place.
type Cell struct {
	Mark  string // a sign before the text, which says the same
	Text  string
	Small string // stands behind the text: in brackets, or in HTML in small letters
	Brief string // instead of the text, on a terminal
	Paint string // the escape sequence of its colour, on a terminal
	Code  bool   // in Markdown the text is code, or several parts of it with commas between

	// For HTML only.
	By    string // what it is sorted by, if not the text
	Href  string // a page beside this one
	Class string // of the text
	Note  string // in small letters behind or below the text
	Look  string // the class of the note
}

// Texts is a row of cells that are nothing but text.
func Texts(texts ...string) []Cell { return AppendTexts(nil, texts...) }

// AppendTexts appends such cells to a row, whose memory may have served another one.
func AppendTexts(row []Cell, texts ...string) []Cell {
	row = slices.Grow(row, len(texts))
	for _, text := range texts {
		row = append(row, Cell{Text: text})
	}
	return row
}

// Figure is the cell of a figure, which is sorted by its value.
func Figure(f words.Figure, by float64) Cell {
	return Cell{Text: f.Mid, Small: f.Interval, By: SortKey(by)}
}

// SortKey writes a number to sort by. Infinity sorts last; NaN has no key.
func SortKey(v float64) string {
	switch {
	case math.IsNaN(v):
		return ""
	case math.IsInf(v, 0):
		v = math.Copysign(math.MaxFloat64, v)
	}
	return strconv.FormatFloat(v, 'g', 6, 64)
}

// Of makes a table whose rows are known.
func Of(columns []Column, rows ...[]Cell) Table {
	return Table{Columns: columns, Rows: slices.Values(rows)}
}

// Heads are columns of text with these heads.
func Heads(heads ...string) []Column {
	columns := make([]Column, len(heads))
	for i, head := range heads {
		columns[i].Head = head
	}
	return columns
}

// shown returns the indices of the columns that a writer shows.
func (t Table) shown(w Writer) []int {
	var at []int
	for i, c := range t.Columns {
		if c.Hidden&w == 0 {
			at = append(at, i)
		}
	}
	return at
}

func at(row []Cell, i int) Cell {
	if i < len(row) {
		return row[i]
	}
	return Cell{}
}
