package table

import (
	"bufio"
	"io"
	"slices"
	"strings"

	"conpar/report/words"
)

const gap = 1 // between columns

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
		for line := range strings.SplitSeq(c.Head, "\n") {
			widths[i] = max(widths[i], words.Width(line))
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
	if !t.hasHead() {
		columns += gap // no line below the head goes to the end
	}
	for lack := 0; ; lack++ {
		used = slices.DeleteFunc(t.shown(Terminal), func(i int) bool { return t.Columns[i].Spare > 0 && t.Columns[i].Spare <= lack })
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
	if !l.table.hasHead() {
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
		if color := at(row, l.used[j]).Color; color != "" {
			text = color + text + "\x1b[0m"
		}
		l.WriteString(text)
		blank = pad + gap
	}
	l.WriteByte('\n')
}
