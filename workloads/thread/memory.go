package thread

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// footprint is how much memory a process has, in bytes.
type footprint struct {
	Resident uint64 // in physical memory
	Reserved uint64 // addresses
}

// memoryOf returns the footprint of the process with that number, or "self".
// Its error is an fs.ErrNotExist on systems without Linux' /proc.
//
// Where the system has it, the resident memory is what smaps_rollup says, which
// counts the pages. That of statm is up to 64 pages off for each CPU with some
// kernels, see proc_pid_statm(5), and then wrong by as much as is looked for.
func memoryOf(process string) (footprint, error) {
	folder := filepath.Join("/proc", process)
	statm, err := os.ReadFile(filepath.Join(folder, "statm"))
	if err != nil {
		return footprint{}, err
	}
	f, err := parseStatm(statm, uint64(os.Getpagesize()))
	if err != nil {
		return footprint{}, fmt.Errorf("statm of process %s: %w", process, err)
	}
	rollup, err := os.ReadFile(filepath.Join(folder, "smaps_rollup"))
	if err != nil {
		return f, nil // Linux before 4.14, or one that hides it
	}
	if f.Resident, err = parseRollup(rollup); err != nil {
		return footprint{}, fmt.Errorf("smaps_rollup of process %s: %w", process, err)
	}
	return f, nil
}

// parseStatm parses two counts of pages, size and resident, and what follows.
func parseStatm(statm []byte, page uint64) (f footprint, err error) {
	var reserved, resident string
	if _, err = fmt.Sscan(string(statm), &reserved, &resident); err != nil {
		return f, fmt.Errorf("%.60q: %w", statm, err)
	}
	if f.Reserved, err = parseBytes(reserved, page); err == nil {
		f.Resident, err = parseBytes(resident, page)
	}
	return f, err
}

// parseRollup parses the line "Rss: 1234 kB" among others.
func parseRollup(rollup []byte) (uint64, error) {
	for line := range bytes.Lines(rollup) {
		fields := bytes.Fields(line)
		if len(fields) == 3 && string(fields[0]) == "Rss:" && string(fields[2]) == "kB" {
			return parseBytes(string(fields[1]), 1<<10)
		}
	}
	return 0, errors.New("it has no Rss")
}

// maxBytes is more than any process has, and little enough to be added up.
const maxBytes = 1 << 60

// parseBytes returns as many bytes as count, in units of so many, is.
func parseBytes(count string, unit uint64) (uint64, error) {
	n, err := strconv.ParseUint(count, 10, 64)
	if err == nil && n > maxBytes/unit {
		err = fmt.Errorf("%d × %d bytes is more than there can be", n, unit)
	}
	return n * unit, err
}
