package practice

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"conpar/workloads"
	"conpar/workloads/reexec"
)

// An echo server sends back at once what it gets, from a process of its own. Its first
// line on stdout is its address.
const echoRole = "practice-echo"

func init() { reexec.Register(echoRole, serveEcho) }

func serveEcho([]string) int {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		fmt.Println(listener.Addr())
	}
	for err == nil {
		var conn net.Conn
		if conn, err = listener.Accept(); err == nil {
			go func() {
				defer conn.Close()
				io.Copy(conn, conn)
			}()
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return 1 // a server ends when it is stopped, and not by itself
}

// echo is the client, with one connection.
type echo struct {
	server *reexec.Process
	conn   net.Conn
	buf    [8]byte
}

// openEcho starts a server; ctx is for the starting alone.
func openEcho(ctx context.Context, env workloads.Env) (waiter, error) {
	server, err := reexec.StartOn(context.WithoutCancel(ctx), env.ServerCPUs, echoRole)
	if err != nil {
		return nil, err
	}
	e := &echo{server: server}
	address, err := server.ReadLine()
	if err == nil {
		e.conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", address)
	}
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// patience is for a server that hangs.
const patience = 10 * time.Second

// wait sends 8 bytes and reads them back.
func (e *echo) wait() error {
	err := e.conn.SetDeadline(time.Now().Add(patience))
	if err == nil {
		_, err = e.conn.Write(e.buf[:])
	}
	if err == nil {
		_, err = io.ReadFull(e.conn, e.buf[:])
	}
	if err != nil {
		return fmt.Errorf("asking the server of sleepers: %w", err)
	}
	return nil
}

func (e *echo) Close() error {
	if e.conn != nil {
		e.conn.Close()
	}
	_, err := e.server.Stop()
	return err
}
