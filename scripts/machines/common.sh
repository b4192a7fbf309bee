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

# Cargo as Debian packages it, with a standard library built for the target. What the tests stand on is
# optimised a little, the tests are not where they are run at full speed: compiling them is most of the time.
# So is what only debuggers and the next build need left out. All assertions are there.
debian_cargo() {
  packages rustc-web cargo-web rust-web-src
  RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc RUSTC_BOOTSTRAP=1 \
    CARGO_PROFILE_DEV_DEBUG="${CARGO_PROFILE_DEV_DEBUG:-false}" CARGO_INCREMENTAL=0 \
    CARGO_TERM_COLOR=never CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target/machines}" \
    /usr/bin/cargo --config 'profile.dev.package."*".opt-level=1' "$@"
}

# What tests do many times, they do fewer times where every instruction is emulated; all of them run, and
# they are optimised a little, too. Whoever wants more sets the variables before.
emulated() {
  export CARGO_PROFILE_DEV_OPT_LEVEL=${CARGO_PROFILE_DEV_OPT_LEVEL:-1}
  # Cases of the property tests, instead of 24 and 40.
  export PARCODE_CASES=${PARCODE_CASES:-10}
  # Processes killed while they save, instead of 40.
  export PARCODE_KILLS=${PARCODE_KILLS:-10}
  # Races of threads for each of 54 first touches, instead of 10.
  export PARCODE_TEST_RACES=${PARCODE_TEST_RACES:-3}
}

# The test binaries of the library, as words for cargo. One is left out: `walls` is about the sources, not
# about a machine.
test_binaries() {
  local test
  for test in crates/parcode/tests/*.rs; do
    test=$(basename "$test" .rs)
    case $test in
      walls) ;;
      *) printf '%s\n' --test "$test" ;;
    esac
  done
}

# Adds up the results that cargo printed of each test binary in the file LOG: one line to quote. Those of
# single tests are of processes that tests started.
summary() {
  local what=$1 log=$2
  awk -v what="$what" -v seconds="$SECONDS" '
    /^test result: .* 0 filtered out/ { binaries++; passed += $4; failed += $6; ignored += $8 }
    END {
      printf "== %s: %d tests passed, %d failed, %d ignored, in %d binaries; %d min %02d s\n",
        what, passed, failed, ignored, binaries, seconds / 60, seconds % 60
    }' "$log"
}

# The test suite of the library for TARGET, linked by PREFIX-gcc into programs that need nothing else.
# All of it runs, whatever fails on the way; the last line says what came of it.
suite() {
  local target=$1 prefix=$2
  local key=${target^^}
  export "CARGO_TARGET_${key//-/_}_LINKER=$prefix-gcc"
  export "CARGO_TARGET_${key//-/_}_RUSTFLAGS=-C target-feature=+crt-static"
  local tests log failed=0
  mapfile -t tests < <(test_binaries)
  log=$(mktemp)
  echo "== $target, every feature"
  debian_cargo test -Zbuild-std --target "$target" -p parcode --all-features --no-fail-fast \
    --lib "${tests[@]}" 2>&1 | tee "$log" || failed=1
  echo "== $target, no feature"
  debian_cargo test -Zbuild-std --target "$target" -p parcode --no-default-features --no-fail-fast \
    --test golden --test guarantees --test machines 2>&1 | tee -a "$log" || failed=1
  summary "$target" "$log"
  rm "$log"
  return $failed
}
