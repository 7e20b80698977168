package cpu

import (
	"crypto/sha256"
	"encoding/binary"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
)

var _ = add("sha256", "Hashes a block of 64 KiB.", func() workloads.Runner {
	h := newHasher()
	return &cycle{kernel.Answers(h.reference), h.hash}
})

// A block fits the second-level cache of any current processor. Those of the
// different kinds overlap, each beginning one cache line after the other, and
// are 65 KiB in all.
const (
	blockLen   = 64 << 10
	blockShift = 64
)

// hasher holds the bytes that the blocks are cut from. They are only read.
type hasher struct{ bytes []byte }

func newHasher() *hasher {
	h := &hasher{make([]byte, blockLen+kernel.Kinds*blockShift)}
	for i := range h.bytes {
		h.bytes[i] = byte(i % 251) // a prime, so that no two blocks are the same
	}
	return h
}

func (h *hasher) block(kind int) []byte {
	return h.bytes[kind*blockShift:][:blockLen]
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
