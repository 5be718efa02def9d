#!/bin/sh
# Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
# Kills a writer -9 again and again and looks at the store each time.
#
#     tests/crash/long_run.sh ROUNDS [SEED]
#
# Runs crash_test of the build directory in DAYBOOK_BUILD (build/release if unset). A failing round
# prints its seed; the store it left is kept.
set -eu

rounds=${1:?usage: tests/crash/long_run.sh ROUNDS [SEED]}
seed=${2:-$(date +%s)}
root=$(cd "$(dirname "$0")/../.." && pwd)
test=${DAYBOOK_BUILD:-$root/build/release}/tests/crash/crash_test

if [ ! -x "$test" ]; then
    echo "long_run.sh: $test is missing; build the target crash_test first" >&2
    exit 2
fi

echo "$rounds rounds from seed $seed"
done=0
while [ "$done" -lt "$rounds" ]; do
    some=$((rounds - done))
    [ "$some" -gt 20 ] && some=20
    if ! DAYBOOK_CRASH_ROUNDS=$some DAYBOOK_TEST_SEED=$((seed + done)) \
        "$test" --gtest_brief=1; then
        echo "failed in rounds $done to $((done + some - 1)), seed $((seed + done))" >&2
        exit 1
    fi
    done=$((done + some))
    echo "$done rounds without a violation"
done
