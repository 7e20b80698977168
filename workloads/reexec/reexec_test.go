package reexec_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"conpar/workloads/reexec"
)

func TestMain(m *testing.M) {
	reexec.Init()
	// A child with the race detector would sleep for a second at its exit.
	os.Setenv("GORACE", "atexit_sleep_ms=0")
	goleak.VerifyTestMain(m)
}

// The roles that the tests need.
func init() {
	reexec.Register("echo", func(args []string) int {
		reexec.Answer(func(request string) string { return strings.Join(append(args, request), " ") })
		fmt.Println("ready")
		select {}
	})
	reexec.Register("print", func(args []string) int {
		fmt.Print(strings.Join(args, "\n"))
		return 0
	})
	reexec.Register("fail", func([]string) int {
		fmt.Fprintln(os.Stderr, "the beginning", strings.Repeat("and so on, ", 5_000), "the middle", strings.Repeat("and so on, ", 5_000), "the end")
		return 7
	})
	reexec.Register("panic", func([]string) int { panic("out of luck") })
	reexec.Register("silent", func([]string) int { select {} })
	reexec.Register("environment", func([]string) int {
		fmt.Printf("%q %q %d\n", os.Getenv("CONPAR_ROLE"), os.Getenv("GOMAXPROCS"), runtime.GOMAXPROCS(0))
		return 0
	})
	reexec.Register("hold", hold)
	reexec.Register("middle", middle)
}

// hold keeps a connection to the address given, so that whoever has the other
// end sees this process end.
func hold(args []string) int {
	conn, err := net.Dial("tcp", args[0])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer conn.Close()
	select {}
}

// middle starts a child that holds a connection, and waits.
func middle(args []string) int {
	if _, err := reexec.Start(context.Background(), "hold", args...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	select {}
}

func start(t *testing.T, role string, args ...string) *reexec.Process {
	t.Helper()
	p, err := reexec.Start(t.Context(), role, args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Kill(); p.Wait() })
	return p
}

func TestAskAndStop(t *testing.T) {
	p := start(t, "echo", "you", "said")
	if line, err := p.ReadLine(); line != "ready" || err != nil {
		t.Fatalf("first line %q, %v", line, err)
	}
	for _, request := range []string{"one", "two", ""} {
		if reply, err := p.Ask(request); reply != "you said "+request || err != nil {
			t.Errorf("Ask(%q): %q, %v", request, reply, err)
		}
	}
	state, err := p.Stop()
	if err != nil {
		t.Fatalf("Stop: %v", err)
	}
	if state.UserTime()+state.SystemTime() <= 0 {
		t.Error("the child used no CPU time")
	}
	if _, err := p.Stop(); err != nil {
		t.Errorf("a second Stop: %v", err)
	}
	if _, err := p.Ask("three"); err == nil {
		t.Error("a stopped child can be asked")
	}
}

func TestOutputIsReadToItsEnd(t *testing.T) {
	p := start(t, "print", "one", "two words", "")
	out, err := io.ReadAll(p.Stdout)
	if string(out) != "one\ntwo words\n" || err != nil {
		t.Errorf("output %q, %v", out, err)
	}
	state, err := p.Wait()
	if err != nil || state.ExitCode() != 0 {
		t.Errorf("Wait: %v, %v", state, err)
	}
}

func TestFailureIsReportedWithBothEndsOfStderr(t *testing.T) {
	p := start(t, "fail")
	if _, err := p.ReadLine(); err == nil || !strings.Contains(err.Error(), "exit status 7") {
		t.Errorf("ReadLine: %v, want the exit status", err)
	}
	state, err := p.Wait()
	if err == nil || state.ExitCode() != 7 {
		t.Fatalf("Wait: %v, %v; want exit code 7", state, err)
	}
	for _, part := range []string{"fail", "exit status 7", "the beginning", "the end"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not say %q", part)
		}
	}
	if n := len(err.Error()); strings.Contains(err.Error(), "the middle") || n > 5000 {
		t.Errorf("stderr was kept whole: an error of %d bytes", n)
	}
}

func TestPanicIsReported(t *testing.T) {
	state, err := start(t, "panic").Wait()
	if err == nil || !strings.Contains(err.Error(), "out of luck") || state.ExitCode() != 2 {
		t.Errorf("Wait: %v, %v", state, err)
	}
}

