package lang

import (
	"crypto/sha256"
	"encoding/binary"
	"sync"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
)

// hashing is for Python alone. Its library hashes in C code, and lets go of the
// interpreter's lock meanwhile if the text has 2 KiB or more.
var hashing = job{"hash", "Hashes 1 MiB in C code, without the lock of the interpreter, by %s.",
	workloads.Computing, wantHashed, 2}

func init() {
	for _, l := range languages {
		if l.name == "python" {
			add(l, hashing)
		}
	}
}

var hashed = sync.OnceValue(func() []uint64 { return kernel.Answers(hash) })

func wantHashed(tasks int) uint64 { return workloads.CyclicSum(hashed(), tasks) }

func hash(task int) uint64 {
	text := make([]byte, 1+1<<20)
	text[0] = byte(task % kernel.Kinds)
	sum := sha256.Sum256(text)
	return binary.BigEndian.Uint64(sum[:])
}
