package table

import (
	"strings"

	"conpar/report/words"
)

// Markdown writes the table in Markdown, without a newline at the end.
func (t Table) Markdown() string {
	var b strings.Builder
	used := t.shown(Markdown)
	for _, i := range used {
		b.WriteString("| " + strings.ReplaceAll(words.Markdown(t.Columns[i].Head), "\n", "<br/>") + " ")
	}
	b.WriteString("|\n")
	for _, i := range used {
		if t.Columns[i].Right {
			b.WriteString("| ---:")
		} else {
			b.WriteString("| --- ")
		}
	}
	b.WriteString("|")
	for row := range t.Rows {
		b.WriteByte('\n')
		for _, i := range used {
			b.WriteString("| " + markdownCell(at(row, i)) + " ")
		}
		b.WriteString("|")
	}
	return b.String()
}

func markdownCell(c Cell) string {
	text := words.Markdown(c.Text)
	if c.Code {
		var spans []string
		for _, part := range strings.Split(c.Text, ", ") {
			spans = append(spans, words.Code(part))
		}
		text = strings.ReplaceAll(strings.Join(spans, ", "), "|", "\\|")
	}
	if c.Mark != "" {
		text = c.Mark + " " + text
	}
	if c.Small != "" {
		text += " (" + words.Markdown(c.Small) + ")"
	}
	return text
}
