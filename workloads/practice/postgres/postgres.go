// Package postgres has transactions of a PostgreSQL server, over a pool of connections
// by github.com/jackc/pgx. The server is private: it has a new cluster in a temporary
// folder, is reached by a Unix socket there, and ends with this process.
//
// The axis is the pool: 64 goroutines share so many connections.
package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"conpar/workloads"
)

// Set holds the workloads of this package.
var Set workloads.Set

const (
	goroutines = 64
	thinking   = 5 * time.Millisecond
)

var (
	pools = []int{1, 2, 4, 8, 16, 32, 64}
	axis  = workloads.Axis{Key: "conns", Quick: pools, Full: pools}
)

func init() {
	add("read", "Reads a row of PostgreSQL by its key, over a pooled connection.", read)
	add("commit", "Commits a number to PostgreSQL, synced to the disk, over a pooled connection.", commit)
	add("think", "Reads, thinks for 5 ms and reads again, in a transaction over a pooled connection.", think)
}

// task does a task over a connection that it has for itself.
type task func(ctx context.Context, c *pgx.Conn, task int) (uint64, error)

func add(of, doc string, do task) {
	Set.Add(workloads.Workload{
		Name: "postgres/of=" + of, Doc: doc, Kind: workloads.Waiting, Axis: axis, ByName: true,
		Sample: 150 * time.Millisecond, ShareProcess: "postgres",
		Open: func(ctx context.Context, env workloads.Env) (workloads.Runner, error) {
			s, err := enter(ctx, env)
			if err != nil {
				return nil, err
			}
			return &pool{server: s, do: do}, nil
		},
	})
}
