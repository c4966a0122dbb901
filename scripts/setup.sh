#!/usr/bin/env bash
# Installs the Debian packages the project needs and that are missing.
# Nothing is downloaded when everything is there. Go and Node are not installed
# from here: distributions often carry versions that are too old.
set -euo pipefail
cd "$(dirname "$0")/.."

# A tool that must be here already, in a version that is new enough:
# what it is, the command that tells its version, the least version, where it is.
lacking=
want() {
  local have
  have=$($2 2>/dev/null | grep -oE '[0-9]+(\.[0-9]+)+' | head -n1) || true
  [ "$(printf '%s\n' "$3" "$have" | sort -V | head -n1)" = "$3" ] && return
  echo "$1 $3 or newer is needed; ${2%% *} is ${have:-not in the PATH}. Get it from $4." >&2
  lacking=1
}
want Go "go version" "$(sed -n 's/^go //p' go.mod)" https://go.dev/dl/
want Node "node --version" 20.19 https://nodejs.org/
want npm "npm --version" 9 https://nodejs.org/
if [ -n "$lacking" ]; then
  echo "Then run the command again." >&2
  exit 1
fi

# command or file that must exist → the package that brings it
need() { [ -e "$1" ] || command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }

missing=()
need ffmpeg ffmpeg
need espeak-ng espeak-ng
need tesseract tesseract-ocr
need /usr/share/tesseract-ocr/5/tessdata/chi_sim.traineddata tesseract-ocr-chi-sim
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
