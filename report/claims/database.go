package claims

import (
	"fmt"

	"conpar/results"
)

// databases is about transactions of databases: what they gain from goroutines, and from
// connections in a pool that 64 goroutines share.
func databases() []Claim {
	return []Claim{
		{ID: "DB1", Subject: "PostgreSQL", Quantity: "gain of 64 connections, P=1",
			Says: "Commits gain from connections: a server syncs many of them at once",
			Of:   times(pool("commit", 1), pool("commit", 64)), Holds: atLeast(2)},
		{ID: "DB2", Subject: "bbolt", Says: "Commits of an embedded database with one writer gain nothing from goroutines",
			Quantity: gainOf(64) + ", P=1", Of: times(bolt("each", 1), bolt("each", 64)), Holds: atMost(1.1)},
		{ID: "DB2", Subject: "bbolt, batched", Says: "Commits that share a transaction gain from goroutines",
			Quantity: gainOf(64) + ", P=1", Of: times(bolt("each", 1), bolt("batch", 64)), Holds: atLeast(2)},
		{ID: "DB3", Subject: "PostgreSQL", Quantity: "gain of 64 over one a CPU, P=1",
			Says: "A pool beyond the server's CPUs gains nothing for reads by key",
			Of:   times(pool("read", serverCPUs), pool("read", 64)), Holds: atMost(1.1),
			Teaches: "A connection also waits for the way to the server and back, and for the client. " +
				"More of them keep the server busy meanwhile, and let it take several requests at a time."},
		thinking(8), thinking(64),
		knee("reads", "read"), knee("commits", "commit"), knee("thinking", "think"),
	}
}

// bolt is the cell of commits of bbolt, one by one or batched.
func bolt(commit string, goroutines int) results.Cell {
	return at("Database", "bolt/commit="+commit, goroutines, 1)
}

// pool is the cell of 64 goroutines at GOMAXPROCS 1 that share so many connections.
func pool(of string, conns int) results.Cell {
	return on("Database", "postgres/of="+of, "conns", conns, 1)
}

// thinking says what transactions that hold a connection for 5 ms gain from so many.
func thinking(conns int) Claim {
	return Claim{ID: "DB4", Subject: fmt.Sprintf("%d connections", conns), Quantity: "gain over one connection, P=1",
		Says: "Transactions that think gain as many times as there are connections",
		Of:   times(pool("think", 1), pool("think", conns)), Holds: atLeast(0.85).times(conns),
		Teaches: "A connection that waits for its client costs the server nothing, " +
			"until those that do not wait keep its CPUs busy."}
}

// knee says where a pool stops to gain: at as many connections as the best one gains
// over one connection, which is where growth in proportion would reach the best.
func knee(subject, of string) Claim {
	return Claim{ID: "DB5", Subject: subject, Quantity: "knee of the pool: the best gain, P=1",
		Says: "The usual advice names the pool at which more brings no more, to a factor of 2: " +
			"twice the server's CPUs, and one more",
		Of:    Estimate{Unit: timePerOp, Num: pool(of, 1), Den: pool(of, 64), Best: true},
		Holds: within(0.5, 2).times(poolByRule),
		Teaches: "The advice counts CPUs and disks of the server. A pool is worth as many connections as are busy " +
			"at the best rate: rate × time that a transaction keeps one, its sync and the client's thinking included."}
}
