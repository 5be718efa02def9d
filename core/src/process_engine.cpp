// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/context.hpp>
#include <daybook/detail/process_engine.hpp>
#include <daybook/durable_subscription.hpp>
#include <daybook/upcasters.hpp>

#include "kept_area.hpp"
#include "text.hpp"

#define XXH_INLINE_ALL
#include <boost/describe.hpp>

#include <algorithm>
#include <exception>
#include <iterator>
#include <map>
#include <xxhash.h>

namespace daybook::detail {
namespace {

/// An instance as it is kept. Written after its commands are done; an event that comes again after
/// a crash is known by its position.
struct kept_instance {
    std::uint32_t format = 1;
    position handled;
    bool stopped = false;
    std::string state;
};
BOOST_DESCRIBE_STRUCT(kept_instance, (), (format, handled, stopped, state))

// One event may ask for so many commands, those asked for when one is rejected included: a process
// that answers every rejection with the same command would never end.
constexpr std::size_t commands_max = 10'000;

/// The id of a command is a function of what asked for it, who, and for whom. The first part of an
/// event goes by the event's id alone, as events do that are not split.
event_id command_id(const event_id& cause, std::size_t part, std::string_view process,
                    std::string_view stream, std::uint64_t ordinal) {
    auto text = cat(process, '\n', stream, '\n', ordinal, '\n');
    if (part > 0) text += cat("part ", part, '\n');
    std::vector<new_event> one(1);
    event_id seed = cause;
    const auto hash = XXH3_128bits(text.data(), text.size());
    for (std::size_t i = 0; i < 8; ++i) {
        seed.bytes[i] = static_cast<std::uint8_t>(seed.bytes[i] ^ (hash.high64 >> (8U * i)));
        seed.bytes[8 + i] = static_cast<std::uint8_t>(seed.bytes[8 + i] ^ (hash.low64 >> (8U * i)));
    }
    give_ids(one, seed);
    return *one.front().id;
}

}  // namespace

struct process_engine::impl {
    impl(store& of, const process_kind& what, const process_options& options,
         durable_subscription subscribed, keyspace rows)
        : kind{what},
          reach{of, options.upcasters},
          upcaster{options.upcasters},
          feed{std::move(subscribed)},
          instances{std::move(rows)} {}

    const process_kind& kind;
    repositories reach;
    event_upcaster upcaster;
    durable_subscription feed;
    keyspace instances;
    std::optional<event> pending;  ///< Could not be handled, and comes first.
    process_counts done;

