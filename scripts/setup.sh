#!/usr/bin/env bash
# Installs the Debian packages the project needs and that are missing.
# Nothing is downloaded when everything is there.
set -euo pipefail

# command or file that must exist → the package that brings it
need() { [ -e "$1" ] || command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }

missing=()
need ffmpeg ffmpeg
need espeak-ng espeak-ng
need /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc fonts-noto-cjk
if [ "${1:-test}" = test ]; then
  need chromium chromium
  need gcc gcc
  need nginx nginx-light
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
fi
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 && as_root=(sudo)
fi
if [ "$(id -u)" -ne 0 ] && [ ${#as_root[@]} -eq 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "These packages are missing and cannot be installed from here: ${missing[*]}" >&2
  echo "Install them as root (Debian: apt-get install ${missing[*]}), then run the command again." >&2
  exit 1
fi
echo "Installing ${missing[*]} …"
"${as_root[@]}" apt-get update -qq
# No service starts by itself: tests run their own servers.
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
