//go:build linux && system

package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"conpar/workloads"
	"conpar/workloads/reexec"
)

// A runner that is shot at says the process numbers of its server and of that one's
// parent, and the folder, and is busy then.
const runnerRole = "postgres-test-runner"

func init() {
	reexec.Register(runnerRole, func([]string) int {
		ctx := context.Background()
		go func() {
			for range time.Tick(time.Second) {
				fmt.Println("opening")
			}
		}()
		r, err := Set.All()[0].Open(ctx, workloads.Env{})
		if err == nil {
			err = workloads.Prepare(ctx, r, 8)
		}
		if err == nil {
			p := r.(*pool)
			fmt.Println("opened", p.pid, p.Cmd.Process.Pid, filepath.Dir(p.dir))
			_, err = p.Run(ctx, 8, 1<<30)
		}
		fmt.Fprintln(os.Stderr, err)
		select {} // until it is shot, or its stdin ends
	})
}

// When a signal has ended a runner, nothing is left of its server: no process, no shared
// memory and no folder. If the server's parent is killed itself, the folder
// stays, with a lock that is free.
func TestNothingOutlivesTheRunner(t *testing.T) {
	if _, err := programs(t.Context()); err != nil {
		t.Skip(err)
	}
	tmp := folder(t)
	for _, s := range []shot{
		{"runner", syscall.SIGKILL}, {"runner", syscall.SIGTERM}, {"parent", syscall.SIGKILL}, {"server", syscall.SIGKILL},
	} {
		t.Run(fmt.Sprintf("%v to the %s", s.sig, s.at), s.fire)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

// shot is a signal to one of the processes.
type shot struct {
	at  string
	sig syscall.Signal
}

func (s shot) fire(t *testing.T) {
	p, err := reexec.Start(t.Context(), runnerRole)
	if err != nil {
		t.Fatal(err)
	}
	var dir string
	var server, parent int
	line, err := p.ReadLine()
	for ; err == nil && line == "opening"; line, err = p.ReadLine() {
	}
	if n, bad := fmt.Sscanf(line, "opened %d %d %s", &server, &parent, &dir); err != nil || n < 3 {
		t.Fatalf("%q, %v, %v", line, bad, err)
	}
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", server, server))
	all := append(strings.Fields(string(children)), fmt.Sprint(server))
	if len(all) < 9 {
		t.Errorf("the server has the processes %v only", all)
	}
	at := map[string]int{"runner": p.Cmd.Process.Pid, "parent": parent, "server": server}[s.at]
	if err := syscall.Kill(at, s.sig); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	folderStays := s.at == "parent"
	if s.at == "server" {
		p.EndInput() // of a runner that may go on
	}
	for time.Since(start) < patienceOfTest && (len(living(all)) > 0 || exists(dir) && !folderStays) {
		time.Sleep(5 * time.Millisecond)
	}
	t.Logf("gone after %v", time.Since(start))
	p.Kill()
	p.Wait()
	if left := living(all); len(left) > 0 {
		t.Errorf("%v live on", left)
	}
	if segments, err := os.ReadFile("/proc/sysvipc/shm"); err != nil || s.at != "server" && holds(string(segments), server) {
		t.Errorf("its shared memory is left, %v\n%s", err, segments)
	}
	if exists(dir) != folderStays {
		t.Errorf("the folder is there: %v", exists(dir))
	}
	if folderStays {
		lock, err := os.Open(filepath.Join(dir, "lock"))
		if err == nil {
			err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
			lock.Close()
		}
		if err := errors.Join(err, os.RemoveAll(dir)); err != nil {
			t.Errorf("what is left can't be removed: %v", err)
		}
	}
}

// patienceOfTest is more than the second that is promised, for a machine that is busy.
const patienceOfTest = 5 * time.Second

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// living returns those of the processes that live: a dead one may wait for its parent.
func living(pids []string) (out []string) {
	for _, pid := range pids {
		stat, err := os.ReadFile("/proc/" + pid + "/stat")
		if _, after, _ := strings.Cut(string(stat), ") "); err == nil && !strings.HasPrefix(after, "Z") {
			out = append(out, pid)
		}
	}
	return out
}

// holds says whether a process made one of the segments of shared memory.
func holds(segments string, pid int) bool {
	const creator = 4
	for line := range strings.Lines(segments) {
		if fields := strings.Fields(line); len(fields) > creator && fields[creator] == fmt.Sprint(pid) {
			return true
		}
	}
	return false
}
