#!/bin/bash
# Takes pictures of every screen of Linnet, for people to look at: tests/ui/screens.sh [BUILD [DIRECTORY [LOOK...]]]
#
# BUILD is a folder that Meson has built in (_build when none is named), DIRECTORY is where the pictures go
# (BUILD/screens), and LOOKs are light, dark, contrast, contrast-dark, rtl and large (all of them when none is named).
set -u
cd "$(dirname "$0")/../.." || exit 1

build=$(realpath "${1-_build}")
directory=$(realpath -m "${2-$build/screens}")
shift $(($# < 2 ? $# : 2))
export GSETTINGS_SCHEMA_DIR="$build/data" GSETTINGS_BACKEND=keyfile PYTHONDONTWRITEBYTECODE=1
export LC_ALL=C.UTF-8 ASAN_OPTIONS=detect_leaks=0
exec tests/lib/with-session.sh --screen 1200x800 \
  /usr/bin/python3 tests/ui/screens.py "$build/src/linnet" "$directory" "$@"
