// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "sample/generator.hpp"

#include "sample/script.hpp"
#include "sample/vocabulary.hpp"
#include "sample/writer.hpp"

#include <algorithm>
#include <utility>

namespace daybook::sample {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;

// What an issue goes through in 50 events, for `uniform`.
constexpr std::array<kind, 50> uniform_kinds{kind::orchestration_started,
                                             kind::issue_transitioned,
                                             kind::phase_started,
                                             kind::agent_spawned,
                                             kind::agent_completed,
                                             kind::phase_completed,
                                             kind::phase_started,
                                             kind::agent_spawned,
                                             kind::checkpoint_created,
                                             kind::agent_completed,
                                             kind::phase_completed,
                                             kind::phase_started,
                                             kind::agent_spawned,
                                             kind::commit_created,
                                             kind::agent_blocked,
                                             kind::commit_created,
                                             kind::agent_completed,
                                             kind::agent_spawned,
                                             kind::agent_failed,
                                             kind::agent_spawned,
                                             kind::commit_created,
                                             kind::agent_completed,
                                             kind::pr_created,
                                             kind::phase_completed,
                                             kind::phase_started,
                                             kind::quality_check_started,
                                             kind::quality_check_failed,
                                             kind::gap_identified,
                                             kind::phase_summary_created,
                                             kind::test_run_started,
                                             kind::test_run_failed,
                                             kind::error_occurred,
                                             kind::phase_failed,
                                             kind::phase_started,
                                             kind::recovery_attempted,
                                             kind::agent_spawned,
                                             kind::commit_created,
                                             kind::agent_completed,
                                             kind::recovery_succeeded,
                                             kind::gap_resolved,
                                             kind::test_run_started,
                                             kind::test_run_completed,
                                             kind::phase_completed,
                                             kind::documentation_created,
                                             kind::comment_posted,
                                             kind::pr_merged,
                                             kind::worklog_added,
                                             kind::orchestration_completed,
                                             kind::orchestration_summary_created,
                                             kind::issue_transitioned};

constexpr phase uniform_phase(std::uint64_t place) {
    if (place < 2 || place > 43) return phase::none;
    if (place < 6) return phase::explore;
    if (place < 11) return phase::plan;
    if (place < 24) return phase::code;
    if (place < 33) return phase::test;
    return place < 43 ? phase::fix : phase::document;
}

constexpr std::uint64_t tasks_per_sprint = 40;

// People begin new work between 8 and 20 o'clock, Monday to Friday; one time in five they do not
// care.
timestamp at_working_hours(timestamp time, random_numbers& random) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const auto weekday = std::chrono::weekday{day}.iso_encoding();
    const auto clock = time - day;
    const bool free_day = weekday > 5;
    if ((!free_day && clock >= hours{8} && clock < hours{20}) || random.percent(20)) return time;
    const auto days = free_day ? 8 - weekday : clock < hours{8} ? 0 : weekday == 5 ? 3 : 1;
    return day + std::chrono::days{days} + hours{8} + milliseconds{random.below(2'400'000)};
}

}  // namespace

struct generator::impl {
    explicit impl(const generator_options& o) : options{o}, random{scramble(o.seed)} {}
    impl(const impl&) = delete;
    impl& operator=(const impl&) = delete;

    virtual ~impl() = default;
    virtual void make(sample_event& to) = 0;

    generator_options options;
    random_numbers random;
    std::uint64_t made = 0;
};

