// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/raw_json.hpp>
#include <daybook/replay/validate.hpp>

#include "cause_web.hpp"
#include "id_table.hpp"
#include "place_gaps.hpp"
#include "state_tracker.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace daybook::replay {
namespace {

constexpr auto ahead_max = std::chrono::hours{1};
// How many events that were not added are looked up in search of circles.
constexpr std::size_t outside_walk_max = 10'000;
constexpr std::size_t circle_shown_max = 8;

using node = cause_web::node;
constexpr node no_node = std::numeric_limits<node>::max();

bool says_json(std::string_view content_type) {
    content_type = content_type.substr(0, content_type.find(';'));
    while (content_type.ends_with(' ')) content_type.remove_suffix(1);
    return content_type.empty() || content_type == json_content_type ||
           content_type.ends_with("+json");
}

std::string at_position(position at) { return "position " + std::to_string(at.value); }

/// "sequence 3 of its stream is missing", "positions 5 to 7 are missing".
std::string missing(std::string_view one, std::string_view many, std::uint64_t first,
                    std::uint64_t last) {
    if (first == last)
        return std::string{one} + ' ' + std::to_string(first) + " is missing before this event";
    return std::string{many} + ' ' + std::to_string(first) + " to " + std::to_string(last) +
           " are missing before this event";
}

/// The positions of events by their ordinals; they run side by side almost everywhere.
class position_map {
public:
    void add(std::uint64_t ordinal, position at) {
        if (bends_.empty() || bends_.back().second + (ordinal - bends_.back().first) != at.value)
            bends_.emplace_back(ordinal, at.value);
    }
    /// Requires: `ordinal` was added.
    position find(std::uint64_t ordinal) const {
        const auto after = std::upper_bound(
            bends_.begin(), bends_.end(), ordinal,
            [](std::uint64_t wanted, const auto& bend) { return wanted < bend.first; });
        const auto& bend = *std::prev(after);
        return position{bend.second + (ordinal - bend.first)};
    }

private:
    std::vector<std::pair<std::uint64_t, std::uint64_t>> bends_;
};

}  // namespace

std::string_view to_string(finding_kind kind) noexcept {
    return boost::describe::enum_to_string(kind, "unknown");
}

checked_event checked_event::of(const event_view& event) {
    return {.position = event.position(),
            .sequence = event.sequence(),
            .id = event.id(),
            .stream = event.stream(),
            .type = event.type(),
            .schema = event.schema(),
            .correlation = event.correlation(),
            .content_type = event.content_type(),
            .payload = event.payload(),
            .occurred_at = event.occurred_at(),
            .recorded_at = event.recorded_at(),
            .causes = event.causes(),
            .tags = event.tags(),
            .stored = &event};
}

checked_event checked_event::of(std::string_view stream, const new_event& event) {
    return {.id = event.id,
            .stream = stream,
            .type = event.type,
            .schema = event.schema,
            .correlation = event.correlation,
            .content_type = event.content_type,
            .payload = event.payload,
            .occurred_at = event.occurred_at,
            .causes = event.causes,
            .tags = std::span<const std::string>{event.tags}};
}

std::uint64_t validation_report::errors() const noexcept {
    std::uint64_t sum = 0;
    for (const auto& [kind, count] : findings) sum += is_warning(kind) ? 0 : count;
    return sum;
}

std::uint64_t validation_report::warnings() const noexcept {
    std::uint64_t sum = 0;
    for (const auto& [kind, count] : findings) sum += is_warning(kind) ? count : 0;
    return sum;
}

struct validator::impl {
    impl(validation_options o, finding_visitor v)
        : options{std::move(o)},
          visit{std::move(v)},
          ids{options.ids_max},
          states{options.rules, options.covers, options.things_max},
          web{options.edges_max} {}

