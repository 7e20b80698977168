#!/usr/bin/env bash
# Compares the suite with itself: what differs then is noise, and what is called
# a difference is a false claim. Two runs take turns, a round each, in the order
# A B B A; beside them, for contrast, go test measures in blocks, as one does by
# habit. Each run also has work that is slower on purpose, which is to be found.
# What it takes long for is kept: started again, it goes on.
set -euo pipefail

usage() {
	cat <<'EOF'
Usage: scripts/aa.sh [-suites N] [-rounds N] [-out DIR] [-no-blocks] [-- bench flags]

  -suites N    pairs of runs, 2 by default; 20 for the whole promise
  -rounds N    rounds of each run, 10 by default
  -out DIR     where all is kept, /tmp/conpar-aa by default
  -no-blocks   leave out the blocks of go test

A suite takes five minutes on two CPUs, the blocks take ten. To go on, give the
same flags again; more suites may be asked for. The program that measures stays
the one in DIR: remove DIR to measure another.

Example, in some minutes, with too few comparisons for a verdict:
  scripts/aa.sh -suites 1 -no-blocks -out /tmp/aa-try -- -work 'primes|Coord/work=counter'
EOF
}

bad() {
	echo "aa.sh: $1; -h shows the usage" >&2
	exit 2
}

suites=2 rounds=10 out=/tmp/conpar-aa blocks=yes
while [ $# -gt 0 ]; do
	case "$1" in
	-h | --help)
		usage
		exit 0
		;;
	-suites) suites=${2:-} && shift ;;
	-rounds) rounds=${2:-} && shift ;;
	-out) out=${2:-} && shift ;;
	-no-blocks) blocks= ;;
	--)
		shift
		break
		;;
	*) bad "$1 is no flag of it" ;;
	esac
	shift || true
done
[[ $suites =~ ^[1-9][0-9]{0,3}$ ]] || bad "-suites takes a number"
[[ $rounds =~ ^[1-9][0-9]{0,3}$ && $rounds -ge 4 ]] || bad "-rounds takes a number from 4 on"
[ -n "$out" ] || bad "-out takes a folder"

mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "$0")/.."
[ -x "$out/bench" ] || go build -o "$out/bench" ./bench
"$out/bench" -h | grep -q -- '-like DIR' || bad "$out/bench is older than this script; remove $out"
[ -x "$out/bench.test" ] || go test -c -o "$out/bench.test" ./bench

# The run in a folder, if it has one.
run_in() {
	local dir
	for dir in "$1"/*/; do
		if [ -e "$dir/SHA256SUMS" ] || [ -e "$dir/journal.jsonl" ]; then
			echo "$dir"
		fi
	done | tail -n 1
}

# The second run does as many tasks a sample as the first one did: what a sample
# pays once would weigh differently else, and look like a difference.
like() {
	if [ "$2" = a ]; then echo none; else run_in "$1/a"; fi
}

# Some failed samples (1) are no reason to stop: the others count.
bench() { "$out/bench" "$@" >>"$out/log" 2>&1 || [ $? = 1 ]; }

# Adds a round to one of the two runs of a suite, or completes it.
round() {
	local suite=$1 side=$2 run
	shift 2
	run=$(run_in "$suite/$side")
	if [ -z "$run" ]; then
		bench "$@" -rounds 1 -repeat=false -report=false -machine "$side" -out "$suite" -like "$(like "$suite" "$side")"
	elif [ -e "$run/SHA256SUMS" ] && grep -q '"status": "complete"' "$run/run.json"; then
		bench -add "$run" -rounds 1 -repeat=false -report=false
	else # an earlier call was ended
		bench -resume "$run" -repeat=false -report=false
	fi
}

order=(a b b a)
for ((s = 1; s <= suites; s++)); do
	suite=$out/suite-$(printf %03d "$s")
	mkdir -p "$suite"
	touch "$suite/taken" # a line a round
	for ((n = $(wc -l <"$suite/taken"); n < 2 * rounds; n++)); do
		side=${order[n % 4]}
		echo "suite $s of $suites, round $((n + 1)) of $((2 * rounds))"
		if ! round "$suite" "$side" "$@"; then
			echo "aa.sh: measuring failed; the end of $out/log:" >&2
			tail -n 5 "$out/log" >&2
			exit 1
		fi
		echo "$side" >>"$suite/taken"
	done
done

if [ -n "$blocks" ]; then
	for side in a b; do
		file=$out/blocked-$side.txt
		[ -e "$file" ] && continue
		echo "blocks, $side"
		"$out/bench.test" -test.run '^$' -test.bench 'CPU|IO|Coord|Mixed' -test.count "$rounds" -test.benchtime 40ms >"$file.part"
		mv "$file.part" "$file"
	done
fi

go test -count=1 -run '^TestAA$' -v ./report -aa "$out"
