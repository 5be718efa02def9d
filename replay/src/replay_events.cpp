// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/replay/replay_events.hpp>

#include "selected_events.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

namespace daybook::replay {
namespace {

using std::chrono::microseconds;

constexpr std::int64_t bookmark_format = 1;
// Of all pauses together. Clocks count nanoseconds in 63 bits: more would overflow.
constexpr double pause_max_us = 3e15;

class machine_clock final : public replay_clock {
public:
    time_point now() override { return std::chrono::steady_clock::now(); }
    void wait_until(time_point when, const std::stop_token& stop) override {
        std::mutex mutex;
        std::condition_variable_any stopped;
        std::unique_lock lock{mutex};
        while (!stop.stop_requested() && now() < when)
            stopped.wait_until(lock, stop, when, [] { return false; });
    }
};

/// How long after the first event each one comes.
class schedule {
public:
    explicit schedule(const pace& at) : pace_{at} {}

    microseconds due(timestamp occurred) {
        if (!latest_) latest_ = occurred;
        if (pace_.times > 0 && occurred > *latest_) {
            const auto gap = static_cast<double>((occurred - *latest_).count()) / pace_.times;
            const auto longest =
                pace_.longest_pause ? static_cast<double>(pace_.longest_pause->count()) : gap;
            const auto left = pause_max_us - static_cast<double>(total_.count());
            total_ += microseconds{
                static_cast<std::int64_t>(std::max(0.0, std::min({gap, longest, left})))};
        }
        latest_ = std::max(*latest_, occurred);
        return total_;
    }

private:
    pace pace_;
    std::optional<timestamp> latest_;
    microseconds total_{0};
};

result<void> check(const replay_options& options) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789_.-";
    const auto& name = options.name;
    if (name.empty() || name.size() > 200 || name.find_first_not_of(letters) != name.npos) {
        return fail(errc::invalid_argument,
                    "replay \"" + name.substr(0, 100) + "\": a name is 1 to 200 of a-z 0-9 _ . -");
    }
    const auto& pace = options.pace;
    if (!std::isfinite(pace.times) || pace.times < 0) {
        return fail(errc::invalid_argument, "replay: its pace is " + std::to_string(pace.times) +
                                                " times; it must be 0, for none, or more");
    }
    if (pace.longest_pause && pace.longest_pause->count() < 0)
        return fail(errc::invalid_argument, "replay: its longest pause is below 0");
    if (options.bookmark_every == 0)
        return fail(errc::invalid_argument, "replay: bookmark_every is 0; it must be at least 1");
    return {};
}

/// Runs code that others wrote: what it throws becomes an error.
template <class Call>
auto guarded(const Call& call) -> decltype(call()) {
    try {
        return call();
    } catch (const std::exception& thrown) {
        return fail(errc::projection_failed, std::string{"it threw: "} + thrown.what());
    } catch (...) {
        return fail(errc::projection_failed, "it threw something that is no std::exception");
    }
}

/// What a bookmark says.
struct bookmark_entry {
    std::string store;
    std::string replays;
    position next;
    std::uint64_t events = 0;
    std::string settled;
};

std::string to_json(const bookmark_entry& entry) {
    const boost::json::object text{{"format", bookmark_format}, {"store", entry.store},
                                   {"replays", entry.replays},  {"next", entry.next.value},
                                   {"events", entry.events},    {"settled", entry.settled}};
    return boost::json::serialize(text) + '\n';
}

result<bookmark_entry> parse_entry(std::string_view text, const std::string& where) {
    const auto damaged = [&](std::string_view what) {
        return fail(errc::corrupt, "bookmark " + where + ": " + std::string{what});
    };
    boost::system::error_code wrong;
    const auto value = boost::json::parse({text.data(), text.size()}, wrong);
    if (wrong || !value.is_object()) return damaged("is no JSON object");
    const auto& fields = value.get_object();
    const auto number = [&](std::string_view name) -> std::optional<std::uint64_t> {
        const auto* found = fields.if_contains(name);
        if (found == nullptr || !found->is_number()) return std::nullopt;
        boost::system::error_code bad;
        const auto read = found->to_number<std::uint64_t>(bad);
        return bad ? std::nullopt : std::optional{read};
    };
    const auto string = [&](std::string_view name) -> std::optional<std::string> {
        const auto* found = fields.if_contains(name);
        if (found == nullptr || !found->is_string()) return std::nullopt;
        return std::string{found->get_string()};
    };
    const auto format = number("format");
    if (format && *format > static_cast<std::uint64_t>(bookmark_format)) {
        return fail(errc::unsupported, "bookmark " + where + ": has format " +
                                           std::to_string(*format) + ", this daybook knows 1");
    }
    const auto store_id = string("store");
    const auto replays = string("replays");
    const auto next = number("next");
    const auto events = number("events");
    const auto settled = string("settled");
    if (!format || !store_id || !replays || !next || !events || !settled)
        return damaged("lacks what a bookmark has");
    return bookmark_entry{*store_id, *replays, position{*next}, *events, *settled};
}

/// One replay under way.
class run {
public:
    run(const store& log, const replay_options& options, replay_target& into)
        : log_{log},
          options_{options},
          into_{into},
          clock_{options.clock != nullptr ? *options.clock : replay_clock::of_machine()},
          schedule_{options.pace} {}