    struct stream_place {
        std::optional<std::uint64_t> last;  // Sequence.
        position at{};                      // Of that event.
        std::optional<timestamp> occurred;
        std::uint64_t jumps = 0;
        std::unique_ptr<place_gaps> gaps;  // Most streams have none.
    };
    /// Names a cause that was not met yet.
    struct waiter {
        node effect = no_node;
        std::uint32_t correlation = 0;
        finding found;
    };
    /// Names a cause that came later.
    struct later_cause {
        node effect = no_node;
        node cause = no_node;
        finding found;
    };
    static bool starts_before(const later_cause& one, node effect) { return one.effect < effect; }

    void add(const checked_event& event);
    void add_repeated(const checked_event& event, std::uint32_t first);
    stream_place* stream_of(const checked_event& event);
    bool check_places(const checked_event& event, stream_place* stream, bool tell);
    std::string check_position(const checked_event& event);
    std::string check_sequence(const checked_event& event, stream_place& stream);
    void check_times(const checked_event& event, stream_place* stream);
    void check_causes(const checked_event& event, node self);
    void check_cause(const checked_event& event, const event_id& cause, node self);
    void settle_waiters(const event_id& id, node self);
    bool check_payload(const checked_event& event);
    void check_states(const checked_event& event, const stream_place* stream, bool is_json);

    result<void> look_outside();
    void settle_outside(const event_id& id, std::vector<waiter>& waiters,
                        const std::optional<outside_event>& found);
    result<void> walk_outside();
    node outside_node(const event_id& id, const outside_event& event);
    void tell_causes();
    void tell_circle(const cause_web::circle& circle);
    void tell_gaps();

    finding make(finding_kind kind, const checked_event& event, std::string explanation) const;
    void tell(const finding& found);
    void tell(finding_kind kind, const checked_event& event, std::string explanation,
              std::optional<position> other = {});
    void leave_unchecked(const char* what) { ++report.unchecked[what]; }
    position position_of(node which) const;
    std::uint32_t correlation_of(std::string_view correlation) const;
    void keep_correlation(std::string_view correlation);
    /// Something may be part of a circle that is not closed yet.
    bool webbing() const noexcept { return !waiting.empty() || !later.empty(); }
    void weave(node effect, node cause);
    void keep_gap(place_gaps& in, std::uint64_t first, std::uint64_t last, finding found);

    validation_options options;
    finding_visitor visit;
    validation_report report;
    std::uint64_t ordinal = 0;  // Of the present event, from 0.
    position now{};             // Its position.
    position_map positions;
    id_table ids;
    std::vector<std::uint32_t> correlations;  // Hashes by ordinal, if there are warnings.
    by_text<stream_place> streams;
    std::vector<std::string_view> gap_streams;  // Keys of those that had gaps.
    state_tracker states;
    std::optional<std::uint64_t> last_position;
    std::uint64_t unreadable = 0;  // Since the last event that could be read.
    place_gaps position_gaps;
    std::optional<timestamp> recorded;
    std::map<event_id, std::vector<waiter>> waiting;
    std::size_t kept = 0;  // Waiters, later causes, gaps.
    std::vector<later_cause> later;
    cause_web web;
    node web_floor = 0;  // Events before this one are in no circle.
    std::map<event_id, std::pair<node, outside_event>> outside;
    std::map<node, position> outside_positions;
};

finding validator::impl::make(finding_kind kind, const checked_event& event,
                              std::string explanation) const {
    return {.kind = kind,
            .position = now,
            .source = std::string{event.source},
            .stream = std::string{event.stream},
            .sequence = event.sequence,
            .id = event.id,
            .type = std::string{event.type},
            .explanation = std::move(explanation)};
}

void validator::impl::tell(const finding& found) {
    if (is_warning(found.kind) && !options.warnings) return;
    ++report.findings[found.kind];
    if (visit) visit(found);
}

void validator::impl::tell(finding_kind kind, const checked_event& event, std::string explanation,
                           std::optional<position> other) {
    auto found = make(kind, event, std::move(explanation));
    found.other = other;
    tell(found);
}

