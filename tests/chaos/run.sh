#!/bin/bash
# Proves that nothing is lost, doubled or reordered: tests/chaos/run.sh [--build DIRECTORY] [OPTIONS OF chaos.py...]
#
#   --faults N --seed S        how much goes wrong (60), and which plan (1); the same seed makes the same plan
#   --server prosody|ejabberd  on which server; ejabberd and erlang-p1-sqlite3 have to be installed
#   --sabotage drop|double|swap  the proxy betrays the clients now and then: the checker has to notice, and it fails
#   --plan FILE                a plan that was printed
#   --keep                     leaves databases and logs behind, and what went over each link
#
# The clients are built from this tree, optimised and without sanitizers, unless DIRECTORY is a build of its own. The
# last line has the figures; the exit status is 0 when nothing is missing.
set -u
cd "$(dirname "$0")/../.." || exit 1

export PATH="/usr/bin:/bin:/usr/sbin:/sbin:$PATH"
build=_build-chaos
if [ "${1-}" = --build ]; then
  build=${2:?}
  shift 2
fi
if [ ! -f "$build/build.ninja" ]; then
  meson setup "$build" --buildtype=debugoptimized >&2 || exit 1
fi
ninja -C "$build" tests/chaos/chaos-client >&2 || exit 1
exec /usr/bin/python3 -B tests/chaos/chaos.py --client "$build/tests/chaos/chaos-client" "$@"
