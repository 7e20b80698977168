package main

import "testing"

func BenchmarkLang(b *testing.B) { shared.Bench(b, "Lang") }