position validator::impl::position_of(node which) const {
    const auto found = outside_positions.find(which);
    return found != outside_positions.end() ? found->second : positions.find(which);
}

std::uint32_t validator::impl::correlation_of(std::string_view correlation) const {
    return static_cast<std::uint32_t>(std::hash<std::string_view>{}(correlation));
}

void validator::impl::keep_correlation(std::string_view correlation) {
    if (options.warnings && ordinal < options.ids_max)
        correlations.push_back(correlation_of(correlation));
}

void validator::impl::add(const checked_event& event) {
    now = event.position.value_or(position{ordinal});
    positions.add(ordinal, now);
    keep_correlation(event.correlation);
    const auto self = static_cast<node>(std::min<std::uint64_t>(ordinal, no_node));
    const auto first = event.id ? ids.find(*event.id) : std::nullopt;
    if (first) {
        add_repeated(event, *first);
    } else {
        if (event.id && (self == no_node || !ids.add(*event.id, self))) leave_unchecked("ids");
        auto* stream = stream_of(event);
        const bool in_order = check_places(event, stream, true);
        if (in_order) check_times(event, stream);
        check_causes(event, self);
        check_states(event, stream, check_payload(event));
    }
    ++ordinal;
    ++report.events;
}

// What a repeated event says has been looked at; its places are taken, so that what follows is not
// told for what this one is.
void validator::impl::add_repeated(const checked_event& event, std::uint32_t first) {
    const auto other = positions.find(first);
    tell(finding_kind::duplicate_id, event, "its id is that of the event at " + at_position(other),
         other);
    check_places(event, stream_of(event), false);
}

validator::impl::stream_place* validator::impl::stream_of(const checked_event& event) {
    if (const auto found = streams.find(event.stream); found != streams.end())
        return &found->second;
    if (streams.size() >= options.streams_max) {
        leave_unchecked("streams");
        return nullptr;
    }
    return &streams.try_emplace(std::string{event.stream}).first->second;
}

void validator::impl::keep_gap(place_gaps& in, std::uint64_t first, std::uint64_t last,
                               finding found) {
    if (kept >= options.waiting_max) {
        tell(found);
        return;
    }
    ++kept;
    in.add(first, last, std::move(found));
}

/// What is wrong with the order, or nothing.
std::string validator::impl::check_position(const checked_event& event) {
    const auto forgiven = std::exchange(unreadable, 0);
    if (!event.position) return {};
    const auto at = event.position->value;
    if (last_position && at <= *last_position) {
        if (position_gaps.fill(at))
            return at_position(now) + " comes after " + std::to_string(*last_position);
        return at_position(now) + " comes again, after " + std::to_string(*last_position);
    }
    const bool whole = options.covers == coverage::everything ||
                       (options.covers == coverage::part && last_position);
    const auto next = last_position ? *last_position + 1 : 0;
    if (whole && at > next && at - next > forgiven) {
        auto found = make(finding_kind::gap_in_positions, event, {});
        if (last_position) found.other = position{*last_position};
        keep_gap(position_gaps, next, at - 1, std::move(found));
    }
    last_position = at;
    return {};
}

/// The same for the place in the stream.
std::string validator::impl::check_sequence(const checked_event& event, stream_place& stream) {
    const auto covers = options.covers;
    if (!event.sequence) {
        if (covers == coverage::part || covers == coverage::chain) stream.jumps |= 1U;
        return {};
    }
    const auto at = event.sequence->value;
    if (at == 0) return "sequences begin with 1, this one is 0";
    if (stream.last && at <= *stream.last) {
        ++stream.jumps;
        const bool fills = stream.gaps && stream.gaps->fill(at);
        return "sequence " + std::to_string(at) + (fills ? " comes" : " comes again,") +
               " after sequence " + std::to_string(*stream.last);
    }
    const auto next = stream.last ? *stream.last + 1 : 1;
    if (at > next) {
        ++stream.jumps;
        if (covers == coverage::everything || covers == coverage::stream ||
            (covers == coverage::part && stream.last)) {
            auto found = make(finding_kind::gap_in_stream, event, {});
            if (stream.last) found.other = stream.at;
            if (!stream.gaps) {
                stream.gaps = std::make_unique<place_gaps>();
                gap_streams.push_back(streams.find(event.stream)->first);
            }
            keep_gap(*stream.gaps, next, at - 1, std::move(found));
        }
    }
    stream.last = at;
    stream.at = now;
    return {};
}

