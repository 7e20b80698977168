package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"conpar/workloads/internal/kernel"
)

// Row k of the table numbers has the answer to tasks of kind k mod kernel.Kinds.
const rows = 1000 * kernel.Kinds

// Statements that each connection has prepared.
const (
	readRow  = "select number from numbers where key = $1"
	writeRow = "insert into written values ($1) returning number"
)

func prepare(ctx context.Context, c *pgx.Conn) error {
	for _, statement := range []string{readRow, writeRow} {
		if _, err := c.Prepare(ctx, statement, statement); err != nil {
			return err
		}
	}
	return nil
}

// fill makes the tables.
func fill(ctx context.Context, c *pgx.Conn) error {
	const tables = "create table numbers (key bigint primary key, number bigint); create table written (number bigint)"
	_, err := c.Exec(ctx, tables)
	if err != nil {
		return err
	}
	row := func(key int) ([]any, error) {
		return []any{key, int64(kernel.Mix(uint64(key % kernel.Kinds)))}, nil
	}
	columns := []string{"key", "number"}
	if _, err = c.CopyFrom(ctx, pgx.Identifier{"numbers"}, columns, pgx.CopyFromSlice(rows, row)); err == nil {
		_, err = c.Exec(ctx, "vacuum analyze numbers") // so that the key is looked up in its index
	}
	return err
}

func read(ctx context.Context, c *pgx.Conn, task int) (uint64, error) {
	var number int64
	err := c.QueryRow(ctx, readRow, task%rows).Scan(&number)
	return uint64(number), err
}

func commit(ctx context.Context, c *pgx.Conn, task int) (uint64, error) {
	var number int64
	err := c.QueryRow(ctx, writeRow, int64(kernel.Mix(uint64(task%kernel.Kinds)))).Scan(&number)
	return uint64(number), err
}

func think(ctx context.Context, c *pgx.Conn, task int) (number uint64, err error) {
	err = pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		if _, err := read(ctx, tx.Conn(), task); err != nil {
			return err
		}
		time.Sleep(thinking)
		number, err = read(ctx, tx.Conn(), task)
		return err
	})
	return number, err
}
