// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/anchor.hpp>
#include <daybook/compliance/policy.hpp>
#include <daybook/compliance/witness.hpp>
#include <daybook/result.hpp>

#include <functional>
#include <memory>

namespace daybook::compliance {

/// The way to a witness of a policy.
using witness_reach = std::function<result<witness_transport>(const policy::witness& one)>;

/// The witnesses of a policy as one anchor, which is content when the quorum of the policy is: any
/// groups of groups, where `anchor_policy` knows only a number.
///
/// `remember` tells every witness and gives all cosignatures. It fails with the gravest of their
/// errors if one says `rejected` or `corrupt`, and with `timed_out` or `io` if those that signed
/// are no quorum. `newest` asks every witness and gives the largest that one of them has; if the
/// policy names keys of the log, only of those that one of them signed. It fails as well unless
/// those that answer are a quorum. Making one fails as `reach` does, and with `invalid_argument`
/// for a policy without witnesses.
result<std::unique_ptr<anchor>> policy_anchor(const policy& which, const witness_reach& reach);

}  // namespace daybook::compliance
