#!/usr/bin/env bash
# The test suite on a machine of 32 bits: i686, which the kernel of an x86-64 machine runs itself.
. "$(dirname "$0")/common.sh"
packages gcc-i686-linux-gnu libc6-dev-i386-cross
suite i686-unknown-linux-gnu i686-linux-gnu