namespace {

// Undertakings side by side. Each has its script; the one whose next event is the earliest is next.
class sprints final : public generator::impl {
public:
    explicit sprints(const generator_options& o) : impl{o}, slots_(std::max(o.streams_active, 1U)) {
        auto begins = options.start;
        for (std::uint32_t i = 0; i < slots_.size(); ++i) {
            // As if work had begun bit by bit on the first morning.
            begins += milliseconds{random.below(600'000)};
            begin(slots_[i], begins);
            queue_.emplace_back(slots_[i].next_time(), i);
        }
        std::make_heap(queue_.begin(), queue_.end(), std::greater<>{});
    }

    void make(sample_event& to) override {
        auto& slot = slots_[queue_.front().second];
        const auto time = queue_.front().first;
        const auto& what = slot.steps[slot.next];
        write_event(to, what, slot.common, slot.next + 1);
        to.event.occurred_at = time;
        to.event.id = slot.ids[slot.next] = make_id(time, options.seed, made);
        to.event.causes.clear();
        for (std::size_t i = 0; i < what.cause_count; ++i) {
            to.event.causes.push_back(slot.ids[what.causes[i]]);
        }
        if (++slot.next == slot.steps.size()) {
            begin(slot, at_working_hours(time + milliseconds{random.below(2'400'000)}, random));
        }
        reschedule(slot.next_time());
    }

private:
    struct under_way {
        undertaking common;
        timestamp begun;
        script steps;
        std::vector<event_id> ids;  // Of the steps so far.
        std::size_t next = 0;

        timestamp next_time() const { return begun + milliseconds{steps[next].at_ms}; }
    };

    void begin(under_way& in, timestamp time) {
        const bool is_task =
            options.shape == shape::activity || (options.shape == shape::sprint && begun_ % 3 == 2);
        ++begun_;
        in.common = begin_undertaking(begun_, random.bits(), options.project);
        in.begun = time;
        in.next = 0;
        if (is_task) {
            const auto place = tasks_++ % tasks_per_sprint;
            in.common.sprint = static_cast<std::uint32_t>(1 + (tasks_ - 1) / tasks_per_sprint);
            plan_task(in.steps, random, {place == 0, place + 1 == tasks_per_sprint});
        } else {
            plan_issue(in.steps, random);
        }
        in.ids.resize(in.steps.size());
    }

    // The front of the heap has a new time; it sinks to where it belongs.
    void reschedule(timestamp time) {
        queue_.front().first = time;
        for (std::size_t at = 0;;) {
            auto child = 2 * at + 1;
            if (child >= queue_.size()) return;
            if (child + 1 < queue_.size() && queue_[child + 1] < queue_[child]) ++child;
            if (queue_[at] <= queue_[child]) return;
            std::swap(queue_[at], queue_[child]);
            at = child;
        }
    }

    std::vector<under_way> slots_;
    std::vector<std::pair<timestamp, std::uint32_t>> queue_;  // A heap, the earliest in front.
    std::uint64_t begun_ = 0;
    std::uint64_t tasks_ = 0;
};

// Everything about an event follows from its number, so nothing is remembered.
class spread final : public generator::impl {
public:
    explicit spread(const generator_options& o)
        : impl{o},
          streams_{std::max<std::uint64_t>(1, o.events / std::max(o.events_per_stream, 1U))} {}

    void make(sample_event& to) override {
        const auto stream = made % streams_;
        const auto place = made / streams_;
        const auto salt = scramble(options.seed ^ scramble(stream));
        const auto common = begin_undertaking(stream + 1, salt, options.project);
        write_event(to, step_at(place, salt), common, place + 1);
        to.event.occurred_at = time_of(made);
        to.event.id = id_of(made);
        to.event.causes.clear();
        if (place > 0) to.event.causes.push_back(id_of(made - streams_));
        if (place > 1 && place % 5 == 0) to.event.causes.push_back(id_of(made - 2 * streams_));
    }

private:
    timestamp time_of(std::uint64_t number) const {
        constexpr std::uint64_t spacing_ms = 100;
        return options.start + milliseconds{number * spacing_ms};
    }
    event_id id_of(std::uint64_t number) const {
        return make_id(time_of(number), options.seed, number);
    }

    static step step_at(std::uint64_t place, std::uint64_t salt) {
        const auto in = place % uniform_kinds.size();
        random_numbers details{salt + place};
        step what;
        what.kind = uniform_kinds[in];
        what.phase = uniform_phase(in);
        what.at_ms = static_cast<std::uint32_t>(place * 60'000);
        const auto& [first, count] =
            phase_roles[std::min(static_cast<std::size_t>(what.phase), phase_roles.size() - 1)];
        what.agent = static_cast<std::uint8_t>(first + details.below(count));
        what.run = static_cast<std::uint8_t>(1 + in / 5);
        what.amount = static_cast<std::uint16_t>(20 + details.below(80));
        what.lasted_ms = 1000 + details.below(1'800'000);
        if (what.kind == kind::phase_summary_created ||
            what.kind == kind::orchestration_summary_created) {
            what.amount = 0;
        }
        return what;
    }

    std::uint64_t streams_;
};

std::unique_ptr<generator::impl> make_impl(const generator_options& options) {
    if (options.shape == shape::uniform) return std::make_unique<spread>(options);
    return std::make_unique<sprints>(options);
}

constexpr std::span all_types{type_names};

}  // namespace

generator::generator(const generator_options& options) : impl_{make_impl(options)} {}
generator::generator(generator&&) noexcept = default;
generator& generator::operator=(generator&&) noexcept = default;
generator::~generator() = default;

bool generator::next(sample_event& to) {
    if (impl_->made == impl_->options.events) return false;
    impl_->make(to);
    ++impl_->made;
    return true;
}

std::uint64_t generator::made() const noexcept { return impl_->made; }

std::span<const std::string_view> orchestration_types() noexcept {
    return all_types.first(orchestration_type_count);
}
std::span<const std::string_view> activity_types() noexcept {
    return all_types.subspan(orchestration_type_count, activity_type_count);
}
std::span<const std::string_view> planning_types() noexcept {
    return all_types.subspan(orchestration_type_count + activity_type_count);
}

}  // namespace daybook::sample
