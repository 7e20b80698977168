#!/usr/bin/env bash
# Records a long execution trace, and reads it in each format: a trace is read as
# a stream, so the memory that takes is bounded.
set -euo pipefail

usage() {
	cat <<'EOT'
Usage: scripts/long.sh [MIB [FOLDER]]

A program of goroutines that pass numbers to each other is traced until its trace
has MIB MiB, by default 200. Then report timeline reads it, as text, JSON and for
Perfetto. Printed are the wall time of each and the most memory that it took; more
than 512 MiB is a failure. FOLDER, by default a temporary one, keeps the trace. The
Perfetto file, some 30 times as large, is counted and not kept.
EOT
}

case "${1:-}" in
-h | --help)
	usage
	exit 0
	;;
esac
cd "$(dirname "$0")/.."
TRACE_MIB=${1:-200} TRACE_DIR=${2:-} exec go test -count 1 -v -run '^TestLongTrace$' -timeout 30m ./report/run
