#!/usr/bin/env bash
# Says how much of the rounds' wall time was measurement, by family, and what the
# rest comes to for a sample: start and end of its process, opening and closing of
# its workload, warm-up.
set -euo pipefail

usage() {
	cat <<'EOF'
Usage: scripts/waste.sh RUN...

Each RUN is the folder of a finished run of the suite. A round that was interrupted
and resumed counts with the pause.

Example:
  scripts/waste.sh results/amd-turin-2cpu/20261130T205142Z
EOF
}

bad() {
	echo "waste.sh: $1; -h shows the usage" >&2
	exit 2
}

[ "${1-}" != -h ] || { usage; exit 0; }
[ $# -gt 0 ] || bad "no run is named"
for run; do
	[ -r "$run/run.json" ] || bad "$run holds no run.json: it is no finished run"
	echo "$run"
	awk '
	# of returns the value of a key of a sample, each of which has a line of its own.
	function of(key) {
		if (!match($0, "\"" key "\":\"?[^,\"}]*")) return ""
		return substr($0, RSTART + length(key) + 3 + (substr($0, RSTART + length(key) + 3, 1) == "\""), RLENGTH)
	}
	/"round":[0-9]+,"cell":"[^"]*","start":/ {
		family = of("cell"); sub(/\/.*/, "", family); sub(/^Benchmark/, "", family)
		split(of("start"), at, /[-:TZ",]/)
		begin = at[3] * 86400 + at[4] * 3600 + at[5] * 60 + at[6]
		wall = of("wallNs") / 1e9; timed = of("timedNs") / 1e9; round = of("round")
		n[family]++; walls[family] += wall; times[family] += timed; all += timed; samples++
		if (!(round in first) || begin < first[round]) first[round] = begin
		if (begin + wall > last[round]) last[round] = begin + wall
	}
	END {
		if (!samples) { print "  no sample"; exit }
		for (f in n) printf "  %-9s %5d samples %8.2f s, %3.0f%% measured, %6.1f ms besides each\n", \
			f, n[f], walls[f], 100 * times[f] / walls[f], 1e3 * (walls[f] - times[f]) / n[f] | "sort"
		close("sort")
		for (r in first) { rounds++; total += last[r] - first[r] }
		printf "  %-9s %5d samples %8.2f s, %3.0f%% measured, %6.1f ms besides each\n", \
			rounds " rounds", samples, total, 100 * all / total, 1e3 * (total - all) / samples
	}' "$run/run.json"
done
