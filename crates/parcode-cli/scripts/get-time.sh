#!/usr/bin/env bash
# How long `parcode get` takes for one player of a file of 4 GB, process start included, and how much
# memory: crates/parcode-cli/scripts/get-time.sh [MEGABYTES]
# Writes the file into a temporary folder (TMPDIR) and deletes it afterwards. Needs GNU time.
set -euo pipefail
cd "$(dirname "$0")/../../.."
megabytes=${1:-4096}
runs=40

cargo build --release --quiet -p parcode-cli --bin parcode --example world
parcode=${CARGO_TARGET_DIR:-target}/release/parcode
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${CARGO_TARGET_DIR:-target}/release/examples/world" "$folder/world.par" "$megabytes"
sync
printf 'file: %s bytes\n' "$(stat -c %s "$folder/world.par")"

# One line of figures: milliseconds from before the process starts until after it ended, and the most
# memory that it had.
measure() {
  for _ in $(seq "$runs"); do
    [ "$cold" = no ] || evict
    start=${EPOCHREALTIME/[.,]/}
    "$@" > "$folder/value"
    end=${EPOCHREALTIME/[.,]/}
    echo $((end - start)) >> "$folder/times"
  done
  /usr/bin/time -o "$folder/memory" -f '%M' "$@" > "$folder/value"
  sort -n "$folder/times" | awk -v what="$what" -v memory="$(cat "$folder/memory")" '
    { microseconds[NR] = $1 }
    END { printf "%s: median %.1f ms, worst %.1f ms, memory %.1f MB\n",
          what, microseconds[int((NR + 1) / 2)] / 1000, microseconds[NR] / 1000, memory / 1024 }'
  rm "$folder/times"
}

# Puts the file out of the page cache.
evict() { dd of="$folder/world.par" oflag=nocache conv=notrunc,fdatasync count=0 status=none; }

what="get of one player, file in the page cache" cold=no
measure "$parcode" get "$folder/world.par" 'players[Hero1234]'
what="get of one player, file not in the page cache" cold=yes
measure "$parcode" get "$folder/world.par" 'players[Hero4321].inventory[3]'
what="get of an element" cold=no
measure "$parcode" get "$folder/world.par" 'all_players[1000..1010].level'
