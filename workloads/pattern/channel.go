package pattern

import (
	"context"
	"fmt"
	"sync"

	"conpar/workloads"
)

func init() {
	for _, buffer := range []int{0, 1, 16, 256} {
		Set.AddReady(fmt.Sprintf("channel/buffer=%d", buffer),
			fmt.Sprintf("Sends a message from one goroutine to another, through a buffer of %d.", buffer),
			workloads.Sharing, single, sideBySide(func(ctx context.Context, from, to int) uint64 {
				messages := make(chan uint64, buffer)
				go func() {
					defer close(messages)
					sendAll(ctx, messages, from, to)
				}()
				return total(messages)
			}))
	}
	Set.AddReady("channel/shape=nto1",
		"Sends a message from one of the goroutines to the only receiver, through a buffer of 16.",
		workloads.Sharing, scaled, numbered(nToOne))
	Set.AddReady("channel/shape=1ton",
		"Sends a message from the only sender to one of the goroutines, through a buffer of 16.",
		workloads.Sharing, scaled, numbered(oneToN))
}

// sendAll sends the numbers of tasks from … to-1, each by nothing but a send: a
// select beside it would be measured as well. So it looks at ctx once in a
// while, and its receiver has to go on until the channel is closed.
func sendAll(ctx context.Context, out chan<- uint64, from, to int) {
	const once = 1024
	for ; from < to && ctx.Err() == nil; from += once {
		for task := from; task < min(from+once, to); task++ {
			out <- number(task)
		}
	}
}

// manyBuffer is the buffer of channels with many senders or receivers.
const manyBuffer = 16

func nToOne(ctx context.Context, g, n int) uint64 {
	messages := make(chan uint64, manyBuffer)
	go func() {
		defer close(messages)
		inParts(g, n, func(from, to int) uint64 {
			sendAll(ctx, messages, from, to)
			return 0
		})
	}()
	return total(messages)
}

func oneToN(ctx context.Context, g, n int) (sum uint64) {
	messages := make(chan uint64, manyBuffer)
	sums := make([]padded, g)
	var wg sync.WaitGroup
	for i := range sums {
		wg.Go(func() { sums[i].n = total(messages) })
	}
	sendAll(ctx, messages, 0, n)
	close(messages)
	wg.Wait()
	for _, s := range sums {
		sum += s.n
	}
	return sum
}
