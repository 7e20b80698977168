package run

import (
	"conpar/report/input"
	"conpar/report/page"
)

// Lacks says why the run in dir, which may still go on, does not suffice: that
// claims are inconclusive, or intervals wider than its plan asks for. "" says
// that it does.
func Lacks(dir string) (string, error) {
	data, err := input.Read([]string{dir}, nil)
	if err != nil {
		return "", err
	}
	return page.New(data).Lacks(data.Sources[0].Label), nil
}
