//go:build linux && system

package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	sockets "github.com/shirou/gopsutil/v4/net"
	"golang.org/x/sys/unix"

	"conpar/results/rundir"
	"conpar/workloads/reexec"
)

// The runner behind a wall: it settles in its namespaces first.
func init() {
	reexec.Register("walled", func(args []string) int {
		if err := settle(args[0]); err != nil {
			fmt.Fprintln(os.Stderr, "settling:", err)
			return 99
		}
		return run(os.Stdout, os.Stderr, args[1:])
	})
	wall = func(cmd *exec.Cmd, hostname string) {
		cmd.Args = append([]string{cmd.Args[0], hostname}, cmd.Args[1:]...)
		cmd.Env = append(cmd.Env, "CONPAR_ROLE=walled")
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
		if hostname != "" {
			cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUTS
		}
		if uid := os.Getuid(); uid != 0 {
			cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
			cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}}
			cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
		}
	}
}

// settle gives this host that name or, without one, its network the loopback
// interface, which is all that it has.
func settle(hostname string) error {
	if hostname != "" {
		return syscall.Sethostname([]byte(hostname))
	}
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP)
	if err := errors.Join(unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo), unix.Close(fd)); err != nil {
		return err
	}
	all, err := net.Interfaces()
	if err == nil && (len(all) != 1 || all[0].Flags&net.FlagLoopback == 0 || all[0].Flags&net.FlagUp == 0) {
		err = fmt.Errorf("the interfaces are %v", all)
	}
	return err
}

// The workloads that use the network, of all families, need no other interface
// than loopback, and nothing else that goes wrong without a network.
func TestRunNeedsLoopbackOnly(t *testing.T) {
	t.Parallel()
	if err := walls(t, ""); err != nil {
		if os.Getenv("CI") == "true" && os.Getuid() == 0 {
			t.Fatal(err)
		}
		t.Skip("no network of our own can be had here: ", err)
	}
	out := t.TempDir()
	cmd := exec.Command(os.Args[0], "-rounds", "1", "-repeat=false", "-cpu", "1", "-work", networked, "-out", out)
	cmd.Env = os.Environ()
	wall(cmd, "")
	stdin, err := cmd.StdinPipe() // its end would end the runner
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	runs, err := rundir.Find(out)
	if err != nil {
		t.Fatal(err)
	}
	r, err := rundir.Read(runs[0])
	if err != nil || r.Actual < 10 || r.Actual != r.Planned || len(r.Plan.Dropped) > 0 {
		t.Errorf("%d of %d samples, error %v, left out: %v", r.Actual, r.Planned, err, r.Plan.Dropped)
	}
}

// Without loopback, what needs it is left out in one line, with their number.
func TestNoLoopback(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "runs")
	cmd := exec.Command(os.Args[0], "-rounds", "1", "-cpu", "1", "-work", "IO/work=tcp", "-like", "none", "-out", out)
	cmd.Env = os.Environ()
	wall(cmd, "")
	cmd.Args = append(cmd.Args[:1], cmd.Args[2:]...)
	cmd.Env = append(cmd.Env, "CONPAR_ROLE=bench")
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Skip("no network of our own can be had here: ", err)
	}
	_ = cmd.Wait()
	text := said.String()
	if code := cmd.ProcessState.ExitCode(); code != exitUsage || strings.Count(text, "left out: ") != 1 ||
		!strings.Contains(text, " more cells: this machine reaches itself by no network: bring loopback up") {
		t.Errorf("exit code %d:\n%s", code, text)
	}
	if left, _ := filepath.Glob(filepath.Join(out, "*")); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

// networked is what uses the network: in each family, it names the protocol. A service
// under open load is left to its own tests: on Linux it comes behind all others, and has
// hardly a CPU beside these tests.
const networked = "(IO|Control)/work=(tcp|http)"

// Neither a server nor anybody else of a run has a socket that another machine
// could reach, or that reaches for one.
func TestSocketsAreOnLoopback(t *testing.T) {
	t.Parallel()
	for _, protocol := range []string{"tcp", "http"} {
		t.Run(protocol, func(t *testing.T) {
			mark := fmt.Sprintf("%d-%s", os.Getpid(), protocol)
			cmd := exec.Command(os.Args[0], "-rounds", "500", "-cpu", "1", "-work", "IO/work="+protocol, "-out", t.TempDir())
			cmd.Env = append(os.Environ(), "CONPAR_ROLE=bench", "CONPAR_TEST="+mark)
			stdin, err := cmd.StdinPipe() // its end would end the runner
			if err != nil {
				t.Fatal(err)
			}
			defer stdin.Close()
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			servers, connections := map[string]bool{}, 0
			for range 3000 {
				for _, s := range socketsOf(t, mark) {
					for _, end := range []sockets.Addr{s.Laddr, s.Raddr} {
						if !net.ParseIP(end.IP).IsLoopback() && (end != s.Raddr || s.Status != "LISTEN") {
							t.Errorf("a socket is not on loopback: %v", s)
						}
					}
					if s.Status == "LISTEN" {
						servers[s.Laddr.String()] = true
					} else {
						connections++
					}
				}
				if len(servers) >= 3 && connections >= 100 || t.Failed() {
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
			if len(servers) < 3 || connections < 100 {
				t.Errorf("%d servers and %d ends of connections were looked at", len(servers), connections)
			}
			_ = cmd.Process.Signal(syscall.SIGTERM)
			_ = cmd.Wait()
			gone(t, mark)
		})
	}
}

// socketsOf returns the sockets of the processes that carry the mark.
func socketsOf(t *testing.T, mark string) (all []sockets.ConnectionStat) {
	t.Helper()
	for _, dir := range marked(t, mark) {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil {
			t.Fatal(err)
		}
		found, _ := sockets.ConnectionsPid("inet", int32(pid)) // it may be gone meanwhile
		all = append(all, found...)
	}
	return all
}
