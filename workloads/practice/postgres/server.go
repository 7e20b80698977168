package postgres

import (
	"context"
	"sync"
	"time"

	"conpar/workloads"
	"conpar/workloads/reexec"
)

const (
	role     = "practice-postgres"
	owner    = "conpar" // of the cluster
	patience = 30 * time.Second
)

// server is a private server, as its clients see it. All open workloads of this process
// share it: to make a cluster takes a second.
type server struct {
	*reexec.Process
	dir string // of its socket
	pid int
}

var shared struct {
	sync.Mutex // guards what follows
	users      int
	server     *server
	failed     error // there won't be one
}

// enter starts the server unless it runs. A failure lasts: another attempt would take
// seconds for each cell.
func enter(ctx context.Context, env workloads.Env) (*server, error) {
	shared.Lock()
	defer shared.Unlock()
	if shared.failed != nil {
		return nil, shared.failed
	}
	if shared.server == nil {
		bin, err := programs(ctx)
		if err == nil {
			shared.server, err = startIn(ctx, bin, env.ServerCPUs)
		}
		if err != nil {
			if ctx.Err() == nil {
				shared.failed = err
			}
			return nil, err
		}
	}
	shared.users++
	return shared.server, nil
}

// leave ends the server if this was its last user.
func (s *server) leave() error {
	shared.Lock()
	defer shared.Unlock()
	if shared.users--; shared.users > 0 {
		return nil
	}
	shared.server = nil
	_, err := s.Stop()
	return err
}
