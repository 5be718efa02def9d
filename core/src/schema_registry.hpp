// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// The schemas of an open store in memory, where the committer asks for them, and as rows of the
// keyspace `daybook.schemas`. See core/docs/schemas.md.

#include <daybook/keyspace.hpp>
#include <daybook/schema_catalog.hpp>

#include "payload_schema.hpp"

#include <array>
#include <atomic>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

struct schema_version {
    std::array<std::uint32_t, 3> numbers{};
    /// Nothing unless it is three numbers below 10^9, without leading zeros.
    static std::optional<schema_version> parse(std::string_view text);
    friend auto operator<=>(const schema_version&, const schema_version&) = default;
};

/// A schema, compiled when somebody first needs it.
class known_schema {
public:
    known_schema(schema_entry entry, schema_version number, bool damaged)
        : entry_{std::move(entry)}, number_{number}, damaged_{damaged} {}

    const schema_entry& entry() const noexcept { return entry_; }
    const schema_version& number() const noexcept { return number_; }
    bool damaged() const noexcept { return damaged_; }
    /// Fails with `corrupt`.
    result<const payload_schema*> compiled() const;

private:
    schema_entry entry_;
    schema_version number_;
    bool damaged_;
    mutable std::once_flag once_;
    mutable std::unique_ptr<const payload_schema> compiled_;
    mutable std::string fault_;
};

/// What the catalog knows, as of one moment; never changed.
class schema_table {
public:
    using version_list = std::vector<std::shared_ptr<const known_schema>>;  ///< Oldest first.

    const version_list* find(std::string_view type) const;
    const std::map<std::string, version_list, std::less<>>& all() const noexcept { return all_; }
    std::size_t size() const noexcept;
    /// Replaces the same version of the same type.
    void put(std::shared_ptr<const known_schema> one);

    /// See `schema_catalog::check`.
    result<std::vector<schema_violation>> check(std::string_view type, std::string_view version,
                                                std::string_view payload) const;

private:
    std::map<std::string, version_list, std::less<>> all_;
};

/// Thread safe.
class schema_registry {
public:
    static constexpr std::string_view keyspace_name = "daybook.schemas";

    schema_mode mode() const noexcept { return mode_.load(std::memory_order_acquire); }
    std::shared_ptr<const schema_table> now() const;

    result<void> load(const keyspace& from);

    /// `sync`: makes what was written durable.
    using sync_callback = std::function<result<void>()>;
    /// Whether it is new. Fails as `schema_catalog::add`, of which it does all but looking at the
    /// text.
    result<bool> add(schema_entry entry, schema_version number, keyspace& into,
                     const sync_callback& sync);
    result<void> set_mode(schema_mode mode, keyspace& into, const sync_callback& sync);

    /// Counts a payload of `type` that does not fit; whether to tell it: the 1st, 2nd, 4th, ...,
    /// so that a log is not flooded.
    std::optional<std::uint64_t> count_misfit(std::string_view type);

private:
    std::atomic<schema_mode> mode_{schema_mode::off};
    std::mutex writing_;
    mutable std::mutex mutex_;  ///< Of what follows.
    std::shared_ptr<const schema_table> table_ = std::make_shared<schema_table>();
    std::map<std::string, std::uint64_t, std::less<>> misfits_;
};

/// `TaskStarted 1.0.0 does not fit: at /a: ...; and 2 others`.
std::string describe(std::string_view type, std::string_view version,
                     const std::vector<schema_violation>& violations);

}  // namespace daybook
