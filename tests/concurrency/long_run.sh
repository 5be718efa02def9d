#!/bin/sh
# Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
# 50 subscribers and 4 writers, again and again with fresh seeds, for so many minutes.
#
#     tests/concurrency/long_run.sh MINUTES [SEED]
#
# Runs concurrency_test of the build directory in DAYBOOK_BUILD (build/release if unset; a build of
# the preset tsan looks for races too). A failing round prints its seed, which repeats the choices:
#     DAYBOOK_TEST_SEED=SEED DAYBOOK_TEST_LOAD=LOAD \
#         concurrency_test --gtest_filter=SubscriptionThreads.*
set -eu

minutes=${1:?usage: tests/concurrency/long_run.sh MINUTES [SEED]}
seed=${2:-$(date +%s)}
load=${DAYBOOK_TEST_LOAD:-200}
root=$(cd "$(dirname "$0")/../.." && pwd)
# As the test preset has it; other builds do not look at it.
TSAN_OPTIONS=${TSAN_OPTIONS:-ignore_noninstrumented_modules=1:suppressions=$root/tools/cmake/tsan.supp}
export TSAN_OPTIONS
test=${DAYBOOK_BUILD:-$root/build/release}/tests/concurrency/concurrency_test

if [ ! -x "$test" ]; then
    echo "long_run.sh: $test is missing; build the target concurrency_test first" >&2
    exit 2
fi

echo "$minutes minutes from seed $seed, load $load %"
end=$(($(date +%s) + minutes * 60))
rounds=0
while [ "$(date +%s)" -lt "$end" ]; do
    if ! DAYBOOK_TEST_SEED=$((seed + rounds)) DAYBOOK_TEST_LOAD=$load \
        "$test" --gtest_brief=1 --gtest_filter='SubscriptionThreads.*'; then
        echo "failed with DAYBOOK_TEST_SEED=$((seed + rounds)) DAYBOOK_TEST_LOAD=$load" >&2
        exit 1
    fi
    rounds=$((rounds + 1))
done
echo "$rounds rounds without a violation"
