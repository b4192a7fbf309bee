# What the scripts of all machines share; sourced, not run.
#
# The standard library of each machine is built from its source, which Debian packages together with a
# compiler of the same version. Nothing of the project's own toolchain is touched.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Installs the Debian packages that are not there yet.
packages() {
  local missing=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      -o DPkg::Lock::Timeout=300 "${missing[@]}"
  fi
}

# Cargo as Debian packages it, with a standard library built for the target. Optimised a little, with all
# assertions: the standard library is compiled as the tests are, and emulated machines are slow.
debian_cargo() {
  packages rustc-web cargo-web rust-web-src
  RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc RUSTC_BOOTSTRAP=1 CARGO_PROFILE_DEV_OPT_LEVEL=1 \
    CARGO_TERM_COLOR=never CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target/machines}" /usr/bin/cargo "$@"
}

# The test binaries of the library, as words for cargo. Two are left out: `compile_fail` and `walls` are
# about the compiler's words and the sources, not about a machine.
test_binaries() {
  local test
  for test in crates/parcode/tests/*.rs; do
    test=$(basename "$test" .rs)
    case $test in
      compile_fail | walls) ;;
      *) printf '%s\n' --test "$test" ;;
    esac
  done
}

# The test suite of the library for TARGET, linked by PREFIX-gcc into programs that need nothing else.
suite() {
  local target=$1 prefix=$2
  local key=${target^^}
  export "CARGO_TARGET_${key//-/_}_LINKER=$prefix-gcc"
  export "CARGO_TARGET_${key//-/_}_RUSTFLAGS=-C target-feature=+crt-static"
  local tests
  mapfile -t tests < <(test_binaries)
  echo "== $target, every feature"
  debian_cargo test -Zbuild-std --target "$target" -p parcode --all-features --no-fail-fast \
    --lib "${tests[@]}"
  echo "== $target, no feature"
  debian_cargo test -Zbuild-std --target "$target" -p parcode --no-default-features \
    --test golden --test guarantees --test machines
}
