#!/usr/bin/env bash
# go test exits 0 although none of its output could be written.
#
# Go 1.26.8 and 1.27.3 on Linux, seen 2026-11-30.
# Expected: an exit code that is not 0, as cat or sort have it, since the results
#           are lost.
# Seen:     exit code 0 and no message. A script that measures into a file on a
#           full disk goes on with a file that is empty or cut in mid-line. Check
#           what was written, for example its last line ("ok  …").
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
go mod init try 2>/dev/null
cat >a_test.go <<'GO'
package try

import "testing"

func BenchmarkA(b *testing.B) {
	for range b.N {
	}
}
GO
code=0
go test -run '^$' -bench . -benchtime 10x >/dev/full || code=$?
echo "go test onto a full device: exit code $code"
[ "$code" = 0 ]