    /// Finds out what there is to do; changes nothing.
    result<void> prepare() {
        if (auto sound = check(options_); !sound) return sound;
        auto selected = resolve(log_, options_.what);
        if (!selected) return selected.error();
        what_ = *std::move(selected);
        here_ = {.store = to_string(log_.status().store_id),
                 .replays = parameters_of(options_.what),
                 .next = what_.first,
                 .settled = {}};
        if (options_.bookmark != nullptr) {
            if (auto found = find_place(); !found) return found;
        }
        report_.events_before = here_.events;
        report_.next = here_.next;
        report_.end = std::max(what_.end, here_.next);
        auto events = selected_events::open(log_, options_.what.which, what_, here_.next);
        if (!events) return events.error();
        events_.emplace(*std::move(events));
        return {};
    }

    result<replay_report> replay() {
        // Of the whole replay: targets that are no handlers see it, too.
        const context_scope scope{{.replay = {.name = options_.name,
                                              .store = log_.status().store_id,
                                              .may_append = options_.may_append}}};
        if (goes_on_) {
            auto told = guarded([&] { return into_.resume(here_.settled); });
            if (!told) return about_replay(told.error());
        }
        began_ = clock_.now();
        while (!options_.stop.stop_requested()) {
            const auto more = events_->next();
            if (!more) return more.error();
            if (!*more) return finish();
            wait(**events_);
            if (options_.stop.stop_requested()) break;
            if (auto taken = take(**events_); !taken) return taken.error();
        }
        report_.stopped = true;
        if (auto kept = keep(); !kept) return about_replay(kept.error());
        return report_;
    }

    result<replay_report> foresee(
        const std::function<void(const event_view&, const foreseen&)>& tell) {
        while (!options_.stop.stop_requested()) {
            const auto more = events_->next();
            if (!more) return more.error();
            if (!*more) {
                report_.next = report_.end;
                return report_;
            }
            const auto& event = **events_;
            auto would = guarded([&] { return into_.foresee(event); });
            if (!would) return about(event, would.error());
            count(event);
            tell(event, {.what = *std::move(would), .after = schedule_.due(event.occurred_at())});
        }
        report_.stopped = true;
        return report_;
    }

private:
    /// Where the bookmark is, if it is one of this replay.
    result<void> find_place() {
        const auto text = options_.bookmark->read();
        if (!text) return text.error();
        if (!*text) return {};
        const auto& where = options_.bookmark->where();
        auto entry = parse_entry(**text, where);
        if (!entry) return entry.error();
        const auto wrong = [&](errc code, const std::string& why) {
            return fail(code, "bookmark " + where + ": " + why);
        };
        if (entry->store != here_.store) {
            return wrong(errc::invalid_argument, "is of a replay of another store, " +
                                                     entry->store + "; this is " + here_.store);
        }
        if (entry->replays != here_.replays) {
            return wrong(errc::invalid_argument, "is of another replay (" + entry->replays +
                                                     "); this one is: " + here_.replays);
        }
        if (entry->next < what_.first || entry->next > log_.watermark()) {
            return wrong(errc::corrupt, "is at position " + std::to_string(entry->next.value) +
                                            ", and the replay has positions " +
                                            std::to_string(what_.first.value) + " to " +
                                            std::to_string(what_.end.value));
        }
        here_ = *std::move(entry);
        goes_on_ = true;
        return {};
    }

