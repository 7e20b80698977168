// Package reexec starts this very binary again, as a child with a role: a
// server, one sample of a benchmark, an exhibit that may crash. So a single
// file is all that has to be on a machine.
//
// A role is a function in a table ([Register]). [Init] is the first line of
// main and of every TestMain: in a child it runs the role and does not return.
// [Start] starts a child and gives back a [Process].
//
// No child outlives its parent by more than a second, however the parent dies:
// the child's stdin is a pipe that the parent holds, and the child exits when
// that pipe ends. This works on every operating system, and for the children
// of children: each watches its own parent. One thing can delay it:
// the goroutine that watches needs a processor like any other, and waits up to
// 10 ms for each of those that compute without a pause.
//
// The package starts nothing but this binary, and restarts nothing.
package reexec

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"conpar/workloads/child"
	"conpar/workloads/cputime"
)

// roleVar is the environment variable that makes a process a child. A child
// removes it, so that what it starts in turn is not taken for one.
const roleVar = "CONPAR_ROLE"

var (
	roles       = map[string]func(args []string) int{}
	initialised atomic.Bool // Init was called

	atEnd struct {
		sync.Mutex
		do func() // set by AtEnd
	}
	answer   func(request string) string // set by Answer
	answered = make(chan struct{})       // closed by Answer
)

// Register adds a role, whose main gets the arguments given to [Start] and
// returns the exit code of the process. It is to be called while packages are
// initialised, and panics when the role is ill-formed or already taken.
func Register(role string, main func(args []string) int) {
	if role == "" || main == nil {
		panic("reexec: a role needs a name and a main")
	}
	if roles[role] != nil {
		panic(fmt.Sprintf("reexec: role %q is there already", role))
	}
	roles[role] = main
}

// Init runs the role that this process was started for, if any, and exits. In
// a process without a role it does nothing. It must come before the
// parsing of flags: the arguments are the role's.
func Init() {
	role := os.Getenv(roleVar)
	if role == "" {
		initialised.Store(true)
		return
	}
	os.Exit(runRole(role, os.Args[1:]))
}

func runRole(role string, args []string) int {
	if err := os.Unsetenv(roleVar); err != nil {
		fmt.Fprintln(os.Stderr, "reexec:", err)
		return 2
	}
	main := roles[role]
	if main == nil {
		fmt.Fprintf(os.Stderr, "reexec: unknown role %q\n", role)
		return 2
	}
	initialised.Store(true)
	go watch(os.Stdin, os.Stdout)
	return main(args)
}

// watch answers requests until stdin ends, and the process with it. It is the
// only reader of stdin.
func watch(stdin io.Reader, stdout io.Writer) {
	in := bufio.NewReader(stdin)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			child.KillAll() // what watches no stdin
			atEnd.Lock()    // for ever, so that nothing more is begun
			if atEnd.do != nil {
				atEnd.do()
			}
			os.Exit(child.EndOfInput)
		}
		go func() {
			<-answered
			fmt.Fprintln(stdout, answer(strings.TrimSuffix(line, "\n")))
		}()
	}
}

// Answer sets what this child replies, one line to one line, to the requests
// that its parent makes with [Process.Ask], each in a goroutine of its own. It is
// called once; requests that came before wait for it.
func Answer(reply func(request string) string) {
	answer = reply
	close(answered)
}

// AtEnd sets what this child does when its stdin has ended, before it exits. It may take
// half a second, as no child outlives its parent by more than one. Once stdin has ended,
// AtEnd does not return: so the child begins nothing that is to be undone.
func AtEnd(do func()) {
	atEnd.Lock()
	defer atEnd.Unlock()
	atEnd.do = do
}

// CPUTime returns the CPU time, user and system, that this process has used
// so far, without its children.
func CPUTime() (time.Duration, error) {
	user, system, err := cputime.Own()
	return user + system, err
}
