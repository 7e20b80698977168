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
		Set.AddReady(fmt.Sprintf("select/cases=%d", s.cases),
			fmt.Sprintf("Receives a message by a select among %d channels, "+
				"which one sender fills in turn, with a buffer of 16 each.", s.cases),
			workloads.Sharing, single, sideBySide(func(ctx context.Context, from, to int) uint64 {
				channels := make([]chan uint64, s.cases)
				for i := range channels {
					channels[i] = make(chan uint64, manyBuffer)
				}
				go sendInTurn(ctx, channels, from, to)
				return s.total(channels)
			}))
	}
}

// atEnd follows the last number on a channel. A receiver that looked out for
// closed channels instead would have to forget them one by one.
const atEnd = 0

// sendInTurn sends to one channel after the other, as sendAll does to one, and
// ends each of them.
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
		out <- atEnd
	}
}

// The number of cases is a matter of source: the select of package reflect is
// many times as slow.

// totalOf1 has a select that the compiler makes a plain receive of.
func totalOf1(in []chan uint64) (sum uint64) {
	//lint:ignore S1000 a select of one case is what this is about
	for {
		select {
		case v := <-in[0]:
			if v == atEnd {
				return sum
			}
			sum += v
		}
	}
}

func totalOf2(in []chan uint64) (sum uint64) {
	for open := 2; open > 0; {
		var v uint64
		select {
		case v = <-in[0]:
		case v = <-in[1]:
		}
		if v == atEnd {
			open--
		}
		sum += v
	}
	return sum
}

func totalOf8(in []chan uint64) (sum uint64) {
	for open := 8; open > 0; {
		var v uint64
		select {
		case v = <-in[0]:
		case v = <-in[1]:
		case v = <-in[2]:
		case v = <-in[3]:
		case v = <-in[4]:
		case v = <-in[5]:
		case v = <-in[6]:
		case v = <-in[7]:
		}
		if v == atEnd {
			open--
		}
		sum += v
	}
	return sum
}
