#!/bin/sh
# Builds versitygw, the S3 server of the blob tests, into .cache/bin once.
# About 100 s of processor time; does nothing when the binary is there.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
BIN="$ROOT/.cache/bin/versitygw"
[ -x "$BIN" ] && exit 0
mkdir -p "$ROOT/.cache/bin"
cd "$ROOT/scripts/tools/versitygw"
# Into place by rename: a test that looks meanwhile never finds half a binary.
CGO_ENABLED=0 go build -o "$BIN.$$" github.com/versity/versitygw/cmd/versitygw
mv "$BIN.$$" "$BIN"
