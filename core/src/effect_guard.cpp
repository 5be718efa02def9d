// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/context.hpp>
#include <daybook/detail/state_loader.hpp>
#include <daybook/effect_guard.hpp>
#include <daybook/json_event.hpp>
#include <daybook/raw_json.hpp>

#include "name_claims.hpp"
#include "names.hpp"
#include "subscription_impl.hpp"
#include "text.hpp"

#include <boost/json/object.hpp>

#define XXH_INLINE_ALL
#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <xxhash.h>

namespace daybook {
namespace {

constexpr std::string_view stream_start = "daybook.effects-";
constexpr std::string_view begun_type = "effect_begun";
constexpr std::string_view done_type = "effect_done";
constexpr std::string_view failed_type = "effect_failed";
constexpr std::string_view effect_tag = "effect";

constexpr std::size_t name_bytes_max = 100;
constexpr std::size_t id_bytes_max = 400;  // It stands in a tag.

std::string stream_of(std::string_view name) { return cat(stream_start, name); }

result<void> check_name(std::string_view name) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    if (!name.empty() && name.size() <= name_bytes_max &&
        name.find_first_not_of(letters) == std::string_view::npos) {
        return {};
    }
    return fail(errc::invalid_argument, cat("effect guard ", in_quotes(name), ": a name is 1 to ",
                                            name_bytes_max, " of a-z 0-9 _ -"));
}

result<void> check_id(std::string_view id) {
    if (id.empty()) return fail(errc::invalid_argument, "effect id is empty");
    return names::check_text("effect id", id, id_bytes_max);
}

/// What an attempt's events are called: there can be one beginning and one end of each.
enum class half { begun, settled };

event_id id_of(std::string_view stream, std::string_view effect, std::uint64_t attempt,
               half which) {
    const auto text =
        cat(stream, '\n', effect, '\n', attempt, which == half::begun ? "\nbegun" : "\nsettled");
    const auto hash = XXH3_128bits(text.data(), text.size());
    event_id seed;
    for (std::size_t i = 0; i < 8; ++i) {
        seed.bytes[i] = static_cast<std::uint8_t>(hash.high64 >> (8U * i));
        seed.bytes[8 + i] = static_cast<std::uint8_t>(hash.low64 >> (8U * i));
    }
    std::vector<new_event> one(1);
    detail::give_ids(one, seed);  // Makes a UUID of it.
    return *one.front().id;
}

enum class known { never_begun, begun, failed, done };

/// What the log says about an effect: about its last attempt, or about the one that was done.
struct effect_state {
    known what = known::never_begun;
    std::uint64_t attempt = 0;
    timestamp begun_at{};
};

std::uint64_t attempt_of(const json_event& event) {
    const auto* number = event.fields().if_contains("attempt");
    boost::system::error_code wrong;
    if (number == nullptr || !number->is_number()) return 0;
    const auto attempt = number->to_number<std::uint64_t>(wrong);
    return wrong ? 0 : attempt;
}

}  // namespace

struct effect_guard::impl {
    store& log;
    std::string name;
    std::string stream;
    effect_options options;
    name_claims::claim claim;

    std::mutex mutex{};
    std::condition_variable ended{};
    std::map<std::string, std::thread::id, std::less<>> running{};

    /// This thread has the effect to itself.
    class turn {
    public:
        turn(impl& of, std::string id) : of_{of}, id_{std::move(id)} {}
        ~turn() {
            {
                const std::lock_guard lock{of_.mutex};
                of_.running.erase(id_);
            }
            of_.ended.notify_all();
        }
        turn(const turn&) = delete;
        turn& operator=(const turn&) = delete;

    private:
        impl& of_;
        std::string id_;
    };

    result<std::unique_ptr<turn>> take_turn(std::string_view id);
    result<std::optional<event>> find(std::string_view id, std::uint64_t attempt, half which) const;
    result<effect_state> look(std::string_view id) const;
    result<void> record(std::string_view id, std::uint64_t attempt, std::string_view type,
                        std::string_view reason) const;
    result<effect_outcome> run(std::string_view id, std::uint64_t attempt,
                               const std::function<result<void>()>& effect) const;
    error about(std::string_view id, errc code, std::string_view what) const {
        return fail(code, cat("effect ", in_quotes(id), " of ", name, ": ", what));
    }
};

