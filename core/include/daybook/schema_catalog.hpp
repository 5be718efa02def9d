// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>
#include <daybook/json_schema.hpp>
#include <daybook/result.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

class store;

/// What a store does with an event whose payload does not fit its schema. Kept in the store.
enum class schema_mode {
    off,    ///< Nothing is checked. The default; an append pays one look at a number for it.
    warn,   ///< It is stored, counted (`store_metrics`) and told to `store_options::log`.
    strict  ///< The append fails with `invalid_argument`; nothing of it is stored.
};

/// "off", "warn" or "strict".
std::string_view to_string(schema_mode mode) noexcept;
std::optional<schema_mode> parse_schema_mode(std::string_view text) noexcept;

/// One version of the schema of an event type.
struct schema_entry {
    std::string type{};
    std::string version{};  ///< "MAJOR.MINOR.PATCH".
    std::string text{};     ///< As it was added.
    timestamp added_at{};
};

/// A version, and what it changed.
struct schema_step {
    schema_entry schema{};
    std::optional<std::string> previous{};  ///< The version before it; none for the first.
    schema_comparison change{};             ///< Since then; empty for the first.
    /// False if it has the major number (above 0) of the version before it, which promises backward
    /// compatibility, and is not compatible.
    bool keeps_promise = true;
    bool added = false;  ///< Of `add`: it was not there before.
};

/// How many versions of how many types, in all, a store keeps.
inline constexpr std::size_t schemas_max = 10'000;

/// The schemas of a store's event types, by type and version. They are kept in the store, survive
/// its reopening and are in its backups; what is appended is held against them as `mode` says,
/// through whichever handle it comes.
///
///     auto schemas = daybook::schema_catalog::open(log).value();
///     schemas.add<task_started>().value();
///     schemas.set_mode(daybook::schema_mode::strict).value();
///
/// Events of types that the catalog does not know pass. An event's `schema` names the version, and
/// an empty one means the newest; a version that the catalog does not have, of a type that it
/// knows, does not fit.
///
/// Every member may be called from any thread. Must not outlive its store. Of a store that is open
/// for reading it shows what was there when it was opened.
class schema_catalog {
public:
    /// Fails with `io` or `corrupt`.
    static result<schema_catalog> open(store& of);

    schema_catalog(schema_catalog&&) noexcept;
    schema_catalog& operator=(schema_catalog&&) noexcept;
    ~schema_catalog();

    /// Keeps the schema of a described struct, under `event_type_name` and `event_schema_version`.
    template <detail::readable_event E>
    result<schema_step> add() {
        return add(event_type_name<E>(), event_schema_version<E>(), json_schema_of<E>());
    }

    /// Keeps `text`, on the disk when this returns, and says what it changes. The same once more
    /// does nothing. It does not have to be compatible; look at `schema_step::change`.
    /// Fails with `invalid_argument` or `too_large` (see `check_schema`; the version is not of
    /// three numbers), `rejected` (this version is there and says something else: the message tells
    /// what differs), `refused` (the store is open for reading), `io`.
    result<schema_step> add(std::string_view type, std::string_view version, std::string_view text);

    /// All of them, by type and then from the oldest version to the newest.
    std::vector<schema_entry> list() const;

    /// One of them; without a version the newest. Fails with `not_found`.
    result<schema_entry> get(std::string_view type, std::string_view version = {}) const;

    /// The versions of a type from the oldest to the newest, and what each changed. Fails with
    /// `not_found`.
    result<std::vector<schema_step>> history(std::string_view type) const;

    /// How an event does not fit its schema, at most `violations_max` ways; empty if it fits, or
    /// if the catalog does not know its type. Fails with `too_large` (the schema asks for too many
    /// steps) or `corrupt` (the kept schema is damaged).
    result<std::vector<schema_violation>> check(const event_view& one) const;
    result<std::vector<schema_violation>> check(const new_event& one) const;

    schema_mode mode() const noexcept;

    /// From now on, for appends that come to the store later; kept in the store. Fails with
    /// `refused` (open for reading) or `io`.
    result<void> set_mode(schema_mode mode);

private:
    struct impl;
    explicit schema_catalog(std::unique_ptr<impl> made);
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook
