// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/json_event.hpp>
#include <daybook/projections/key_gate.hpp>
#include <daybook/result.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace daybook::projections {

/// Gives the stored bytes of a row, or nothing. How a fold reads; it never writes.
using row_source = std::function<result<std::optional<std::string>>(std::string_view key)>;

/// Takes a row that changed, or nothing in place of one that was removed. How a fold hands over
/// what is to be written.
using row_sink =
    std::function<void(std::string_view key, const std::optional<std::string_view>& row)>;

/// One of so many shares of a view's keys; together they are all.
struct key_share {
    std::size_t index = 0;  ///< 0 to `count` - 1.
    std::size_t count = 1;

    bool has(std::string_view key) const noexcept {
        return count == 1 || std::hash<std::string_view>{}(key) % count == index;
    }
    friend bool operator==(const key_share&, const key_share&) = default;
};

/// What a row may take at most, as it is stored. A larger one is a failure of the event that made
/// it so, as if `apply` had thrown. Rows are measured when they are written, at the end of a batch:
/// one that is larger within a batch alone goes unnoticed.
///
/// A row is written whole, once per batch that changed it. Up to 1 MiB that costs 1.2 ms per MiB;
/// at 4 MiB 7 ms, and 43 at worst; at 16 MiB 62 ms, at less than half the bytes per second.
inline constexpr std::size_t row_bytes_max = std::size_t{4} << 20U;

/// A row that takes more bytes than rows may.
struct oversized_row {
    std::string key;
    std::size_t bytes = 0;
};

struct fold_options {
    /// Decoded rows kept between batches. A batch may pass it by the rows that it touches.
    std::size_t rows_cached_max = 65'536;
    /// Nothing is stored yet: rows that were never seen are not looked up.
    bool starts_empty = false;
    /// Only this row is kept up to date; events for others are skipped.
    std::optional<std::string> only_key = std::nullopt;
    /// Is asked for each key whether the event may come to its row; must outlive the fold.
    key_gate* gate = nullptr;
    /// Only rows of this share are kept up to date; see `any_projection::divides_by_key`.
    key_share share{};
};

/// One projection at work: events in, changed rows out, no clock and no thread.
///
/// Made by `any_projection::make_fold`. Between `apply` and `collect` rows live decoded in memory;
/// a row that a batch changes a thousand times is encoded once. Not thread safe.
class fold {
public:
    virtual ~fold() = default;
    fold(const fold&) = delete;
    fold& operator=(const fold&) = delete;

    /// Applies one event; false if no row came of it: the projection does not want it or gave no
    /// key. (A gate that does not let it pass changes nothing of that: it came to that row.)
    ///
    /// Fails with `projection_failed` if the projection throws (the message names the view, the
    /// event and what was thrown), or as the row source does. Call `discard` then: rows may be
    /// half changed.
    virtual result<bool> apply(const json_event& event) = 0;

    /// Hands every row that changed since the last call to `sink`, in byte order of keys.
    virtual void collect(const row_sink& sink) = 0;

    /// Forgets all rows, changed ones too. The next `apply` goes on from the row source.
    virtual void discard() = 0;

    /// The first row, by its key, of those that `collect` would hand over, that takes more than
    /// `bytes_max`. Encodes them. A fold that does not tell has its view stop where others park.
    virtual std::optional<oversized_row> find_oversized(std::size_t) { return std::nullopt; }

    virtual std::size_t rows_changed() const noexcept = 0;
    virtual std::size_t rows_cached() const noexcept = 0;

protected:
    fold() = default;
};

}  // namespace daybook::projections
