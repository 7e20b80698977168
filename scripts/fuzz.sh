#!/usr/bin/env bash
# Fuzzes every parser, one after the other.
set -euo pipefail

usage() {
	cat <<'EOT'
Usage: scripts/fuzz.sh [TIME [REGEXP]]

TIME is for each target: 10s by default, or executions, such as 10000000x.
REGEXP picks targets by name, such as FuzzText.
EOT
}

case "${1:-}" in
-h | --help)
	usage
	exit 0
	;;
esac
cd "$(dirname "$0")/.."
grep -rn --include='*_test.go' -oE '^func Fuzz[A-Za-z]+' . | sort | while IFS=: read -r file _ target; do
	target=${target#func }
	if ! [[ $target =~ ${2:-.} ]]; then continue; fi
	echo "== $target of $(dirname "$file")"
	# Inputs that are merely interesting are not worth making small.
	go test -run '^$' -fuzz "^$target\$" -fuzztime "${1:-10s}" -fuzzminimizetime 1x "$(dirname "$file")" </dev/null
done
