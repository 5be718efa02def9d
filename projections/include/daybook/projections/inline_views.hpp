// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/store.hpp>

#include <cstddef>
#include <memory>
#include <vector>

namespace daybook::projections {

/// What becomes of an append whose events an inline view cannot take.
enum class inline_failure {
    refuse_append,  ///< It fails with `projection_failed`, and nothing of it is stored.
    leave_behind    ///< It is stored; the view stays before it until it is opened again.
};
BOOST_DESCRIBE_ENUM(inline_failure, refuse_append, leave_behind)

struct inline_options {
    /// Decoded rows kept in memory, per view.
    std::size_t rows_cached_max = 65'536;
    inline_failure on_failure = inline_failure::refuse_append;
};

/// Views that are never behind: their rows are written in the append's own atomic batch.
///
///     auto inlined = inline_views::open(store, {any_projection::of<open_orders>()}).value();
///     store.append("order-7", expected::any(), {paid}).value();
///     view<open_orders>::open(store).value().get("7");  // Has it.
///
/// After a crash rows and log agree, for they are one batch. The price is paid by every append:
/// `key` and `apply` run in the commit, one commit at a time (docs/modes.md has figures). A
/// view may change between inline and async from one start to the next; what is stored is the same.
///
/// Every member may be called from any thread. Must not outlive its store.
class inline_views {
public:
    /// Brings each view up to the log's end, as a runner does, and joins the commits.
    ///
    /// Fails, with nothing joined, as `runner::open` and `runner::catch_up`; with `leave_behind` a
    /// view that fails meanwhile is left where it stands (see `status`).
    static result<inline_views> open(store& log, std::vector<any_projection> projections,
                                     const inline_options& options = {});

    inline_views(inline_views&&) noexcept;
    inline_views& operator=(inline_views&&) noexcept;
    /// Commits go on without the views; they are behind then, until they are opened again.
    ~inline_views();

    /// As `runner::status`; `events_per_second` is 0.
    std::vector<view_status> status() const;

private:
    struct impl;
    explicit inline_views(std::unique_ptr<impl> opened);
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook::projections
