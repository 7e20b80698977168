package host

import (
	"errors"
	"io/fs"
)

// counters are figures of the kernel's that only grow, by a name of ours.
type counters map[string]uint64

var (
	errComings   = errors.New("counters came or went meanwhile")
	errBackwards = errors.New("a counter went backwards")
)

// rises returns by how much each counter has grown. Where a processor came or
// went, or a counter began again, that is unknown.
func rises(before, after counters) (map[string]float64, error) {
	if len(before) != len(after) {
		return nil, errComings
	}
	rise := map[string]float64{}
	for name, now := range after {
		was, ok := before[name]
		if !ok {
			return nil, errComings
		}
		if now < was {
			return nil, errBackwards
		}
		rise[name] = float64(now - was)
	}
	return rise, nil
}

// countFiles reads the figures in all files that a pattern matches.
func countFiles(files fs.FS, pattern string) (counters, error) {
	texts, err := readFiles(files, pattern)
	if err != nil {
		return nil, err
	}
	c := counters{}
	for name, text := range texts {
		if c[name], err = count(text); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// countKeys reads the figures that follow keys in a file.
func countKeys(files fs.FS, name string, keys ...string) (counters, error) {
	text, err := readFile(files, name)
	if err != nil {
		return nil, err
	}
	c := counters{}
	for _, key := range keys {
		if c[key], err = keyed(text, key); err != nil {
			return nil, err
		}
	}
	return c, nil
}
