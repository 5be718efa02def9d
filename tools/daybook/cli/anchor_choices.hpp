// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/anchor_evidence.hpp>
#include <daybook/compliance/time_check.hpp>

#include "cli/command.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What remembers a log outside of its store, and where the command line knows it from:
//   DAYBOOK_ANCHORS         separated by commas: files; witnesses, http://HOST:PORT#VKEY; witnesses
//                           with a quorum, policy:FILE (c2sp.org/tlog-policy, with their URLs);
//                           time stamp authorities, tsa:http://HOST:PORT/PATH
//   DAYBOOK_ANCHORS_NEEDED  how many of them are enough; all by default
//   DAYBOOK_EVIDENCE        the folder for what witnesses and authorities sign; by default, the
//                           first anchor file's name and ".evidence"
//   DAYBOOK_TSA_ROOTS       certificates (PEM) of who is believed about the time
namespace daybook::cli {

struct chosen_anchors {
    compliance::anchor_policy policy{};
    /// Nothing if there is no anchor file to be beside, and none is named.
    std::shared_ptr<compliance::evidence_folder> folder{};
    compliance::time_trust trust{};  ///< The witnesses among them, and the roots.
    std::string policy_text{};       ///< The witnesses as a tlog-policy; empty if there are none.
};

/// What the environment names. Fails with `invalid_argument` for what is no anchor, an authority
/// without roots or folder, or more needed than there are; and as reading files does.
result<chosen_anchors> anchors();

/// --witnesses, --tsa-roots, --max-age and --skew, for commands that hold a log against the word of
/// others about time.
std::vector<option> time_options();

/// What these options say; what is not given is as in `known`. Fails with `invalid_argument`.
result<compliance::time_trust> time_trust_of(const arguments& given, compliance::time_trust known);
result<compliance::time_limits> time_limits_of(const arguments& given);

}  // namespace daybook::cli
