package peer_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"conpar/workloads"
	"conpar/workloads/peer"
	"conpar/workloads/workloadtest"
)

// The programs of the tests are this binary, as a stand-in that behaves in
// some way.
const standIn = "stand-in"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == standIn {
		if err := play(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	workloadtest.Main(m)
}

// play is the main of a stand-in, whose arguments are a behaviour, or what to
// compile or to run.
func play(args []string) error {
	switch args[0] {
	case "compile":
		return compile(args[1], args[2], args[3])
	case "run":
		behaviour, err := os.ReadFile(args[1])
		if err != nil {
			return err
		}
		behave(string(behaviour))
	case "parent":
		return parent(args[1], args[2])
	case "deaf-peer", "deaf-compiler":
		return deafParent(args[0], args[1], args[2])
	case "deaf": // it never looks at its stdin
		if _, err := net.Dial("tcp", args[1]); err != nil {
			return err
		}
		time.Sleep(time.Minute)
	default:
		behave(args[0])
	}
	return nil
}

// behave is a program of the given behaviour: it reads lines and replies.
func behave(behaviour string) {
	replies := map[string]func(request string){
		"echo":      func(request string) { fmt.Println(request) },
		"refuse":    func(request string) { fmt.Println("error: no", request) },
		"crash":     func(string) { fmt.Fprintln(os.Stderr, "out of luck"); os.Exit(7) },
		"end":       func(string) { os.Exit(0) },
		"hang":      func(string) { fmt.Fprintln(os.Stderr, "let me think"); time.Sleep(time.Hour) },
		"half":      func(string) { fmt.Print("4"); os.Exit(0) },
		"empty":     func(string) { fmt.Println() },
		"control":   func(string) { fmt.Println("4\x002") },
		"latin":     func(string) { fmt.Println("\xe4") },
		"long":      func(string) { fmt.Println(strings.Repeat("9", 64<<10)) },
		"endless":   func(string) { os.Stdout.WriteString(strings.Repeat("9", 1<<20)); time.Sleep(time.Hour) },
		"talkative": func(request string) { fmt.Print(request, "\nand more\n") },
		"GOMAXPROCS": func(string) {
			_, set := os.LookupEnv("GOMAXPROCS")
			fmt.Println(set)
		},
		"bequeath": func(string) { // dies, and a child of its own keeps stdout and stderr
			child := exec.Command(os.Args[0], standIn, "stay")
			child.Stdout, child.Stderr = os.Stdout, os.Stderr
			fmt.Fprintln(os.Stderr, "have this", child.Start())
			os.Exit(8)
		},
		"connect": func(address string) { // for as long as it lives
			if _, err := net.Dial("tcp", address); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			time.Sleep(time.Hour)
		},
	}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		go replies[behaviour](in.Text())
	}
	if err := in.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	switch behaviour {
	case "stay":
		time.Sleep(time.Hour)
	case "sour":
		fmt.Fprintln(os.Stderr, "had a bad day")
		os.Exit(9)
	}
}

// program is a stand-in, which needs no compiling.
func program(behaviour string) peer.Program {
	return peer.Program{
		Name:  behaviour,
		Files: fstest.MapFS{"nothing.txt": {Data: []byte("nothing")}},
		Run:   func(_, _ string) []string { return []string{os.Args[0], standIn, behaviour} },
	}
}

func start(t *testing.T, p peer.Program) *peer.Peer {
	t.Helper()
	started, err := peer.Start(t.Context(), t.TempDir(), p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { started.Close() })
	return started
}

