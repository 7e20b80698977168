//go:build unix

package postgres

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"

	"conpar/workloads/child"
)

// cluster is what a server needs.
type cluster struct {
	bin, dir, data string
	lock           *os.File // of the folder, so that it is removed once its owner is dead
	as             *syscall.Credential
	ended          chan struct{} // closed once the server has

	mu     sync.Mutex // guards what follows
	server *os.Process
	ending bool
}

// open makes a folder that bench takes for a leftover once nothing holds its lock. Others
// may enter it, so that a server which is not root can.
func (c *cluster) open() (err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.as, err = unprivileged(); err == nil {
		c.dir, err = os.MkdirTemp("", "conpar-postgres-")
	}
	if err != nil {
		return err
	}
	c.data = filepath.Join(c.dir, "data")
	c.lock, err = os.Create(filepath.Join(c.dir, "lock"))
	if err == nil {
		err = syscall.Flock(int(c.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}
	if err == nil {
		err = os.Mkdir(c.data, 0o700)
	}
	if err == nil && c.as != nil {
		err = cmp.Or(os.Chown(c.data, int(c.as.Uid), int(c.as.Gid)), os.Chmod(c.dir, 0o711))
	}
	return err
}

// unprivileged returns as whom to run the server, which refuses to be root: as the user
// of Debian's package, or as nobody. It is nil if this process is not root.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		account, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, fmt.Errorf("it may not run as root, and there is neither a user postgres nor nobody: %w", err)
	}
	as := &syscall.Credential{}
	_, err = fmt.Sscan(account.Uid+" "+account.Gid, &as.Uid, &as.Gid)
	return as, err
}

func (c *cluster) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, program), args...)
	cmd.Dir = c.data
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.as}
	cmd.Env = append(child.Environment("LC_ALL", "PGDATA", "PGOPTIONS"), "LC_ALL=C")
	return cmd
}

// make runs initdb. What a machine keeps when it crashes does not matter here.
func (c *cluster) make() error {
	var said child.Stderr
	cmd := c.command("initdb", "-D", c.data, "-U", owner, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	cmd.Stdout, cmd.Stderr = &said, &said
	return because(child.Run(cmd, nil), said.String())
}

// run runs the server, and says why it ended. The thread stays as long: Linux ends the
// server when it dies.
func (c *cluster) run() error {
	runtime.LockOSThread()
	var said child.Stderr
	cmd := c.command("postgres", "-D", c.data, "-c", "listen_addresses=", "-c", "unix_socket_directories="+c.data,
		"-c", "dynamic_shared_memory_type=mmap", "-c", "shared_buffers=32MB", "-c", "max_connections=300",
		"-c", "autovacuum=off")
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.WaitDelay = 100 * time.Millisecond // for processes of a killed server that hold stderr
	child.OwnGroup(cmd)
	endWithUs(cmd.SysProcAttr)
	c.mu.Lock()
	err := errors.New("it is to end")
	if !c.ending {
		err = cmd.Start()
	}
	if err == nil {
		c.server = cmd.Process
	}
	c.mu.Unlock()
	if err != nil {
		return err
	}
	err = cmd.Wait()
	close(c.ended)
	return because(cmp.Or(err, errors.New("it ended")), said.String())
}
