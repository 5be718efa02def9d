// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/detail/state_loader.hpp>
#include <daybook/upcasters.hpp>

#include "snapshot_keeper.hpp"
#include "state_cache.hpp"
#include "text.hpp"

#define XXH_INLINE_ALL
#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <limits>
#include <utility>
#include <xxhash.h>

namespace daybook::detail {
namespace {

/// So many commands of one repository can be decided at a time, more or less: streams share turns.
constexpr std::size_t turns_kept = 1024;
thread_local bool has_turn = false;

constexpr sequence no_end{std::numeric_limits<std::uint64_t>::max()};

/// A UUID of version 8 (RFC 9562, section 5.8): the hash of another id and a number.
event_id derived_id(const event_id& from, std::uint64_t number) {
    std::array<unsigned char, 24> bytes{};
    std::copy(from.bytes.begin(), from.bytes.end(), bytes.begin());
    for (std::size_t i = 0; i < 8; ++i)
        bytes[16 + i] = static_cast<unsigned char>(number >> (8U * i));
    const auto hash = XXH3_128bits(bytes.data(), bytes.size());
    event_id made;
    for (std::size_t i = 0; i < 8; ++i) {
        made.bytes[i] = static_cast<std::uint8_t>(hash.high64 >> (8U * i));
        made.bytes[8 + i] = static_cast<std::uint8_t>(hash.low64 >> (8U * i));
    }
    made.bytes[6] = static_cast<std::uint8_t>((made.bytes[6] & 0x0FU) | 0x80U);
    made.bytes[8] = static_cast<std::uint8_t>((made.bytes[8] & 0x3FU) | 0x80U);
    return made;
}

error cannot_apply(const event_view& event, std::string_view why) {
    return fail(errc::projection_failed,
                cat("stream \"", event.stream(), "\", sequence ", event.sequence().value,
                    " (position ", event.position().value, ", ", event.type(), "): ", why));
}

}  // namespace

result<void> guard_apply(std::string_view stream, const std::function<void()>& apply) {
    const auto threw = [&](std::string_view what) {
        return fail(errc::projection_failed,
                    cat("stream \"", stream,
                        "\": what was decided cannot be applied, and was not appended: ", what));
    };
    try {
        apply();
        return {};
    } catch (const std::exception& thrown) {
        return threw(thrown.what());
    } catch (...) {
        return threw("something that is no std::exception");
    }
}

error decider_threw(std::string_view aggregate, std::string_view what) {
    return fail(errc::projection_failed, cat("decider of \"", aggregate, "\" threw: ", what));
}

void give_ids(std::vector<new_event>& events, const event_id& from) {
    for (std::size_t i = 0; i < events.size(); ++i) events[i].id = derived_id(from, i);
}

command_turn::command_turn(std::mutex& of) {
    if (has_turn) return;
    lock_ = std::unique_lock{of};
    has_turn = true;
}

command_turn::~command_turn() {
    if (lock_) has_turn = false;
}

struct state_loader::impl {
    impl(store& of, const state_kind& what, const repository_options& chosen)
        : log{of},
          kind{what},
          options{chosen},
          cache{chosen.states_cached_max},
          keeper{of, what, std::max<std::uint64_t>(chosen.snapshots_kept, 1)} {}

    store& log;
    const state_kind& kind;
    const repository_options options;
    state_cache cache;
    snapshot_keeper keeper;
    std::array<std::mutex, turns_kept> turns;

    std::atomic<std::uint64_t> loads = 0;
    std::atomic<std::uint64_t> from_memory = 0;
    std::atomic<std::uint64_t> from_snapshot = 0;
    std::atomic<std::uint64_t> events_read = 0;
    std::atomic<std::uint64_t> conflicts = 0;

    /// A state on its way, that nobody else has.
    struct growing {
        std::shared_ptr<void> state;
        sequence last;
        sequence snapshot_at;
    };

