package pattern

import (
	"context"
	"fmt"

	"conpar/workloads"
)

func init() {
	for _, s := range []struct {
		cases int
		total func([]chan uint64) uint64
	}{{1, totalOf1}, {2, totalOf2}, {8, totalOf8}} {
		add(fmt.Sprintf("select/cases=%d", s.cases),
			fmt.Sprintf("Receives a message by a select among %d channels, "+
				"which one sender fills in turn, with a buffer of 16 each.", s.cases),
			workloads.Sharing, single, sideBySide(func(ctx context.Context, from, to int) uint64 {
				channels := make([]chan uint64, s.cases)
				for i := range channels {
					channels[i] = make(chan uint64, manyBuffer)
				}
				// The receiver forgets the channels that are closed.
				go sendInTurn(ctx, append([]chan uint64(nil), channels...), from, to)
				return s.total(channels)
			}))
	}
}

// sendInTurn sends to one channel after the other, as sendAll does to one, and
// closes them.
func sendInTurn(ctx context.Context, outs []chan uint64, from, to int) {
	const once = 1024
	for turn := 0; from < to && ctx.Err() == nil; from += once {
		for task := from; task < min(from+once, to); task++ {
			outs[turn] <- number(task)
			if turn++; turn == len(outs) {
				turn = 0
			}
		}
	}
	for _, out := range outs {
		close(out)
	}
}

// The number of cases is a matter of source: the select of package reflect is
// many times as slow. A closed channel becomes nil, from which nothing comes.

// totalOf1 has a select that the compiler makes a plain receive of.
func totalOf1(in []chan uint64) (sum uint64) {
	//lint:ignore S1000 a select of one case is what this is about
	for {
		select {
		case v, ok := <-in[0]:
			if !ok {
				return sum
			}
			sum += v
		}
	}
}

func totalOf2(in []chan uint64) (sum uint64) {
	for open := 2; open > 0; {
		var v uint64
		var ok bool
		var from int
		select {
		case v, ok = <-in[0]:
		case v, ok = <-in[1]:
			from = 1
		}
		if !ok {
			in[from] = nil
			open--
		}
		sum += v
	}
	return sum
}

func totalOf8(in []chan uint64) (sum uint64) {
	for open := 8; open > 0; {
		var v uint64
		var ok bool
		var from int
		select {
		case v, ok = <-in[0]:
		case v, ok = <-in[1]:
			from = 1
		case v, ok = <-in[2]:
			from = 2
		case v, ok = <-in[3]:
			from = 3
		case v, ok = <-in[4]:
			from = 4
		case v, ok = <-in[5]:
			from = 5
		case v, ok = <-in[6]:
			from = 6
		case v, ok = <-in[7]:
			from = 7
		}
		if !ok {
			in[from] = nil
			open--
		}
		sum += v
	}
	return sum
}
