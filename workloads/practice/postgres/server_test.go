//go:build unix && system

package postgres

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
	"conpar/workloads/workloadtest"
)

func TestConformance(t *testing.T) {
	var set workloads.Set
	for _, w := range Set.All() {
		w.Axis.Quick, w.Axis.Full = []int{1, 8}, []int{1, 8}
		set.Add(w)
	}
	workloadtest.Run(t, &set)
}

// folder returns a folder of its own for temporary files, which another user may enter.
func folder(t *testing.T) string {
	t.Helper()
	tmp := t.TempDir()
	if err := errors.Join(os.Chmod(filepath.Dir(tmp), 0o755), os.Chmod(tmp, 0o755)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", tmp)
	return tmp
}

// open opens a workload with a server below a folder of its own.
func open(t *testing.T, of string) (p *pool, tmp string) {
	t.Helper()
	tmp = folder(t)
	r, err := workloadtest.Find(t, &Set, "postgres/of="+of).Open(t.Context(), workloads.Env{CPUs: 2})
	if errors.As(err, new(workloads.Unavailable)) && strings.HasPrefix(err.Error(), "no postgres") {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r.(*pool), tmp
}

// What was committed is in the database, the pool holds as many connections as were asked
// for, and nothing is left in the end.
func TestCommitsAreInTheDatabase(t *testing.T) {
	p, tmp := open(t, "commit")
	if r, err := p.Run(t.Context(), 4, 2*kernel.Kinds); err != nil || r.Sum != p.Want(2*kernel.Kinds) {
		t.Errorf("%+v, %v", r, err)
	}
	if n := p.conns.Stat().TotalConns(); n != 4 {
		t.Errorf("%d connections", n)
	}
	c, err := pgx.Connect(t.Context(), p.dsn())
	if err != nil {
		t.Fatal(err)
	}
	for kind := range kernel.Kinds {
		var count int
		const query = "select count(*) from written where number = $1"
		err := c.QueryRow(t.Context(), query, int64(kernel.Mix(uint64(kind)))).Scan(&count)
		if err != nil || count != 2 {
			t.Errorf("kind %d was written %d times, %v", kind, count, err)
		}
	}
	for name, want := range map[string]string{
		"fsync": "on", "synchronous_commit": "on", "listen_addresses": "", "dynamic_shared_memory_type": "mmap",
	} {
		var is string
		if err := c.QueryRow(t.Context(), "show "+name).Scan(&is); err != nil || is != want {
			t.Errorf("%s is %q, %v", name, is, err)
		}
	}
	if err := errors.Join(c.Close(t.Context()), p.Close()); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
	if err := syscall.Kill(p.pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the server runs on: %v", err)
	}
}

// Each row that a task may read has what it should.
func TestRowsHaveTheAnswers(t *testing.T) {
	p, _ := open(t, "read")
	defer p.Close()
	if r, err := p.Run(t.Context(), 2, rows+1); err != nil || r.Sum != p.Want(rows+1) || r.OtherCPU <= 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// Two transactions that think take twice as long over one connection: it is kept meanwhile.
func TestThinkingKeepsTheConnection(t *testing.T) {
	p, _ := open(t, "think")
	defer p.Close()
	if err := p.Prepare(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if _, err := p.Run(t.Context(), 1, 4); err != nil || time.Since(start) < 4*thinking {
		t.Errorf("it took %v, %v", time.Since(start), err)
	}
}

func TestAServerThatDiedIsNamed(t *testing.T) {
	p, tmp := open(t, "read")
	p.Kill()
	<-p.Done()
	if _, err := p.Run(t.Context(), 2, 2); err == nil || !strings.Contains(err.Error(), "postgres: ") {
		t.Errorf("%v", err)
	}
	if err := p.Close(); err == nil {
		t.Error("a killed server is none that ended")
	}
	// Its parent was killed: the folder is left, for the next run to remove.
	if left, err := os.ReadDir(tmp); err != nil || len(left) != 1 {
		t.Errorf("%v is left, %v", left, err)
	}
}
