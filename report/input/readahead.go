package input

import (
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// ahead is files that were read before their turn, several at once.
type ahead map[string]*early

// early is what became of a file. As all of it had room, it is what reading it
// in its turn makes of it, if there is still as much room then.
type early struct {
	parser *parser
	err    error
}

// readAhead reads those of the paths that are files, as many at once as there
// are processors, and into parsers of their own: who comes first makes no
// difference. Where they have not room enough together, none is: what is left
// out then depends on their order.
func readAhead(paths []string, r *reader) ahead {
	var files []string
	out := ahead{}
	for _, path := range paths {
		info, err := os.Stat(path)
		if path != Stdin && err == nil && info.Mode().IsRegular() && out[path] == nil {
			files = append(files, path)
			out[path] = &early{}
		}
	}
	if len(files) < 2 || r.curves != nil { // whose keys are shared by all files
		return nil
	}
	var room atomic.Int64
	room.Store(maxRoom)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, path := range files {
		at := out[path]
		at.parser = r.parser(path)
		at.parser.room, at.parser.common = new(int), &room
		*at.parser.room = maxRoom
		group.Go(func() error {
			at.err = readFile(path, at.parser)
			return nil
		})
	}
	_ = group.Wait() // each error has its turn
	for _, at := range out {
		if at.parser.full {
			return nil // and all that they took is free again
		}
	}
	return out
}

// readFile reads a file of benchmark text, unless it is one of a run's that
// holds none, or belongs to a damaged run.
func readFile(path string, p *parser) error {
	if err := partOfRun(path); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return p.read(f)
}

// file reads a file of benchmark text, if it has not been read ahead.
func (r *reader) file(path string) error {
	label := filepath.Base(path)
	if at := r.ahead[path]; at != nil {
		delete(r.ahead, path)
		if used := maxRoom - *at.parser.room; used <= r.room {
			r.room -= used
			if at.err != nil {
				return at.err
			}
			return r.add(at.parser, path, label)
		}
	}
	p := r.parser(path)
	if err := readFile(path, p); err != nil {
		return err
	}
	return r.add(p, path, label)
}
