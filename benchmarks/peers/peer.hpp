// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::bench {

/// One commit: events for one stream, whose first gets `first_sequence`. Ids and times are given.
struct batch {
    std::string stream;
    std::uint64_t first_sequence = 1;
    std::vector<new_event> events;
};

/// What a read gave. Peers that were asked the same must say the same.
struct tally {
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;  ///< Of every decoded field.

    void add(const tally& more) {
        events += more.events;
        bytes += more.bytes;
    }
    friend bool operator==(const tally&, const tally&) = default;
};

/// Every field of an event, as a program would look at it. Numbers count as 8 bytes, ids as 16.
struct decoded {
    std::uint64_t position = 0;
    std::uint64_t sequence = 0;
    std::int64_t occurred_at = 0;
    std::int64_t recorded_at = 0;
    event_id id;
    event_id cause;
    std::string_view stream;
    std::string_view type;
    std::string_view schema;
    std::string_view correlation;
    std::string_view actor_type;
    std::string_view actor_id;
    std::string_view actor_model;
    std::string_view tags;  ///< As one text; how they are separated does not count.
    std::string_view payload;

    /// What it adds to a tally; touches every field.
    tally counted() const;
};

/// A database that keeps events: a store of ours, or tables. Throws `std::runtime_error` when it
/// fails. Each client is used by one thread at a time.
class peer {
public:
    virtual ~peer() = default;
    virtual std::string_view name() const = 0;
    virtual std::string version() const = 0;

    /// A new, empty database, in place of what was there.
    virtual void begin_anew() = 0;
    /// Stores a commit if the stream ends just before it; durable on return.
    virtual void append(std::size_t client, const batch& one) = 0;
    /// The same for many, quickly; durable after `settle`.
    virtual void fill(std::span<const batch> many) = 0;
    /// Brings the database to rest: as it is when it has been filled for a while.
    virtual void settle() = 0;

    virtual tally load(const std::string& stream) = 0;
    virtual tally read_all() = 0;
    virtual tally correlation(const std::string& id) = 0;
    /// The 50 newest of this type by this actor.
    virtual tally page(const std::string& type, const std::string& actor) = 0;
};

inline constexpr std::size_t clients_max = 16;

/// Tags as the tables keep them: a JSON array.
std::string tags_as_json(const std::vector<std::string>& tags);

std::unique_ptr<peer> make_daybook_peer(const std::filesystem::path& directory);
/// Null if the program was built without it.
std::unique_ptr<peer> make_sqlite_peer(const std::filesystem::path& directory);
/// `connection` is a libpq connection string of a database that may be emptied.
std::unique_ptr<peer> make_postgres_peer(const std::string& connection);

}  // namespace daybook::bench
