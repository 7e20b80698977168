package cpu

import (
	"conpar/workloads"
	"conpar/workloads/internal/kernel"
)

var _ = add("primes", "Counts the primes among 1,024 numbers by trial division.", func() workloads.Runner {
	p := &primes{divisors: primesBelow(sqrtLast)}
	return &cycle{
		answers: kernel.Answers(func(kind int) uint64 { return sieve(p.divisors, window(kind)) }),
		do:      func(kind int) uint64 { return p.count(window(kind)) },
	}
})

// The windows lie side by side, right below 2^20, so that they cost about the
// same (they have 66 to 84 primes), and their divisors, 172 primes, stay in the
// first-level cache.
const (
	windowLen = 1024
	sqrtLast  = 1024
)

// window returns the first number of a kind's window, which is even.
func window(kind int) uint32 { return sqrtLast*sqrtLast - uint32(kernel.Kinds-kind)*windowLen }

// primes counts primes. It is only read once it is made.
type primes struct{ divisors []uint32 }

// count returns how many of windowLen numbers from first on are prime.
func (p *primes) count(first uint32) uint64 {
	var found uint64
	for x := first + 1; x < first+windowLen; x += 2 {
		if p.isPrime(x) {
			found++
		}
	}
	return found
}

func (p *primes) isPrime(x uint32) bool {
	for _, d := range p.divisors {
		if x%d == 0 {
			return false
		}
	}
	return true
}

// sieve returns what count does, by crossing out multiples instead of
// dividing: the reference.
func sieve(divisors []uint32, first uint32) uint64 {
	var crossed [windowLen]bool
	for _, d := range divisors {
		for multiple := (first + d - 1) / d * d; multiple < first+windowLen; multiple += d {
			crossed[multiple-first] = true
		}
	}
	var found uint64
	for _, out := range crossed {
		if !out {
			found++
		}
	}
	return found
}

// primesBelow returns the primes below limit (Eratosthenes).
func primesBelow(limit uint32) []uint32 {
	var found []uint32
	composite := make([]bool, limit)
	for x := uint32(2); x < limit; x++ {
		if composite[x] {
			continue
		}
		found = append(found, x)
		for multiple := x * x; multiple < limit; multiple += x {
			composite[multiple] = true
		}
	}
	return found
}
