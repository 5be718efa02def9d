// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "selected_events.hpp"

#include <algorithm>
#include <set>
#include <variant>

namespace daybook::replay {
namespace {

constexpr std::size_t chain_events_max = 1'000'000;

error wrong(std::string what) { return fail(errc::invalid_argument, "replay: " + std::move(what)); }

std::string text(position at) { return std::to_string(at.value); }

result<void> check_start(const start_from& from) {
    if (std::holds_alternative<start_from::at_end>(from.where()))
        return wrong("it begins at the end, where there is nothing to replay");
    const auto* time = std::get_if<timestamp>(&from.where());
    const auto now =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    if (time == nullptr || *time <= now) return {};
    return wrong("from " + to_string(*time) + ": that is in the future, now is " + to_string(now));
}

/// The events of a correlation and what they led to, breadth first.
class chain_walk {
public:
    explicit chain_walk(const store& log) : log_{log} {}

    result<std::vector<position>> of(const std::string& correlation) {
        if (auto ok = add(criteria{.correlation = correlation}); !ok) return ok.error();
        for (std::size_t i = 0; i < ids_.size(); ++i) {
            // A copy: adding moves the list.
            const auto id = ids_[i];
            if (auto ok = add(criteria{.cause = id}); !ok) return ok.error();
        }
        return std::vector<position>{found_.begin(), found_.end()};
    }

private:
    result<void> add(const query& which) {
        auto events = log_.read(which);
        if (!events) return events.error();
        for (;;) {
            const auto more = events->next();
            if (!more) return more.error();
            if (!*more) return {};
            if (!found_.insert((*events)->position()).second) continue;
            ids_.push_back((*events)->id());
            if (ids_.size() > chain_events_max) {
                return fail(errc::too_large, "replay: the chain has more than " +
                                                 std::to_string(chain_events_max) + " events");
            }
        }
    }

    const store& log_;
    std::set<position> found_;
    std::vector<event_id> ids_;
};

struct place_text {
    std::string operator()(position at) const { return "position " + text(at); }
    std::string operator()(sequence at) const { return "sequence " + std::to_string(at.value); }
    std::string operator()(timestamp at) const { return "time " + to_string(at); }
    std::string operator()(start_from::at_end) const { return "end"; }
};

}  // namespace

result<resolved_selection> resolve(const store& log, const selection& what) {
    if (auto sound = check_start(what.from); !sound) return sound.error();
    resolved_selection resolved{.first = {}, .end = log.watermark(), .chain = {}};
    if (what.until && *what.until > resolved.end) {
        return wrong("until position " + text(*what.until) + ": the log ends at " +
                     text(resolved.end));
    }
    // Subscriptions have the same starts.
    const auto starts = log.subscribe({.which = what.which, .from = what.from});
    if (!starts) return fail(starts.error().code, "replay: " + starts.error().message);
    resolved.first = starts->cursor();
    resolved.end = what.until.value_or(resolved.end);
    if (what.until && resolved.first > resolved.end) {
        return wrong("it begins at position " + text(resolved.first) + ", behind its end, " +
                     text(resolved.end));
    }
    resolved.end = std::max(resolved.end, resolved.first);
    if (what.chain.empty()) return resolved;
    auto chain = chain_walk{log}.of(what.chain);
    if (!chain) return chain.error();
    resolved.chain = *std::move(chain);
    return resolved;
}

std::string parameters_of(const selection& what) {
    return "query " + std::to_string(fingerprint(what.which)) + ", from " +
           std::visit(place_text{}, what.from.where()) +
           (what.until ? ", until position " + text(*what.until) : std::string{}) +
           (what.chain.empty() ? std::string{} : ", chain " + what.chain);
}

result<selected_events> selected_events::open(const store& log, const query& which,
                                              const resolved_selection& what, position from) {
    selected_events made{log, what.end};
    if (what.chain) {
        made.chain_ = *what.chain;
        const auto first = std::lower_bound(made.chain_.begin(), made.chain_.end(), from);
        made.in_chain_ = static_cast<std::size_t>(first - made.chain_.begin());
        made.wanted_ = query_matcher{which};
        return made;
    }
    const bool all = which.any_of.empty() && which.where.empty();
    auto reader = all ? log.read_all({.from = from.value}) : log.read(which, {.from = from.value});
    if (!reader) return reader.error();
    made.reader_ = *std::move(reader);
    return made;
}

result<bool> selected_events::next() {
    if (!reader_) return next_of_chain();
    const auto more = reader_->next();
    if (!more || !*more) return more;
    current_ = **reader_;
    return current_.position() < end_;
}

result<bool> selected_events::next_of_chain() {
    while (in_chain_ < chain_.size() && chain_[in_chain_] < end_) {
        auto read = log_->read_one(chain_[in_chain_++]);
        if (!read) return read.error();
        one_ = *std::move(read);
        current_ = one_.view();
        if (wanted_.matches(current_)) return true;
    }
    return false;
}

}  // namespace daybook::replay