result<std::unique_ptr<effect_guard::impl::turn>> effect_guard::impl::take_turn(
    std::string_view id) {
    std::unique_lock lock{mutex};
    const auto self = std::this_thread::get_id();
    for (;;) {
        const auto there = running.find(id);
        if (there == running.end()) break;
        if (there->second == self)
            return about(id, errc::invalid_argument, "it calls for itself while it is running");
        ended.wait(lock);
    }
    running.emplace(std::string{id}, self);
    return std::make_unique<turn>(*this, std::string{id});
}

result<std::optional<event>> effect_guard::impl::find(std::string_view id, std::uint64_t attempt,
                                                      half which) const {
    auto stored = log.read_one(id_of(stream, id, attempt, which));
    if (!stored && stored.error().code == errc::not_found) return std::optional<event>{};
    if (!stored) return stored.error();
    const auto view = stored->view();
    if (view.stream() != stream || view.tag(effect_tag) != id) {
        return about(id, errc::corrupt,
                     cat("the event at position ", view.position(), " has its id and is another"));
    }
    return std::optional{*std::move(stored)};
}

result<effect_state> effect_guard::impl::look(std::string_view id) const {
    effect_state state;
    for (;;) {
        const auto begun = find(id, state.attempt + 1, half::begun);
        if (!begun) return begun.error();
        if (!*begun) return state;
        ++state.attempt;
        state.begun_at = (*begun)->view().recorded_at();
        const auto settled = find(id, state.attempt, half::settled);
        if (!settled) return settled.error();
        if (!*settled) {
            state.what = known::begun;
            continue;
        }
        state.what = (*settled)->type() == done_type ? known::done : known::failed;
        if (state.what == known::done) return state;
    }
}

result<void> effect_guard::impl::record(std::string_view id, std::uint64_t attempt,
                                        std::string_view type, std::string_view reason) const {
    new_event made;
    made.type = type;
    made.id = id_of(stream, id, attempt, type == begun_type ? half::begun : half::settled);
    made.tags = {cat(effect_tag, ':', id), "level:SYSTEM"};
    made.payload = "{\"guard\":";
    append_json_string(made.payload, name);
    made.payload += ",\"effect\":";
    append_json_string(made.payload, id);
    made.payload += cat(",\"attempt\":", attempt);
    if (!reason.empty()) {
        made.payload += ",\"reason\":";
        append_json_string(made.payload, reason);
    }
    made.payload += '}';
    // What the guard records is no effect of the replay, but its own memory.
    auto mark = context_scope::current().replay;
    mark.may_append = true;
    const context_scope allowed{{.replay = mark}};
    const auto at = log.append(stream, expected::any(), {std::move(made)}, options.durable);
    if (!at) return at.error();
    if (at->repeated)
        return about(id, errc::refused, cat("somebody else recorded attempt ", attempt));
    return {};
}

result<effect_outcome> effect_guard::impl::run(std::string_view id, std::uint64_t attempt,
                                               const std::function<result<void>()>& effect) const {
    if (auto begun = record(id, attempt, begun_type, {}); !begun) return begun.error();
    result<void> ran;
    try {
        ran = effect();
    } catch (const std::exception& thrown) {
        return about(id, errc::projection_failed,
                     cat("it threw: ", thrown.what(), "; whether it happened is not known"));
    } catch (...) {
        return about(id, errc::projection_failed,
                     "it threw something that is no std::exception; whether it happened is not "
                     "known");
    }
    if (!ran && ran.error().code == errc::timed_out) return ran.error();
    if (!ran) {
        auto told = record(id, attempt, failed_type, ran.error().message);
        return told ? ran.error() : told.error();
    }
    if (auto told = record(id, attempt, done_type, {}); !told) {
        return about(id, told.error().code == errc::conflict ? errc::refused : told.error().code,
                     cat("it ran, and that cannot be recorded: ", told.error().message));
    }
    return effect_outcome::ran;
}

