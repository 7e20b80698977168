package iobound

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// The runtime sends SIGURG, too, when it takes a processor away.
func TestSignalDoesNotEndASleep(t *testing.T) {
	const asked = 20 * time.Millisecond
	thread, done := make(chan int), make(chan error)
	var took time.Duration
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		thread <- syscall.Gettid()
		start := time.Now()
		err := nanosleep(asked)
		took = time.Since(start)
		done <- err
	}()
	tid := <-thread
	for {
		select {
		case err := <-done:
			if err != nil || took < asked {
				t.Errorf("slept for %v of %v, error %v", took, asked, err)
			}
			return
		case <-time.After(time.Millisecond):
			if err := syscall.Tgkill(syscall.Getpid(), tid, syscall.SIGURG); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestNanosleepDoesNotAllocate(t *testing.T) {
	allocs := testing.AllocsPerRun(20, func() {
		if err := nanosleep(time.Microsecond); err != nil {
			t.Error(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations a sleep", allocs)
	}
}
