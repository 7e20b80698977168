package main

import "testing"

func BenchmarkControl(b *testing.B) { shared.Bench(b, "Control") }
