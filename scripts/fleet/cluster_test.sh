#!/usr/bin/env bash
# Tests fleet.sh on a real Slurm cluster of three nodes, all on this machine.
set -uo pipefail

usage() {
	cat <<'EOT'
Usage: scripts/fleet/cluster_test.sh BINARY [CASE…]

Starts munged, slurmctld and three slurmd as root, without systemd and on loopback
only, and runs fleet.sh with BINARY, a conpar-bench, in all cases or in those named.
It takes about two minutes, needs two CPUs and cleans up. Debian has the programs:
  apt-get install --no-install-recommends slurmctld slurmd slurm-client munge
Exit codes: 0 all passed, or skipped with the reason, 1 some failed, 2 usage. With
CI set, nothing is skipped.
EOT
}

case "${1:-}" in
-h | --help)
	usage
	exit 0
	;;
"" | -*)
	usage >&2
	exit 2
	;;
esac
PATH=$PATH:/usr/sbin
binary=$(realpath -e "$1") || exit 2
shift
here=$(cd "$(dirname "$0")" && pwd)
began=$SECONDS

skip() {
	echo "skipped: $1"
	[ -z "${CI:-}" ] || exit 1
	exit 0
}
[ "$(id -u)" = 0 ] || skip "it needs root, to start nodes"
for program in munged slurmctld slurmd sbatch setpriv unshare; do
	command -v "$program" >/dev/null || skip "$program is not installed; -h names the packages"
done
[ "$(nproc)" -ge 2 ] || skip "it needs two CPUs"
unshare --pid --mount-proc --fork true 2>/dev/null || skip "no PID namespaces here (unshare --pid)"

