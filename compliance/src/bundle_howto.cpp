// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "bundle_format.hpp"

namespace daybook::compliance {
namespace {

constexpr std::string_view text = R"(This is an audit bundle of the log @ORIGIN@.

It shows that the events in it are those that the log has signed, and, as far as manifest.note says
so, that none was left out. To check it you need the key of the log (a line like
@ORIGIN@+0123abcd+AW...) from somebody you trust: never take it from this bundle.

With one of the programs of daybook (in its sources: compliance/verifiers):
    check_bundle.sh --key VKEY BUNDLE.tar      bash, openssl 3.0, coreutils
    check_bundle.py --key VKEY BUNDLE.tar      Python 3, openssl 3.0
    daybook audit check --key VKEY BUNDLE.tar

By hand, with tar, openssl, sed and the coreutils, in a directory with the unpacked files:

1. The key as the openssl program reads it (for an Ed25519 key):
    { printf '\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00'
      printf %s "${VKEY#*+*+}" | base64 -d | tail -c 32; } > key.der

2. The signatures of the checkpoint and of manifest.note; do this for both files:
    sed '/^$/q' checkpoint | sed '$d' > text
    sed '1,/^$/d' checkpoint | head -n 1 | cut -d' ' -f3 | base64 -d | tail -c +5 > signature
    openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in text -sigfile signature

3. The files are those that were signed: the number behind "manifest" in manifest.note is that of
    sha256sum MANIFEST
   and all of these are OK:
    sha256sum -c MANIFEST

4. An event: the line of statements.jsonl with its position, without the line feed, as `leaf`.
   The number behind "payload" in it is that of
    sha256sum payload-POSITION
   The hash of the leaf is
    { printf '\x00'; cat leaf; } | sha256sum
   and of a node above two others, LEFT and RIGHT in hexadecimal,
    { printf '\x01'; printf %s "LEFT""RIGHT" | tr a-f A-F | basenc --base16 -d; } | sha256sum
   proof-POSITION.tlog-proof has the hashes beside the way up, in base64, to the one in the third
   line of checkpoint (RFC 6962). With all statements there, the tree can be built from them.

What the files are
    checkpoint          how many events the log had, the root of its hash tree, signed
    manifest.note       what this bundle is about and the hash of MANIFEST, signed
    MANIFEST            the SHA-256 of every other file
    statements.jsonl    one line for each event: who, when, what, in which order; the hash of its
                        payload; `previous`, the leaf of the event before in its stream
    payload-POSITION    what the event says; those that are not there were withheld or erased
    proof-POSITION.tlog-proof       that the event is in the tree (c2sp.org/tlog-proof)
    checkpoints.txt, consistency.txt    checkpoints from before, and that each continues the last
    keys.txt            keys, what for, from which position and up to which (not trusted by itself)
    policy.txt, anchors.txt, tsa-*      who else has seen the log, and when (RFC 3161 time stamps)
    report.html, report.json            the same to read; nothing is proved by them
)";

}  // namespace

std::string bundle_howto(std::string_view origin) {
    constexpr std::string_view mark = "@ORIGIN@";
    std::string made;
    std::string_view rest = text;
    for (auto at = rest.find(mark); at != rest.npos; at = rest.find(mark)) {
        made.append(rest.substr(0, at)).append(origin);
        rest.remove_prefix(at + mark.size());
    }
    return made.append(rest);
}

}  // namespace daybook::compliance
