//go:build unix

package postgres

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"conpar/workloads/child"
	"conpar/workloads/reexec"
)

// The role is the server's parent. It says "folder" and where the socket will be, then
// "starting" now and then, then "ready" and the server's process number; or "failed" and
// why. When its stdin ends, it ends the server and removes the folder.
func init() { reexec.Register(role, serve) }

func serve(args []string) int {
	c := &cluster{bin: args[0], ended: make(chan struct{})}
	reexec.AtEnd(c.end)
	// A dead parent reads nothing: to say something must not end this process before c.end.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	err := c.open()
	if err == nil {
		fmt.Println("folder", c.data)
		go c.announce()
		if err = c.make(); err == nil {
			err = c.run()
		}
	}
	fmt.Println("failed", err)
	select {} // until stdin ends
}

// because adds to an error the first useful line of what a program said.
func because(err error, said string) error {
	if err == nil {
		return nil
	}
	first := ""
	for line := range strings.Lines(said) {
		for _, mark := range []string{"FATAL: ", "PANIC: ", "error: "} {
			if _, why, is := strings.Cut(line, mark); is {
				return errors.New(strings.TrimSpace(why))
			}
		}
		first = cmp.Or(first, strings.TrimSpace(line))
	}
	if first == "" {
		return err
	}
	return fmt.Errorf("%w: %s", err, first)
}

// announce says that the server starts, and then that it is ready, as the last line of
// its file of its process number tells.
func (c *cluster) announce() {
	for began, said := time.Now(), time.Now(); time.Since(began) < patience; time.Sleep(5 * time.Millisecond) {
		file, _ := os.ReadFile(filepath.Join(c.data, "postmaster.pid"))
		lines := strings.Split(strings.TrimSpace(string(file)), "\n")
		if strings.TrimSpace(lines[len(lines)-1]) == "ready" {
			fmt.Println("ready", lines[0])
			return
		}
		if time.Since(said) > time.Second {
			said = time.Now()
			fmt.Println("starting")
		}
	}
	fmt.Println("failed it is not ready after", patience)
}

// end ends the server and removes the folder. An immediate shutdown releases the shared
// memory, which a killed server would leave.
func (c *cluster) end() {
	c.mu.Lock() // what is opened is open now
	c.ending = true
	server := c.server
	c.mu.Unlock()
	if server != nil {
		server.Signal(syscall.SIGQUIT)
		select {
		case <-c.ended:
		case <-time.After(500 * time.Millisecond):
			child.KillGroup(server)
			<-c.ended
		}
	}
	for range 10 { // initdb may have been killed just now
		if os.RemoveAll(c.dir) == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}
