#!/usr/bin/env bash
# Fuzzes every parser, one after the other.
set -euo pipefail

usage() {
	cat <<'EOT'
Usage: scripts/fuzz.sh [HOW MUCH [REGEXP]]

HOW MUCH is for each target: 10000x, which is the default, is so many inputs,
and fewer are tried without guidance by coverage, which needs a build of its own;
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
programs=$(mktemp -d)
trap 'rm -rf "$programs"' EXIT
kept=$(go env GOCACHE)/fuzz
guide=(-fuzz .)
if [[ ${1:-} =~ ^[0-9]{1,4}x$ ]]; then guide=(); fi
grep -rn --include='*_test.go' -oE '^func Fuzz[A-Za-z]+' . | sort | while IFS=: read -r file _ target; do
	target=${target#func } dir=$(dirname "$file")
	if ! [[ $target =~ ${2:-.} ]]; then continue; fi
	echo "== $target of $dir"
	# A package is built once for all of its targets.
	program=$programs/${dir//\//-}.test
	[ -e "$program" ] || go test -c "${guide[@]}" -o "$program" "$dir"
	# Inputs that are merely interesting are not worth making small.
	(cd "$dir" && "$program" -test.run '^$' -test.fuzz "^$target\$" -test.fuzztime "${1:-10000x}" \
		-test.fuzzminimizetime 1x -test.fuzzcachedir "$kept/conpar/${dir#./}" </dev/null)
done
