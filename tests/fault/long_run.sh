#!/bin/sh
# Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
# Lets every call to the file system go wrong in every way, in every scenario; but not flushes with
# error, errors, torn and read-only, at which a RocksDB with assertions may stop the process: these
# run if DAYBOOK_FAULT_ONLY names them (core/docs/damage.md, "Not done").
#
#     tests/fault/long_run.sh [SEED]
#
# Runs fault_test of the build directory in DAYBOOK_BUILD (build/release if unset); the scenarios
# that cross a segment take most of the time. DAYBOOK_FAULT_ONLY='views / torn' runs only this
# scenario and kind of fault, or any whose name has the text. A failing run prints how to repeat it.
set -eu

seed=${1:-$(date +%s)}
root=$(cd "$(dirname "$0")/../.." && pwd)
test=${DAYBOOK_BUILD:-$root/build/release}/tests/fault/fault_test

if [ ! -x "$test" ]; then
    echo "long_run.sh: $test is missing; build the target fault_test first" >&2
    exit 2
fi

DAYBOOK_FAULT_CALLS=0 DAYBOOK_TEST_SEED=$seed exec "$test" --gtest_brief=1
