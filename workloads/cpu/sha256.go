package cpu

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
)

var _ = add("sha256", "Hashes a block of 64 KiB.", func() workloads.Runner { return hashing(blockLen) })

// Slower returns sha256 with so many percent more work. It is in no set: it tests
// whether a measurement finds a difference that is known to be there.
func Slower(percent int) workloads.Workload {
	doc := fmt.Sprintf("Hashes a block of 64 KiB and %d%% more: slower on purpose, to be found.", percent)
	w := computing(fmt.Sprintf("slower/more=%d", percent), doc, func() workloads.Runner {
		return hashing(blockLen + blockLen*percent/100)
	})
	w.Axis.Quick, w.Axis.Full = []int{1}, []int{1}
	return w
}

func hashing(length int) workloads.Runner {
	h := newHasher(length)
	return &cycle{kernel.Answers(h.reference), h.hash}
}

// A block fits the second-level cache of any current processor. Those of the
// different kinds overlap, each beginning one cache line after the other: those
// of 64 KiB are 65 KiB in all.
const (
	blockLen   = 64 << 10
	blockShift = 64
)

// hasher holds the bytes that the blocks are cut from. They are only read.
type hasher struct {
	bytes  []byte
	length int // of a block
}

func newHasher(length int) *hasher {
	h := &hasher{make([]byte, length+kernel.Kinds*blockShift), length}
	for i := range h.bytes {
		h.bytes[i] = byte(i % 251) // a prime, so that no two blocks are the same
	}
	return h
}

func (h *hasher) block(kind int) []byte {
	return h.bytes[kind*blockShift:][:h.length]
}

// hash returns the first eight bytes of the block's digest.
func (h *hasher) hash(kind int) uint64 {
	digest := sha256.Sum256(h.block(kind))
	return binary.BigEndian.Uint64(digest[:])
}

// reference returns what hash does, fed in pieces that are not a multiple of
// the hash's own blocks. A test holds both against another implementation.
func (h *hasher) reference(kind int) uint64 {
	digest := sha256.New()
	for rest := h.block(kind); len(rest) > 0; rest = rest[min(1000, len(rest)):] {
		digest.Write(rest[:min(1000, len(rest))])
	}
	return binary.BigEndian.Uint64(digest.Sum(nil))
}