/// Whether the event stands where it should.
bool validator::impl::check_places(const checked_event& event, stream_place* stream,
                                   bool tell_order) {
    auto why = check_position(event);
    if (stream != nullptr) {
        const auto in_stream = check_sequence(event, *stream);
        if (!why.empty() && !in_stream.empty()) why += "; ";
        why += in_stream;
    }
    if (why.empty()) return true;
    if (tell_order) {
        std::optional<position> other;
        if (stream != nullptr && stream->last) other = stream->at;
        tell(finding_kind::out_of_order, event, std::move(why), other);
    }
    return false;
}

void validator::impl::check_times(const checked_event& event, stream_place* stream) {
    if (event.recorded_at) {
        if (recorded && *event.recorded_at < *recorded) {
            tell(finding_kind::time_runs_back, event,
                 "recorded at " + daybook::to_string(*event.recorded_at) +
                     ", but an event before it was at " + daybook::to_string(*recorded));
        } else {
            recorded = event.recorded_at;
        }
    }
    if (!event.occurred_at) return;
    if (stream != nullptr) {
        if (stream->occurred && *event.occurred_at + options.back_max < *stream->occurred) {
            tell(finding_kind::time_runs_back, event,
                 "happened at " + daybook::to_string(*event.occurred_at) +
                     ", but the event before it in its stream at " +
                     daybook::to_string(*stream->occurred));
        }
        stream->occurred = event.occurred_at;
    }
    if (event.recorded_at && *event.occurred_at > *event.recorded_at + ahead_max) {
        tell(finding_kind::time_ahead, event,
             "happened at " + daybook::to_string(*event.occurred_at) +
                 ", but was recorded already at " + daybook::to_string(*event.recorded_at));
    }
}

void validator::impl::weave(node effect, node cause) {
    if (effect == no_node || cause == no_node || !web.add(effect, cause)) leave_unchecked("cycles");
}

void validator::impl::check_causes(const checked_event& event, node self) {
    for (std::size_t i = 0; i < event.causes.size(); ++i) {
        const auto before = event.causes.first(i);
        if (std::find(before.begin(), before.end(), event.causes[i]) == before.end())
            check_cause(event, event.causes[i], self);
    }
    // Only now: an event that waits for itself was told as such.
    if (event.id && !waiting.empty()) settle_waiters(*event.id, self);
}

void validator::impl::check_cause(const checked_event& event, const event_id& cause, node self) {
    if (event.id == cause) {
        tell(finding_kind::causal_cycle, event, "it names itself as its cause", now);
        return;
    }
    if (const auto known = ids.find(cause)) {
        if (webbing() && *known >= web_floor) weave(self, *known);
        if (options.warnings && *known < correlations.size() &&
            correlations[*known] != correlation_of(event.correlation)) {
            tell(finding_kind::cause_elsewhere, event,
                 "its cause " + daybook::to_string(cause) + " is of another correlation",
                 positions.find(*known));
        }
        return;
    }
    if (kept >= options.waiting_max) {
        leave_unchecked("causes");
        return;
    }
    if (!webbing()) web_floor = self;
    ++kept;
    waiting[cause].push_back({self, options.warnings ? correlation_of(event.correlation) : 0,
                              make(finding_kind::unknown_cause, event,
                                   "it names " + daybook::to_string(cause) +
                                       " as a cause, which no event has as its id")});
}

