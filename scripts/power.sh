#!/usr/bin/env bash
# Which changes are found, and which are imagined: ten benchmarks get 0, 1, 3 or 10%
# more work, and bench test and go test with benchstat the same time to find out which.
# They take turns. Beside them, short reports on identical sides count false alarms.
# What it takes long for is kept: started again, it goes on.
set -euo pipefail

usage() {
	cat <<'EOF'
Usage: scripts/power.sh [-repetitions N] [-seconds N] [-reports N] [-out DIR]

  -repetitions N  how often both measure; 10 by default
  -seconds N      what each may take, 300 by default: -count=10 of a second
  -reports N      short reports on identical sides, 40 s each; 60 by default
  -out DIR        where all is kept, /tmp/conpar-power by default

All of it takes two and a half hours. To go on, give the same flags again; more
repetitions and reports may be asked for. The programs stay those in DIR: remove
DIR to measure others, or with other -seconds. Other work on the machine is noise:
give it a quiet one.

Example, in 25 minutes:
  scripts/power.sh -repetitions 8 -seconds 60 -reports 12 -out /tmp/power-try
EOF
}

bad() {
	echo "power.sh: $1; -h shows the usage" >&2
	exit 2
}

repetitions=10 seconds=300 reports=60 out=/tmp/conpar-power
while [ $# -gt 0 ]; do
	case "$1" in
	-h | --help)
		usage
		exit 0
		;;
	-repetitions) repetitions=${2:-} && shift ;;
	-seconds) seconds=${2:-} && shift ;;
	-reports) reports=${2:-} && shift ;;
	-out) out=${2:-} && shift ;;
	*) bad "$1 is no flag of it" ;;
	esac
	shift || true
done
[[ $repetitions =~ ^[1-9][0-9]{0,3}$ ]] || bad "-repetitions takes a number"
[[ $seconds =~ ^[1-9][0-9]{0,3}$ && $seconds -ge 20 ]] || bad "-seconds takes a number from 20 on"
[[ $reports =~ ^(0|[1-9][0-9]{0,3})$ ]] || bad "-reports takes a number"
[ -n "$out" ] || bad "-out takes a folder"

mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "$0")/.."
[ -x "$out/conpar-bench" ] || go build -o "$out/conpar-bench" ./bench
[ -d "$out/module" ] || cp -r scripts/power "$out/module"
[ -x "$out/power.test" ] || (cd "$out/module" && go test -c -o "$out/power.test")
[ -e "$out/seconds" ] || echo "$seconds" >"$out/seconds"
[ "$seconds" = "$(cat "$out/seconds")" ] || bad "$out was measured with -seconds $(cat "$out/seconds")"
cpus=$(nproc)

# A step is done once: it writes into a folder, which gets its name at its end.
step() {
	local dir=$out/$1
	shift
	[ -d "$dir" ] && return
	echo "$(date +%H:%M:%S) ${dir#"$out"/}"
	rm -rf "$dir.part"
	mkdir -p "$dir.part"
	local began=$SECONDS
	if ! (cd "$out/module" && "$@" "$dir.part") >>"$out/log" 2>&1; then
		echo "power.sh: measuring failed; the end of $out/log:" >&2
		tail -n 5 "$out/log" >&2
		exit 1
	fi
	echo $((SECONDS - began)) >"$dir.part/seconds"
	mv "$dir.part" "$dir"
}

# Two sides in blocks, as one does by habit. Two thirds of the time is measured.
blocks() {
	local time=$((seconds * 1000 / 200 * 2 / 3))ms side
	for side in old new; do
		POWER=${!side} "$out/power.test" -test.run '^$' -test.bench . -test.count 10 -test.benchtime $time -test.cpu "$cpus" >"$1/$side.txt"
	done
}

in_rounds() {
	"$out/conpar-bench" test "$@" -cpu "$cpus" -repeat=false -report=false -machine power .
}

turns() {
	in_rounds -side "old:env=POWER=$old" -side "new:env=POWER=$new" -rounds 2000 -budget "${budget}s" -out "$1"
}

# Ten processes, each of which measures each benchmark six times, as long as a sample.
spread() {
	local n
	for n in 0 1 2 3 4 5 6 7 8 9; do
		POWER=$old "$out/power.test" -test.run '^$' -test.bench . -test.count 6 -test.benchtime 100ms -test.cpu "$cpus" >"$1/process-$n.txt"
	done
}

same() {
	in_rounds -side a:env=POWER_SIDE=a -side b:env=POWER_SIDE=b -rounds 12 -out "$1"
}

names=$("$out/power.test" -test.list . | sed -n 's/^Benchmark//p')
old=$(sed 's/$/:00/' <<<"$names" | paste -sd .)
step spread spread
budget=$seconds
for ((n = 1; n <= repetitions; n++)); do
	of=$(printf 'repetition-%03d' "$n")
	mkdir -p "$out/$of"
	# Every repetition has as many of each level, for benchmarks drawn anew.
	[ -s "$out/$of/levels" ] || paste -d : <(echo "$names") <(shuf -e 00 00 00 00 01 01 03 03 03 10) | paste -sd . >"$out/$of/levels"
	new=$(cat "$out/$of/levels")
	both=(blocks turns)
	if ((n % 2 == 0)); then both=(turns blocks); fi
	for order in "${both[@]}"; do
		step "$of/$order" "$order"
		# What blocks took is what the rounds may take: now, or next time.
		if [ "$order" = blocks ]; then budget=$(cat "$out/$of/blocks/seconds"); fi
	done
done
for ((n = 1; n <= reports; n++)); do
	step "$(printf 'same-%03d' "$n")" same
done

go test -count=1 -run '^TestPower$' -v ./report -power "$out"
