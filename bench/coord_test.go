package main

import "testing"

func BenchmarkCoord(b *testing.B) { shared.Bench(b, "Coord") }
