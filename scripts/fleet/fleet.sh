#!/usr/bin/env bash
# Measures on every node of a Slurm cluster: one job a node, which runs all rounds.
# OUTDIR keeps what was measured and which node has which alias: started again,
# it submits only what is missing.
set -uo pipefail

usage() {
	cat <<'EOT'
Usage: scripts/fleet/fleet.sh [flags] BINARY OUTDIR [-- bench flags]

Measures on every node of a Slurm cluster, one job a node, and waits for them.
BINARY is a conpar-bench of scripts/release.sh, or a folder that it wrote: each
node then takes the file of its architecture. OUTDIR and BINARY must be seen by
the nodes, unless -bcast is given. Nodes are named node001, node002, …; only
OUTDIR/nodes.tsv says which is which, and only you can read it.

  -partition P   the partition; by default Slurm's            (FLEET_PARTITION)
  -nodes LIST    only these nodes, such as n1,n[4-7]          (FLEET_NODES)
  -rounds N      rounds on each node, 12 by default           (FLEET_ROUNDS)
  -time T        Slurm's time limit of a job, such as 2:00:00 (FLEET_TIME)
  -wait S        cancel a job that has not run after so many seconds of waiting,
                 86400 by default                             (FLEET_WAIT)
  -sbatch ARGS   more arguments for sbatch, split at spaces   (FLEET_SBATCH)
  -slice N       jobs of N rounds, one after the other, where time limits are short
  -shared        do not ask for whole nodes: other jobs then disturb the runs
  -bcast         there is no shared file system: send BINARY to the nodes, and get
                 the runs from there, by srun
  -names         the alias of a node is its name
  -keep-env      keep GOMAXPROCS, GOGC, GODEBUG and GOMEMLIMIT of this shell,
                 which are otherwise cleared

Bench flags are those of the suite, or test and its flags: that runs in this
folder, which the nodes must see. fleet.sh itself sets -rounds, -machine and -out.

Examples:
  scripts/release.sh /shared/bin linux/amd64 linux/arm64
  scripts/fleet/fleet.sh /shared/bin /shared/fleet
  scripts/fleet/fleet.sh -nodes n[1-8] -time 30:00 /shared/bin /shared/fleet -- -work 'primes|triad'
  scripts/fleet/fleet.sh -rounds 16 /shared/bin /shared/sort -- test -bench Sort ./codec

Ctrl-C cancels its jobs; what they measured is kept. The same command again goes
on. Exit codes: 0 all runs are there and whole, 1 some are not (named), 2 usage or
no Slurm, 130 and 143 interrupted.
EOT
}

bad() {
	echo "fleet.sh: $1" >&2
	exit 2
}

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/fleet/job.sh
. "$here/job.sh" ""

partition=${FLEET_PARTITION:-} nodes=${FLEET_NODES:-} rounds=${FLEET_ROUNDS:-12} time=${FLEET_TIME:-}
wait=${FLEET_WAIT:-86400} poll=${FLEET_POLL:-10} slice='' exclusive=--exclusive bcast='' names='' keep=''
read -ra sbatch <<<"${FLEET_SBATCH:-}"

