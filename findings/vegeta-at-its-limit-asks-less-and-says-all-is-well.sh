#!/usr/bin/env bash
# vegeta at its limit of workers leaves out what came late.
#
# github.com/tsenart/vegeta/v12 v12.13.0, Go 1.26.8, seen 2026-11-30.
# Expected: at 100 requests a second with at most one worker, and a server that
#           takes 50 ms, latencies grow, since each request is due at its time; or
#           the four in five that were never made count as failures.
# Seen:     a fifth of the requests is made. The greatest latency is about that of
#           the server, success is 100%. The wait for a worker is in no latency; only
#           the rate, 20 instead of 100, tells of it.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

func main() {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(50 * time.Millisecond) }))
	target := vegeta.NewStaticTargeter(vegeta.Target{Method: "GET", URL: server.URL})
	var m vegeta.Metrics
	attacker := vegeta.NewAttacker(vegeta.Workers(1), vegeta.MaxWorkers(1))
	for r := range attacker.Attack(target, vegeta.Rate{Freq: 100, Per: time.Second}, 4*time.Second, "") {
		m.Add(r)
	}
	m.Close()
	fmt.Printf("%d of 400 requests, median latency %v, success %.0f%%\n", m.Requests, m.Latencies.P50.Round(time.Millisecond), 100*m.Success)
	if m.Requests > 120 || m.Latencies.P50 > time.Second || m.Success != 1 {
		os.Exit(1)
	}
}
GO
go mod init try 2>/dev/null
go get github.com/tsenart/vegeta/v12/lib@v12.13.0 2>/dev/null
go run .
