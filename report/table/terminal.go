package table

import (
	"bufio"
	"io"
	"slices"
	"strings"

	"conpar/report/words"
)

const (
	gap        = 1  // between columns
	widestHead = 40 // a wider head is shortened
)

// Write writes the table for a terminal of so many columns. Where there is no
// room, it shortens texts, and then leaves out columns. It goes through the
// rows twice and keeps none, since there may be any number: the table writer of
// go-pretty keeps all of them, twice over, and takes ten times as long.
func (t Table) Write(w io.Writer, columns int) error {
	used, widths := t.fit(columns)
	out := lines{Writer: bufio.NewWriter(w), table: t, used: used, widths: widths}
	out.head()
	for row := range t.Rows {
		out.row(row)
	}
	return out.Flush()
}

// String is what [Table.Write] writes, without a newline at the end.
func (t Table) String(columns int) string {
	var b strings.Builder
	t.Write(&b, columns) // to memory, which does not fail
	return strings.TrimSuffix(b.String(), "\n")
}

// terminalText is a cell without its colour.
func terminalText(c Cell) string {
	text := c.Text
	if c.Brief != "" {
		text = c.Brief
	}
	if c.Mark != "" {
		text = c.Mark + " " + text
	}
	if c.Small != "" {
		text += " (" + c.Small + ")"
	}
	return text
}

// Widths returns how many columns of a terminal each column takes in full.
func (t Table) Widths() []int {
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		if t.NoHead {
			break
		}
		for line := range strings.SplitSeq(c.Head, "\n") {
			widths[i] = max(widths[i], min(words.Width(line), widestHead))
		}
	}
	used := t.shown(Terminal)
	for row := range t.Rows {
		for _, i := range used {
			widths[i] = max(widths[i], words.Width(terminalText(at(row, i))))
		}
	}
	return widths
}

// fit returns which columns have room, and their widths.
func (t Table) fit(columns int) (used, widths []int) {
	full, last := t.Widths(), 0
	for _, c := range t.Columns {
		last = max(last, c.Spare)
	}
	if t.NoHead {
		columns += gap // no line below the head goes to the end
	}
	for lack := 0; ; lack++ {
		left := func(i int) bool { return t.Columns[i].Spare > 0 && t.Columns[i].Spare <= lack }
		used = slices.DeleteFunc(t.shown(Terminal), left)
		for most := columns; ; most-- {
			least, total := true, 0
			widths = make([]int, 0, len(used))
			for _, i := range used {
				w := full[i]
				if c := t.Columns[i]; c.Least > 0 {
					least = least && min(w, most) <= c.Least
					w = min(w, max(c.Least, most))
				}
				widths = append(widths, w)
				total += w + gap
			}
			if total <= columns || least && lack >= last {
				return used, widths
			}
			if least || most == 0 {
				break
			}
		}
	}
}

// lines writes a table a line at a time.
type lines struct {
	*bufio.Writer
	table  Table
	used   []int
	widths []int
	texts  []string
}

func (l *lines) head() {
	if l.table.NoHead {
		return
	}
	var heads [][]string
	height, all := 0, 0
	for j, i := range l.used {
		lines := strings.Split(l.table.Columns[i].Head, "\n")
		heads, height, all = append(heads, lines), max(height, len(lines)), all+l.widths[j]+gap
	}
	for at := range height {
		l.texts = l.texts[:0]
		for j, lines := range heads {
			text := ""
			if at < len(lines) {
				text = lines[at]
			}
			l.texts = append(l.texts, words.Shorten(text, l.widths[j]))
		}
		l.line(nil)
	}
	l.WriteString(strings.Repeat("─", all))
	l.WriteByte('\n')
}

func (l *lines) row(row []Cell) {
	l.texts = l.texts[:0]
	for j, i := range l.used {
		text := terminalText(at(row, i))
		if l.table.Columns[i].Least > 0 {
			text = words.Shorten(text, l.widths[j])
		}
		l.texts = append(l.texts, text)
	}
	l.line(row)
}

// line writes a line of texts without blanks at its end, in the colours of the
// row.
func (l *lines) line(row []Cell) {
	blank := 0
	for j, text := range l.texts {
		if text == "" {
			blank += l.widths[j] + gap
			continue
		}
		pad := l.widths[j] - words.Width(text)
		if l.table.Columns[l.used[j]].Right {
			blank, pad = blank+pad, 0
		}
		for range blank {
			l.WriteByte(' ')
		}
		if paint := at(row, l.used[j]).Paint; paint != "" && l.table.Color {
			text = paint + text + "\x1b[0m"
		}
		l.WriteString(text)
		blank = pad + gap
	}
	l.WriteByte('\n')
}

// WriteBlocks writes the table as [Table.Write] does, or where it is too wide
// as several ones below each other: each has the first columns, and as many of
// the others as have room. A block has only rows with something to show.
func (t Table) WriteBlocks(w io.Writer, columns, first int) error {
	const name = 48                         // columns that are left to the texts that may be shortened
	widths, room := t.Widths(), columns+gap // names can give a column
	for i, c := range t.Columns[:first] {
		if c.Least > 0 {
			room -= min(widths[i], name) + gap
		} else {
			room -= widths[i] + gap
		}
	}
	for from := first; from < len(t.Columns); {
		to, left := from+1, room-widths[from]-gap
		for to < len(t.Columns) && left >= widths[to]+gap {
			left -= widths[to] + gap
			to++
		}
		if err := t.block(first, from, to).Write(w, columns); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// block is the table with the first columns and some others.
func (t Table) block(first, from, to int) Table {
	if from == first && to == len(t.Columns) {
		return t
	}
	b := t
	b.Columns = slices.Concat(t.Columns[:first], t.Columns[from:to])
	b.Rows = func(yield func([]Cell) bool) {
		var cells []Cell
		for row := range t.Rows {
			shows := func(c Cell) bool { return c.Text != words.Unknown }
			if !slices.ContainsFunc(row[from:to], shows) {
				continue
			}
			cells = append(append(cells[:0], row[:first]...), row[from:to]...)
			if !yield(cells) {
				return
			}
		}
	}
	return b
}
