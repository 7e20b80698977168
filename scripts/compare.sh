#!/usr/bin/env bash
# Compares two runs, machines or benchmark files with benchstat, and shows the
# command, so that it can be learnt and changed.
set -euo pipefail

usage() {
	cat <<'EOF'
Usage: scripts/compare.sh A B [benchstat flags]

A and B are runs (folders with bench.txt), machines (folders with runs: the
newest one counts) or files with benchmark results.

Examples:
  scripts/compare.sh results/laptop results/server
  scripts/compare.sh old.txt new.txt -filter '.unit:sec/op'
EOF
}

case "${1:-}" in
-h | --help)
	usage
	exit 0
	;;
esac
if [ $# -lt 2 ]; then
	usage >&2
	exit 2
fi

# The file behind a path: benchstat itself exits 0 when a file is missing.
results_of() {
	local file=$1
	if [ -d "$1" ]; then
		if [ -f "$1/bench.txt" ]; then
			file=$1/bench.txt
		else
			# Runs are named by their time, so the last one is the newest.
			file=$(find "$1" -name bench.txt | sed 's:/bench.txt$::' | LC_ALL=C sort | tail -n 1)
			file=${file:+$file/bench.txt}
		fi
	fi
	if [ -z "$file" ] || [ ! -f "$file" ] || [ ! -r "$file" ]; then
		echo "compare.sh: $1: no finished run and no file with results; go run ./bench makes a run, -resume finishes one" >&2
		return 2
	fi
	if [ -f "$(dirname "$file")/SHA256SUMS" ] && command -v sha256sum >/dev/null &&
		! (cd "$(dirname "$file")" && sha256sum --check --quiet SHA256SUMS >&2); then
		echo "compare.sh: $file: the run is damaged" >&2
		return 2
	fi
	if ! grep -q '^Benchmark' "$file"; then
		echo "compare.sh: $file: holds no benchmark result" >&2
		return 2
	fi
	echo "$(cd "$(dirname "$file")" && pwd)/$(basename "$file")"
}

a=$(results_of "$1")
b=$(results_of "$2")
shift 2
cd "$(dirname "$0")/.."

# Facts about the machine would put the two into different tables.
command=(go tool benchstat -ignore goos,goarch,pkg,cpu,machine,go "$@" "A=$a" "B=$b")
echo "+ ${command[*]}" >&2
exec "${command[@]}"
