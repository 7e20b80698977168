#!/usr/bin/env bash
# Reads and sums up a million results with report and with benchstat, in turns,
# compares two million, and says how many times faster report is and how much
# less memory it takes.
set -euo pipefail

usage() {
	cat <<'EOT'
Usage: scripts/speed.sh [TIMES]

Each of the two runs TIMES times, by default 5, on a file of 100,000 names with
ten results in three units, ordered as -count orders them, and then in rounds;
and on two such files side by side, in one unit, as a table for the terminal.
Printed are medians: wall time, CPU time and the most memory of both, and the
ratios of these with the aims. Quiet is better: on a busy machine only CPU time
and memory tell something. Five times take about three minutes.
EOT
}

case "${1:-}" in
-h | --help)
	usage
	exit 0
	;;
esac
cd "$(dirname "$0")/.."
exec go test -run '^$' -bench '^BenchmarkMillion$' -benchtime "${1:-5}x" ./report/run
