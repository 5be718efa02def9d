#!/usr/bin/env bash
# Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
# Does every kind of damage to copies of a real store, and prints for each what `daybook doctor`
# finds and where, what can still be read, and what is left after the remedy that it names.
#
#     tests/crash/damage_report.sh [EVENTS]
#
# Takes the daybook of the build directory in DAYBOOK_BUILD (build/release if unset). EVENTS is
# 200000 if not given. Exit 1 if damage went unnoticed or a remedy left a store that is not sound.
set -euo pipefail

events=${1:-200000}
root=$(cd "$(dirname "$0")/../.." && pwd)
daybook=${DAYBOOK_BUILD:-$root/build/release}/tools/daybook/daybook
if [[ ! -x $daybook ]]; then
    echo "damage_report.sh: $daybook is missing; build the target daybook first" >&2
    exit 2
fi
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
failures=0

lines() {  # FROM TO
    awk -v from="$1" -v to="$2" 'BEGIN {
        pad = sprintf("%300s", ""); gsub(/ /, "x", pad)
        for (i = from; i < to; ++i)
            printf "{\"id\":\"%08x-0000-7000-8000-000000000000\",\"stream\":\"task-%d\"," \
                "\"type\":\"T%d\",\"payload\":{\"n\":%d,\"x\":\"%s\"}}\n",
                i, i % 97, i % 7, i, substr(pad, i % 200)
    }'
}

# Tables of all kinds, and events in the newest write-ahead file only.
make_store() {
    lines 0 1000 | "$daybook" import - -q -s "$home/sound" >"$home/out"
    "$daybook" projection run -q -s "$home/sound" >"$home/out"
    lines 1000 "$events" | "$daybook" import - -q -s "$home/sound" >"$home/out"
    lines "$events" $((events + 50)) | "$daybook" import - -q --batch 1 -s "$home/sound" >"$home/out"
    "$daybook" doctor --deep -q -s "$home/sound" >"$home/out"
}

flip() {  # FILE OFFSET: sixteen bytes
    dd if="$1" bs=1 skip="$2" count=16 status=none | tr '\000-\377' '\200-\377\000-\177' >"$home/bytes"
    dd if="$home/bytes" of="$1" bs=1 seek="$2" conv=notrunc status=none
}
events_in() { "$daybook" stats -o csv -s "$1" | tail -n 1; }
size_of() { stat -c %s "$1"; }
halve() { truncate -s $(($(size_of "$1") / 2)) "$1"; }
newest_log() {
    local log found=
    for log in "$1"/*.log; do [[ ! -s $log ]] || found=$log; done
    echo "$found"
}

# NAME WANTED COMMAND...: WANTED is "noticed", or "harmless" for what changes no event.
damage() {
    local name=$1 wanted=$2 said code=0
    shift 2
    rm -rf "$home/hurt" "$home/repaired"
    cp -r "$home/sound" "$home/hurt"
    (cd "$home/hurt" && "$@")
    echo "== $name"
    "$daybook" doctor --deep -q -s "$home/hurt" >"$home/out" 2>"$home/said" || code=$?
    said=$(sed "s|$home/||g" "$home/said")
    echo "   doctor --deep: exit $code${said:+, $said}"
    if [[ $wanted == noticed && $code == 0 ]]; then fail "went unnoticed"; fi
    if [[ $wanted == harmless && $code != 0 ]]; then fail "is no damage"; fi
    [[ $code != 0 ]] || return 0
    if [[ $said == *"daybook reindex"* ]]; then
        "$daybook" reindex -q -s "$home/hurt" >"$home/out" || fail "reindex"
        sound reindex "$home/hurt"
        return 0
    fi
    code=0
    "$daybook" doctor --repair "$home/repaired" -q -o csv -s "$home/hurt" >"$home/out" || code=$?
    echo "   doctor --repair: exit $code"
    sed -n 2,9p "$home/out" | cut -c 1-150 | sed 's/^/      /'
    local more=$(($(wc -l <"$home/out") - 9))
    ((more <= 0)) || echo "      and $more more lines"
    sound "the repaired store" "$home/repaired"
}
sound() {  # WHAT STORE
    if "$daybook" doctor --deep -q -s "$2" >"$home/out" 2>"$home/said"; then
        echo "   $1: sound, $(events_in "$2") events"
    else
        fail "$1 is not sound: $(cat "$home/said")"
    fi
}
fail() {
    echo "   FAILED: $*"
    failures=$((failures + 1))
}

cut_log() { truncate -s -10 "$(newest_log .)"; }
cut_log_of_crash() { cut_log && rm SYNCED OWNER; }  # Both tell of a close.
hole_in_log() { flip "$(newest_log .)" $(($(size_of "$(newest_log .)") / 2)); }
halve_manifest() { halve MANIFEST-*; }
flip_manifest() { flip "$(ls MANIFEST-*)" $(($(size_of MANIFEST-*) / 2)); }
flip_middle() { flip "$1" $(($(size_of "$1") / 2)); }

make_store
echo "a store of $(events_in "$home/sound") events, files:"
(cd "$home/sound" && wc -c -- *.sst *.log MANIFEST-* | awk '{print "   " $2 " " $1}')
damage "nothing" harmless true
damage "CURRENT missing" noticed rm CURRENT
damage "CURRENT nonsense" noticed bash -c 'echo nonsense >CURRENT'
damage "MANIFEST missing" noticed bash -c 'rm MANIFEST-*'
damage "MANIFEST cut in half" noticed halve_manifest
damage "MANIFEST: flipped bytes" noticed flip_manifest
damage "OPTIONS missing" harmless bash -c 'rm OPTIONS-*'
damage "write-ahead files missing" noticed bash -c 'rm ./*.log'
damage "write-ahead file cut short after a close" noticed cut_log
damage "write-ahead file cut short by a crash" harmless cut_log_of_crash
damage "write-ahead file: flipped bytes" noticed hole_in_log
for table in "$home"/sound/*.sst; do
    name=$(basename "$table")
    damage "$name missing" noticed rm "$name"
    damage "$name cut in half" noticed halve "$name"
    damage "$name: flipped bytes" noticed flip_middle "$name"
done
echo "$failures failures"
((failures == 0))