void validator::impl::settle_waiters(const event_id& id, node self) {
    const auto found = waiting.find(id);
    if (found == waiting.end()) return;
    for (auto& one : found->second) {
        one.found.kind = finding_kind::cause_later;
        one.found.explanation =
            "its cause " + daybook::to_string(id) + " comes after it, at " + at_position(now);
        one.found.other = now;
        weave(one.effect, self);
        later.push_back({one.effect, self, std::move(one.found)});
    }
    waiting.erase(found);
}

bool validator::impl::check_payload(const checked_event& event) {
    if (!says_json(event.content_type)) return false;
    if (const auto read = check_json(event.payload); !read) {
        tell(finding_kind::undecodable, event,
             "its payload is not the JSON that it says it is: " + read.error().message);
        return false;
    }
    if (options.check_schema) {
        auto why = options.check_schema(event);
        if (!why.empty()) tell(finding_kind::schema_violation, event, std::move(why));
    }
    return true;
}

void validator::impl::check_states(const checked_event& event, const stream_place* stream,
                                   bool is_json) {
    const auto jumps = stream == nullptr ? std::uint64_t{1} : stream->jumps;
    for (const auto& broken :
         states.apply(event, {.at = now, .payload_is_json = is_json, .stream_jumps = jumps})) {
        auto found = make(finding_kind::state_machine, event, broken.explanation);
        found.rule = broken.rule;
        found.other = broken.since;
        tell(found);
    }
}

node validator::impl::outside_node(const event_id& id, const outside_event& event) {
    const auto [at, is_new] = outside.try_emplace(id, no_node, event);
    if (is_new) {
        const auto next = ordinal + outside.size();
        at->second.first = static_cast<node>(std::min<std::uint64_t>(next, no_node));
        outside_positions.emplace(at->second.first, event.position);
    }
    return at->second.first;
}

void validator::impl::settle_outside(const event_id& id, std::vector<waiter>& waiters,
                                     const std::optional<outside_event>& found) {
    if (!found) {
        // A part of a log says nothing of what came before; a full table has forgotten it.
        const bool known = options.covers != coverage::part &&
                           (options.find_outside || !report.unchecked.contains("ids"));
        for (auto& one : waiters) {
            if (known) tell(one.found);
            if (!known && options.covers != coverage::part) leave_unchecked("causes");
        }
        return;
    }
    const auto cause = outside_node(id, *found);
    for (auto& one : waiters) {
        weave(one.effect, cause);
        one.found.other = found->position;
        if (found->position > one.found.position) {
            one.found.kind = finding_kind::cause_later;
            one.found.explanation = "its cause " + daybook::to_string(id) + " comes after it, at " +
                                    at_position(found->position);
            later.push_back({one.effect, cause, std::move(one.found)});
        } else if (options.warnings && one.correlation != correlation_of(found->correlation)) {
            one.found.kind = finding_kind::cause_elsewhere;
            one.found.explanation =
                "its cause " + daybook::to_string(id) + " is of another correlation";
            tell(one.found);
        }
    }
}

result<void> validator::impl::look_outside() {
    for (auto& [id, waiters] : waiting) {
        std::optional<outside_event> found;
        if (options.find_outside) {
            auto looked = options.find_outside(id);
            if (!looked) return looked.error();
            found = *std::move(looked);
        }
        settle_outside(id, waiters, found);
    }
    return later.empty() ? result<void>{} : walk_outside();
}

// Ways that leave what was added may come back to it.
result<void> validator::impl::walk_outside() {
    std::vector<event_id> open;
    for (const auto& [id, event] : outside) open.push_back(id);
    for (std::size_t looked = 0; !open.empty();) {
        const auto [self, event] = outside.at(open.back());
        open.pop_back();
        for (const auto& cause : event.causes) {
            if (const auto inside = ids.find(cause)) {
                weave(self, *inside);
                continue;
            }
            if (const auto known = outside.find(cause); known != outside.end()) {
                weave(self, known->second.first);
                continue;
            }
            if (++looked > outside_walk_max) {
                leave_unchecked("cycles");
                return {};
            }
            const auto found = options.find_outside(cause);
            if (!found) return found.error();
            if (!*found) continue;
            weave(self, outside_node(cause, **found));
            open.push_back(cause);
        }
    }
    return {};
}