// The end of stdin is an orderly end for Stop alone.
func TestKilledChildIsAnError(t *testing.T) {
	p := start(t, "silent")
	p.Kill()
	if _, err := p.Wait(); err == nil {
		t.Error("Wait: no error after Kill")
	}
	if _, err := p.Stop(); err == nil {
		t.Error("Stop: no error after Kill")
	}
}

func TestContextKills(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p, err := reexec.Start(ctx, "silent")
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := p.Wait(); !errors.Is(err, context.Canceled) {
		t.Errorf("Wait: %v, want %v", err, context.Canceled)
	}
}

func TestChildHasItsOwnEnvironment(t *testing.T) {
	processors := runtime.NumCPU() // what GOMAXPROCS is without a quota
	t.Setenv("GOMAXPROCS", fmt.Sprint(processors+1))
	line, err := start(t, "environment").ReadLine()
	if err != nil {
		t.Fatal(err)
	}
	var role, variable string
	var procs int
	if _, err := fmt.Sscanf(line, "%q %q %d", &role, &variable, &procs); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	if role != "" {
		t.Errorf("the role %q would be inherited by grandchildren", role)
	}
	if variable != "" || procs > processors {
		t.Errorf("GOMAXPROCS=%q, and %d in effect, was inherited", variable, procs)
	}
}

// The parent in this test is killed in the hardest way. The grandchild, in a
// process group of its own, has nothing but the end of its stdin to know it by.
func TestGrandchildDiesWithItsParent(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	deadline := time.Now().Add(20 * time.Second)
	if err := listener.(*net.TCPListener).SetDeadline(deadline); err != nil {
		t.Fatal(err)
	}

	parent := start(t, "middle", listener.Addr().String())
	conn, err := listener.Accept()
	if err != nil {
		parent.Kill()
		_, err2 := parent.Wait()
		t.Fatal(err, err2)
	}
	defer conn.Close()

	// While the parent lives, so does the grandchild.
	one := make([]byte, 1)
	conn.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	if _, err := conn.Read(one); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("the grandchild did not live: %v", err)
	}

	parent.Kill()
	if _, err := parent.Wait(); err == nil {
		t.Fatal("the parent was not killed")
	}
	conn.SetReadDeadline(deadline)
	if _, err := conn.Read(one); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the grandchild has outlived its parent")
	}
}

func TestStartNeedsAKnownRole(t *testing.T) {
	if _, err := reexec.Start(t.Context(), "nobody"); err == nil {
		t.Error("an unknown role was started")
	}
}

func TestInitRefusesAnUnknownRole(t *testing.T) {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(path)
	child.Env = append(os.Environ(), "CONPAR_ROLE=nobody")
	out, err := child.CombinedOutput()
	if child.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), `unknown role "nobody"`) {
		t.Errorf("%v, output %q", err, out)
	}
}

func TestStartNeedsInit(t *testing.T) {
	defer reexec.Uninit()()
	if _, err := reexec.Start(t.Context(), "print"); err == nil || !strings.Contains(err.Error(), "reexec.Init") {
		t.Errorf("a process without Init would start itself again and again: %v", err)
	}
}

func TestRegisterPanics(t *testing.T) {
	main := func([]string) int { return 0 }
	for name, register := range map[string]func(){
		"duplicate": func() { reexec.Register("echo", main) },
		"no name":   func() { reexec.Register("", main) },
		"no main":   func() { reexec.Register("other", nil) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			register()
		})
	}
}

func TestCPUTimeGrowsWithWork(t *testing.T) {
	before, err := reexec.CPUTime()
	if err != nil {
		t.Fatal(err)
	}
	var after time.Duration
	for x := 0; after <= before; x++ { // or the test times out
		if after, err = reexec.CPUTime(); err != nil {
			t.Fatal(err)
		}
	}
	if after > before+time.Hour {
		t.Errorf("CPU time went from %v to %v", before, after)
	}
}

func TestCPUTimeDoesNotAllocate(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { reexec.CPUTime() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkCPUTime(b *testing.B) {
	for range b.N {
		reexec.CPUTime()
	}
}

// BenchmarkStart starts an empty child and waits for its end.
func BenchmarkStart(b *testing.B) {
	for range b.N {
		p, err := reexec.Start(b.Context(), "print")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := p.Wait(); err != nil {
			b.Fatal(err)
		}
	}
}
