#!/usr/bin/env bash
# WebAssembly under Node: the golden files written by the sync writer, compared byte by byte, and read
# back eagerly and lazily.
. "$(dirname "$0")/common.sh"
packages lld nodejs
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target/machines}
debian_cargo build -Zbuild-std=std,panic_abort --target wasm32-unknown-unknown --release \
  --manifest-path scripts/machines/wasm/Cargo.toml
golden=crates/parcode/tests/golden
node scripts/machines/wasm/run.mjs \
  "$CARGO_TARGET_DIR/wasm32-unknown-unknown/release/parcode_wasm_check.wasm" "$golden"
printf '== wasm32-unknown-unknown: %d golden files passed; %d min %02d s\n' \
  "$(ls "$golden"/*.par | wc -l)" $((SECONDS / 60)) $((SECONDS % 60))
