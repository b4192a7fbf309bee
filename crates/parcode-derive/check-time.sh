#!/bin/sh
# How long `cargo check` takes on derived structs, beside serde's derives on the same structs.
#
#     crates/parcode-derive/check-time.sh [structs] [runs]
#
# Generates crates in a temporary folder: the structs alone, with serde's two derives, and with
# ours. Checks each so many times after a touch, in turns, and prints the medians and the ratio.
# Nothing is incremental: a check that reuses the last one would measure that instead.
set -eu

structs=${1:-200}
runs=${2:-9}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$here/../../target}/check-time"
export CARGO_INCREMENTAL=0

# Ten fields each, of the kinds that structs are made of; every second struct contains another.
# $1: attributes of the struct, $2 and $3: of the two large fields.
generate() {
    i=0
    while [ "$i" -lt "$structs" ]; do
        inner=u32
        [ $((i % 2)) -eq 1 ] && inner="S$((i - 1))"
        cat <<END
$1
pub struct S$i {
    pub id: u64,
    pub level: u32,
    pub ratio: f64,
    pub open: bool,
    pub name: String,
    pub nick: Option<String>,
    pub place: [f32; 3],
    $2
    pub items: Vec<u32>,
    $3
    pub known: HashMap<String, u32>,
    pub inner: $inner,
}
END
        i=$((i + 1))
    done
}

crate() {
    mkdir -p "$work/$1/src"
    printf '[package]\nname = "check-time-%s"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n[dependencies]\n%s\n' \
        "$1" "$2" >"$work/$1/Cargo.toml"
    cp "$here/../../Cargo.lock" "$work/$1/" 2>/dev/null || true
    { echo "use std::collections::HashMap;"; generate "$3" "$4" "$5"; } >"$work/$1/src/lib.rs"
    check "$1"
}

check() {
    (cd "$work/$1" && cargo check --quiet 2>"$work/log") || { cat "$work/log" >&2; exit 1; }
}

crate alone '' '' '' ''
crate serde 'serde = { version = "1", features = ["derive"] }' \
    '#[derive(serde::Serialize, serde::Deserialize)]' '' ''
crate parcode "parcode = { path = \"$here/../parcode\" }" \
    '#[derive(parcode::ParcodeObject)]' '#[parcode(chunkable)]' '#[parcode(map)]'

# Milliseconds of one check.
once() {
    touch "$work/$1/src/lib.rs"
    start=$(date +%s%N)
    check "$1"
    echo $((($(date +%s%N) - start) / 1000000)) >>"$work/$1.ms"
}

run=0
while [ "$run" -lt "$runs" ]; do
    for crate in alone serde parcode; do once "$crate"; done
    run=$((run + 1))
done

median() { sort -n "$work/$1.ms" | sed -n "$(((runs + 1) / 2))p"; }
echo "cargo check of $structs structs with ten fields, median of $runs runs:"
for crate in alone serde parcode; do echo "  $crate: $(median $crate) ms"; done
awk "BEGIN { printf \"  parcode / serde: %.2f\\n\", $(median parcode) / $(median serde) }"