    error failed(const event_view& event, std::string_view why) const;
    /// One of the events that an event is upcast to: itself, mostly.
    struct placed {
        json_event event;
        process_kind::place place;
        std::size_t number;
    };
    result<placed> place(const event_view& part, std::size_t number) const;
    result<void> handle(const event_view& event);
    result<void> handle_for(const std::string& key, const std::vector<placed>& parts);
    result<std::optional<kept_instance>> read(std::string_view key) const;
    result<void> react(kept_instance& to, const placed& part);
    result<void> execute(kept_instance& of, const placed& part, const reactions& asked);
    result<void> write(std::string_view key, const kept_instance& instance);
};

error process_engine::impl::failed(const event_view& event, std::string_view why) const {
    return fail(errc::projection_failed,
                cat("process \"", kind.name, "\", event at position ", event.position().value, " (",
                    event.type(), "): ", why));
}

result<std::optional<kept_instance>> process_engine::impl::read(std::string_view key) const {
    std::optional<kept_instance> none;
    const auto bytes = instances.get(cat("i", key));
    if (!bytes) return bytes.error();
    if (!*bytes) return none;
    auto kept = decode_value<kept_instance>(**bytes);
    if (!kept) {
        return fail(errc::corrupt, cat("process \"", kind.name, "\", instance \"", key,
                                       "\": ", kept.error().message));
    }
    return std::optional{*std::move(kept)};
}

result<void> process_engine::impl::write(std::string_view key, const kept_instance& instance) {
    std::string bytes;
    encode_value(instance, bytes);
    keyspace_batch batch;
    batch.put(cat("i", key), bytes);
    return instances.write(batch);
}

result<process_engine::impl::placed> process_engine::impl::place(const event_view& part,
                                                                 std::size_t number) const {
    placed found{json_event{part}, {}, number};
    try {
        found.place = kind.find(found.event);
    } catch (const std::exception& thrown) {
        return failed(part, thrown.what());
    } catch (...) {
        return failed(part, "key threw something that is no std::exception");
    }
    return found;
}

// Each instance gets its parts together, so that it is written once, with all of them handled.
result<void> process_engine::impl::handle(const event_view& event) {
    const auto parts = upcaster.upcast(event);
    if (!parts) return failed(event, parts.error().message);
    ++done.events;
    std::vector<std::pair<std::string, std::vector<placed>>> instances_met;
    for (const auto& part : *parts) {
        auto found = place(part, static_cast<std::size_t>(&part - parts->data()));
        if (!found) return found.error();
        if (!found->place.key) continue;
        auto at = std::find_if(instances_met.begin(), instances_met.end(),
                               [&](const auto& met) { return met.first == *found->place.key; });
        if (at == instances_met.end()) {
            instances_met.emplace_back(*found->place.key, std::vector<placed>{});
            at = std::prev(instances_met.end());
        }
        at->second.push_back(*std::move(found));
    }
    for (const auto& [key, its_parts] : instances_met) {
        if (auto handled = handle_for(key, its_parts); !handled) return handled;
    }
    return {};
}

result<void> process_engine::impl::handle_for(const std::string& key,
                                              const std::vector<placed>& parts) {
    auto kept = read(key);
    if (!kept) return kept.error();
    const auto at = parts.front().event.view().position();
    if (*kept && (*kept)->handled > at) return {};  // Came again after a crash.
    std::optional<kept_instance> now;
    for (const auto& part : parts) {
        const auto& before = now ? now : *kept;
        const bool is_there = before && !before->stopped;
        if (!is_there && !part.place.starts) {
            ++done.passed_over;
            continue;
        }
        now = is_there ? *before : kept_instance{};
        if (auto reacted = react(*now, part); !reacted) return reacted;
    }
    if (!now) return {};
    now->handled = position{at.value + 1};
    if (now->stopped) now->state.clear();
    return write(key, *now);
}

result<void> process_engine::impl::react(kept_instance& to, const placed& part) {
    reactions asked;
    try {
        kind.react(to.state, part.event, asked);
    } catch (const std::exception& thrown) {
        return failed(part.event.view(), thrown.what());
    } catch (...) {
        return failed(part.event.view(), "threw something that is no std::exception");
    }
    return execute(to, part, asked);
}

result<void> process_engine::impl::execute(kept_instance& of, const placed& part,
                                           const reactions& asked) {
    const auto& cause = part.event.view();
    const context_scope scope{context::of(cause)};
    std::map<std::string, std::uint64_t> ordinals;
    std::vector<reactions::call> calls{asked.calls()};
    of.stopped = asked.stops();
    for (std::size_t next = 0; next < calls.size(); ++next) {
        if (next >= commands_max) return failed(cause, "it asks for too many commands");
        const auto& call = calls[next];
        const auto id =
            command_id(cause.id(), part.number, kind.name, call.stream, ordinals[call.stream]++);
        const auto executed = call.run(reach, id);
        ++done.commands;
        if (executed) continue;
        if (executed.error().code != errc::rejected)
            return fail(executed.error().code, failed(cause, executed.error().message).message);
        ++done.rejected;
        if (kind.rejected == nullptr) continue;
        reactions more;
        try {
            kind.rejected(of.state, {call.stream, executed.error().message}, more);
        } catch (const std::exception& thrown) {
            return failed(cause, thrown.what());
        }
        of.stopped = of.stopped || more.stops();
        const auto& added = more.calls();
        calls.insert(calls.end(), added.begin(), added.end());
    }
    return {};
}

process_engine::process_engine(std::unique_ptr<impl> opened) : impl_{std::move(opened)} {}
process_engine::~process_engine() = default;

result<std::unique_ptr<process_engine>> process_engine::open(store& log, const process_kind& kind,
                                                             const process_options& options) {
    const auto name = cat("process.", kind.name, ".v", kind.version);
    auto wanted = query::types(kind.types);
    if (options.upcasters) wanted = options.upcasters->widen(std::move(wanted));
    auto rows = open_kept_area(log, cat("daybook.", name), name);
    if (!rows) return rows.error();
    auto feed = durable_subscription::open(log, name, {.which = wanted, .from = options.from});
    if (!feed) return feed.error();
    return std::unique_ptr<process_engine>{new process_engine{
        std::make_unique<impl>(log, kind, options, *std::move(feed), *std::move(rows))}};
}

result<bool> process_engine::step(std::chrono::milliseconds patience) {
    auto& in = *impl_;
    if (!in.pending) {
        const auto next = in.feed.next(patience);
        if (!next) return next;
        if (!*next) return false;
        in.pending.emplace(*in.feed);
    }
    if (auto handled = in.handle(in.pending->view()); !handled) return handled.error();
    const auto at = in.pending->position();
    in.pending.reset();
    if (auto acknowledged = in.feed.acknowledge(at); !acknowledged) return acknowledged.error();
    return true;
}

result<void> process_engine::catch_up() {
    while (true) {
        const auto moved = step({});
        if (!moved) return moved.error();
        if (!*moved) return {};
    }
}

result<void> process_engine::run(const std::stop_token& stop) {
    const std::stop_callback wake{stop, [this] { impl_->feed.stop(); }};
    while (!stop.stop_requested()) {
        const auto moved = step(std::chrono::hours{1});
        if (!moved) return moved.error();
    }
    return {};
}

result<std::optional<std::string>> process_engine::instance(std::string_view key) const {
    std::optional<std::string> none;
    auto kept = impl_->read(key);
    if (!kept) return kept.error();
    if (!*kept || (*kept)->stopped) return none;
    return std::optional{std::move((*kept)->state)};
}

process_counts process_engine::counts() const noexcept { return impl_->done; }

}  // namespace daybook::detail
