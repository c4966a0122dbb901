#!/bin/bash
# Measures the hot paths; see docs/benchmarks.md. Flags go to test/bench.
cd "$(dirname "$0")/.." && exec go run ./test/bench "$@"
