package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"conpar/workloads"
	"conpar/workloads/reexec"
)

// startIn starts the server of a folder of programs, kept to these CPUs, and makes its
// tables; ctx is for the starting alone.
func startIn(ctx context.Context, bin string, cpus []int) (*server, error) {
	p, err := reexec.StartOn(context.WithoutCancel(ctx), cpus, role, bin)
	if err != nil {
		return nil, err
	}
	s := &server{Process: p}
	detach := context.AfterFunc(ctx, p.EndInput)
	defer detach()
	for s.pid == 0 && err == nil {
		var line string
		if line, err = p.ReadLine(); err != nil {
			break
		}
		what, value, _ := strings.Cut(line, " ")
		switch what {
		case "folder":
			s.dir = value
		case "failed":
			err = workloads.Unavailable("PostgreSQL does not start: " + value)
		case "ready":
			_, err = fmt.Sscan(value, &s.pid)
		}
	}
	if err == nil {
		err = s.setUp(ctx)
	}
	if err != nil {
		_, stopping := p.Stop()
		return nil, errors.Join(context.Cause(ctx), err, stopping)
	}
	return s, nil
}

func (s *server) setUp(ctx context.Context) error {
	c, err := pgx.Connect(ctx, s.dsn())
	if err == nil {
		err = errors.Join(fill(ctx, c), c.Close(context.WithoutCancel(ctx)))
	}
	return s.named(err)
}

func (s *server) dsn() string {
	return fmt.Sprintf("host='%s' user=%s dbname=postgres sslmode=disable connect_timeout=10", s.dir, owner)
}

// named says what failed. Without room on the disk there is nothing to measure.
func (s *server) named(err error) error {
	const diskFull = "53100"
	if failed, ok := errors.AsType[*pgconn.PgError](err); ok && failed.Code == diskFull {
		return workloads.Unavailable("no room on the disk for PostgreSQL; free some, or set TMPDIR")
	}
	if err == nil {
		return nil
	}
	return fmt.Errorf("postgres: %w", err)
}
