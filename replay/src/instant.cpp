// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/any_projection.hpp>
#include <daybook/replay/instant.hpp>

#include "boundary.hpp"

#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <utility>

namespace daybook::replay {

/// Opens a `scope`.
class scope_reading {
public:
    scope_reading(const store& log, const scope& where) : log_{log}, where_{where} {}

    bool is_stream() const noexcept { return where_.what_ == scope::kind::stream; }
    const std::string& name() const noexcept { return where_.name_; }

    result<boundary> boundary_at(const point& when) const {
        if (is_stream())
            return boundary::of(when, log_, where_.name_, "stream \"" + where_.name_ + "\"");
        return boundary::of(when, log_, std::nullopt, "more than one stream");
    }

    result<event_reader> read() const {
        if (is_stream()) return log_.read_stream(where_.name_);
        if (where_.what_ == scope::kind::everything) return log_.read_all();
        if (where_.name_.empty())
            return fail(errc::invalid_argument, "instant of a correlation: it has no id");
        criteria only;
        only.correlation = where_.name_;
        return log_.read(only);
    }

private:
    const store& log_;
    const scope& where_;
};

namespace {

using projections::any_projection;
using projections::board_item;
using projections::orchestration_row;
using projections::orchestration_state;
using projections::sprint_board;

constexpr std::size_t undertakings_max = 64;

/// The events of one side that are nearest to the instant.
class nearest_events {
public:
    enum class side { before, after };
    nearest_events(side which, std::size_t count, bool by_time)
        : side_{which}, count_{count}, by_time_{by_time} {}

    bool is_full() const noexcept { return kept_.size() >= count_; }

    void add(const event_view& one) {
        if (count_ == 0) return;
        const place at{by_time_ ? one.occurred_at() : timestamp{}, one.position()};
        if (is_full() && (side_ == side::before ? at < kept_.begin()->first
                                                : at > std::prev(kept_.end())->first))
            return;
        kept_.emplace(at, event{one});
        if (kept_.size() > count_)
            kept_.erase(side_ == side::before ? kept_.begin() : std::prev(kept_.end()));
    }

    std::vector<event> take() {
        std::vector<event> taken;
        for (auto& [at, one] : kept_) taken.push_back(std::move(one));
        return taken;
    }

private:
    using place = std::pair<timestamp, position>;
    side side_;
    std::size_t count_;
    bool by_time_;
    std::map<place, event> kept_;
};

/// All rows of a projection over some events, in memory.
template <projections::projection P>
class rows_of_scope {
public:
    rows_of_scope()
        : fold_{any_projection::of<P>().make_fold(
              [](std::string_view) -> result<std::optional<std::string>> {
                  return std::optional<std::string>{};
              },
              {.rows_cached_max = std::numeric_limits<std::size_t>::max(), .starts_empty = true})} {
    }

    result<void> add(const json_event& one) {
        const auto done = fold_->apply(one);
        if (!done) return done.error();
        return {};
    }

    /// Visits the rows by key. To be called once.
    template <class Visit>
    result<void> for_each(const Visit& visit) {
        std::optional<error> damaged;
        fold_->collect([&](std::string_view key, const std::optional<std::string_view>& bytes) {
            if (damaged || !bytes) return;
            auto row = decode_value<typename P::row>(*bytes);
            if (!row) {
                damaged = row.error();
                return;
            }
            visit(key, *std::move(row));
        });
        if (damaged) return *std::move(damaged);
        return {};
    }

private:
    std::unique_ptr<projections::fold> fold_;
};

/// Appends to a list with a bound, and counts what there was.
template <class T>
void add_bounded(std::vector<T>& list, std::uint64_t& total, std::size_t items_max, T one) {
    ++total;
    if (list.size() < items_max) list.push_back(std::move(one));
}

class look {
public:
    look(const store& log, const scope& where, const instant_options& options)
        : log_{log}, reading_{log, where}, options_{options} {}

