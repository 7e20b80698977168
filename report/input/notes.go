package input

import (
	"fmt"

	"conpar/report/series"
)

const (
	// maxNotes is how many warnings about a file's lines are kept; the rest
	// are counted.
	maxNotes = 20

	maxNote = 240 // runes of a warning; what it quotes may be a whole line
)

// notes collects the warnings about one file.
type notes struct {
	file string
	kept []series.Warning
	more int
	lost bool // one of those that were not kept is about something lost
}

// lose notes that something of a line is not used, or that there is reason to
// think that something is missing there.
func (n *notes) lose(line int, text string) { n.warn(line, text, true) }

// warn notes something about a line; lost says that it takes something away.
func (n *notes) warn(line int, text string, lost bool) {
	if len(n.kept) == maxNotes {
		n.more++
		n.lost = n.lost || lost
		return
	}
	n.kept = append(n.kept, series.Warning{File: n.file, Line: line, Text: fmt.Sprintf("%.*s", maxNote, text),
		Lost: lost})
}

func (n *notes) list() []series.Warning {
	if n.more == 0 {
		return n.kept
	}
	return append(n.kept, series.Warning{File: n.file, Text: fmt.Sprintf("%d more warnings about this file",
		n.more), Lost: n.lost})
}
