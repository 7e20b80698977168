#!/usr/bin/env bash
# Shoots at runs of the suite at random moments, and checks that nothing which
# was measured is lost and no process is left (TestKills of package bench). And
# flips every bit of a measured run (TestEveryBitOfAMeasuredRun).
set -euo pipefail

usage() {
	cat <<'EOT'
Usage: scripts/kills.sh [SHOTS [SEED]]

SHOTS is 200 by default, which takes six minutes on two quiet CPUs; SEED is 1.
EOT
}

case "${1:-}" in
-h | --help)
	usage
	exit 0
	;;
esac
cd "$(dirname "$0")/.."
export CONPAR_KILLS=${1:-200} CONPAR_KILLS_SEED=${2:-1}
# One after the other: how long a process outlives its runner is measured.
exec go test -tags system -count=1 -parallel 1 -timeout 60m -v -run '^(TestKills|TestEveryBitOfAMeasuredRun)$' ./bench
