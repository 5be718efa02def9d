// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>
#include <daybook/result.hpp>

#include <span>

namespace daybook {

/// Looks at stored events before anybody else sees them. How compliance mode verifies on read.
///
/// See `store::check_reads`. Called from every thread that reads, with each piece of the log as it
/// comes from the disk; pieces that are kept in memory come once. It may read keyspaces of the
/// store, and events with `read_options::unchecked`, but no others: that would call it again. No
/// exception may leave it.
class read_check {
public:
    virtual ~read_check() = default;

    /// Consecutive events, at least one. An error is what the reading fails with; its message
    /// should name the position.
    virtual result<void> look(std::span<const event_view> events) const = 0;

protected:
    read_check() = default;
    read_check(const read_check&) = default;
    read_check& operator=(const read_check&) = default;
};

}  // namespace daybook
