// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/signer.hpp>
#include <daybook/store.hpp>

#include "signed_log.hpp"

#include <memory>

namespace daybook::compliance {

/// Signs the log from its first event on, under the origin of `signed_side`, in place of whatever
/// the rows of the ledger hold. Appends wait. Interrupted, it leaves rows that do not count.
result<void> begin_ledger(store& log, const std::shared_ptr<signed_log>& signed_side,
                          std::shared_ptr<const signer> key);

}  // namespace daybook::compliance
