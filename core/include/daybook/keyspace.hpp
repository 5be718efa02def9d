// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace daybook {

/// Puts and erases that happen together or not at all. Later ones win. Reusable after `clear`.
class keyspace_batch {
public:
    keyspace_batch();
    keyspace_batch(keyspace_batch&&) noexcept;
    keyspace_batch& operator=(keyspace_batch&&) noexcept;
    ~keyspace_batch();

    void put(std::string_view key, std::string_view value);
    void erase(std::string_view key);
    void clear();
    std::size_t size() const noexcept;  ///< Puts and erases so far.

private:
    friend class keyspace;
    struct impl;
    std::unique_ptr<impl> impl_;
};

/// A named, ordered area of bytes inside a store: where a view keeps its rows and its cursor.
///
/// Made by `store::open_keyspace`. Every member may be called from any thread. A write survives
/// kill -9 as a whole, and is never seen without the log entries that were there when it was made;
/// it is not synced, for a view can always be built again. Must not outlive its store.
class keyspace {
public:
    keyspace(keyspace&&) noexcept;
    keyspace& operator=(keyspace&&) noexcept;
    ~keyspace();

    const std::string& name() const noexcept;

    /// The value of `key`, or nothing. Fails with `corrupt` or `io`.
    result<std::optional<std::string>> get(std::string_view key) const;

    /// Applies `batch` atomically. Fails with `io` or `refused`; nothing is then applied.
    result<void> write(const keyspace_batch& batch);

    /// Visits keys that start with `prefix`, from `from` on (not below it), in byte order, as of
    /// one moment, until `visit` returns false. The views passed are valid during the call only.
    result<void> scan(
        std::string_view prefix, std::string_view from,
        const std::function<bool(std::string_view key, std::string_view value)>& visit) const;

    /// Visits keys that start with `prefix` and lie below `before` (empty: all of them), in
    /// descending byte order, else as `scan`.
    result<void> scan_back(
        std::string_view prefix, std::string_view before,
        const std::function<bool(std::string_view key, std::string_view value)>& visit) const;

    struct impl;  ///< Private.
    explicit keyspace(std::unique_ptr<impl> made);

private:
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook
