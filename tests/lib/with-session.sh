#!/bin/bash
# Runs a command in a desktop session of its own, and takes the session away again when the command has ended.
#
#   with-session.sh [--on-this-display] [--screen WxH] [--keep DIR] COMMAND [ARGUMENT...]
#
# The session has an X server (Xvfb) with a window manager, a D-Bus session bus, an accessibility bus, a Secret Service
# (gnome-keyring) and a HOME with XDG directories that start empty. --on-this-display takes the screen that is already
# there and makes only the rest. --keep DIR uses DIR for HOME and leaves it there.
#
# The exit status is the command's. Everything that was started carries LINNET_TEST_SESSION in its environment, so that
# services which the bus has activated are found and ended too, by their pid, and nothing else is touched.
set -u

display=own
screen=1280x800
root=
while [ $# -gt 0 ]; do
  case $1 in
    --on-this-display) display=theirs ;;
    --screen) screen=$2; shift ;;
    --keep) root=$2; shift ;;
    --) shift; break ;;
    -*) echo "with-session.sh: unknown option $1" >&2; exit 2 ;;
    *) break ;;
  esac
  shift
done
if [ $# -eq 0 ]; then
  sed -n '2,/^set -u/{/^set -u/d;s/^# \{0,1\}//p}' "$0" >&2
  exit 2
fi

kept=$root
if [ -z "$root" ]; then
  root=$(mktemp -d "${TMPDIR:-/tmp}/linnet-session.XXXXXX") || exit 1
else
  mkdir -p "$root" || exit 1
  root=$(cd "$root" && pwd) || exit 1
fi
chmod 700 "$root"

# A socket's path may be no longer than 107 bytes, so the run-time directory has a short name of its own.
run=$(mktemp -d /tmp/linnet-run.XXXXXX) || exit 1
LINNET_TEST_SESSION=$(cat /proc/sys/kernel/random/uuid)
export LINNET_TEST_SESSION

session_pids () {
  local environ pid
  # gnome-keyring-daemon has a file capability, so only root may read its environment: it is found as our child.
  jobs -rp
  for environ in /proc/[0-9]*/environ; do
    pid=${environ#/proc/}
    pid=${pid%/environ}
    [ "$pid" = "$$" ] || [ "$pid" = "$BASHPID" ] && continue
    grep -qzxF "LINNET_TEST_SESSION=$LINNET_TEST_SESSION" "$environ" 2>/dev/null && echo "$pid"
  done
}

# shellcheck disable=SC2046
end_session () {
  local signal n
  trap '' INT TERM HUP
  for signal in TERM TERM KILL; do
    [ -n "$(session_pids)" ] || break
    kill "-$signal" $(session_pids) 2>/dev/null
    for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
      [ -n "$(session_pids)" ] || break
      sleep 0.1
    done
  done
  # A document portal may have mounted something.
  grep -F " $run/" /proc/self/mounts | cut -d' ' -f2 | while read -r mount; do umount -l "$mount"; done
  rm -rf "$run"
  [ -n "$kept" ] || rm -rf "$root"
}
trap end_session EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

fail () {
  echo "with-session.sh: $1" >&2
  [ -z "${2-}" ] || cat "$2" >&2
  exit 1
}

await () {
  local n
  for n in $(seq 200); do
    eval "$1" && return 0
    sleep 0.05
  done
  return 1
}

# What is meant for the program under test (a warning is an error) must not reach the desktop's own services.
for_the_command=()
for name in G_DEBUG ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS; do
  if [ -n "${!name-}" ]; then
    for_the_command+=("$name=${!name}")
    unset "$name"
  fi
done

if [ $display = theirs ] && [ -n "${WAYLAND_DISPLAY-}" ]; then
  case $WAYLAND_DISPLAY in
    /*) ;;
    *) export WAYLAND_DISPLAY="${XDG_RUNTIME_DIR-/run/user/$(id -u)}/$WAYLAND_DISPLAY" ;;
  esac
fi
if [ $display = theirs ] && [ -n "${DISPLAY-}" ] && [ -z "${XAUTHORITY-}" ] && [ -f "${HOME-}/.Xauthority" ]; then
  export XAUTHORITY="$HOME/.Xauthority"
fi

mkdir -p "$root/home" "$root/cache" "$root/config" "$root/data" "$root/state" "$root/log" "$root/tmp"
export HOME="$root/home" XDG_RUNTIME_DIR="$run" XDG_CACHE_HOME="$root/cache" XDG_CONFIG_HOME="$root/config"
export XDG_DATA_HOME="$root/data" XDG_STATE_HOME="$root/state" TMPDIR="$root/tmp" LINNET_TEST_DISPLAY=$display
unset DBUS_SESSION_BUS_ADDRESS DBUS_STARTER_ADDRESS DBUS_STARTER_BUS_TYPE AT_SPI_BUS_ADDRESS NO_AT_BRIDGE GTK_A11Y
unset GNOME_KEYRING_CONTROL SSH_AUTH_SOCK SESSION_MANAGER
export GIO_USE_VFS=local

if [ $display = own ]; then
  unset DISPLAY WAYLAND_DISPLAY XAUTHORITY DESKTOP_STARTUP_ID XDG_ACTIVATION_TOKEN
  export GDK_BACKEND=x11 GDK_SCALE=1 XDG_SESSION_TYPE=x11 XDG_CURRENT_DESKTOP=X-Linnet-Test
  export LIBGL_ALWAYS_SOFTWARE=1 GSK_RENDERER="${GSK_RENDERER-cairo}" LANG="${LANG-C.UTF-8}" ADW_DISABLE_PORTAL=1
  [ "$LANG" = C ] && export LANG=C.UTF-8
  mkdir -p "$root/config/gtk-4.0"
  printf '[Settings]\ngtk-font-name=Cantarell 11\ngtk-enable-animations=false\n' >"$root/config/gtk-4.0/settings.ini"

  Xvfb -displayfd 3 -screen 0 "${screen}x24" -nolisten tcp -noreset 3>"$run/display" >"$root/log/xvfb" 2>&1 &
  await '[ -s "$run/display" ]' || fail 'the X server did not start' "$root/log/xvfb"
  DISPLAY=:$(cat "$run/display")
  export DISPLAY
fi

# The stock configuration reads the installed services, so that the accessibility bus is activated when asked for.
dbus-daemon --session --nofork --nosyslog --address="unix:path=$run/bus" >"$root/log/dbus" 2>&1 &
export DBUS_SESSION_BUS_ADDRESS="unix:path=$run/bus"
await '[ -S "$run/bus" ]' || fail 'the session bus did not start' "$root/log/dbus"
dbus-update-activation-environment --all >/dev/null 2>&1

if [ $display = own ] && command -v openbox >/dev/null; then
  openbox --sm-disable >"$root/log/openbox" 2>&1 &
fi

gdbus call --session --dest org.a11y.Bus --object-path /org/a11y/bus \
  --method org.freedesktop.DBus.Properties.Set org.a11y.Status IsEnabled '<true>' >/dev/null 2>"$root/log/a11y" \
  || fail 'there is no accessibility bus' "$root/log/a11y"

# The keyring is made, and unlocked, with the line it reads here.
printf 'keyring\n' | gnome-keyring-daemon --foreground --unlock --components=secrets >"$root/log/keyring" 2>&1 &
gdbus wait --session --timeout 20 org.freedesktop.secrets 2>/dev/null || fail 'there is no keyring' "$root/log/keyring"

if [ ${#for_the_command[@]} -gt 0 ]; then
  export "${for_the_command[@]}"
fi
"$@" <&0 &
wait $!
