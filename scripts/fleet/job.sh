#!/usr/bin/env bash
# What fleet.sh runs on a node: it begins the run of this node, or goes on with
# it where an earlier try ended, until it has all its rounds. fleet.sh takes the
# functions about runs from here, too: Slurm copies one file to the node.
set -uo pipefail

# The newest run in a folder, if it has one. In OUT/ALIAS a run is ALIAS/TIME.
newest_run() {
	local dir
	for dir in "$1"/*/*/; do
		if [ -e "$dir/run.json" ] || [ -s "$dir/journal.jsonl" ]; then echo "${dir%/}"; fi
	done | tail -n 1
}

is_complete() { grep -qs '^  "status": "complete"' "$1/run.json"; }

# How many rounds a run has samples of.
rounds_of() { cat "$1/run.json" "$1/journal.jsonl" 2>/dev/null | grep -oE '"round":[0-9]+,"cell"' | sort -u | wc -l; }

# What is missing from a complete run: samples that failed, and benchmarks that bench
# test left out because they fail.
flaws_of() {
	awk '
		/^  "failed": [1-9]/ { print $2 + 0 " samples failed" }
		/^    "profile": "test"/ { test = 1 }
		/^    "dropped": \[/ { dropped = test }
		/^    \]/ { dropped = 0 }
		dropped && /^        "cell": / { what = $0; sub(/^ *"cell": "/, "", what); sub(/",?$/, "", what) }
		dropped && /^        "reason": / { sub(/^ *"reason": "/, ""); sub(/",?$/, ""); print what " left out: " $0 }
	' "$1/run.json" | paste -sd ';' | sed 's/;/; /g'
}

fail() {
	echo "fleet: $1" >&2
	exit 2
}

# The CPU time that the control groups in a file of /proc allow, in hundredths of a
# CPU; nothing without a limit. The limits of the groups above count as well.
quota() {
	local root=$1 groups=$2 line controllers path least='' limit period
	while IFS= read -r line; do
		controllers=${line#*:} && path=${controllers#*:} && controllers=${controllers%%:*}
		while :; do
			limit='' period=''
			if [ -z "$controllers" ]; then # version 2
				read -r limit period 2>/dev/null <"$root$path/cpu.max"
			elif [[ ,$controllers, == *,cpu,* ]]; then
				read -r limit 2>/dev/null <"$root/cpu$path/cpu.cfs_quota_us"
				read -r period 2>/dev/null <"$root/cpu$path/cpu.cfs_period_us"
			fi
			if [[ $limit =~ ^[0-9]+$ && $period =~ ^[1-9][0-9]*$ ]]; then
				limit=$((limit * 100 / period))
				if [ -z "$least" ] || [ "$limit" -lt "$least" ]; then least=$limit; fi
			fi
			if [ -z "$path" ] || [ "$path" = / ]; then break; fi
			path=${path%/*}
		done
	done <"$groups"
	echo "$least"
}

# On fewer CPUs than the node has, parallel work turns serial, and the run would
# not say why.
check_cpus() {
	local cpus=$1 seen limit
	seen=$(env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc) # nproc obeys them
	if [ "$seen" -lt "$cpus" ]; then
		fail "this job may use $seen of the node's $cpus CPUs; ask for the whole node (--exclusive, --cpus-per-task=$cpus)"
	fi
	limit=$(quota /sys/fs/cgroup /proc/self/cgroup)
	if [ -n "$limit" ] && [ "$limit" -lt $((100 * cpus)) ]; then
		fail "a control group limits this job to $((limit / 100)).$(printf %02d $((limit % 100))) of the node's $cpus CPUs; lift its quota"
	fi
}

# The program in a folder for an architecture of uname -m: the only one, or its own.
program_in() {
	local file arch=$2
	case $arch in
	x86_64) arch=amd64 ;;
	aarch64) arch=arm64 ;;
	esac
	for file in "$1/bench" "$1/conpar-bench-linux-$arch"; do
		if [ -x "$file" ]; then
			echo "$file"
			return
		fi
	done
	fail "$1 has no program for linux/$arch that this node can see; without a shared file system use -bcast"
}

# Clears what changes results. The job's log says what was set.
clear_environment() {
	local name
	for name in GOMAXPROCS GOGC GODEBUG GOMEMLIMIT; do
		if [ -n "${!name:-}" ]; then echo "cleared: $name=${!name}"; fi
		unset "$name"
	done
}

# Takes one step of the run in a folder: begins it, completes it, or adds rounds.
step() {
	local dir=$1 alias=$2 have=$3 goal=$4 slice=$5 run missing
	run=$(newest_run "$dir")
	missing=$((goal - have < slice ? goal - have : slice))
	if [ -z "$run" ]; then
		"${bench[@]}" -machine "$alias" -out "$dir" -rounds "$missing" "${flags[@]}"
	elif ! is_complete "$run"; then
		"${bench[@]}" -resume "$run"
	elif [ "${bench[1]}" = test ]; then
		"${bench[@]}" -add "$run" -rounds "$missing"
	else
		"${bench[@]}" -add "$run" -rounds "$missing" -work .
	fi </dev/null
}

# Takes steps until the run is complete and has its rounds. A failed sample is
# no reason to stop; a step that brought nothing is.
measure() {
	local dir=$1 alias=$2 goal=$3 slice=$4 run have=0 before='' now code=0
	while :; do
		run=$(newest_run "$dir")
		if [ -n "$run" ]; then have=$(rounds_of "$run"); fi
		if [ -n "$run" ] && is_complete "$run" && [ "$have" -ge "$goal" ]; then return 0; fi
		now="$run $have $(is_complete "$run" && echo complete)"
		if [ "$now" = "$before" ]; then return $((code ? code : 2)); fi
		before=$now
		code=0
		step "$dir" "$alias" "$have" "$goal" "$slice" || code=$?
		if [ "$code" -gt 2 ]; then return "$code"; fi
	done
}

# ALIAS CPUS ROUNDS SLICE SLICES OUT PROGRAMS KEEP [FLAG…]
main() {
	local alias=$1 cpus=$2 goal=$3 slice=$4 slices=$5 out=$6 programs=$7 keep=$8 program
	flags=("${@:9}")
	mkdir -p "$out/$alias" "$out/.fleet" || fail "cannot write to $out; without a shared file system use -bcast"
	echo "$(date -u +%FT%TZ) $(hostname)" >>"$out/.fleet/$alias.tries"
	check_cpus "$cpus"
	if [ -z "$keep" ]; then clear_environment; fi
	program=$(program_in "$programs" "$(uname -m)") || exit
	bench=("$program")
	if [ "${flags[0]:-}" = test ]; then bench+=(test) && flags=("${flags[@]:1}"); fi
	bench+=(-report=false)
	if [ "$slices" -gt 0 ] || [[ " ${flags[*]} " == *" -repeat=false "* ]]; then bench+=(-repeat=false); fi
	if [ "$slices" -gt 0 ]; then goal=$((goal - (slices - SLURM_ARRAY_TASK_ID) * slice)); fi
	trap : TERM INT # the program ends in order
	measure "$out/$alias" "$alias" "$goal" "$slice"
}

if [ -n "${1:-}" ]; then main "$@"; fi