    result<void> fold(const std::string& stream, growing& to, sequence end);
    result<void> fold_event(growing& to, const json_event& event) const;
    result<growing> begin(const std::string& stream, sequence end);
    loaded_state publish(const std::string& stream, cached_state now);
};

result<void> state_loader::impl::fold_event(growing& to, const json_event& event) const {
    try {
        kind.apply(to.state.get(), event);
    } catch (const std::exception& thrown) {
        return cannot_apply(event.view(), thrown.what());
    } catch (...) {
        return cannot_apply(event.view(), "apply threw something that is no std::exception");
    }
    return {};
}

// Reads what comes after `to.last`, up to `end`.
result<void> state_loader::impl::fold(const std::string& stream, growing& to, sequence end) {
    if (to.last >= end) return {};
    read_options from{.from = to.last.value + 1};
    if (end != no_end) from.limit = end.value - to.last.value;
    auto events = log.read_stream(stream, from);
    if (!events) return events.error();
    event_upcaster upcaster{options.upcasters};
    json_event current;
    std::uint64_t read = 0;
    while (true) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more) break;
        ++read;
        const auto parts = upcaster.upcast(**events);
        if (!parts) return fail(errc::projection_failed, parts.error().message);
        for (const auto& part : *parts) {
            current.move_to(part);
            if (auto applied = fold_event(to, current); !applied) return applied;
        }
        to.last = (*events)->sequence();  // Of one that was dropped, too.
    }
    events_read += read;
    return {};
}

result<state_loader::impl::growing> state_loader::impl::begin(const std::string& stream,
                                                              sequence end) {
    while (const auto found = keeper.newest(stream, end)) {
        const auto same = snapshot_keeper::ends_with(log, stream, found->last, found->last_record);
        if (!same) return same.error();
        if (*same) {
            ++from_snapshot;
            return growing{found->state, found->last, found->last};
        }
        keeper.count_passed_over();
        end = sequence{found->last.value - 1};
    }
    return growing{kind.make(), {}, {}};
}

// Keeps it in memory, and begins a snapshot if one is due.
loaded_state state_loader::impl::publish(const std::string& stream, cached_state now) {
    const bool due = options.snapshot_every > 0 &&
                     now.last.value - now.snapshot_at.value >= options.snapshot_every;
    if (due) {
        keeper.schedule(stream, now.state, now.last);
        now.snapshot_at = now.last;
    }
    loaded_state given{now.state, now.last};
    cache.put(stream, std::move(now));
    return given;
}

state_loader::state_loader(store& log, const state_kind& kind, const repository_options& options)
    : impl_{std::make_unique<impl>(log, kind, options)} {}

state_loader::~state_loader() = default;

command_turn state_loader::turn(const std::string& stream) const {
    return command_turn{impl_->turns[std::hash<std::string>{}(stream) % turns_kept]};
}

result<loaded_state> state_loader::load(const std::string& stream) const {
    auto& in = *impl_;
    ++in.loads;
    const auto seen = in.log.watermark();
    const auto cached = in.cache.find(stream);
    if (cached && cached->seen >= seen) {
        ++in.from_memory;
        return loaded_state{cached->state, cached->last};
    }
    const auto head = in.log.head(stream);
    if (!head) return head.error();
    if (cached && cached->last == head->last) {
        ++in.from_memory;
        in.cache.seen(stream, cached->last, seen);
        return loaded_state{cached->state, cached->last};
    }
    if (head->last.value == 0) return loaded_state{in.kind.make(), {}};
    auto grown = [&]() -> result<impl::growing> {
        if (cached && cached->last < head->last) {
            return impl::growing{in.kind.copy(cached->state.get()), cached->last,
                                 cached->snapshot_at};
        }
        return in.begin(stream, no_end);
    }();
    if (!grown) return grown.error();
    if (auto folded = in.fold(stream, *grown, no_end); !folded) return folded.error();
    return in.publish(stream, {grown->state, grown->last, seen, grown->snapshot_at});
}

result<loaded_state> state_loader::load_at(const std::string& stream, sequence last) const {
    auto& in = *impl_;
    ++in.loads;
    auto grown = in.begin(stream, last);
    if (!grown) return grown.error();
    if (auto folded = in.fold(stream, *grown, last); !folded) return folded.error();
    if (grown->last == last) return loaded_state{grown->state, grown->last};
    return fail(errc::invalid_argument, cat("stream \"", stream, "\" ends at sequence ",
                                            grown->last.value, "; ", last.value, " was asked for"));
}

