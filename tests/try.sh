#!/bin/bash
# Shows Linnet: tests/try.sh [--real]
#
# Installs what is missing, builds, starts a private server with Shakespeare's people on it and opens Linnet as
# romeo@montague.example. Nothing of yours is touched, and all of it is gone afterwards. Juliet answers.
# Without a display it happens on an invisible one, and _build/try.png shows how it looked.
# --real opens Linnet for an account of your own instead.
set -u
cd "$(dirname "$0")/.." || exit 1

real=no
case ${1-} in
  '') ;;
  --real) real=yes ;;
  *) sed -n '2,/^set -u/{/^set -u/d;s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac

tests/lib/install-packages.sh || exit 1

here=$PWD
build=$here/_build-try
prefix=$build/prefix
path=$PATH
export PATH="/usr/bin:/bin:/usr/sbin:/sbin:$PATH"
if [ ! -f "$build/build.ninja" ]; then
  meson setup "$build" --prefix="$prefix" --buildtype=debugoptimized -Dtests=false || exit 1
fi
ninja -C "$build" || exit 1
meson install -C "$build" --no-rebuild --quiet || exit 1

export XDG_DATA_DIRS="$prefix/share:${XDG_DATA_DIRS:-/usr/local/share:/usr/share}"
if [ $real = yes ]; then
  export PATH="$path"
  exec "$prefix/bin/linnet"
fi

unset G_MESSAGES_DEBUG G_DEBUG
if [ -n "${DISPLAY-}${WAYLAND_DISPLAY-}" ]; then
  exec tests/lib/with-session.sh --on-this-display /usr/bin/python3 -B tests/ui/try.py "$prefix/bin/linnet"
fi
mkdir -p _build
rm -f _build/try.png
tests/lib/with-session.sh --screen 1100x760 \
  /usr/bin/python3 -B tests/ui/try.py "$prefix/bin/linnet" --picture "$here/_build/try.png" || exit 1
echo "There is no display here: see _build/try.png"
