#!/usr/bin/env bash
# Measures the hot paths; see docs/benchmarks.md. Prints one Markdown table.
# --quick has fewer repetitions; --only=figure,figure measures some of the
# server's figures and not the browser's.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh test
failed=0
go run ./test/bench "$@" || failed=1
case " $* " in *" --only"*|*" -only"*) exit "$failed" ;; esac
if [ -f web/bench/run.mjs ]; then
  quick=()
  case " $* " in *" --quick "*) quick=(--quick) ;; esac
  node web/bench/run.mjs "${quick[@]}" || failed=1
fi
exit "$failed"
