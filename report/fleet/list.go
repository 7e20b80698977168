package fleet

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// ListFile is the name of the file that lists the nodes of a fleet, in the folder of
// their runs.
const ListFile = "nodes.tsv"

// Listed is a node as the list of a fleet has it. The name of its host is left out:
// a report may go where the list may not.
type Listed struct {
	Alias, Features, State, Reason string
	Rounds, Tries                  int // -1 unknown
}

// maxLine is how long a line of the list may be, in bytes.
const maxLine = 1 << 16

// ReadList reads the list of a fleet's nodes: a line with the names of the columns, and
// then a line a node, with tabs between. It needs the column alias, and knows features,
// state, rounds, tries and reason. What it cannot read of it becomes an error a line,
// which names the line; the last one is of reading itself.
func ReadList(in io.Reader) (listed []Listed, bad []error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	var names []string
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSuffix(lines.Text(), "\r")
		if n == 1 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		fields := strings.Split(line, "\t")
		switch {
		case strings.TrimSpace(line) == "":
		case names == nil:
			if names = fields; !slices.Contains(names, "alias") {
				const says = "line %d: no column is called alias; let fleet.sh write the list again"
				return nil, []error{fmt.Errorf(says, n)}
			}
		default:
			l, err := listedOf(names, fields)
			if err == nil && slices.ContainsFunc(listed, func(o Listed) bool { return o.Alias == l.Alias }) {
				err = fmt.Errorf("node %.80q stands there twice", l.Alias)
			}
			if err != nil {
				bad = append(bad, fmt.Errorf("line %d: %w", n, err))
				continue
			}
			listed = append(listed, l)
		}
	}
	if err := lines.Err(); err != nil {
		bad = append(bad, err)
	}
	return listed, bad
}

// listedOf reads a line. Columns at its end may lack.
func listedOf(names, fields []string) (Listed, error) {
	l := Listed{Rounds: -1, Tries: -1}
	if len(fields) > len(names) {
		return l, fmt.Errorf("%d fields under %d columns", len(fields), len(names))
	}
	for i, text := range fields {
		text = strings.TrimSpace(text)
		var err error
		switch names[i] {
		case "alias":
			l.Alias = text
		case "features":
			l.Features = text
		case "state":
			l.State = text
		case "reason":
			l.Reason = text
		case "rounds":
			l.Rounds, err = count(text)
		case "tries":
			l.Tries, err = count(text)
		}
		if err != nil {
			return l, fmt.Errorf("%s of %.80q: %w", names[i], l.Alias, err)
		}
	}
	if l.Alias == "" {
		return l, errors.New("no alias")
	}
	return l, nil
}

// count reads a number, or nothing.
func count(text string) (int, error) {
	if text == "" || text == "-" {
		return -1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return -1, fmt.Errorf("%.80q is no number", text)
	}
	return n, nil
}
