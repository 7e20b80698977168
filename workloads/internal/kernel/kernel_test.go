package kernel

import (
	"math/big"
	"testing"
)

// The closed form, a^n·x + b·(a^n − 1)/(a − 1), has a divisor that is even, and
// so has no inverse modulo 2^64: it is taken over the integers.
func TestJumpAgainstTheClosedForm(t *testing.T) {
	a, b := new(big.Int).SetUint64(multiplier), new(big.Int).SetUint64(increment)
	one := big.NewInt(1)
	for _, n := range []int{0, 1, 2, 3, 90, 100, 1234} {
		power := new(big.Int).Exp(a, big.NewInt(int64(n)), nil)
		sum := new(big.Int).Sub(power, one)
		sum.Div(sum, new(big.Int).Sub(a, one)).Mul(sum, b)
		for x := range uint64(3) {
			exact := new(big.Int).Mul(power, new(big.Int).SetUint64(x))
			exact.Add(exact, sum)
			want := exact.And(exact, new(big.Int).SetUint64(1<<64-1)).Uint64()
			if churned, jumped := Churn(x, n), Jump(x, n); churned != want || jumped != want {
				t.Errorf("%d iterations from %d: churn %d, jump %d; want %d", n, x, churned, jumped, want)
			}
		}
	}
}

// A sum that did not change with every task would not notice a lost one.
func TestSumsAreOfTheTasks(t *testing.T) {
	var churned, mixed, numbers uint64
	for n := range 3*Kinds + 5 {
		if got := Want(n, 90); got != churned {
			t.Errorf("%d tasks of 90 iterations: %#x, want %#x", n, got, churned)
		}
		if got := WantMix(n); got != mixed {
			t.Errorf("%d mixes: %#x, want %#x", n, got, mixed)
		}
		if got := Triangle(n); got != numbers {
			t.Errorf("the numbers up to %d: %d, want %d", n, got, numbers)
		}
		churned += Churn(Seed(n), 90)
		mixed += Mix(uint64(n % Kinds))
		numbers += uint64(n) + 1
	}
}

func TestTriangleWraps(t *testing.T) {
	if got := Triangle(1<<40 + 1); got != 3<<39+1 { // and 2⁷⁹
		t.Errorf("the numbers up to 2⁴⁰+1: %d", got)
	}
}

// The first outputs of splitmix64 from seed 0, as in the published C program.
func TestMixIsSplitmix64(t *testing.T) {
	const step = 0x9e3779b97f4a7c15
	for i, want := range []uint64{0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4, 0x06c45d188009454f} {
		if got := Mix(uint64(i) * step); got != want {
			t.Errorf("output %d: %#x, want %#x", i, got, want)
		}
	}
}
