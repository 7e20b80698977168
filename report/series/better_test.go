package series_test

import (
	"strings"
	"testing"

	"conpar/report/series"
)

// The spellings in use, tidied as they come from files: rates are to be high,
// times and memory low, and of all else nothing is known.
func TestBetter(t *testing.T) {
	for want, units := range map[string]string{
		"higher": "B/s tasks/s ops/sec words/sec req/second requests/Second MB/s MiB/s GiB/s Mbit/s ops/ms ops/us logs/min " +
			"QPS qps rps RPS tps iops IOPS ops Mops kops kOps fps GFLOPS flops gflop/s Mbps MBps GBps kB/s pkts/sec/core " +
			"read-iops write_qps readQPS p50.rps opsPerSec ops_per_sec requests-per-second msgs_per_s MB/sec/thread " +
			"rpm tok/s throughput read-throughput inserts/hour samples/day submissions/s OPS/S",
		"lower": "sec/op ns sec ms µs p99-sec p99-ns p99-ms wait_us latencyMs pauseNs s s/op seconds/op min-sec " +
			"B B/op allocs/op allocs MB heap-B heap_bytes heap_growth_bytes rss-KiB peakMB HeapAllocBytes bytes/op B/elem " +
			"KiB bytes skew-sec P99-NS total-seconds",
		"": "hit-% score ratio x errors/s misses/sec timeouts/s gc/s sec/sec gc-ms/s ops-sec req_sec MB-sec heap hops " +
			"workers helpers cpus inflight points/op cycles/op permsize steps mappers levels drops loops silver-b variants " +
			"bytes-read errors/op hits/op p99 %",
	} {
		for _, unit := range strings.Fields(units) {
			higher, known := series.Better(unit)
			got := map[[2]bool]string{{true, true}: "higher", {false, true}: "lower"}[[2]bool{higher, known}]
			if got != want {
				t.Errorf("%s: %q is better, want %q", unit, got, want)
			}
		}
	}
}

// What the user says goes before what the input says, and both before the
// spelling.
func TestBetterAsSaid(t *testing.T) {
	user, input := map[string]bool{"score": false}, map[string]bool{"score": true, "ops/s": false}
	for unit, want := range map[string]bool{"score": false, "ops/s": false, "rows/s": true} {
		if higher, known := series.Better(unit, user, input); !known || higher != want {
			t.Errorf("%s: higher is better: %v, %v", unit, higher, known)
		}
	}
	if higher, known := series.Better("score", nil, input); !known || !higher {
		t.Errorf("as the input says: %v, %v", higher, known)
	}
}