# All cases: on three clusters at once, since they wait most of the time.
if [ $# = 0 ]; then
	trap 'kill "${pids[@]}"; exit 143' INT TERM
	said=$(mktemp -d) pids=()
	for cases in "power_cut failing_benchmark plain_user quota no_shared_files" "node_gone two_fleets" \
		"controller_killed three_nodes refusals signals slices one_cpu_of_two"; do
		# shellcheck disable=SC2086 # a word a case
		"$0" "$binary" $cases >"$said/${#pids[@]}" 2>&1 &
		pids+=($!)
	done
	wait
	cat "$said"/* | grep -v ' passed, .* failed, in '
	passed=$(grep -c '^passed: ' <(cat "$said"/*)) failed=$(grep -c '^FAILED: ' <(cat "$said"/*))
	rm -rf "$said"
	echo "$passed passed, $failed failed, in $((SECONDS - began)) s"
	[ "$passed" = 13 ] && [ "$failed" = 0 ]
	exit
fi

work=$(mktemp -d)
chmod 755 "$work" # munged refuses a private parent folder
host=$(hostname -s)
mkdir "$work"/{pids,home,hidden}
cp "$binary" "$work/bench" && cp "$here"/*.sh "$work" || exit # a plain user may read them
binary=$work/bench
if command -v go >/dev/null; then
	GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE)
	export GOCACHE GOMODCACHE
fi
unset GOMAXPROCS GOGC GODEBUG GOMEMLIMIT
export SLURM_CONF=$work/slurm.conf FLEET_POLL=0.5 HOME=$work/home

clean_up() {
	local file
	trap '' INT TERM
	if [ -n "${case:-}" ]; then kill -KILL -- "-$case" 2>/dev/null; fi
	for file in "$work"/pids/*; do kill -KILL "$(cat "$file")"; done 2>/dev/null
	sleep 0.5 # the processes of a node end with its first one
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The cluster.

# Prints the first of four ports that nothing listens on. Two clusters have two of
# these, by their process, below the ports that the system gives to others.
free_ports() {
	local first=$((20000 + $$ % 3000 * 4)) n
	for ((n = first; n < first + 4; n++)); do
		if (: <"/dev/tcp/127.0.0.1/$n") 2>/dev/null; then first=$((n + 5)); fi
	done
	echo $first
}

write_conf() {
	local n port
	port=$(free_ports)
	cat >"$SLURM_CONF" <<EOT
ClusterName=fleet
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket,cred_expire=${2:-5}
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation=$work/state
SlurmctldPidFile=$work/slurmctld.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdSpoolDir=$work/spool.%n
SlurmdPidFile=$work/slurmd.%n.pid
SlurmdLogFile=$work/slurmd.%n.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=$1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdTimeout=5
MessageTimeout=5
BatchStartTimeout=1
KillWait=2
ReturnToService=2
JobRequeue=1
MpiDefault=none
SchedulerParameters=sched_interval=1,sched_min_interval=10000,bf_interval=1,batch_sched_delay=1
$(for n in 1 2 3; do
	echo "NodeName=n$n NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + n)) CPUs=2 Features=type$((n % 2)),local"
done)
PartitionName=all Nodes=n[1-3] Default=YES State=UP
EOT
}

start_munge() {
	dd if=/dev/urandom of="$work/munge.key" bs=128 count=1 status=none
	chmod 400 "$work/munge.key"
	munged --force --key-file="$work/munge.key" --socket="$work/munge.socket" --pid-file="$work/pids/munged" \
		--log-file="$work/munged.log" --seed-file="$work/munged.seed"
}

start_controller() {
	mkdir -p "$work/state"
	slurmctld -D >/dev/null 2>&1 &
	echo $! >"$work/pids/slurmctld"
	disown
}

# A node has its own processes, so that killing one powers it off, and sees nothing
# of the folder hidden.
start_node() {
	mkdir -p "$work/spool.$1"
	unshare --pid --mount-proc --fork --kill-child sh -c "mount -t tmpfs none '$work/hidden' && exec slurmd -D -N $1" >/dev/null 2>&1 &
	echo $! >"$work/pids/$1"
	disown
}

power_off() { kill -KILL "$(cat "$work/pids/$1")"; }

# Waits up to so many seconds for a command to succeed.
within() {
	local until=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		if [ $SECONDS -ge "$until" ]; then return 1; fi
		sleep 0.2
	done
}

idle() { [ "$(sinfo -h -N -t idle -o %N | sort -u | wc -l)" = 3 ]; }

start_cluster() {
	write_conf "$@"
	start_controller
	for node in n1 n2 n3; do start_node $node; done
	within 60 idle || return 1
}

# What cases do.

no() {
	echo "$1"
	exit 1
}

fleet() { "$work/fleet.sh" "$@"; }

# Calls fleet.sh and demands its exit code. What it says is in $work/said.CASE.
expect() {
	local want=$1 code=0
	shift
	fleet "$@" >"$said" 2>&1 || code=$?
	[ $code = "$want" ] || no "fleet.sh ended with $code, not $want"
}

says() { grep -qE -- "$1" "$said" || no "it does not say: $1"; }

# A row of nodes.tsv, with commas.
row() { tail -n +2 "$out/nodes.tsv" | awk -F '\t' -v a="$1" -v OFS=, '$1 == a { print $4, $5, $6, $7 }'; }
has_row() { [[ "$(row "$1")" =~ ^$2$ ]] || no "$1 is $(row "$1"), not $2"; }

run_of() { echo "$out/$1/$1"/*; }

# A run is whole if its files are as they were written, and report reads it.
whole() {
	local run lines
	run=$(run_of "$1")
	(cd "$run" && sha256sum --quiet -c SHA256SUMS) || no "$1's files are damaged"
	grep -q '"status": "complete"' "$run/run.json" || no "$1's run is not complete"
	lines=$(samples "$run" | sort | uniq -d)
	[ -z "$lines" ] || no "$1 has twice: $lines"
	"$binary" report "$run" >/dev/null || no "report does not read $1's run"
}

# The samples of a run by round and cell, from its journal or its end.
samples() { cat "$1/run.json" "$1/journal.jsonl" 2>/dev/null | grep -oE '"round":[0-9]+,"cell":"[^"]*"'; }
starts() { cat "$1/run.json" "$1/journal.jsonl" 2>/dev/null | grep -oE '"round":[0-9]+,"cell":"[^"]*","start":"[^"]*"'; }
has_samples() { [ "$(samples "$out/$1/$1"/* | wc -l)" -ge "$2" ]; }

quick=(-cpu 1 -repeat=false -work '^IO/work=wait$') # 5 cells; it waits, so nodes share two CPUs

# The cases.

case_three_nodes() {
	expect 0 -rounds 6 "$binary" "$out" -- "${quick[@]}"
	[ "$(stat -c %a "$out/nodes.tsv")" = 600 ] || no "nodes.tsv can be read by others"
	for a in node001 node002 node003; do
		whole $a
		has_row $a 'complete,6,1,'
		says "^$a +n[123] +6 +1 +complete$"
	done
	awk -F '\t' '$2 == "n1" && $3 == "type1,local" { found = 1 } END { exit !found }' "$out/nodes.tsv" || no "no features"
	"$binary" report fleet "$out" >"$said" || no "report does not read the fleet"
	says '^3 machines in 2 groups'
	if command -v go >/dev/null; then
		(cd "$here/../.." && go tool benchstat "$(run_of node001)/bench.txt" "$(run_of node002)/bench.txt") >"$said" ||
			no "benchstat does not read the runs"
	fi
	expect 0 -rounds 6 "$binary" "$out" -- "${quick[@]}"
	says '^0 of 3 nodes to measure'
}

case_refusals() {
	local other=$work/other
	expect 0 -nodes n1 -rounds 1 "$binary" "$out" -- "${quick[@]}"
	cp "$binary" "$other" && echo >>"$other"
	expect 2 -rounds 1 "$other" "$out" -- "${quick[@]}"
	says 'another program'
	expect 2 -rounds 1 "$binary" "$out" -- -work primes
	says 'begun otherwise'
	GOGC=50 expect 2 -keep-env -rounds 1 "$binary" "$out" -- "${quick[@]}"
	says 'GOGC=50'
	expect 2 -nodes n9 -rounds 1 "$binary" "$out" -- "${quick[@]}"
	says 'no such nodes'
	sed 's/^SlurmctldPort=.*/SlurmctldPort=1/' "$SLURM_CONF" >"$work/nobody.conf"
	SLURM_CONF=$work/nobody.conf expect 2 "$binary" "$out" -- "${quick[@]}"
	says 'does not answer'
	expect 2 "$binary" "$out" -- -rounds 3
	says 'fleet.sh sets'
}

