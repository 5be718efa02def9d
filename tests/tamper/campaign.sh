#!/usr/bin/env bash
# Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
# campaign.sh BUILD [FLIPS [SEED]]: flips that many single bits (default 2000; 0: one in each byte) in
# the files of a small signed store, each in a fresh copy, and says which of them went unnoticed and
# changed what can be read. Exit code 1 if one did. The seed is printed; give it to repeat.
set -euo pipefail

build=${1:?usage: campaign.sh BUILD [FLIPS [SEED]]}
flips=${2:-2000}
seed=${3:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
program=$build/tests/tamper/tamper_test
if [[ ! -x $program ]]; then
    echo "campaign.sh: $program is not there; cmake --build $build --target tamper_test" >&2
    exit 2
fi
echo "$flips flips with seed $seed; to repeat: $0 $build $flips $seed"
DAYBOOK_TAMPER_FLIPS=$flips DAYBOOK_TAMPER_SEED=$seed \
    "$program" --gtest_filter='FlippedByte.*' --gtest_brief=0