func TestAskAndClose(t *testing.T) {
	p := start(t, program("echo"))
	for _, request := range []string{"one", "two words", "ö"} {
		if reply, err := p.Ask(t.Context(), request); reply != request || err != nil {
			t.Errorf("Ask(%q): %q, %v", request, reply, err)
		}
	}
	if numbers, err := p.Numbers(t.Context(), "0 18446744073709551615", 2); err != nil || !slices.Equal(numbers, []uint64{0, 1<<64 - 1}) {
		t.Errorf("numbers %v, %v", numbers, err)
	}
	for range 2 {
		if err := p.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if _, err := p.Ask(t.Context(), "three"); err == nil || !strings.Contains(err.Error(), "echo: it was closed") {
		t.Errorf("asked after Close: %v", err)
	}
}

func TestRequestOfTwoLinesIsRefused(t *testing.T) {
	p := start(t, program("echo"))
	if _, err := p.Ask(t.Context(), "one\ntwo"); err == nil {
		t.Error("no error")
	}
	if reply, err := p.Ask(t.Context(), "one"); reply != "one" || err != nil {
		t.Errorf("%q, %v", reply, err)
	}
}

func TestRefusedRequest(t *testing.T) {
	p := start(t, program("refuse"))
	for range 2 { // it can be asked again
		_, err := p.Ask(t.Context(), "way")
		if refused, ok := errors.AsType[*peer.Refused](err); !ok || refused.Reason != "no way" || err.Error() != "refuse: no way" {
			t.Errorf("error %v", err)
		}
	}
	if err := p.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

// Whatever a peer does wrong is told, with its name, at once and ever after;
// it is then gone, and Close has nothing to add.
func TestFailingPeers(t *testing.T) {
	for behaviour, says := range map[string][]string{
		"crash":     {"it died", "exit status 7", "out of luck"},
		"end":       {"it ended without an answer"},
		"half":      {"it ended without an answer"},
		"hang":      {"did not answer for 1s", "let me think"},
		"empty":     {"nonsense", "empty"},
		"control":   {"nonsense", `"4\x002"`},
		"latin":     {"nonsense", `"\xe4"`},
		"long":      {"nonsense", "more than 65536 bytes"},
		"endless":   {"nonsense", "more than 65536 bytes"},
		"talkative": {"not asked for"},
	} {
		t.Run(behaviour, func(t *testing.T) { t.Parallel(); fails(t, behaviour, says) })
	}
}

// fails asks a peer of that behaviour, whose error must say all that.
func fails(t *testing.T, behaviour string, says []string) {
	t.Helper()
	program := program(behaviour)
	if behaviour == "hang" {
		program.Patience = time.Second
	}
	p := start(t, program)
	if behaviour == "talkative" { // which is only seen by the next one
		if _, err := p.Ask(t.Context(), "hello"); err != nil {
			t.Fatal(err)
		}
	}
	_, first := p.Ask(t.Context(), "1")
	_, second := p.Ask(t.Context(), "2")
	for _, part := range append(says, behaviour+": ") {
		if first == nil || !strings.Contains(first.Error(), part) {
			t.Errorf("error %v does not say %q", first, part)
		}
	}
	if second != first {
		t.Errorf("then error %v", second)
	}
	if !peer.Gone(p) {
		t.Error("it is still there")
	}
	if err := p.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func TestNumbersThatAreNone(t *testing.T) {
	for _, reply := range []string{"1", "1 2 3", "1 x", "1 -2", "1  2", "1 2 ", "1 18446744073709551616", "1 2.5", "٣ 4"} {
		p := start(t, program("echo"))
		_, first := p.Numbers(t.Context(), reply, 2)
		_, second := p.Numbers(t.Context(), "1 2", 2)
		if first == nil || !strings.Contains(first.Error(), "echo: it answered nonsense") || second != first || !peer.Gone(p) {
			t.Errorf("%q: errors %v, %v", reply, first, second)
		}
	}
}

func TestContextEndsARequest(t *testing.T) {
	p := start(t, program("hang"))
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	cancel(enough)
	if _, err := p.Ask(ctx, "1"); !errors.Is(err, enough) || peer.Gone(p) {
		t.Fatalf("before the request: %v, gone: %v", err, peer.Gone(p))
	}
	ctx, cancel = context.WithCancelCause(t.Context())
	defer time.AfterFunc(10*time.Millisecond, func() { cancel(enough) }).Stop()
	if _, err := p.Ask(ctx, "1"); !errors.Is(err, enough) || !peer.Gone(p) {
		t.Fatalf("in the middle of the request: %v, gone: %v", err, peer.Gone(p))
	}
	if _, err := p.Ask(t.Context(), "2"); err == nil || errors.Is(err, enough) || !strings.Contains(err.Error(), "enough") {
		t.Errorf("then error %v", err)
	}
	if err := p.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func TestCloseTellsOfAFailureAtTheEnd(t *testing.T) {
	p := start(t, program("sour"))
	if err := p.Close(); err == nil || !strings.Contains(err.Error(), "exit status 9") || !strings.Contains(err.Error(), "a bad day") {
		t.Errorf("Close: %v", err)
	}
}

// parent starts a program that connects to an address, and is killed meanwhile.
func parent(dir, address string) error {
	p, err := peer.Start(context.Background(), dir, program("connect"))
	if err != nil {
		return err
	}
	_, err = p.Ask(context.Background(), address)
	return err
}

// deafParent starts what connects to an address and never looks at its stdin,
// as a peer or as the compiler of one, and is killed meanwhile.
func deafParent(how, dir, address string) error {
	deaf := func(_, _ string) []string { return []string{os.Args[0], standIn, "deaf", address} }
	p := program("deaf")
	if p.Run = deaf; how == "deaf-compiler" {
		p.Build = deaf
	}
	if _, err := peer.Start(context.Background(), dir, p); err != nil {
		return err
	}
	time.Sleep(time.Hour)
	return nil
}

// The parent in this test is killed in the hardest way, in the middle of a
// request.
func TestPeerDiesWithItsParent(t *testing.T) { diesWithItsParent(t, "parent") }

func diesWithItsParent(t *testing.T, parentRole string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	deadline := time.Now().Add(20 * time.Second) // far less than what is deaf would live
	if err := listener.(*net.TCPListener).SetDeadline(deadline); err != nil {
		t.Fatal(err)
	}
	parent := exec.Command(os.Args[0], standIn, parentRole, t.TempDir(), listener.Addr().String())
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
		t.Error("it has outlived its parent")
	}
}

// What the system takes for a peer's parent is the thread that started it. It
// is not the caller's, which may end.
func TestPeerOutlivesTheThreadOfItsStart(t *testing.T) {
	var p *peer.Peer
	var wg sync.WaitGroup
	wg.Go(func() {
		runtime.LockOSThread() // and never unlocks, so that the thread ends
		p = start(t, program("echo"))
	})
	wg.Wait()
	for range 3 {
		if reply, err := p.Ask(t.Context(), "1"); reply != "1" || err != nil {
			t.Fatalf("%q, %v", reply, err)
		}
		time.Sleep(5 * time.Millisecond) // for a thread to end that has not yet
	}
}

func TestCPUTimeIsThePeersOwn(t *testing.T) {
	p := start(t, program("echo"))
	before, known := p.CPUTime()
	if !known {
		t.Skip("this system doesn't tell")
	}
	for after := before; after <= before; after, _ = p.CPUTime() { // or the test times out
		if _, err := p.Ask(t.Context(), "1"); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, known := p.CPUTime(); known {
		t.Error("known of a process that is gone")
	}
}

func TestEnvironmentIsWithoutGOMAXPROCS(t *testing.T) {
	t.Setenv("GOMAXPROCS", "3")
	if reply, err := start(t, program("GOMAXPROCS")).Ask(t.Context(), "?"); reply != "false" || err != nil {
		t.Errorf("%q, %v", reply, err)
	}
}

func TestMissingTool(t *testing.T) {
	p := program("echo")
	p.Tools = []string{os.Args[0], "no-such-compiler"}
	_, err := peer.Start(t.Context(), t.TempDir(), p)
	if reason, ok := errors.AsType[workloads.Unavailable](err); !ok || reason != "no no-such-compiler" {
		t.Errorf("error %v", err)
	}
}

func TestMissingCommand(t *testing.T) {
	p := program("echo")
	p.Run = func(_, out string) []string { return []string{filepath.Join(out, "missing")} }
	if _, err := peer.Start(t.Context(), t.TempDir(), p); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "echo: starting") {
		t.Errorf("error %v", err)
	}
}

func TestStartWithAnEndedContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := peer.Start(ctx, t.TempDir(), program("echo")); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