void validator::impl::tell_circle(const cause_web::circle& circle) {
    const auto first = circle.way.front();
    // The first event of a circle waited, but for a circle that begins with one that was not added.
    const auto at = std::lower_bound(later.begin(), later.end(), first, starts_before);
    if (at == later.end() || at->effect != first) return;
    auto found = at->found;
    found.kind = finding_kind::causal_cycle;
    found.explanation = "it is its own cause: ";
    for (std::size_t i = 0; i < std::min(circle.way.size(), circle_shown_max); ++i)
        found.explanation += at_position(position_of(circle.way[i])) + " is caused by ";
    if (circle.way.size() > circle_shown_max)
        found.explanation +=
            "... (" + std::to_string(circle.way.size() - circle_shown_max) + " more) ... ";
    found.explanation += at_position(position_of(first));
    found.other = position_of(circle.way[1]);
    tell(found);
}

void validator::impl::tell_causes() {
    std::sort(later.begin(), later.end(), [](const later_cause& a, const later_cause& b) {
        return std::pair{a.effect, a.cause} < std::pair{b.effect, b.cause};
    });
    std::map<node, std::size_t> circle_of;
    const auto circles = later.empty() ? std::vector<cause_web::circle>{} : web.circles();
    for (std::size_t i = 0; i < circles.size(); ++i) {
        for (const auto one : circles[i].way) circle_of.emplace(one, i);
        for (const auto one : circles[i].others) circle_of.emplace(one, i);
    }
    for (const auto& one : later) {
        const auto effect = circle_of.find(one.effect);
        const auto cause = circle_of.find(one.cause);
        const bool within = effect != circle_of.end() && cause != circle_of.end() &&
                            effect->second == cause->second;
        if (!within) tell(one.found);
    }
    for (const auto& one : circles) tell_circle(one);
}

void validator::impl::tell_gaps() {
    for (const auto& [first, gap] : position_gaps.all()) {
        auto found = gap.found;
        found.explanation = missing("position", "positions", first, gap.last);
        tell(found);
    }
    for (const auto name : gap_streams) {
        for (const auto& [first, gap] : streams.find(name)->second.gaps->all()) {
            auto found = gap.found;
            found.explanation = missing("sequence", "sequences", first, gap.last);
            tell(found);
        }
    }
}

validator::validator(validation_options options, finding_visitor visit)
    : impl_{std::make_unique<impl>(std::move(options), std::move(visit))} {}
validator::validator(validator&&) noexcept = default;
validator& validator::operator=(validator&&) noexcept = default;
validator::~validator() = default;

void validator::add(const checked_event& event) { impl_->add(event); }

void validator::add_unreadable(std::string_view source, std::string_view why) {
    impl_->now = position{impl_->last_position ? *impl_->last_position + 1 + impl_->unreadable
                                               : impl_->ordinal};
    checked_event nothing;
    nothing.source = source;
    impl_->tell(finding_kind::undecodable, nothing, std::string{why});
    impl_->positions.add(impl_->ordinal, impl_->now);
    impl_->keep_correlation({});
    ++impl_->unreadable;
    ++impl_->ordinal;
}

result<validation_report> validator::finish() {
    if (const auto looked = impl_->look_outside(); !looked) return looked.error();
    impl_->tell_causes();
    impl_->tell_gaps();
    if (const auto things = impl_->states.unchecked(); things > 0)
        impl_->report.unchecked["things"] = things;
    return std::move(impl_->report);
}

}  // namespace daybook::replay
