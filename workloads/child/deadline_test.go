package child

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// A deadline counts time in which this process could run, from the last answer on. How
// a process that was stopped gets on is a system test of package main in bench.
func TestDeadline(t *testing.T) {
	why := errors.New("it hung")
	for _, again := range []time.Duration{0, time.Second, 2900 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			d := Within(t.Context(), 3*time.Second, why)
			if again > 0 {
				time.Sleep(again)
				d.Again()
			}
			<-d.Done()
			if took := time.Since(start); took < again+3*time.Second-often || took > again+3*time.Second+often || context.Cause(d) != why {
				t.Errorf("it ended after %v, as %v", took, context.Cause(d))
			}
			if stood := d.Stop(); stood != 0 {
				t.Errorf("it stood still for %v", stood)
			}
		})
	}
}

// It ends with what it is within, and with Stop.
func TestDeadlineEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		d := Within(ctx, time.Hour, errors.New("it hung"))
		cancel()
		<-d.Done()
		if stood := d.Stop(); stood != 0 || !errors.Is(context.Cause(d), context.Canceled) {
			t.Errorf("stood still for %v, as %v", stood, context.Cause(d))
		}
		Within(t.Context(), time.Hour, errors.New("it hung")).Stop()
	})
}
