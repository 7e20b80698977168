package main

import "testing"

func BenchmarkMixed(b *testing.B) { shared.Bench(b, "Mixed") }
