#!/usr/bin/env bash
# Counts the instructions of fixed work, and writes them to counts.txt: a change shows as a diff.
# Needs valgrind. Three digits, because addresses and hashers move the fourth. The numbers belong to one compiler and one kind of processor; run it before and
# after a change.
set -euo pipefail
cd "$(dirname "$0")"
cargo build --release --no-default-features --bin work
work="${CARGO_TARGET_DIR:-target}/release/work"
export RAYON_NUM_THREADS=1

{
  echo "# Instructions an operation, by counts.sh; $(rustc --version | cut -d' ' -f1-2), $(uname -m)"
  "$work" LIST | while read -r name operations; do
    valgrind --tool=callgrind --callgrind-out-file=/dev/null --collect-atstart=no \
      --toggle-collect=counted "$work" "$name" 2>&1 >/dev/null |
      awk -v name="$name" -v operations="$operations" \
        '/Collected/ { printf "%-28s %10.0f\n", name, sprintf("%.3g", $NF / operations); found = 1 }
         END { exit !found }'
  done
} > counts.txt.new
mv counts.txt.new counts.txt
cat counts.txt