void state_loader::appended(const std::string& stream, loaded_state now,
                            const append_receipt& receipt) {
    const auto before = impl_->cache.find(stream);
    // If it is not known when the last one was taken, the next load finds out.
    const auto snapshot_at =
        before ? before->snapshot_at : sequence{receipt.first_sequence.value - 1};
    impl_->publish(stream,
                   {std::move(now.state), now.last, position{receipt.last.value + 1}, snapshot_at});
}

result<std::optional<append_receipt>> state_loader::appended_before(const std::string& stream,
                                                                    const event_id& once) const {
    std::optional<append_receipt> none;
    const auto first = impl_->log.read_one(derived_id(once, 0));
    if (!first) {
        if (first.error().code == errc::not_found) return none;
        return first.error();
    }
    if (first->view().stream() != stream) {
        return fail(errc::invalid_argument,
                    cat("command ", to_string(once), " was executed for stream \"",
                        first->view().stream(), "\", and cannot be for \"", stream, '"'));
    }
    append_receipt receipt{
        .first = first->position(), .first_sequence = first->sequence(), .repeated = true};
    auto events = impl_->log.read_stream(stream, {.from = first->sequence().value});
    if (!events) return events.error();
    for (std::uint64_t number = 0;; ++number) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more || (*events)->id() != derived_id(once, number)) break;
        receipt.last = (*events)->position();
        receipt.last_sequence = (*events)->sequence();
    }
    return std::optional{receipt};
}

void state_loader::count_conflict() { ++impl_->conflicts; }

result<snapshot_info> state_loader::take_snapshot(const std::string& stream,
                                                  std::optional<sequence> last) {
    const auto state = last ? load_at(stream, *last) : load(stream);
    if (!state) return state.error();
    if (state->last.value == 0) {
        return fail(errc::invalid_argument,
                    cat("stream \"", stream, "\": there is no event to take a snapshot after"));
    }
    return impl_->keeper.keep(stream, state->state.get(), state->last);
}

// One reading of the stream for all of them, the oldest first.
result<std::vector<snapshot_finding>> state_loader::verify_snapshots(
    const std::string& stream) const {
    auto& in = *impl_;
    auto all = in.keeper.all(stream);
    if (!all) return all.error();
    auto grown = impl::growing{in.kind.make(), {}, {}};
    std::reverse(all->begin(), all->end());
    const auto past = daybook::verify_snapshots(in.log, stream);
    if (!past) return past.error();
    std::vector<snapshot_finding> findings;
    for (const auto& one : *all) {
        const auto told = std::find_if(past->begin(), past->end(), [&](const auto& finding) {
            return finding.which.state == one.key.state && finding.which.last == one.key.last &&
                   finding.which.version == one.key.version;
        });
        if (told == past->end()) continue;  // Dropped meanwhile.
        auto finding = *told;
        if (finding.verdict == snapshot_verdict::sound &&
            one.record->fingerprint != in.kind.fingerprint) {
            finding.verdict = snapshot_verdict::stale;
        } else if (finding.verdict == snapshot_verdict::sound) {
            if (auto folded = in.fold(stream, grown, one.key.last); !folded) return folded.error();
            std::string made;
            in.kind.encode(grown.state.get(), made);
            if (made != one.record->state) finding.verdict = snapshot_verdict::other_state;
        }
        findings.push_back(std::move(finding));
    }
    return findings;
}

void state_loader::finish_snapshots() { impl_->keeper.finish(); }

repository_counts state_loader::counts() const {
    repository_counts now{.loads = impl_->loads,
                          .loads_from_memory = impl_->from_memory,
                          .loads_from_snapshot = impl_->from_snapshot,
                          .events_read = impl_->events_read,
                          .conflicts = impl_->conflicts};
    impl_->keeper.add_counts(now);
    return now;
}

}  // namespace daybook::detail
