#!/bin/bash
# What things cost, on an optimised build without sanitizers: tests/bench/run.sh [session|store]
#
#   session   how soon after the network's return a message is there; what catching up with an archive costs
#   store     what storing and reading messages costs
#
# Ratios are to a floor that ran in the same minute: the same bytes through bare libxml2 and bare SQLite.
set -eu
cd "$(dirname "$0")/../.."

tests/lib/install-packages.sh
export PATH="/usr/bin:/bin:/usr/sbin:/sbin:$PATH" LC_ALL=C.UTF-8
build=_bench
log=$(mktemp)
trap 'rm -f "$log"' EXIT

[ -f $build/build.ninja ] || meson setup $build --buildtype=release -Db_sanitize=none -Dtests=true >"$log" \
  || { cat "$log"; exit 1; }
ninja -C $build tests/bench/bench-{store,catch-up,recover} >"$log" || { cat "$log"; exit 1; }

case ${1:-session} in
  session)
    /usr/bin/python3 -B tests/lib/servers.py prosody "$PWD/$build/tests/bench/bench-recover" 2>/dev/null
    $build/tests/bench/bench-catch-up
    ;;
  store)
    $build/tests/bench/bench-store
    ;;
  *)
    sed -n 's/^# \{0,1\}//; 2,7p' "$0" >&2
    exit 2
    ;;
esac
