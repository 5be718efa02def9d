// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/replay/replay_events.hpp>
#include <daybook/store.hpp>

#include "cli/command.hpp"

#include <memory>
#include <string>

namespace daybook::cli {

/// Where 'daybook replay' puts events, and what it says when it is done.
class replay_destination {
public:
    virtual ~replay_destination() = default;
    virtual replay::replay_target& target() = 0;
    /// Null: there is nothing to go on with.
    virtual replay::bookmark* bookmark() { return nullptr; }
    /// All events have come, or it was stopped: completes what was made and tells it.
    virtual result<void> finish(const replay::replay_report& report) = 0;
};

/// What --into names: "jsonl:FILE", "cloudevents:FILE", "orchestration:FILE", "store:DIR",
/// "view:NAME"; nothing is the screen. Heeds --resume and --overwrite; for --dry-run nothing is
/// made. Must not outlive `call` nor `from`.
///
/// Fails with `invalid_argument` (nothing like that; options that do not go with it; the store
/// being read), or as what it opens.
result<std::unique_ptr<replay_destination>> open_destination(const invocation& call,
                                                             const store& from);

}  // namespace daybook::cli
