#!/usr/bin/env bash
# The test suite on a machine of the other byte order: s390x, emulated. The kernel is told to start the
# emulator for its programs, because tests start themselves as other processes.
. "$(dirname "$0")/common.sh"
packages gcc-s390x-linux-gnu libc6-dev-s390x-cross qemu-user qemu-user-binfmt binfmt-support
binfmt=/proc/sys/fs/binfmt_misc
[ -e $binfmt/status ] || mount -t binfmt_misc binfmt_misc $binfmt
[ -e $binfmt/qemu-s390x ] || update-binfmts --enable qemu-s390x
emulated
suite s390x-unknown-linux-gnu s390x-linux-gnu
