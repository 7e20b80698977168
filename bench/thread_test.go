package main

import "testing"

func BenchmarkThread(b *testing.B) { shared.Bench(b, "Thread") }
