package fio

import (
	"encoding/json"
	"fmt"
)

// parse returns the operations a second that all jobs did together, from what fio
// prints as JSON.
func parse(text []byte) (float64, error) {
	type side struct{ IOPS float64 }
	var said struct {
		Jobs []struct {
			Error       int
			Read, Write side
		}
	}
	if err := json.Unmarshal(text, &said); err != nil {
		return 0, fmt.Errorf("fio: its JSON: %w", err)
	}
	if len(said.Jobs) != 1 {
		return 0, fmt.Errorf("fio reports on %d groups of jobs instead of one", len(said.Jobs))
	}
	job := said.Jobs[0]
	rate := job.Read.IOPS + job.Write.IOPS
	if job.Error != 0 || rate <= 0 {
		return 0, fmt.Errorf("fio did %v operations a second, and ended with error %d", rate, job.Error)
	}
	return rate, nil
}
