#!/usr/bin/env bash
# The tests that take minutes: every command of README as it stands there, but
# with one round; every cell measured by the runner and by go test, which must
# give the same names, units and configuration lines; all simulations of what
# verdicts and fits promise; and pages in a browser, if there is one, in every
# width and colour scheme.
set -euo pipefail

case "${1:-}" in
-h | --help)
	echo "Usage: scripts/long.sh        takes four minutes on two quiet CPUs"
	exit 0
	;;
esac
cd "$(dirname "$0")/.."
export CONPAR_LONG=1
go test -count=1 -timeout 30m ./report/stats ./report/scaling/fit ./report/page/browsertest
exec go test -tags system -count=1 -timeout 30m ./bench
