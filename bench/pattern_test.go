package main

import "testing"

func BenchmarkPattern(b *testing.B) { shared.Bench(b, "Pattern") }
