#!/usr/bin/env bash
# Builds conpar-bench, the one file that does everything, for each platform.
set -euo pipefail

usage() {
	cat <<'EOT'
Usage: scripts/release.sh DIR [OS/ARCH…]

Builds conpar-bench for Linux, macOS and Windows on amd64 and arm64, or for the
platforms that are named, and writes the files and SHA256SUMS into DIR. The
same commit and the same Go give the same bytes, on any machine.

Examples:
  scripts/release.sh /tmp/conpar-release                  all six
  scripts/release.sh /tmp/conpar-release windows/arm64    one
EOT
}

case "${1:-}" in
-h | --help)
	usage
	exit 0
	;;
"")
	usage >&2
	exit 2
	;;
esac
mkdir -p "$1"
dir=$(cd "$1" && pwd)
shift
if [ $# -eq 0 ]; then
	set -- linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64
fi
cd "$(dirname "$0")/.."
stamp=true
if ! changes=$(git status --porcelain); then
	echo "release.sh: this is no checkout of Git: -version will name no commit" >&2
	stamp=false
elif [ -n "$changes" ]; then
	echo "release.sh: there are changes that no commit holds: -version will say so" >&2
fi
files=()
for platform in "$@"; do
	os=${platform%/*} arch=${platform#*/} file=conpar-bench-${platform/\//-}
	if [ "$os" = windows ]; then file=$file.exe; fi
	echo "== $file"
	GOOS=$os GOARCH=$arch CGO_ENABLED=0 go build -trimpath -buildvcs=$stamp -o "$dir/$file" ./bench
	files+=("$file")
done
cd "$dir"
sha256sum "${files[@]}" >SHA256SUMS
