#!/usr/bin/env bash
# Lets a node live under a steady load and checks that it neither fails anybody
# nor grows; see docs/benchmarks.md. --for=5m says for how long (30m otherwise).
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh test
length=30m
for arg in "$@"; do
  case "$arg" in
    --for=*) length="${arg#--for=}" ;;
    *) echo "usage: scripts/soak.sh [--for=5m]" >&2; exit 2 ;;
  esac
done
exec go run ./test/bench -soak="$length"
