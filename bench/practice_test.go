package main

import "testing"

func BenchmarkPractice(b *testing.B) { shared.Bench(b, "Practice") }

func BenchmarkService(b *testing.B) { shared.Bench(b, "Service") }

func BenchmarkDatabase(b *testing.B) { shared.Bench(b, "Database") }
