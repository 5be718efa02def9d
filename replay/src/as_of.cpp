// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/replay/as_of.hpp>

namespace daybook::replay {

/// Opens a `point` for the functions below.
struct point_access {
    template <class Kind>
    static const Kind* get(const point& of) {
        return std::get_if<Kind>(&of.value_);
    }
    using occurred = point::occurred;
    using recorded = point::recorded;
};

namespace {

using projections::any_projection;

result<event_reader> read_for(const store& log, const any_projection& of, std::string_view key) {
    if (of.keyed_by_stream()) return log.read_stream(key);
    if (of.wants().any_of.empty()) return log.read_all();
    return log.read(of.wants());
}

/// What a point means to a walk over events in the order of the log.
class boundary {
public:
    enum class answer { take, skip, stop };

    explicit boundary(const point& when)
        : last_position_{point_access::get<position>(when)},
          last_sequence_{point_access::get<sequence>(when)},
          occurred_{point_access::get<point_access::occurred>(when)},
          recorded_{point_access::get<point_access::recorded>(when)} {}

    bool needs_stream() const noexcept { return last_sequence_ != nullptr; }

    answer judge(const event_view& event) const {
        if (last_position_ && event.position() > *last_position_) return answer::stop;
        if (last_sequence_ && event.sequence() > *last_sequence_) return answer::stop;
        // The store's times never go back, the callers' may.
        if (recorded_ && event.recorded_at() > recorded_->time) return answer::stop;
        if (occurred_ && event.occurred_at() > occurred_->time) return answer::skip;
        return answer::take;
    }

private:
    const position* last_position_;
    const sequence* last_sequence_;
    const point_access::occurred* occurred_;
    const point_access::recorded* recorded_;
};

result<void> walk(event_reader& events, const boundary& until, projections::fold& folding,
                  state<std::string>& reached) {
    json_event current;
    while (true) {
        const auto more = events.next();
        if (!more) return more.error();
        if (!*more) return {};
        const auto answer = until.judge(*events);
        if (answer == boundary::answer::stop) return {};
        if (answer == boundary::answer::skip) continue;
        current.move_to(*events);
        const auto applied = folding.apply(current);
        if (!applied) return applied.error();
        if (!*applied) continue;
        ++reached.events;
        reached.last = events->position();
    }
}

}  // namespace

result<state<std::string>> state_bytes_at(const store& log, const any_projection& of,
                                          std::string_view key, point when) {
    const boundary until{when};
    if (until.needs_stream() && !of.keyed_by_stream()) {
        return fail(errc::invalid_argument, "state of \"" + std::string{key} +
                                                "\" at a sequence: the keys of " + of.name() +
                                                " are not streams; give a position or a time");
    }
    auto events = read_for(log, of, key);
    if (!events) return events.error();
    const auto nothing_stored = [](std::string_view) -> result<std::optional<std::string>> {
        return std::optional<std::string>{};
    };
    const auto folding = of.make_fold(
        nothing_stored, {.rows_cached_max = 1, .starts_empty = true, .only_key = std::string{key}});
    state<std::string> reached;
    if (const auto walked = walk(*events, until, *folding, reached); !walked) return walked.error();
    folding->collect([&](std::string_view, const std::optional<std::string_view>& row) {
        if (row) reached.row.emplace(*row);
    });
    return reached;
}

result<state<std::string>> state_json_at(const store& log, const any_projection& of,
                                         std::string_view key, point when) {
    auto reached = state_bytes_at(log, of, key, when);
    if (!reached || !reached->row) return reached;
    auto text = of.row_json(*reached->row);
    if (!text) return text.error();
    reached->row = *std::move(text);
    return reached;
}

}  // namespace daybook::replay
