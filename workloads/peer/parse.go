package peer

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// checkText returns what is wrong with a reply, which is to be a line of text.
func checkText(reply string) error {
	switch {
	case reply == "":
		return errors.New("an empty line")
	case !utf8.ValidString(reply) || strings.ContainsFunc(reply, unicode.IsControl):
		return fmt.Errorf("%.60q", reply)
	}
	return nil
}

// ParseNumbers returns the numbers of a reply that is to be so many unsigned
// decimal numbers with a blank between them.
func ParseNumbers(reply string, count int) ([]uint64, error) {
	fields := strings.Split(reply, " ")
	if len(fields) != count {
		return nil, fmt.Errorf("%.60q instead of numbers, %d of them", reply, count)
	}
	numbers := make([]uint64, count)
	for i, field := range fields {
		n, err := strconv.ParseUint(field, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%.60q: %w", reply, errors.Unwrap(err))
		}
		numbers[i] = n
	}
	return numbers, nil
}

// MostCPU is the most CPU time that a program can have used in that time; some
// is added since the clocks differ, by a tick of the scheduler or a few.
func MostCPU(wall time.Duration) time.Duration {
	return time.Duration(runtime.NumCPU()+1)*wall + 50*time.Millisecond
}