    void wait(const event_view& event) {
        const auto due = schedule_.due(event.occurred_at());
        if (options_.pace.times > 0) clock_.wait_until(began_ + due, options_.stop);
    }

    result<void> take(const event_view& event) {
        if (auto taken = guarded([&] { return into_.take(event); }); !taken) {
            // Best where it failed; if the target cannot settle either, where it last did.
            if (options_.bookmark != nullptr) static_cast<void>(keep());
            return about(event, taken.error());
        }
        count(event);
        if (options_.bookmark != nullptr && report_.events % options_.bookmark_every == 0) {
            if (auto kept = keep(); !kept) return about_replay(kept.error());
        }
        if (options_.progress) options_.progress(report_);
        return {};
    }

    void count(const event_view& event) {
        ++report_.events;
        if (!report_.first) report_.first = event.position();
        report_.last = event.position();
        report_.next = {event.position().value + 1};
    }

    result<replay_report> finish() {
        const auto last = std::exchange(report_.next, report_.end);
        if (auto kept = keep(); !kept) {
            report_.next = last;
            return about_replay(kept.error());
        }
        return report_;
    }

    /// Lets the target settle, then moves the bookmark there.
    result<void> keep() {
        auto settled = guarded([&] { return into_.settle(); });
        if (!settled) return settled.error();
        if (options_.bookmark == nullptr) return {};
        here_.next = report_.next;
        here_.events = report_.events_before + report_.events;
        here_.settled = *std::move(settled);
        return options_.bookmark->write(to_json(here_));
    }

    error about_replay(error why) const {
        why.message = "replay \"" + options_.name + "\": " + why.message;
        return why;
    }

    error about(const event_view& event, error why) const {
        why.message = "event at position " + std::to_string(event.position().value) + " (" +
                      std::string{event.type()} + " in " + std::string{event.stream()} +
                      "): " + why.message;
        return about_replay(std::move(why));
    }

    const store& log_;
    const replay_options& options_;
    replay_target& into_;
    replay_clock& clock_;
    schedule schedule_;
    replay_clock::time_point began_;
    resolved_selection what_;
    bookmark_entry here_;
    bool goes_on_ = false;
    std::optional<selected_events> events_;
    replay_report report_;
};

}  // namespace

replay_clock& replay_clock::of_machine() {
    static machine_clock clock;
    return clock;
}

result<replay_report> replay_events(const store& log, const replay_options& options,
                                    replay_target& into) {
    run one{log, options, into};
    if (auto ready = one.prepare(); !ready) return ready.error();
    return one.replay();
}

result<void> check_replay(const store& log, const replay_options& options) {
    struct : replay_target {
        result<void> take(const event_view&) override { return {}; }
    } nowhere;
    return run{log, options, nowhere}.prepare();
}

result<replay_report> dry_run(
    const store& log, const replay_options& options, replay_target& into,
    const std::function<void(const event_view& event, const foreseen& would)>& tell) {
    run one{log, options, into};
    if (auto ready = one.prepare(); !ready) return ready.error();
    return one.foresee(tell);
}

}  // namespace daybook::replay
