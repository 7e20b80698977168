package peer_test

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"
)

// On Linux even a peer that never looks at its stdin dies with a parent that is
// killed. It holds a connection for as long as it lives.
func TestDeafPeerDiesWithItsParent(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	deadline := time.Now().Add(20 * time.Second)
	if err := listener.(*net.TCPListener).SetDeadline(deadline); err != nil {
		t.Fatal(err)
	}
	parent := exec.Command(os.Args[0], standIn, "deaf-parent", t.TempDir(), listener.Addr().String())
	parent.Stderr = os.Stderr
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	conn, err := listener.Accept()
	parent.Process.Kill()
	parent.Wait()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetReadDeadline(deadline)
	if _, err := conn.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the peer has outlived its parent")
	}
}
