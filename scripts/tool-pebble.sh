#!/bin/sh
# Builds pebble, the ACME authority of the certificate test, and its DNS server
# into .cache/bin once; does nothing when both are there.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
BIN="$ROOT/.cache/bin"
mkdir -p "$BIN"
cd "$ROOT/scripts/tools/pebble"
for tool in pebble pebble-challtestsrv; do
  [ -x "$BIN/$tool" ] && continue
  # Into place by rename: a test that looks meanwhile never finds half a binary.
  CGO_ENABLED=0 go build -o "$BIN/$tool.$$" "github.com/letsencrypt/pebble/v2/cmd/$tool"
  mv "$BIN/$tool.$$" "$BIN/$tool"
done
