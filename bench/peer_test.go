package main

import "testing"

func BenchmarkPeer(b *testing.B) { shared.Bench(b, "Peer") }
