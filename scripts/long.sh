#!/usr/bin/env bash
# The tests that take minutes: every command of README as it stands there, but
# with one round; and every cell measured by the runner and by go test, which
# must give the same names, units and configuration lines.
set -euo pipefail

case "${1:-}" in
-h | --help)
	echo "Usage: scripts/long.sh        takes four minutes on two quiet CPUs"
	exit 0
	;;
esac
cd "$(dirname "$0")/.."
export CONPAR_LONG=1
exec go test -count=1 -timeout 30m -v -run '^(TestReadmeCommands|TestBothWaysMeasureTheSame)$' ./bench
