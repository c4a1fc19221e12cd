#!/bin/bash
# Builds Linnet with the sanitizers and runs every test: tests/run.sh [ARGUMENTS OF meson test...]
#
# Needs nothing but a Debian 12: what is missing is installed. A skipped test, a test to be done and a suite that takes
# longer than its budget fail the run as a failed test does. Ends with the line "N passed, N failed, N skipped".
set -u
cd "$(dirname "$0")/.." || exit 1

tests/lib/install-packages.sh || exit 1

# Debian's own tools and libraries, whatever else comes first in the PATH.
export PATH="/usr/bin:/bin:/usr/sbin:/sbin:$PATH"
export LC_ALL=C.UTF-8
build=_build

rm -f "$build"/meson-logs/testlog*
if [ -f "$build/build.ninja" ]; then
  meson configure "$build" -Db_sanitize=address,undefined -Dwerror=true -Dtests=true || exit 1
else
  meson setup "$build" -Db_sanitize=address,undefined -Dwerror=true -Dtests=true || exit 1
fi
ninja -C "$build" || exit 1

meson test -C "$build" --no-rebuild --print-errorlogs --num-processes "$(nproc)" "$@" </dev/null
status=$?
/usr/bin/python3 tests/lib/summary.py "$build/meson-logs" || status=1
exit $status
