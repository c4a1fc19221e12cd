#!/bin/bash
# Installs what tests/packages.txt lists and this Debian does not have. As root, or through sudo.
set -eu

list=$(dirname "$0")/../packages.txt
missing=()
while read -r package; do
  case $package in
    '' | '#'*) continue ;;
  esac
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done <"$list"
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "Missing: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "Installing ${missing[*]}"

# The tests start servers of their own; those of the packages need not run, now or when the machine starts next.
# policy-rc.d is how Debian is told the first.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap '"${as_root[@]}" rm -f $policy' EXIT
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null
  "${as_root[@]}" chmod 755 $policy
fi
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
units=()
for package in "${missing[@]}"; do
  case $package in
    prosody) units+=(prosody.service) ;;
    ejabberd) units+=(ejabberd.service epmd.service epmd.socket) ;;
  esac
done
if [ ${#units[@]} -gt 0 ] && command -v systemctl >/dev/null; then
  "${as_root[@]}" systemctl disable --quiet "${units[@]}" || echo "Still enabled: ${units[*]}" >&2
fi
