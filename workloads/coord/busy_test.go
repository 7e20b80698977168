//go:build system

package coord

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"
)

// While others are busy, those who are left can't be told from those who are
// yet to end: nothing is counted, and yet nothing is left.
func TestNothingIsCountedWhileOthersAreBusy(t *testing.T) {
	before := goleak.IgnoreCurrent()
	var stop atomic.Bool
	var busy sync.WaitGroup
	busily := sync.OnceFunc(func() {
		busy.Go(func() {
			for !stop.Load() {
			}
		})
	})
	exhibit := leak{func(ctx context.Context, answers chan<- struct{}, ended func()) {
		busily()
		blocked(ctx, answers, ended)
	}}
	result, err := exhibit.Run(t.Context(), 10, 1)
	if err == nil || !strings.Contains(err.Error(), "kept running") {
		t.Errorf("%+v, error %v", result, err)
	}
	stop.Store(true)
	busy.Wait()
	if err := goleak.Find(before); err != nil {
		t.Error(err)
	}
}
