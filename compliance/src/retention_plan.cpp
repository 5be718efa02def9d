// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "retention_plan.hpp"

#include <algorithm>

namespace daybook::compliance {
namespace {

constexpr std::uint64_t progress_every = 16'384;

std::uint32_t segment_of(position at) {
    return static_cast<std::uint32_t>(at.value / limits::segment_events);
}

/// What is found out about one segment, event by event.
class segment_plan {
public:
    explicit segment_plan(std::uint32_t number) : number_{number} {}
    std::uint32_t number() const noexcept { return number_; }

    void add(const event_view& event, bool erase, const retention_rule* rule, timestamp as_of) {
        ++events_;
        record_bytes_ += event.record().size();
        const auto gone = event.deleted_payload();
        if (erase) {
            chosen_.push_back(event.position());
            chosen_bytes_ += gone ? gone->size_bytes : event.payload().size();
            if (!gone) left_.push_back(event.position());
        } else if (!gone) {
            ++kept_;
        }
        if (rule == nullptr || !rule->archive_after) return;
        (rule->archive_after->after(event.recorded_at()) <= as_of ? ripe_ : unripe_) = true;
    }

    /// What is still to be done is `left` of what was chosen.
    void finish(planned& into, bool is_archived, bool was_archived_by_this, std::uint64_t end) {
        if (!chosen_.empty()) {
            into.plan.steps.push_back({.what = retention_step::kind::erase,
                                       .segment = number_,
                                       .events = chosen_.size(),
                                       .bytes = chosen_bytes_,
                                       .positions = chosen_});
            into.left.push_back({.what = retention_step::kind::erase,
                                 .segment = number_,
                                 .events = left_.size(),
                                 .positions = std::move(left_)});
        }
        const bool full = (number_ + std::uint64_t{1}) * limits::segment_events < end;
        const bool wanted = full && ripe_ && !unripe_ && kept_ > 0;
        if (!wanted || (is_archived && !was_archived_by_this)) return;
        // The size of records changes as payloads go, so it is not in the hash; see `hash_of`.
        retention_step step{.what = retention_step::kind::archive,
                            .segment = number_,
                            .events = events_,
                            .bytes = record_bytes_};
        if (!is_archived) into.left.push_back(step);
        into.plan.steps.push_back(std::move(step));
    }

private:
    std::uint32_t number_;
    std::uint64_t events_ = 0;
    std::uint64_t record_bytes_ = 0;
    std::uint64_t kept_ = 0;  ///< Payloads that stay.
    std::vector<position> chosen_;
    std::vector<position> left_;
    std::uint64_t chosen_bytes_ = 0;
    bool ripe_ = false;
    bool unripe_ = false;
};

digest hash_of(const retention_plan& plan) {
    std::string text = "daybook retention plan 1\n" +
                       std::to_string(plan.as_of.time_since_epoch().count()) + "\n" +
                       std::to_string(plan.end.value) + "\n" +
                       std::to_string(plan.policy.since.value) + "\n";
    for (const auto& step : plan.steps) {
        if (step.what == retention_step::kind::archive) {
            text += "archive " + std::to_string(step.segment) + "\n";
        } else {
            text += "erase " + std::to_string(step.segment) + " " + std::to_string(step.bytes) +
                    " " + to_json(ranges_of(step.positions)) + "\n";
        }
    }
    return sha256(text);
}

/// What `proposal` did already.
struct work_done {
    std::vector<const retention_history::deletion*> deletions;
    std::vector<std::uint32_t> archived;

    bool erased(position at) const {
        return std::any_of(deletions.begin(), deletions.end(),
                           [&](const auto* one) { return one->covers(at); });
    }
    bool has_archived(std::uint32_t segment) const {
        return std::find(archived.begin(), archived.end(), segment) != archived.end();
    }
};

work_done done_by(const retention_history& known, const std::optional<event_id>& proposal) {
    work_done done;
    if (!proposal) return done;
    for (const auto& one : known.deletions) {
        if (one.proposal == *proposal) done.deletions.push_back(&one);
    }
    for (const auto& one : known.files) {
        if (one.archiving && one.proposal == proposal) done.archived.push_back(one.segment);
    }
    return done;
}

}  // namespace

result<planned> make_plan(const store& log, const retention_history& known,
                          const plan_request& request, const progress_callback& progress) {
    const auto [as_of, end, proposal] = request;
    if (known.policies.empty()) {
        return fail(errc::not_found,
                    "retention: no policy was set; set one with `daybook retention set`");
    }
    using std::chrono::system_clock;
    // In the unit of `as_of`, whose range is greater than that of the clock.
    if (as_of > std::chrono::time_point_cast<timestamp::duration>(system_clock::now())) {
        return fail(errc::invalid_argument, "retention: as of a time in the future");
    }
    const auto now = log.watermark();
    planned made;
    made.plan.end = end;
    made.plan.as_of = as_of;
    made.plan.policy = known.policies.back();
    const auto done = done_by(known, proposal);
    const auto archived = archived_segments(log);
    if (!archived) return archived.error();
    std::optional<segment_plan> current;
    const auto finish = [&] {
        if (!current) return;
        const auto number = current->number();
        const bool in_file = std::any_of(archived->begin(), archived->end(),
                                         [&](const auto& one) { return one.segment == number; });
        // Not `end`: clang 14 does not let lambdas capture structured bindings.
        current->finish(made, in_file, done.has_archived(number), request.end.value);
    };
    auto events = log.read_all({.limit = end.value});
    if (!events) return events.error();
    for (;;) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more) break;
        const auto& event = **events;
        const auto segment = segment_of(event.position());
        if (!current || current->number() != segment) {
            finish();
            current.emplace(segment);
        }
        auto age = judge_age(known, made.plan.policy, event, as_of);
        const bool gone = event.deleted_payload().has_value();
        const bool gone_by_this = gone && done.erased(event.position());
        bool erase = age.over && !age.bound && (!gone || gone_by_this);
        if (!gone && age.bound) ++made.plan.bound;
        if (erase && known.is_held(event, now)) {
            ++made.plan.held;
            erase = false;
        }
        current->add(event, erase, made.plan.policy.policy.rule_for(event), as_of);
        const auto looked_at = event.position().value + 1;
        if (progress && looked_at % progress_every == 0) progress(looked_at, end.value);
    }
    finish();
    const auto by_kind = [](const auto& one, const auto& other) { return one.what < other.what; };
    std::stable_sort(made.plan.steps.begin(), made.plan.steps.end(), by_kind);
    std::stable_sort(made.left.begin(), made.left.end(), by_kind);
    made.plan.hash = hash_of(made.plan);
    return made;
}

}  // namespace daybook::compliance
