package input

import (
	"fmt"

	"conpar/report/series"
)

// maxNotes is how many warnings about a file's lines are kept; the rest are
// counted.
const maxNotes = 20

// notes collects the warnings about one file.
type notes struct {
	file string
	kept []series.Warning
	more int
}

func (n *notes) add(line int, text string) {
	if len(n.kept) == maxNotes {
		n.more++
		return
	}
	n.kept = append(n.kept, series.Warning{File: n.file, Line: line, Text: text})
}

func (n *notes) list() []series.Warning {
	if n.more == 0 {
		return n.kept
	}
	return append(n.kept, series.Warning{File: n.file, Text: fmt.Sprintf("%d more warnings about this file", n.more)})
}