    result<instant> at(const point& when) {
        const auto until = reading_.boundary_at(when);
        if (!until) return until.error();
        if (auto walked = walk(*until); !walked) return walked.error();
        if (auto told = tell_work(); !told) return told.error();
        if (reading_.is_stream()) {
            if (auto read = read_undertakings(*until); !read) return read.error();
        }
        if (auto told = tell_tasks(); !told) return told.error();
        return std::move(found_);
    }

private:
    result<void> walk(const boundary& until);
    result<void> take(const event_view& one);
    result<void> read_undertakings(const boundary& until);
    result<void> tell_work();
    void tell_stream(std::string_view name, orchestration_row row);
    result<void> tell_tasks();
    bool is_own(const board_item& item) const;

    const store& log_;
    scope_reading reading_;
    instant_options options_;
    json_event current_;
    rows_of_scope<orchestration_state> work_;
    rows_of_scope<sprint_board> board_;
    std::set<std::string, std::less<>> undertakings_;
    instant found_;
};

result<void> look::walk(const boundary& until) {
    using side = nearest_events::side;
    nearest_events before{side::before, options_.around, until.by_occurrence()};
    nearest_events after{side::after, options_.around, until.by_occurrence()};
    auto events = reading_.read();
    if (!events) return events.error();
    while (true) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more) break;
        const auto answer = until.judge(**events);
        if (answer == boundary::answer::take) {
            before.add(**events);
            if (auto taken = take(**events); !taken) return taken;
            continue;
        }
        if (answer == boundary::answer::stop && after.is_full()) break;
        after.add(**events);
    }
    found_.before = before.take();
    found_.after = after.take();
    return {};
}

result<void> look::take(const event_view& one) {
    ++found_.events;
    found_.last = one.position();
    current_.move_to(one);
    if (auto added = work_.add(current_); !added) return added;
    if (!reading_.is_stream()) return board_.add(current_);
    const auto correlation = one.correlation();
    if (!correlation.empty() && undertakings_.size() < undertakings_max)
        undertakings_.emplace(correlation);
    return {};
}

// A sequence is of one stream: for others, what the log had when the stream stood there.
result<void> look::read_undertakings(const boundary& until) {
    if (!found_.last) return {};
    const auto judge = [&](const event_view& one) {
        if (!until.by_sequence()) return until.judge(one);
        return one.position() > *found_.last ? boundary::answer::stop : boundary::answer::take;
    };
    criteria stream;
    stream.stream = reading_.name();
    query wanted{stream};
    for (const auto& id : undertakings_) {
        criteria one;
        one.correlation = id;
        wanted.any_of.push_back(std::move(one));
    }
    auto events = log_.read(wanted);
    if (!events) return events.error();
    while (true) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more) return {};
        const auto answer = judge(**events);
        if (answer == boundary::answer::stop) return {};
        if (answer == boundary::answer::skip) continue;
        current_.move_to(**events);
        if (auto added = board_.add(current_); !added) return added;
    }
}

result<void> look::tell_work() {
    return work_.for_each([this](std::string_view name, orchestration_row row) {
        tell_stream(name, std::move(row));
    });
}

void look::tell_stream(std::string_view name, orchestration_row row) {
    for (auto& agent : row.active_agents) {
        add_bounded(found_.active_agents, found_.active_agents_total, options_.items_max,
                    {std::string{name}, agent});
    }
    if (!row.ended_at && row.status != "unknown") {
        add_bounded(found_.open_streams, found_.open_streams_total, options_.items_max,
                    {std::string{name}, row.status, row.phase, row.phase_since, row.title});
    }
    if (reading_.is_stream()) found_.state = std::move(row);
}

bool look::is_own(const board_item& item) const {
    const auto& name = reading_.name();
    return reading_.is_stream() && (item.id == name || "task-" + item.id == name);
}

result<void> look::tell_tasks() {
    return board_.for_each([this](std::string_view, board_item item) {
        if (item.kind != projections::board_kind::task || item.finished_at || is_own(item)) return;
        add_bounded(found_.pending_tasks, found_.pending_tasks_total, options_.items_max,
                    std::move(item));
    });
}

}  // namespace

result<instant> instant_at(const store& log, const scope& where, point when,
                           const instant_options& options) {
    return look{log, where, options}.at(when);
}

}  // namespace daybook::replay
