#!/bin/sh
# Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
# Lets every call to the file system go wrong in every way, in every scenario; but not flushes with
# error, errors, torn and read-only, at which a RocksDB with assertions may stop the process: these
# run if DAYBOOK_FAULT_ONLY names them (core/docs/damage.md, "Not done").
#
#     tests/fault/long_run.sh [SEED]
#
# Runs fault_test, archive_fault_test and fork_fault_test of the build directory in DAYBOOK_BUILD
# (build/release if unset); the scenarios that cross a segment, and archives, take most of the time.
# DAYBOOK_FAULT_ONLY='views / torn' runs only this scenario and kind of fault of fault_test, or any
# whose name has the text. A failing run prints how to repeat it.
set -eu

seed=${1:-$(date +%s)}
root=$(cd "$(dirname "$0")/../.." && pwd)
tests=${DAYBOOK_BUILD:-$root/build/release}/tests/fault

run() {
    if [ ! -x "$tests/$1" ]; then
        echo "long_run.sh: $tests/$1 is missing; build the target $1 first" >&2
        exit 2
    fi
    DAYBOOK_FAULT_CALLS=0 DAYBOOK_TEST_SEED=$seed "$tests/$1" --gtest_brief=1
}

run fault_test
[ -z "${DAYBOOK_FAULT_ONLY:-}" ] || exit 0
run archive_fault_test
run fork_fault_test