result<effect_outcome> effect_guard::run_once(std::string_view id,
                                              const std::function<result<void>()>& effect) {
    auto& in = *impl_;
    if (auto sound = check_id(id); !sound) return sound.error();
    const auto turn = in.take_turn(id);
    if (!turn) return turn.error();
    const auto state = in.look(id);
    if (!state) return state.error();
    if (state->what == known::done) return effect_outcome::done_before;
    if (context_scope::current().replay && in.options.in_replay == replay_policy::suppress)
        return effect_outcome::suppressed;
    if (state->what == known::begun) {
        if (in.options.if_unknown == unknown_policy::skip) return effect_outcome::skipped;
        if (in.options.if_unknown == unknown_policy::ask) {
            return in.about(id, errc::refused,
                            cat("it was begun at ", state->begun_at,
                                ", and whether it happened is not known; find out, and settle it"));
        }
    }
    return in.run(id, state->attempt + 1, effect);
}

result<void> effect_guard::settle(std::string_view id, settled_as what) {
    auto& in = *impl_;
    if (auto sound = check_id(id); !sound) return sound.error();
    const auto turn = in.take_turn(id);
    if (!turn) return turn.error();
    const auto state = in.look(id);
    if (!state) return state.error();
    if (state->what == known::never_begun)
        return in.about(id, errc::not_found, "it was never begun");
    if (state->what != known::begun) {
        auto why = in.about(id, errc::conflict,
                            state->what == known::done ? "it is done" : "it did not happen");
        why.conflict = std::make_shared<daybook::conflict>(
            daybook::conflict{.what = conflict::kind::expectation, .stream = in.stream});
        return why;
    }
    return in.record(id, state->attempt, what == settled_as::done ? done_type : failed_type,
                     "settled by hand");
}

result<effect_guard> effect_guard::open(store& log, std::string_view name,
                                        const effect_options& options) {
    if (auto sound = check_name(name); !sound) return sound.error();
    const auto plain = log.subscribe({});  // Knows the store's engine.
    if (!plain) return plain.error();
    auto& names = subscription_access::engine_of(*plain).subscription_names;
    auto claim = names.take(cat("effects/", name));  // No subscription is called so.
    if (!claim) {
        return fail(errc::locked, cat("effect guard ", in_quotes(name),
                                      ": somebody in this process has it open"));
    }
    return effect_guard{std::unique_ptr<impl>{new impl{.log = log,
                                                       .name = std::string{name},
                                                       .stream = stream_of(name),
                                                       .options = options,
                                                       .claim = std::move(*claim)}}};
}

effect_guard::effect_guard(std::unique_ptr<impl> opened) : impl_{std::move(opened)} {}
effect_guard::effect_guard(effect_guard&&) noexcept = default;
effect_guard& effect_guard::operator=(effect_guard&&) noexcept = default;
effect_guard::~effect_guard() = default;

const std::string& effect_guard::name() const noexcept { return impl_->name; }

result<std::vector<unknown_effect>> unknown_effects(const store& log, std::string_view name) {
    if (auto sound = check_name(name); !sound) return sound.error();
    auto events = log.read_stream(stream_of(name));
    if (!events) return events.error();
    std::map<std::string, unknown_effect, std::less<>> open;
    json_event current;
    for (;;) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more) break;
        const auto& event = **events;
        const std::string id{event.tag(effect_tag).value_or(std::string_view{})};
        current.move_to(event);
        const auto attempt = attempt_of(current);
        if (event.type() == begun_type) {
            open[id] = {id, attempt, event.position(), event.recorded_at()};
        } else if (const auto begun = open.find(id);
                   begun != open.end() && begun->second.attempt == attempt) {
            open.erase(begun);
        }
    }
    std::vector<unknown_effect> all;
    for (auto& [id, one] : open) all.push_back(std::move(one));
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.begun < b.begun; });
    return all;
}

}  // namespace daybook
