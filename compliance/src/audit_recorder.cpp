// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/audit_recorder.hpp>

#include <array>
#include <chrono>
#include <cstdio>
#include <map>
#include <mutex>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace daybook::compliance {
namespace {

using clock = std::chrono::steady_clock;

/// More kinds of refusals than that are told as one.
constexpr std::size_t refusals_max = 64;
constexpr std::chrono::seconds refusals_every{1};

/// By name, the values of the settings that are recorded.
using named_settings = std::map<std::string, std::string>;

named_settings settings_of(const compliance_started& started) {
    return {{"key", started.key_id},
            {"reading", started.reading},
            {"anchors", std::to_string(started.anchors)},
            {"clock", started.clock},
            {"tool", started.tool}};
}

compliance_started as_started(const ledger_options& opened, const ledger& book,
                              const audit_settings& settings) {
    compliance_started made{.origin = book.origin(),
                            .reading = opened.reads == read_verification::off ? "off" : "hash",
                            .clock = settings.clock,
                            .tool = settings.tool,
                            .anchors = opened.anchors.anchors().size()};
    if (const auto key = verifier_key::of(book.origin(), *opened.key)) {
        std::array<char, 9> id{};
        std::snprintf(id.data(), id.size(), "%08x", key->id());
        made.key_id = id.data();
    }
    return made;
}

/// What the log last said of its settings; nothing if it never did.
result<std::optional<named_settings>> settings_in(const store& log) {
    auto events = log.read_stream(compliance_stream, {.direction = direction::backwards});
    if (!events) return events.error();
    named_settings later;
    for (;;) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more) return std::optional<named_settings>{};
        const event one{**events};
        if (one.type() == configuration_changed::type_name) {
            const auto change = event_as<configuration_changed>(one);
            if (change && change->after) later.emplace(change->setting, *change->after);
        }
        if (one.type() != compliance_started::type_name) continue;
        const auto started = event_as<compliance_started>(one);
        if (!started) continue;
        later.merge(settings_of(*started));
        return std::optional{std::move(later)};
    }
}

/// What this thread's own appends cause to be told is not heard.
thread_local bool is_recording = false;

std::string text_of(const log_entry& entry, std::string_view name) {
    for (const auto& field : entry.fields) {
        if (field.name == name) return field.value;
    }
    return {};
}

}  // namespace

struct audit_recorder::impl {
    struct refusal {
        std::string stream;
        std::string reason;
        bool operator<(const refusal& other) const {
            return std::tie(stream, reason) < std::tie(other.stream, other.reason);
        }
    };

    /// Held while something is appended: when it is free after a stop, nobody uses the store.
    std::mutex appending;
    store* log = nullptr;
    audit_settings settings;

    std::mutex counting;
    std::map<refusal, std::uint64_t> refusals;  ///< How many events.
    std::optional<clock::time_point> last_told;

    result<void> append(std::vector<new_event> events) {
        const std::lock_guard lock{appending};
        if (log == nullptr) return fail(errc::refused, "audit: it does not record; start it first");
        if (events.empty()) return {};
        for (auto& one : events) one.actor = settings.by;
        is_recording = true;
        auto done = log->append(compliance_stream, expected::any(), events);
        is_recording = false;
        return done ? result<void>{} : done.error();
    }

    void count(std::string_view stream, std::uint64_t events, std::string_view reason) {
        {
            const std::lock_guard lock{counting};
            refusal what{std::string{stream}, std::string{reason}};
            if (refusals.size() >= refusals_max && refusals.count(what) == 0) {
                what = {"", "several reasons, in several streams"};
            }
            refusals[what] += events;
            const auto now = clock::now();
            if (last_told && now - *last_told < refusals_every) return;
            last_told = now;
        }
        (void)tell_refusals();
    }

    result<void> tell_refusals() {
        std::map<refusal, std::uint64_t> all;
        {
            const std::lock_guard lock{counting};
            all.swap(refusals);
        }
        std::vector<new_event> events;
        for (const auto& [what, count] : all) {
            events.push_back(make_event(
                append_refused{.stream = what.stream, .events = count, .reason = what.reason}));
        }
        return append(std::move(events));
    }
};

audit_recorder::audit_recorder() : impl_{std::make_shared<impl>()} {}
audit_recorder::~audit_recorder() { stop(); }

log_callback audit_recorder::listener(log_callback next) {
    return [heard = std::weak_ptr{impl_}, next = std::move(next)](const log_entry& entry) {
        if (next) next(entry);
        if (is_recording) return;
        if (text_of(entry, "operation") != "append" || text_of(entry, "refused").empty()) return;
        if (const auto recorder = heard.lock()) {
            recorder->count(text_of(entry, "stream"), std::stoull(text_of(entry, "events")),
                            text_of(entry, "refused"));
        }
    };
}

result<void> audit_recorder::start(store& log, const ledger_options& opened, const ledger& book,
                                   const audit_settings& settings) {
    if (settings.by.id.empty()) {
        return fail(errc::invalid_argument, "audit: say who runs this; give an actor with an id");
    }
    if (!opened.key || log.status().read_only || book.opened().what() != verdict::verified) {
        return fail(errc::refused, "audit: nothing can be appended to the log " + book.origin() +
                                       ", so nothing can be recorded in it");
    }
    const auto before = settings_in(log);
    if (!before) return before.error();
    const auto now = as_started(opened, book, settings);
    std::vector<new_event> events;
    if (!*before || settings.starts == audit_of::sessions) {
        events.push_back(make_event(now));
    }
    for (auto& [name, value] : *before ? settings_of(now) : named_settings{}) {
        const auto known = (*before)->find(name);
        if (known != (*before)->end() && known->second == value) continue;
        configuration_changed change{.setting = name, .after = value};
        if (known != (*before)->end()) change.before = known->second;
        events.push_back(make_event(change));
    }
    {
        const std::lock_guard lock{impl_->appending};
        if (impl_->log != nullptr) return fail(errc::refused, "audit: it records already");
        impl_->log = &log;
        impl_->settings = settings;
    }
    auto written = impl_->append(std::move(events));
    if (!written) {
        const std::lock_guard lock{impl_->appending};
        impl_->log = nullptr;
    }
    return written;
}

void audit_recorder::stop(std::string_view reason) noexcept {
    try {
        (void)impl_->tell_refusals();
        if (impl_->settings.starts == audit_of::sessions) {
            const compliance_stopped what{.reason = std::string{reason}};
            (void)impl_->append({make_event(what)});
        }
    } catch (...) {
        // Nothing more can be told.
    }
    const std::lock_guard lock{impl_->appending};
    impl_->log = nullptr;
}

result<void> audit_recorder::verified(const verification& found, std::string trigger) {
    return impl_->append({make_event(action_of(found, std::move(trigger)))});
}

result<void> audit_recorder::exported(const audit_exported& what) {
    return impl_->append({make_event(what)});
}

result<void> audit_recorder::changed(const configuration_changed& what) {
    return impl_->append({make_event(what)});
}

void audit_recorder::refused(std::string_view stream, std::uint64_t events,
                             std::string_view reason) noexcept {
    try {
        impl_->count(stream, events, reason);
    } catch (...) {
        // Without memory nothing is told.
    }
}

}  // namespace daybook::compliance
