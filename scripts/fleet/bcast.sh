#!/usr/bin/env bash
# What salloc runs where fleet.sh runs, if the node sees none of its files: sends
# the program there, measures, and gets the run. ALIAS CPUS ROUNDS OUT NAME KEEP [FLAG…]
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/fleet/job.sh
. "$here/job.sh" ""

alias=$1 cpus=$2 rounds=$3 out=$4 name=$5 keep=$6
shift 6
there=/var/tmp/$name # it outlives a reboot
on_node() { srun --nodes=1 --ntasks=1 --cpus-per-task="$cpus" --chdir=/ "$@"; }

# Another user may have made that folder.
# shellcheck disable=SC2016 # the node expands it
arch=$(on_node bash -c 'mkdir -p -m 700 "$1/bin" && [ -O "$1" ] && rm -f "$1/bin/bench" && uname -m' bash "$there") ||
	fail "no folder of this user in /var/tmp of the node"
program=$(program_in "$out/.fleet/bin" "$arch") || exit
on_node --bcast="$there/bin/bench" "$program" -version || fail "the node does not run the program"
on_node bash -c "$(cat "$here/job.sh")" job.sh "$alias" "$cpus" "$rounds" "$rounds" 0 "$there" "$there/bin" "$keep" "$@"
code=$?

# The run replaces what came from there before, all at once.
came=$out/.fleet/$alias.came
rm -rf "$came" && mkdir "$came"
on_node tar -C "$there" -cf - "$alias" | tar -C "$came" -xf - || fail "the run did not come from the node"
rm -rf "${out:?}/$alias" && mv "$came/$alias" "$out/$alias"
if [ $code = 0 ]; then on_node rm -rf "$there"; fi
exit $code