# The benchmark fails on one node, and where GOGC came through.
case_failing_benchmark() {
	command -v go >/dev/null || no "it needs Go"
	mkdir "$work/module" && cd "$work/module" || exit
	printf 'module m\n\ngo 1.21\n' >go.mod
	cat >a_test.go <<-'EOT'
		package m

		import ("os"; "testing")

		func BenchmarkSpin(b *testing.B) { for i := 0; i < b.N; i++ { } }

		func BenchmarkNode(b *testing.B) {
			if os.Getenv("SLURMD_NODENAME") == "n2" || os.Getenv("GOGC") != "" { b.Fatal("not here") }
			for i := 0; i < b.N; i++ { }
		}
	EOT
	GOGC=50 expect 1 -rounds 2 "$binary" "$out" -- test -bench . -cpu 1 -benchtime 1ms -repeat=false
	grep -q '^cleared: GOGC=50$' "$out/.fleet/node001.log" || no "the log does not say what was cleared"
	has_row node001 'complete,2,1,'
	has_row node002 'complete,2,1,m BenchmarkNode left out: .*not here'
	has_row node003 'complete,2,1,'
}

case_power_cut() {
	local before lost
	fleet -nodes 'n[1-2]' -rounds 10 "$binary" "$out" -- "${quick[@]}" >"$said" 2>&1 &
	pid=$!
	within 60 has_samples node002 8 || no "node002 does not begin"
	power_off n2
	before=$(starts "$(run_of node002)")
	sleep 1
	start_node n2
	wait $pid || no "fleet.sh ended with $?"
	has_row node001 'complete,10,1,'
	has_row node002 'complete,10,2,'
	whole node001
	whole node002
	lost=$(comm -23 <(sort <<<"$before") <(starts "$(run_of node002)" | sort))
	[ -z "$lost" ] || no "lost: $lost"
}

