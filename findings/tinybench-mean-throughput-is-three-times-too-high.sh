#!/usr/bin/env bash
# tinybench's mean throughput is not what was done in the time.
#
# tinybench 6.2.5, Node.js 20, seen 2026-11-30.
# Expected: a task that takes 1 ms and 9 ms in turns is done 200 times a second.
# Seen:     the mean throughput is above 500 a second. It is the mean of what each
#           sample would have made alone: (1000 + 111) / 2. The mean latency, 5 ms,
#           is right. Of two tasks the one that varies more looks faster.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent tinybench@6.2.5
cat >try.mjs <<'JS'
import { Bench } from 'tinybench'

let calls = 0
const busy = (ms) => { for (const end = performance.now() + ms; performance.now() < end;); }
const bench = new Bench({ time: 1000, warmup: false })
bench.add('1 ms and 9 ms', () => busy(calls++ % 2 ? 9 : 1))
const start = performance.now()
await bench.run()
const done = (1000 * calls) / (performance.now() - start)
const { latency, throughput } = bench.tasks[0].result
console.log('done', done.toFixed(0), 'a second, by the mean latency', (1000 / latency.mean).toFixed(0))
console.log('mean throughput', throughput.mean.toFixed(0))
process.exitCode = throughput.mean > 1.8 * (1000 / latency.mean) ? 0 : 1
JS
node try.mjs
