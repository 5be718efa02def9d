// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/aggregate.hpp>
#include <daybook/json_event.hpp>
#include <daybook/options.hpp>
#include <daybook/snapshot.hpp>
#include <daybook/store.hpp>
#include <daybook/value_codec.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

class upcasters;

struct repository_options {
    /// States kept in memory, the ones used last.
    std::size_t states_cached_max = 10'000;
    /// A snapshot is kept when this many events have come since the last; 0: only by hand.
    std::uint64_t snapshot_every = 50;
    /// Of one stream, state and version.
    std::uint64_t snapshots_kept = 2;
    /// How often a command is decided again because others were faster.
    std::uint32_t conflict_retries_max = 64;
    /// Of what is appended; default: the store's.
    std::optional<daybook::durability> durability{};
    /// Old events are applied as what they are upcast to; see upcasters.hpp. Snapshots do not tell
    /// by which upcasters they were made: when those change what `apply` gets to see, raise the
    /// aggregate's `version`.
    std::shared_ptr<const daybook::upcasters> upcasters{};
};

/// What a repository did since it was made.
struct repository_counts {
    std::uint64_t loads = 0;
    std::uint64_t loads_from_memory = 0;    ///< No event had to be read.
    std::uint64_t loads_from_snapshot = 0;  ///< Began at a snapshot.
    std::uint64_t events_read = 0;
    std::uint64_t conflicts = 0;  ///< Appends that found somebody else faster.
    std::uint64_t snapshots_taken = 0;
    std::uint64_t snapshots_passed_over = 0;  ///< Not used, for what is wrong with them.
    std::uint64_t snapshots_failed = 0;       ///< Could not be kept.
};

namespace detail {

/// What a loader must know of a type of state.
struct state_kind {
    std::string_view name;
    std::uint32_t version;
    std::uint64_t fingerprint;  ///< See `value_fingerprint`.
    std::shared_ptr<void> (*make)();
    std::shared_ptr<void> (*copy)(const void* from);
    bool (*apply)(void* to, const json_event& event);  ///< May throw.
    void (*encode)(const void* from, std::string& to);
    result<std::shared_ptr<void>> (*decode)(std::string_view bytes);
};

template <class A>
const state_kind& state_kind_of() {
    static const state_kind kind{
        .name = A::name,
        .version = A::version,
        .fingerprint = value_fingerprint<A>(),
        .make = []() -> std::shared_ptr<void> { return std::make_shared<A>(); },
        .copy = [](const void* from) -> std::shared_ptr<void> {
            return std::make_shared<A>(*static_cast<const A*>(from));
        },
        .apply =
            [](void* to, const json_event& event) {
                return aggregate_events<A, typename A::events>::apply(*static_cast<A*>(to), event);
            },
        .encode = [](const void* from,
                     std::string& to) { encode_value(*static_cast<const A*>(from), to); },
        .decode = [](std::string_view bytes) -> result<std::shared_ptr<void>> {
            auto state = decode_value<A>(bytes);
            if (!state) return state.error();
            return std::shared_ptr<void>{std::make_shared<A>(*std::move(state))};
        }};
    return kind;
}

struct loaded_state {
    std::shared_ptr<const void> state;
    sequence last;
};

/// Runs `apply`; what it throws becomes `projection_failed`, naming the stream.
result<void> guard_apply(std::string_view stream, const std::function<void()>& apply);
error decider_threw(std::string_view aggregate, std::string_view what);

/// Gives each event an id that is a function of `from` and its place.
void give_ids(std::vector<new_event>& events, const event_id& from);

/// Held by a command from loading to appending. A thread that has one already, because a decider
/// executes another command, gets none: nobody waits for a turn while others wait for theirs.
class command_turn {
public:
    explicit command_turn(std::mutex& of);
    ~command_turn();
    command_turn(const command_turn&) = delete;
    command_turn& operator=(const command_turn&) = delete;

private:
    std::unique_lock<std::mutex> lock_;
};

/// The half of a repository that does not know the type: memory, snapshots, reading.
class state_loader {
public:
    state_loader(store& log, const state_kind& kind, const repository_options& options);
    ~state_loader();
    state_loader(const state_loader&) = delete;
    state_loader& operator=(const state_loader&) = delete;

    /// Waits for commands of the same repository and stream. That saves deciding twice, no more:
    /// appends expect the sequence that was loaded, whoever else writes.
    command_turn turn(const std::string& stream) const;

    result<loaded_state> load(const std::string& stream) const;
    result<loaded_state> load_at(const std::string& stream, sequence last) const;

    /// The stream ends with `now`, by an append of this repository.
    void appended(const std::string& stream, loaded_state now, const append_receipt& receipt);
    /// What `give_ids` with `once` was appended as, if it was.
    result<std::optional<append_receipt>> appended_before(const std::string& stream,
                                                          const event_id& once) const;
    void count_conflict();

    result<snapshot_info> take_snapshot(const std::string& stream, std::optional<sequence> last);
    result<std::vector<snapshot_finding>> verify_snapshots(const std::string& stream) const;
    void finish_snapshots();
    repository_counts counts() const;

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace detail
}  // namespace daybook
