#!/bin/sh
# Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
# Imports a file of events and compares states as of random instants with a naive fold: by the
# events' own times and by positions.
#
#     tests/unit/replay/as_of_campaign.sh FILE [INSTANTS] [SEED]
#
# FILE is in the format "orchestration" (DAYBOOK_FORMAT names another). Runs daybook and
# as_of_campaign of the build directory in DAYBOOK_BUILD (build/release if unset).
# Exit: 0 all the same, 1 a state differs, 2 it could not be tried.
set -eu

file=${1:?usage: tests/unit/replay/as_of_campaign.sh FILE [INSTANTS] [SEED]}
instants=${2:-200}
seed=${3:-$(date +%s)}
root=$(cd "$(dirname "$0")/../../.." && pwd)
build=${DAYBOOK_BUILD:-$root/build/release}
program=$build/tests/unit/replay/as_of_campaign
daybook=$build/tools/daybook/daybook

for needed in "$program" "$daybook"; do
    if [ ! -x "$needed" ]; then
        echo "as_of_campaign.sh: $needed is missing; build the targets as_of_campaign, daybook_cli" >&2
        exit 2
    fi
done

home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
echo "$instants instants from seed $seed"
"$daybook" init --store "$home/store" --quiet >"$home/log" || exit 2
"$daybook" import --format "${DAYBOOK_FORMAT:-orchestration}" "$file" --store "$home/store" --quiet \
    >"$home/log" || exit 2
"$program" "$home/store" "$instants" "$seed"
