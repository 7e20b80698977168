#!/usr/bin/env bash
# autocannon's least latency is above most of its percentiles.
#
# autocannon 9.0.0, Node.js 20, seen 2026-11-30.
# Expected: minimum ≤ median ≤ mean, in fractions of a millisecond where a server
#           answers within one.
# Seen:     latencies are whole milliseconds, cut off: the median is 0. Zeros are in
#           the percentiles, but not in the minimum, which is 1. Percentiles of
#           whatever answers within a millisecond say nothing.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent autocannon@9.0.0
cat >try.mjs <<'JS'
import http from 'node:http'
import autocannon from 'autocannon'

const server = http.createServer((_, res) => res.end('x')).listen(0, '127.0.0.1')
await new Promise((done) => server.once('listening', done))
const url = 'http://127.0.0.1:' + server.address().port
const { latency, requests } = await autocannon({ url, connections: 1, duration: 4 })
console.log('minimum', latency.min, 'of 100 the 10th', latency.p10, 'median', latency.p50, 'mean', latency.mean, 'requests a second', requests.mean)
server.close()
server.closeAllConnections()
process.exitCode = latency.p10 === 0 && latency.min >= 1 ? 0 : 1 // on a busy machine the median may be 1
JS
node try.mjs