case_node_gone() {
	local sum
	fleet -nodes 'n[2-3]' -wait 9 -rounds 8 "$binary" "$out" -- "${quick[@]}" >"$said" 2>&1 &
	pid=$!
	within 60 has_samples node002 8 || no "node002 does not begin"
	power_off n3
	wait $pid
	[ $? = 1 ] || no "fleet.sh did not end with 1"
	has_row node001 'complete,8,1,'
	has_row node002 'cancelled,[1-7],1,waited 9 s: .*node002.*'
	whole node001
	sum=$(stat -c '%y %i' "$(run_of node001)/SHA256SUMS")
	start_node n3
	within 60 idle || no "n3 does not come back"
	expect 0 -nodes 'n[2-3]' -rounds 8 "$binary" "$out" -- "${quick[@]}"
	says '^1 of 2 nodes to measure'
	has_row node002 'complete,8,2,'
	whole node002
	[ "$sum" = "$(stat -c '%y %i' "$(run_of node001)/SHA256SUMS")" ] || no "node001 was touched"
}

case_controller_killed() {
	fleet -rounds 24 "$binary" "$out" -- "${quick[@]}" >"$said" 2>&1 &
	pid=$!
	for a in node001 node002 node003; do within 60 has_samples $a 1 || no "$a does not begin"; done
	sleep 6 # it saves its state every few seconds
	kill -KILL "$(cat "$work/pids/slurmctld")"
	sleep 2
	start_controller
	wait $pid || no "fleet.sh ended with $?"
	for a in node001 node002 node003; do has_row $a 'complete,24,1,'; done
}

# Prints when the run of a node began and ended.
span() { sed -nE 's/^  "(started|ended)": "(.*)".*/\2/p' "$1"/*/*/*/run.json | sort | tr '\n' ' '; }

overlap() {
	local from to other until
	read -r from to <<<"$(span "$1")"
	read -r other until <<<"$(span "$2")"
	[[ $from < $until && $other < $to ]]
}

two_fleets() {
	rm -rf "$work/a" "$work/b"
	fleet -nodes n1 "$@" -rounds 4 "$binary" "$work/a" -- "${quick[@]}" >"$said" 2>&1 &
	pid=$!
	fleet -nodes n1 "$@" -rounds 4 "$binary" "$work/b" -- "${quick[@]}" >"$said.b" 2>&1 || no "the second fleet ended with $?"
	wait $pid || no "the first fleet ended with $?"
}

case_two_fleets() {
	two_fleets
	if overlap "$work/a" "$work/b"; then no "they overlap: $(span "$work/a"), $(span "$work/b")"; fi
	two_fleets -shared
	overlap "$work/a" "$work/b" || no "without --exclusive they do not overlap: $(span "$work/a"), $(span "$work/b")"
}

# And the other flags: a program for each architecture, names, what sbatch takes.
case_slices() {
	local more=(-nodes n1 -names -time 5 -sbatch '--nice=1 --mem=0' -slice 2) release=$work/release arch
	mkdir "$release" && cp /bin/false "$release/conpar-bench-linux-amd64" && cp /bin/false "$release/conpar-bench-linux-arm64"
	case $(uname -m) in aarch64) arch=arm64 ;; *) arch=amd64 ;; esac
	cp "$binary" "$release/conpar-bench-linux-$arch" || exit
	expect 0 "${more[@]}" -rounds 5 "$release" "$out" -- "${quick[@]}"
	has_row n1 'complete,5,3,'
	whole n1
	expect 0 "${more[@]}" -rounds 6 "$release" "$out" -- "${quick[@]}"
	has_row n1 'complete,6,4,'
}

case_plain_user() {
	local home=$work/plain
	mkdir "$home" && chown nobody "$home" || exit
	out=$home/out
	HOME=$home setpriv --reuid=nobody --regid=nogroup --clear-groups \
		"$work/fleet.sh" -nodes n2 -rounds 2 "$binary" "$out" -- "${quick[@]}" >"$said" 2>&1 || no "fleet.sh ended with $?"
	has_row node001 'complete,2,1,'
	whole node001
	[ "$(stat -c '%U %a' "$out/nodes.tsv")" = "nobody 600" ] || no "nodes.tsv is not the user's"
}

no_jobs() { [ -z "$(squeue -h)" ]; }
has_jobs() { [ "$(squeue -h -t R | wc -l)" = 3 ]; }

