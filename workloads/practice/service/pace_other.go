//go:build !linux

package service

import "time"

func until(due time.Time) { time.Sleep(time.Until(due)) }