parse() {
	local flag
	while [ $# -gt 0 ]; do
		flag=${1/#--/-}
		case $flag in
		-h | -help) usage && exit 0 ;;
		-shared) exclusive='' ;;
		-bcast) bcast=yes ;;
		-names) names=yes ;;
		-keep-env) keep=yes ;;
		-partition | -nodes | -rounds | -time | -wait | -sbatch | -slice)
			[ $# -ge 2 ] || bad "$1 takes a value; -h shows the usage"
			if [ "$flag" = -sbatch ]; then
				read -ra sbatch <<<"$2"
			else
				printf -v "${flag#-}" %s "$2"
			fi
			shift
			;;
		-*) bad "$1 is no flag; -h shows the usage" ;;
		*) break ;;
		esac
		shift
	done
	[ $# -ge 2 ] || bad "it takes BINARY and OUTDIR; -h shows the usage"
	binary=$1 out=$2
	if [ $# -gt 2 ] && [ "$3" != -- ]; then bad "bench flags stand after --; -h shows the usage"; fi
	flags=("${@:4}")
}

check_usage() {
	local name flag
	for name in rounds wait slice; do
		flag=${!name}
		[[ $flag =~ ^[1-9][0-9]{0,6}$ ]] || [ "$name$flag" = slice ] || bad "-$name takes a number from 1 on, not $flag"
	done
	for flag in "${flags[@]}"; do
		case ${flag/#--/-} in
		-rounds | -rounds=* | -machine | -machine=* | -out | -out=* | -resume* | -add* | -budget* | -dry-run | -report*)
			bad "fleet.sh sets what ${flag%%=*} is about, so it is no flag for bench here; -h shows its own"
			;;
		esac
	done
	[ -z "$bcast" ] || [ "${flags[0]:-}" != test ] || bad "bench test needs a checkout that the nodes see, so -bcast is not for it"
	[ -z "$bcast$slice" ] || [ -z "$bcast" ] || [ -z "$slice" ] || bad "-bcast and -slice exclude each other"
	[ -e "$binary" ] || bad "there is no $binary; scripts/release.sh builds it"
	for name in sinfo sbatch squeue scancel flock; do
		command -v "$name" >/dev/null || bad "$name is not installed: it needs Slurm's commands"
	done
}

# Opens OUTDIR. What was begun there goes on only with the same program and flags.
open_outdir() {
	local file settings
	umask 077 # what names the nodes is private
	mkdir -p "$out/.fleet/bin" || exit 3
	chmod 755 "$out" "$out/.fleet/bin"
	out=$(cd "$out" && pwd)
	exec 9>"$out/.fleet/lock"
	flock -n 9 || bad "another fleet.sh has $out; wait for it to end"
	for file in "$binary" "$binary"/conpar-bench-linux-*; do
		[ -f "$file" ] || continue
		keep_program "$file" "$out/.fleet/bin/$([ -d "$binary" ] && basename "$file" || echo bench)"
	done
	[ -n "$(ls "$out/.fleet/bin")" ] || bad "$binary has no conpar-bench-linux-…; scripts/release.sh builds it"
	settings=$(settings)
	file=$out/.fleet/settings
	if [ -e "$file" ] && [ "$settings" != "$(cat "$file")" ]; then
		bad "$out was begun otherwise; use another folder. Then, and now:
$(diff "$file" - <<<"$settings" | grep '^[<>]')"
	fi
	echo "$settings" >"$file"
	[ -e "$out/.fleet/id" ] || echo "conpar-$(od -An -N6 -tx1 /dev/urandom | tr -d ' ')" >"$out/.fleet/id"
	job=$(cat "$out/.fleet/id")
}

keep_program() {
	if [ ! -e "$2" ]; then
		cp "$1" "$2.part" && chmod 755 "$2.part" && mv "$2.part" "$2" || exit 3
	elif ! cmp -s "$1" "$2"; then
		bad "$out was measured with another program than $1, and the two would not compare; use another folder"
	fi
}

# What all runs of a fleet have in common.
settings() {
	local name
	printf 'flags:%s\n' "$(printf ' %q' "${flags[@]}")"
	for name in GOMAXPROCS GOGC GODEBUG GOMEMLIMIT; do
		if [ -n "$keep" ] && [ -n "${!name:-}" ]; then echo "environment: $name=${!name}"; fi
	done
}

# The table of nodes, by alias. Those that an earlier call had keep their alias.
declare -A node cpus features state count tries reason alias_of
all=()    # aliases, in order
chosen=() # those of this call

read_nodes() {
	local a n f s r t why
	[ -e "$out/nodes.tsv" ] || return 0
	# A tab is white space for read, which would swallow empty fields.
	while IFS=$'\x1f' read -r a n f s r t why; do
		all+=("$a")
		alias_of[$n]=$a node[$a]=$n features[$a]=$f state[$a]=$s count[$a]=$r tries[$a]=$t reason[$a]=$why
	done < <(tail -n +2 "$out/nodes.tsv" | tr '\t' '\037')
}

write_nodes() {
	local a
	{
		printf 'alias\tnode\tfeatures\tstate\trounds\ttries\treason\n'
		for a in "${all[@]}"; do
			printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$a" "${node[$a]}" "${features[$a]}" "${state[$a]}" \
				"${count[$a]}" "${tries[$a]}" "${reason[$a]//[$'\t\n']/ }"
		done
	} >"$out/nodes.tsv.part" && mv "$out/nodes.tsv.part" "$out/nodes.tsv"
}

# Asks Slurm for the nodes, and names the new ones.
find_nodes() {
	local answer n c f p a
	answer=$(sinfo -h -N -o '%N|%c|%f|%P' ${partition:+-p "$partition"} ${nodes:+-n "$nodes"} 2>&1) ||
		bad "Slurm does not answer: ${answer:-sinfo failed}"
	while IFS='|' read -r n c f p; do
		if [ -z "$n" ] || { [ -z "$partition" ] && [[ $p != *'*' ]]; }; then continue; fi
		a=${alias_of[$n]:-}
		if [ -z "$a" ]; then
			a=$(printf 'node%03d' $((${#all[@]} + 1)))
			if [ -n "$names" ]; then a=$n; fi
			all+=("$a")
			alias_of[$n]=$a node[$a]=$n count[$a]=0 tries[$a]=0 state[$a]=waiting reason[$a]=''
		fi
		chosen+=("$a")
		cpus[$a]=$c features[$a]=${f/#'(null)'/}
	done <<<"$answer"
	[ ${#chosen[@]} -gt 0 ] || bad "Slurm has no such nodes: sinfo -N shows which there are (-partition, -nodes)"
}

# What the files say of a node's run.
look_at() {
	local a=$1 run
	run=$(newest_run "$out/$a")
	count[$a]=0
	if [ -n "$run" ]; then count[$a]=$(rounds_of "$run"); fi
	tries[$a]=$(grep -cs . "$out/.fleet/$a.tries")
	: "${tries[$a]:=0}"
	if [ -z "$run" ] || ! is_complete "$run" || [ "${count[$a]}" -lt "$rounds" ]; then return 1; fi
	state[$a]=complete reason[$a]=$(flaws_of "$run")
}

# The arguments that sbatch and salloc share.
resources() {
	local a=$1
	asked=(--job-name="$job" --comment="$a" --nodelist="${node[$a]}" --nodes=1)
	if [ -n "$exclusive" ]; then asked+=("$exclusive"); fi
	if [ -n "$partition" ]; then asked+=(--partition="$partition"); fi
	if [ -n "$time" ]; then asked+=(--time="$time"); fi
	asked+=("${sbatch[@]}")
}

# What job.sh gets. $2 is the number of slices, $3 the folder, $4 that of programs.
job_args() { args=("$1" "${cpus[$1]}" "$rounds" "${slice:-$rounds}" "$2" "$3" "$4" "$keep" "${flags[@]}"); }

submit() {
	local a=$1 asked args answer slices=0 log=$out/.fleet/$1.log
	resources "$a"
	: >"$log"
	if [ -n "$bcast" ]; then
		by_srun "$a" >"$log" 2>&1 &
		pid[$a]=$!
		return
	fi
	if [ -n "$slice" ]; then
		slices=$(((rounds - count[$a] + slice - 1) / slice))
		if [ "$slices" -lt 1 ]; then slices=1; fi
		asked+=(--array="1-$slices%1")
	fi
	job_args "$a" "$slices" "$out" "$out/.fleet/bin"
	if ! answer=$(sbatch --parsable --requeue --open-mode=append --output="$log" --chdir="$PWD" "${asked[@]}" \
		"$here/job.sh" "${args[@]}" 2>&1); then
		state[$a]=refused reason[$a]=$answer
		return 1
	fi
}

# Without a shared file system: the program goes to the node by srun --bcast, the run
# stays on the node until it is whole, and comes as the output of srun.
by_srun() {
	local a=$1 try
	for try in 1 2 3; do
		date -u "+%FT%TZ try $try" >>"$out/.fleet/$a.tries"
		if salloc "${asked[@]}" "$here/bcast.sh" "$a" "${cpus[$a]}" "$rounds" "$out" "$job" "$keep" "${flags[@]}"; then return; fi
		if [ -e "$out/.fleet/$a.stop" ]; then return; fi
	done
}

# Asks Slurm how the jobs are: live[ALIAS] is running or waiting, or empty once all
# have ended. What Slurm said last of a job is noted, since it forgets jobs. No
# answer says nothing about them.
declare -A pid live engine id_of since ended
ask() {
	local answer id st a why
	answer=$(squeue -h -a -r -t all -n "$job" -S i -o '%F|%T|%k|%r' 2>/dev/null) || return 1
	live=()
	while IFS='|' read -r id st a why; do
		case $st in
		'') continue ;;
		BOOT_FAIL | CANCELLED | COMPLETED | DEADLINE | FAILED | NODE_FAIL | OUT_OF_MEMORY | PREEMPTED | TIMEOUT | REVOKED)
			if [ -n "${live[$a]:-}" ]; then continue; fi
			;;
		RUNNING | COMPLETING) live[$a]=running ;;
		*)
			if [ "${live[$a]:-}" = running ]; then continue; fi
			live[$a]=waiting
			;;
		esac
		engine[$a]="$st|$why" id_of[$a]=$id
	done <<<"$answer"
	for a in "${!pid[@]}"; do # between two tries there is no job
		if [ -z "${live[$a]:-}" ] && kill -0 "${pid[$a]}" 2>/dev/null; then live[$a]=waiting; fi
	done
}

# Reads a text, and writes the alias for the name of the node: reasons go into reports.
hide_name() { awk -v n="${node[$1]}" -v a="$1" '{ l = " " $0 " "
	while (n != a && match(l, "[^A-Za-z0-9_.-]" n "[^A-Za-z0-9_-]")) l = substr(l, 1, RSTART) a substr(l, RSTART + 1 + length(n))
	print substr(l, 2, length(l) - 2) }'; }

# Says how a node's jobs ended.
close_node() {
	local a=$1 said why last
	if look_at "$a"; then return; fi
	IFS='|' read -r said why <<<"${engine[$a]:-}"
	state[$a]=${said,,}
	if [ "${state[$a]:-completed}" = completed ]; then state[$a]=incomplete; fi
	if [ "$why" = None ]; then why=''; fi
	last=$(sed -nE 's/^slurmstepd-[^:]*/slurmstepd/; /^(fleet|bench|slurmstepd|srun|salloc: error|tar): |: (not found|Permission denied|No such)/p' \
		"$out/.fleet/$a.log" 2>/dev/null | tail -n 1)
	reason[$a]=$why${why:+${last:+; }}$last
	if [ "${since[$a]:-}" = over ]; then reason[$a]="waited $wait s: $why"; fi
	reason[$a]=$(hide_name "$a" <<<"${reason[$a]}")
}

# Cancels a job that has waited for too long.
limit_wait() {
	local a=$1
	if [ "${live[$a]:-}" = running ]; then unset "since[$a]"; fi
	if [ "${live[$a]:-}" != waiting ]; then return; fi
	: "${since[$a]:=$SECONDS}"
	if [ "${since[$a]}" != over ] && [ $((SECONDS - since[$a])) -ge "$wait" ]; then
		since[$a]=over
		: >"$out/.fleet/$a.stop"
		scancel "${id_of[$a]}" 2>/dev/null
	fi
}

# Waits for the jobs of the nodes in open. One that Slurm does not name twice is over:
# while it queues a job again, it may not name it for a moment.
wait_for_jobs() {
	local a
	while [ ${#open[@]} -gt 0 ]; do
		sleep "$poll" &
		wait $!
		ask || continue
		for a in "${!open[@]}"; do
			limit_wait "$a"
			if [ -n "${live[$a]:-}" ]; then
				state[$a]=${live[$a]} ended[$a]=0
			elif [ $((++ended[$a])) -ge 2 ]; then
				close_node "$a"
				unset "open[$a]"
				echo "$a: ${state[$a]}${reason[$a]:+: ${reason[$a]}}; ${#open[@]} to come" >&2
			fi
		done
		write_nodes
	done
}

stop() {
	local a code=$1 try
	trap '' INT TERM
	echo "fleet.sh: cancelling its jobs" >&2
	for a in "${!open[@]}"; do : >"$out/.fleet/$a.stop"; done
	for try in 1 2 3 4 5; do
		if scancel --name="$job" --user="$(id -un)" 2>/dev/null; then break; fi
		if [ "$try" = 5 ]; then echo "fleet.sh: Slurm does not answer; then: scancel --name=$job" >&2; fi
		sleep 1
	done
	for a in "${!open[@]}"; do
		if ! look_at "$a"; then state[$a]=cancelled reason[$a]=interrupted; fi
	done
	write_nodes
	table
	echo "What was measured is kept. The same command goes on." >&2
	exit "$code"
}

table() {
	local a
	{
		printf 'alias\tnode\trounds\ttries\tstate\treason\n'
		for a in "${chosen[@]}"; do
			printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$a" "${node[$a]}" "${count[$a]}" "${tries[$a]}" "${state[$a]}" "${reason[$a]}"
		done
	} | awk -F '\t' '{ for (i = 1; i <= NF; i++) { f[NR, i] = $i; if (length($i) > w[i]) w[i] = length($i) } }
		END { for (r = 1; r <= NR; r++) { l = ""; for (i = 1; i <= 5; i++) l = l sprintf("%-" w[i] "s  ", f[r, i])
			l = l f[r, 6]; sub(/ +$/, "", l); print l } }'
}

parse "$@"
check_usage
open_outdir
read_nodes
find_nodes
declare -A open=()
trap 'stop 130' INT
trap 'stop 143' TERM
ask || bad "Slurm does not answer: squeue failed"
for a in "${chosen[@]}"; do
	if [ -z "${live[$a]:-}" ] && look_at "$a"; then continue; fi
	rm -f "$out/.fleet/$a.stop"
	engine[$a]='' reason[$a]=''
	if [ -n "${live[$a]:-}" ] || submit "$a"; then # an earlier call may have submitted it
		open[$a]=yes ended[$a]=0 state[$a]=waiting
	fi
done
write_nodes
echo "${#open[@]} of ${#chosen[@]} nodes to measure; Slurm's name of the jobs: $job" >&2
wait_for_jobs
table
for a in "${chosen[@]}"; do
	if [ "${state[$a]}" != complete ] || [ -n "${reason[$a]}" ]; then exit 1; fi
done
