// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/generations.hpp>
#include <daybook/store.hpp>
#include <daybook/value_codec.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Which generations of which views there are, and which of them readers get: one record per view
/// name, in a keyspace of its own, so that a switch is one write. The bytes are described in
/// projections/docs/view_layout.md.
namespace daybook::projections::catalog {

inline constexpr std::string_view keyspace_name = "daybook.views";
inline constexpr std::uint32_t record_format = 1;

struct generation_record {
    std::uint32_t version = 0;
    std::uint32_t generation = 0;
    generation_place place{};
    bool paused = false;
    bool switches_over = false;
    friend bool operator==(const generation_record&, const generation_record&) = default;
};
BOOST_DESCRIBE_STRUCT(generation_record, (), (version, generation, place, paused, switches_over))

struct view_record {
    std::uint32_t format = record_format;
    std::uint64_t revision = 0;  ///< Counts the changes of this record.
    std::optional<std::uint32_t> active_version;
    std::uint32_t generations_made = 0;  ///< Numbers are not used twice.
    std::vector<generation_record> generations;
    friend bool operator==(const view_record&, const view_record&) = default;

    generation_record* find(std::uint32_t generation);
    generation_record* find(std::uint32_t version, generation_place place);
    const generation_record* find(std::uint32_t version, generation_place place) const;
    bool anything_serves() const;
    /// A new generation of `version`, at the end.
    generation_record& add(std::uint32_t version, generation_place place);
    void erase(std::uint32_t generation);
    /// If it was the active one, the newest that serves becomes that.
    void erase_version(std::uint32_t version);
};
BOOST_DESCRIBE_STRUCT(view_record, (),
                      (format, revision, active_version, generations_made, generations))

/// The name of the keyspace of a generation.
std::string keyspace_of(std::string_view view, const generation_record& of);

/// The area of the records; nothing if there is none yet. Fails with `io`.
result<std::optional<keyspace>> open(store& log);

/// The record in `bytes`. Fails with `corrupt` or `unsupported`.
result<view_record> decode(std::string_view view, std::string_view bytes);

/// What is recorded of `view`; of one that is older than records, what its keyspaces say; of one
/// that was never built, an empty record. Fails with `corrupt`, `unsupported` or `io`.
result<view_record> read(store& log, std::string_view view);

/// The names of all views that have a record or a keyspace, in order.
result<std::vector<std::string>> names(store& log);

/// Reads the record, lets `edit` change it, and stores it if it did, in one atomic write. Changes
/// of one program happen one after the other. Fails as `read`, as `edit` does, or with `io`.
result<view_record> change(store& log, std::string_view view,
                           const std::function<result<void>(view_record&)>& edit);

/// The keyspace of what serves of a version. Fails with `not_found` or as `read`.
result<keyspace> open_serving(store& log, std::string_view view, std::uint32_t version);

/// Drops a keyspace, if it is there. Fails with `io`.
result<void> drop_if_there(store& log, std::string_view keyspace);

}  // namespace daybook::projections::catalog
