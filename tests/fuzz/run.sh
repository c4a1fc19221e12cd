#!/bin/bash
# Fuzzes with libFuzzer, two targets at a time: tests/fuzz/run.sh MINUTES [TARGET...] — or SECONDS with an "s" behind.
#
# Builds into _build-fuzz (or $FUZZ_BUILD) with clang. What is found is left there in findings/, and so is the corpus
# that grows in corpus/; play a finding again with _build-fuzz/tests/fuzz/fuzz-TARGET FILE. Fails when there is any.
set -u
source=$(cd "$(dirname "$0")/../.." && pwd)
export PATH="/usr/bin:/bin:$PATH"
export LC_ALL=C.UTF-8

[[ ${1-} =~ ^[0-9]+s?$ ]] || { sed -n '2,5s/^# \?//p' "$0"; exit 2; }
case $1 in
  *s) seconds=${1%s} ;;
  *) seconds=$(($1 * 60)) ;;
esac
shift
[ $# -gt 0 ] || set -- $(cd "$source/tests/fuzz" && printf '%s\n' fuzz-*.c | sed 's/^fuzz-//; s/\.c$//')

build=${FUZZ_BUILD:-$source/_build-fuzz}
mkdir -p "$build"
if [ ! -f "$build/build.ninja" ]; then
  CC=clang meson setup "$build" "$source" -Dfuzzers=true -Db_sanitize=address,undefined -Db_lundef=false \
    -Doptimization=1 -Ddebug=true >"$build/build.log" 2>&1 || { cat "$build/build.log"; exit 1; }
fi
ninja -C "$build" "${@/#/tests/fuzz/fuzz-}" >"$build/build.log" 2>&1 || { cat "$build/build.log"; exit 1; }

export G_SLICE=always-malloc
export ASAN_OPTIONS=detect_leaks=1
export LSAN_OPTIONS=suppressions=$source/tests/lsan.supp:print_suppressions=0
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export source build seconds

fuzz ()
{
  mkdir -p "$build/corpus/$1" "$build/findings/$1"
  rm -f "$build/findings/$1"/*
  "$build/tests/fuzz/fuzz-$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 \
    -print_final_stats=1 -artifact_prefix="$build/findings/$1/" -dict="$source/tests/fuzz/corpus/$1.dict" \
    "$build/corpus/$1" "$source/tests/fuzz/corpus/$1" >"$build/findings/$1.log" 2>&1
  echo $? >"$build/findings/$1/status"
}
export -f fuzz
printf '%s\n' "$@" | xargs -P 2 -I {} bash -c 'fuzz {}'

status=0
printf '%-10s %10s %9s %9s %9s\n' target runs coverage features findings
for target; do
  log=$build/findings/$target.log
  found=$(find "$build/findings/$target" -type f ! -name status ! -name 'slow-unit-*' | wc -l)
  [ "$(cat "$build/findings/$target/status")" = 0 ] || { status=1; [ "$found" -gt 0 ] || found=crash; }
  printf '%-10s %10s %9s %9s %9s\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: //p' "$log")" \
    "$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)" \
    "$(sed -n 's/.* ft: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)" "$found"
done
for target; do
  [ "$(cat "$build/findings/$target/status")" = 0 ] || tail -n 60 "$build/findings/$target.log"
done
exit $status
