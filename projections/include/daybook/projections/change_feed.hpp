// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/store.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace daybook::projections {

/// A row that changed, as bytes. What one batch of the view did to a row is one change.
struct row_change {
    std::string key{};
    std::optional<std::string> before{};  ///< Nothing: there was no row.
    std::optional<std::string> after{};   ///< Nothing: the row was removed.
    position upto{};  ///< The view's cursor with this change; the same for all of a batch.
    /// The reader was too slow, or the view was begun again: changes are missing here, and the
    /// fields above are empty but `upto`. Read the view again; what comes after this is complete.
    bool missed = false;
};

struct change_feed_options {
    /// Changes kept for a reader who is slow. One more, and all of them give way to one `missed`:
    /// the view never waits for its readers.
    std::size_t buffered_max = 4'096;
};

namespace detail {
class change_queue;
}

/// The changes of one view as they are stored, for pages that stay up to date. Only of views that a
/// `runner` or `inline_views` of this process keeps; from the moment of `open` on.
///
///     auto changes = change_feed::open(store, any_projection::of<open_orders>());
///     show(view<open_orders>::open(store).value());       // After opening the feed.
///     while (auto change = changes.next(1s)) change->missed ? show_again() : update(*change);
///
/// A change may already be in what was read in between; `after` is the whole row, so to set it
/// again does no harm. May be read from one thread at a time. Must not outlive the store.
class change_feed {
public:
    static change_feed open(const store& log, const any_projection& of,
                            const change_feed_options& options = {});

    change_feed(change_feed&&) noexcept;
    change_feed& operator=(change_feed&&) noexcept;
    ~change_feed();

    /// The next change, in the order in which they were stored (within a batch, of keys); nothing
    /// when `patience` is over.
    std::optional<row_change> next(std::chrono::milliseconds patience);

private:
    explicit change_feed(std::shared_ptr<detail::change_queue> made);
    std::shared_ptr<detail::change_queue> queue_;
};

/// The same with typed rows.
template <projection P>
class typed_change_feed {
public:
    using row = row_of<P>;

    struct change {
        std::string key{};
        std::optional<row> before{};
        std::optional<row> after{};
        position upto{};
        bool missed = false;
    };

    static typed_change_feed open(const store& log, const change_feed_options& options = {}) {
        return typed_change_feed{change_feed::open(log, any_projection::of<P>(), options)};
    }

    /// As `change_feed::next`. Fails with `corrupt`.
    result<std::optional<change>> next(std::chrono::milliseconds patience) {
        auto found = feed_.next(patience);
        if (!found) return std::optional<change>{};
        change typed{.key = std::move(found->key), .upto = found->upto, .missed = found->missed};
        if (const auto read = decode(found->before, typed.before); !read) return read.error();
        if (const auto read = decode(found->after, typed.after); !read) return read.error();
        return std::optional{std::move(typed)};
    }

private:
    explicit typed_change_feed(change_feed feed) : feed_{std::move(feed)} {}

    static result<void> decode(const std::optional<std::string>& bytes, std::optional<row>& into) {
        if (!bytes) return {};
        auto decoded = decode_value<row>(*bytes);
        if (!decoded) return decoded.error();
        into = *std::move(decoded);
        return {};
    }

    change_feed feed_;
};

}  // namespace daybook::projections
