#!/usr/bin/env bash
# Fuzzes every parser, one after the other.
set -euo pipefail

usage() {
	cat <<'EOT'
Usage: scripts/fuzz.sh [HOW MUCH [REGEXP]]

HOW MUCH is for each target: 10000x, which is the default, is so many inputs;
10s is so long, at whose end Go 1.26 may fail without reason and say "context
deadline exceeded" (go.dev/issue/75804).
REGEXP picks targets by name, such as FuzzText.

Examples:
  scripts/fuzz.sh                      every target, for two to four minutes in all
  scripts/fuzz.sh 10000000x FuzzText   ten million inputs for one
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
	go test -run '^$' -fuzz "^$target\$" -fuzztime "${1:-10000x}" -fuzzminimizetime 1x "$(dirname "$file")" </dev/null
done
