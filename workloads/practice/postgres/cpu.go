package postgres

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// cpu returns the CPU time of the server's processes so far, as Linux tells it: of those
// that live to the nanosecond, of those that have ended to a tick. It is 0 elsewhere.
func (s *server) cpu() (total time.Duration) {
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", s.pid, s.pid))
	for _, pid := range append(strings.Fields(string(children)), strconv.Itoa(s.pid)) {
		var ran time.Duration
		stat, _ := os.ReadFile("/proc/" + pid + "/schedstat")
		fmt.Sscan(string(stat), &ran)
		total += ran
	}
	const tick, user, system = 10 * time.Millisecond, 13, 14 // of children, fields after the name
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.pid))
	_, after, _ := strings.Cut(string(stat), ") ")
	if fields := strings.Fields(after); len(fields) > system {
		for _, field := range fields[user : system+1] {
			ticks, _ := strconv.Atoi(field)
			total += time.Duration(ticks) * tick
		}
	}
	return total
}
