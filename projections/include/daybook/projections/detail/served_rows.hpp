// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/store.hpp>

#include <memory>

namespace daybook::projections::detail {

/// The rows that readers of one version of a view get: those of the generation that serves, looked
/// up at each call, so that a reader follows a switch.
///
/// Every member may be called from any thread. Must not outlive its store. Cost of the look-up: one
/// small read of what is in memory.
class served_rows {
public:
    /// Fails with `not_found` if nothing of this version serves: it was never built, or it is being
    /// built for the first time beside another version.
    static result<served_rows> open(store& log, const any_projection& of);

    /// The keyspace that serves now. Fails with `corrupt`, `unsupported` or `io`.
    result<std::shared_ptr<const keyspace>> now() const;

private:
    struct state;
    explicit served_rows(std::shared_ptr<state> opened) : state_{std::move(opened)} {}
    std::shared_ptr<state> state_;
};

}  // namespace daybook::projections::detail