case_signals() {
	local signal code
	for signal in TERM:143 INT:130; do
		env --default-signal=INT "$work/fleet.sh" -rounds 40 "$binary" "$out" -- "${quick[@]}" >"$said" 2>&1 &
		pid=$!
		within 60 has_jobs || no "no job begins"
		kill -"${signal%:*}" $pid
		code=0
		wait $pid || code=$?
		[ $code = "${signal#*:}" ] || no "after ${signal%:*} fleet.sh ended with $code"
		within 60 no_jobs || no "after ${signal%:*} there are jobs: $(squeue -h)"
		has_row node001 'cancelled,[0-9]+,[12],interrupted'
	done
}

# The nodes see neither the program nor OUTDIR. A busy machine takes longer to send
# the program than the permission to do so lasts in the other cases.
case_no_shared_files() {
	stop_cluster
	start_cluster task/affinity 60 || no "the cluster does not start"
	cp "$binary" "$work/hidden/bench"
	out=$work/hidden/out
	expect 0 -nodes n3 -bcast -rounds 2 "$work/hidden/bench" "$out" -- "${quick[@]}"
	has_row node001 'complete,2,1,'
	whole node001
}

# With task affinity, a job that did not ask for more has one CPU.
case_one_cpu_of_two() {
	stop_cluster
	start_cluster task/affinity || no "the cluster does not start"
	expect 1 -nodes n1 -shared -rounds 1 "$binary" "$out" -- "${quick[@]}"
	has_row node001 "failed,0,1,.*may use 1 of the node's 2 CPUs.*"
	expect 0 -nodes n1 -rounds 1 "$binary" "$out" -- "${quick[@]}"
	has_row node001 'complete,1,2,'
}

stop_cluster() {
	local node
	for node in n1 n2 n3 slurmctld; do kill -KILL "$(cat "$work/pids/$node")"; done
	sleep 0.5
	rm -rf "$work"/state "$work"/spool.*
}

# Both versions of control groups, as files: a test may not make real ones everywhere.
case_quota() {
	local root=$work/cgroup limit
	# shellcheck source=scripts/fleet/job.sh
	. "$work/job.sh" ""
	mkdir -p "$root/a/b" "$root/cpu/c"
	echo "max 100000" >"$root/a/b/cpu.max"
	echo "150000 100000" >"$root/a/cpu.max"
	echo "0::/a/b" >"$root/two"
	limit=$(quota "$root" "$root/two")
	[ "$limit" = 150 ] || no "version 2: $limit"
	echo 50000 >"$root/cpu/c/cpu.cfs_quota_us"
	echo 100000 >"$root/cpu/c/cpu.cfs_period_us"
	printf '3:cpuset:/c\n2:cpu,cpuacct:/c\n' >"$root/one"
	limit=$(quota "$root" "$root/one")
	[ "$limit" = 50 ] || no "version 1: $limit"
	echo -1 >"$root/cpu/c/cpu.cfs_quota_us"
	limit=$(quota "$root" "$root/one")
	[ -z "$limit" ] || no "no limit: $limit"
}

passed=0 failed=0
run_case() {
	local name=$1 from=$SECONDS
	said=$work/said.$name out=$work/out.$name
	set -m # a process group, which clean_up ends
	(set +m && "case_$name") >"$work/log.$name" 2>&1 &
	case=$!
	set +m
	if wait $case; then
		passed=$((passed + 1))
		echo "passed: ${name//_/ }, $((SECONDS - from)) s"
	else
		failed=$((failed + 1))
		echo "FAILED: ${name//_/ }, $((SECONDS - from)) s: $(cat "$work/log.$name")"
		(cat "$said"* "$out"/.fleet/*.log; sinfo -N; tail -n 20 "$work/slurmctld.log") 2>/dev/null | sed 's/^/    /'
	fi
	scancel --name "$(cat "$work"/*/.fleet/id 2>/dev/null | paste -sd,)" 2>/dev/null
	for node in n1 n2 n3; do kill -0 "$(cat "$work/pids/$node")" 2>/dev/null || start_node $node; done
	within 60 idle || echo "the nodes do not become idle: $(sinfo -h -N -o '%N %T' | paste -sd,)"
}

start_munge || exit
start_cluster task/none || skip "the cluster does not start: $(tail -n 3 "$work/slurmctld.log")"
echo "a cluster of three nodes, up after $((SECONDS - began)) s"
for name in "$@"; do run_case "$name"; done
echo "$passed passed, $failed failed, in $((SECONDS - began)) s"
[ $failed = 0 ]
