package iobound

import (
	"encoding/binary"
	"io"
	"time"

	"conpar/workloads"
)

var _ = Set.Add(workloads.Workload{
	Name: "tcp", Kind: workloads.Waiting, Axis: network,
	Doc: "Sends 8 bytes over a connection and reads the reply, which comes 10 ms later.",
	Open: remotely("tcp", func(_ string, conns []*conn, patience time.Duration) client {
		return &tcp{conns, patience}
	}, brief),
})

// tcp has a connection for each worker.
type tcp struct {
	conns    []*conn
	patience time.Duration
}

// send has the reply fail when it takes longer than patience, or half of it at
// the least: it moves the deadline only once half of it has gone, since that costs
// more than a look at the clock.
func (t *tcp) send(worker int, request uint64) error {
	c := t.conns[worker]
	if now := time.Now(); c.deadline.Sub(now) < t.patience/2 {
		c.deadline = now.Add(t.patience)
		if err := c.SetDeadline(c.deadline); err != nil {
			return err
		}
	}
	binary.BigEndian.PutUint64(c.buf[:], request)
	_, err := c.Write(c.buf[:])
	return err
}

func (t *tcp) receive(worker int) (uint64, error) {
	c := t.conns[worker]
	if _, err := io.ReadFull(c, c.buf[:]); err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint64(c.buf[:]), nil
}
