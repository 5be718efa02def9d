#!/bin/sh
# Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
# Kills a program that builds, rebuilds and switches views, again and again, and compares the rows
# of every generation with the log each time.
#
#     tests/unit/projections/long_run.sh ROUNDS [SEED]
#
# Runs projections_crash_test of the build directory in DAYBOOK_BUILD (build/release if unset), in
# stores of 20 rounds each. A failing round prints its seed.
set -eu

rounds=${1:?usage: tests/unit/projections/long_run.sh ROUNDS [SEED]}
seed=${2:-$(date +%s)}
root=$(cd "$(dirname "$0")/../../.." && pwd)
test=${DAYBOOK_BUILD:-$root/build/release}/tests/unit/projections/projections_crash_test

if [ ! -x "$test" ]; then
    echo "long_run.sh: $test is missing; build the target projections_crash_test first" >&2
    exit 2
fi

echo "$rounds rounds from seed $seed"
done=0
while [ "$done" -lt "$rounds" ]; do
    some=$((rounds - done))
    [ "$some" -gt 20 ] && some=20
    if ! DAYBOOK_TEST_ROUNDS=$some DAYBOOK_TEST_SEED=$((seed + done)) "$test" --gtest_brief=1; then
        echo "failed: DAYBOOK_TEST_ROUNDS=$some DAYBOOK_TEST_SEED=$((seed + done)) $test" >&2
        exit 1
    fi
    done=$((done + some))
    echo "$done rounds without a violation"
done
