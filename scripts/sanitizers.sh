#!/usr/bin/env bash
# The tests under sanitizers, on x86-64 Linux: `scripts/sanitizers.sh [thread|address] [cargo's words]`.
#
# ThreadSanitizer runs `tests/threads.rs` with a standard library that is instrumented too: Debian's
# compiler builds it from the source beside it, and the runtime is that of the nightly toolchain.
# AddressSanitizer runs the whole suite, with the nightly toolchain alone.
. "$(dirname "$0")/machines/common.sh"
target=x86_64-unknown-linux-gnu
flags=CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS
which=${1:-all}
shift || true

# Builds SOURCE, which does WHAT a sanitizer must tell of, with the compiler and flags that follow: a proof
# that the sanitizer looks.
control() {
  local what=$1 source=$2 folder
  shift 2
  folder=$(mktemp -d)
  printf '%s\n' "$source" | "$@" --edition 2024 -g -o "$folder/program" -
  "$folder/program" 2> "$folder/told" || true
  grep -m 1 "$what" "$folder/told" || { echo "the sanitizer is silent where there is a $what" >&2; return 1; }
  rm -r "$folder"
}

thread() {
  local runtime
  runtime=$(rustc +nightly --print target-libdir)/librustc-nightly_rt.tsan.a
  [ -e "$runtime" ] || { echo "no ThreadSanitizer in the nightly toolchain: $runtime" >&2; return 1; }
  echo "== ThreadSanitizer"
  packages lld
  local words="-Zsanitizer=thread -Zexternal-clangrt" word
  for word in -fuse-ld=lld -Wl,--whole-archive "$runtime" -Wl,--no-whole-archive \
    -Wl,--export-dynamic -lc -lm -ldl -lpthread; do
    words+=" -Clink-arg=$word"
  done
  # shellcheck disable=SC2086
  control "data race" 'static mut SHARED: u64 = 0;
    fn main() {
      let add = || (0..100_000).for_each(|_| unsafe { (&raw mut SHARED).write((&raw mut SHARED).read() + 1) });
      std::thread::scope(|scope| (0..2).for_each(|_| drop(scope.spawn(add))));
    }' env RUSTC_BOOTSTRAP=1 /usr/bin/rustc $words -Cunsafe-allow-abi-mismatch=sanitizer
  export $flags="$words" CARGO_PROFILE_DEV_DEBUG=line-tables-only CARGO_PROFILE_DEV_OPT_LEVEL=1
  TSAN_OPTIONS="halt_on_error=1 ${TSAN_OPTIONS:-}" \
    CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/thread" debian_cargo \
    test -Zbuild-std --target $target -p parcode --test threads "$@"
}

# Two tests are left out that ask how little stack is enough: frames are several times larger here.
address() {
  echo "== AddressSanitizer"
  control heap-use-after-free 'fn main() {
      let place = std::ptr::from_ref(&*Box::new(std::env::args().count()));
      std::process::exit(unsafe { place.read_volatile() } as i32 - 1);
    }' rustc +nightly --target $target -Zsanitizer=address
  mapfile -t tests < <(test_binaries)
  export $flags="-Zsanitizer=address"
  CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/address" \
    cargo +nightly test --target $target -p parcode --all-features --no-fail-fast --lib "${tests[@]}" "$@" \
    -- --skip the_deepest_values_are_written_on_a_small_stack --skip lists_within_each_other_take_little_stack
}

case $which in
  thread | address) "$which" "$@" ;;
  all) thread; address ;;
  *) echo "thread or address, not $which" >&2; exit 2 ;;
esac
