// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/ledger.hpp>
#include <daybook/read_check.hpp>

#include "signed_log.hpp"

#include <memory>

namespace daybook::compliance {

/// Holds what is read of a store against what was signed. If `follows`, another process signs.
/// Requires: `reads` is not off.
std::shared_ptr<const read_check> make_event_check(std::shared_ptr<signed_log> signed_side,
                                                   read_verification reads, bool follows);

}  // namespace daybook::compliance
