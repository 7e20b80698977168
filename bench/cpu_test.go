package main

import "testing"

func BenchmarkCPU(b *testing.B) { shared.Bench(b, "CPU") }
