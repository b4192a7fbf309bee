#!/usr/bin/env bash
# Opens the page of `parcode stat --html` in a real browser, clicks through it, checks what it shows, and
# leaves screenshots: crates/parcode-cli/scripts/treemap.sh [FOLDER]
# Needs Python and Chromium (on Debian: apt-get install chromium python3-venv).
set -euo pipefail
cd "$(dirname "$0")/../../.."
out=${1:-$(mktemp -d)}
mkdir -p "$out"
cargo build --quiet -p parcode-cli --bin parcode --example world
target=${CARGO_TARGET_DIR:-target}/debug
"$target/examples/world" "$out/world.par" 10
"$target/parcode" stat "$out/world.par" --html "$out/world.html"
[ -x "$out/venv/bin/python" ] || python3 -m venv "$out/venv"
"$out/venv/bin/pip" install --quiet playwright
"$out/venv/bin/python" crates/parcode-cli/scripts/treemap.py "$out"
