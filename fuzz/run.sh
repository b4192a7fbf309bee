#!/usr/bin/env bash
# Fuzzes every target, or those named behind the minutes, one after another: fuzz/run.sh [minutes] [target…]
# Needs the nightly and cargo-fuzz (cargo install cargo-fuzz). What grows beside the seeds is kept in
# fuzz/grown/, findings in fuzz/artifacts/, what was printed in fuzz/logs/.
# Leaks are not looked for: what a thread that ends has not freed yet is taken for one.
set -euo pipefail
cd "$(dirname "$0")"
minutes=${1:-20}
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] || targets=(open chunk arrangement map_shard sequence_index schema round_trip)
mkdir -p logs
failed=()
for target in "${targets[@]}"; do
  mkdir -p "grown/$target"
  echo "== $target, $minutes minutes"
  nice -n 19 cargo +nightly fuzz run --fuzz-dir . "$target" "grown/$target" "corpus/$target" -- \
    -dict=dictionary -max_total_time=$((minutes * 60)) -max_len=8192 -timeout=20 \
    -detect_leaks=0 -rss_limit_mb=2048 -malloc_limit_mb=512 -print_final_stats=1 > "logs/$target" 2>&1 ||
    failed+=("$target")
  grep -E '^stat::|^Done|ERROR|SUMMARY' "logs/$target" || tail -n 20 "logs/$target"
done
[ ${#failed[@]} -eq 0 ] || { echo "findings in: ${failed[*]}"; exit 1; }
