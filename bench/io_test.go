package main

import "testing"

func BenchmarkIO(b *testing.B) { shared.Bench(b, "IO") }
