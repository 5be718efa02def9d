// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "support/oracle.hpp"

#include <daybook/json.hpp>

#include "support/event_maker.hpp"
#include "support/facts.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <sstream>

namespace daybook::test {
namespace {

template <class Number>
std::string number_key(Number value) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::optional<std::string> field_key(event_view e, std::string_view pointer) {
    const auto payload = payload_json(e);
    const auto* value = payload ? find_pointer(*payload, pointer) : nullptr;
    if (value == nullptr || value->is_array() || value->is_object()) return std::nullopt;
    if (value->is_string()) return std::string{value->get_string()};
    if (value->is_bool()) return value->get_bool() ? "true" : "false";
    if (value->is_null()) return "null";
    if (value->is_int64()) return number_key(value->get_int64());
    if (value->is_uint64()) return number_key(value->get_uint64());
    const double number = value->get_double();
    // A whole number has one key, however it is spelled in the payload.
    if (number == std::trunc(number) && std::abs(number) < 0x1p63) {
        return number_key(static_cast<std::int64_t>(number));
    }
    return number_key(number);
}

std::set<std::string> tag_keys(event_view e, std::string_view key) {
    std::set<std::string> values;
    for (const std::string_view tag : e.tags()) {
        if (tag.substr(0, tag.find(':')) == key) values.emplace(tag.substr(key.size() + 1));
    }
    return values;
}

// "2025-12-22T10:30:00.123Z" cut off after the month, the day or the hour.
std::string time_key(event_view e, std::size_t size) {
    return to_string(e.occurred_at()).substr(0, size);
}

std::set<std::string> group_keys(event_view e, const grouping& by) {
    switch (by.by) {
        case grouping::kind::none: return {""};
        case grouping::kind::type: return {std::string{e.type()}};
        case grouping::kind::category: return {std::string{e.category()}};
        case grouping::kind::actor:
            if (e.actor().id.empty()) return {};
            return {std::string{e.actor().id}};
        case grouping::kind::stream: return {std::string{e.stream()}};
        case grouping::kind::correlation:
            if (e.correlation().empty()) return {};
            return {std::string{e.correlation()}};
        case grouping::kind::tag: return tag_keys(e, by.key);
        case grouping::kind::hour: return {time_key(e, 13)};
        case grouping::kind::day: return {time_key(e, 10)};
        case grouping::kind::month: return {time_key(e, 7)};
        case grouping::kind::field:
            if (auto key = field_key(e, by.key)) return {std::move(*key)};
            return {};
    }
    return {};
}

bool in_order(const std::vector<group_count>& groups, const grouping& by) {
    const bool by_time = by.by == grouping::kind::hour || by.by == grouping::kind::day ||
                         by.by == grouping::kind::month;
    return std::is_sorted(groups.begin(), groups.end(), [&](const auto& a, const auto& b) {
        return by_time ? a.key < b.key : a.count > b.count;
    });
}

std::string text_of(const std::map<std::string, std::uint64_t>& groups) {
    std::ostringstream out;
    for (const auto& [key, count] : groups) out << " " << key << "=" << count;
    return out.str();
}

std::string text_of(const std::vector<std::uint64_t>& all) {
    constexpr std::size_t shown_max = 12;
    std::ostringstream out;
    out << all.size() << " events";
    for (std::size_t i = 0; i < std::min(all.size(), shown_max); ++i) out << " " << all[i];
    return out.str();
}

// Where two answers part, which says more than both of them.
std::string first_difference(const std::vector<std::uint64_t>& given,
                             const std::vector<std::uint64_t>& wanted) {
    const auto [a, b] = std::mismatch(given.begin(), given.end(), wanted.begin(), wanted.end());
    std::ostringstream out;
    out << "after " << (a - given.begin()) << " equal ones: ";
    out << (a == given.end() ? "the end" : std::to_string(*a)) << ", wanted "
        << (b == wanted.end() ? "the end" : std::to_string(*b)) << " (answer " << text_of(given)
        << "; wanted " << text_of(wanted) << ")";
    return out.str();
}

}  // namespace

oracle::oracle(std::vector<event> log) {
    for (auto& e : log) add(std::move(e));
}

void oracle::add(event next) {
    const auto at = log_.size();
    by_id_.emplace(next.id(), at);
    std::set<event_id> causes{next.view().causes().begin(), next.view().causes().end()};
    for (const auto& cause : causes) named_by_[cause].push_back(at);
    log_.push_back(std::move(next));
}

std::optional<std::uint64_t> oracle::find(const event_id& id) const {
    const auto known = by_id_.find(id);
    return known == by_id_.end() ? std::nullopt : std::optional{known->second};
}

std::vector<std::uint64_t> oracle::matching(const query& q, const read_options& options) const {
    std::vector<std::uint64_t> found;
    const bool forwards = options.direction == direction::forwards;
    const auto consider = [&](const event& e) {
        const auto at = e.position().value;
        if (options.from && (forwards ? at < *options.from : at > *options.from)) return true;
        if (found.size() == options.limit) return false;
        if (q.matches(e)) found.push_back(at);
        return true;
    };
    if (forwards) {
        for (auto e = log_.begin(); e != log_.end() && consider(*e); ++e) {
        }
    } else {
        for (auto e = log_.rbegin(); e != log_.rend() && consider(*e); ++e) {
        }
    }
    return found;
}

std::map<std::string, std::uint64_t> oracle::counts(const query& q, const grouping& by) const {
    std::map<std::string, std::uint64_t> groups;
    for (const auto& e : log_) {
        if (!q.matches(e)) continue;
        for (const auto& key : group_keys(e, by)) ++groups[key];
    }
    return groups;
}

oracle::positions oracle::causes_of(std::uint64_t at) const {
    std::set<std::uint64_t> found;
    for (const auto& cause : log_[at].view().causes()) {
        if (const auto at_cause = find(cause)) found.insert(*at_cause);
    }
    return {found.begin(), found.end()};
}

oracle::positions oracle::effects_of(std::uint64_t at) const {
    const auto known = named_by_.find(log_[at].id());
    return known == named_by_.end() ? positions{} : known->second;
}

template <class Neighbours>
std::string oracle::judge_walk(const positions& starts, const causal_graph& answer,
                               const Neighbours& neighbours) const {
    std::map<std::uint64_t, std::size_t> depths;
    for (const auto start : starts) depths.emplace(start, 0);
    std::vector<std::uint64_t> queue{starts};
    for (std::size_t next = 0; next < queue.size(); ++next) {
        for (const auto reached : neighbours(queue[next])) {
            if (depths.emplace(reached, depths[queue[next]] + 1).second) queue.push_back(reached);
        }
    }
    if (answer.truncated) return "the walk is said to be truncated";
    if (answer.nodes.size() != depths.size()) {
        return "the walk has " + std::to_string(answer.nodes.size()) + " events, wanted " +
               std::to_string(depths.size());
    }
    std::pair<std::size_t, std::uint64_t> before{0, 0};
    for (const auto& node : answer.nodes) {
        const auto at = node.event.position().value;
        const auto where = " at position " + std::to_string(at);
        const auto known = depths.find(at);
        if (known == depths.end()) return "an event that cannot be reached" + where;
        if (known->second != node.depth) return "depth " + std::to_string(node.depth) + where;
        const std::pair place{node.depth, at};
        if (&node != answer.nodes.data() && place <= before) return "not breadth first" + where;
        before = place;
        std::set<std::uint64_t> parents;
        for (const auto parent : node.parents) {
            if (parent >= answer.nodes.size()) return "a parent outside the list" + where;
            const auto from = answer.nodes[parent].event.position().value;
            const auto reached = neighbours(from);
            if (std::find(reached.begin(), reached.end(), at) == reached.end()) {
                return "a parent that does not lead here" + where;
            }
            parents.insert(from);
        }
        for (const auto& [other, depth] : depths) {
            if (depth + 1 != node.depth || parents.contains(other)) continue;
            const auto reached = neighbours(other);
            if (std::find(reached.begin(), reached.end(), at) != reached.end()) {
                return "parent " + std::to_string(other) + " is left out" + where;
            }
        }
    }
    return {};
}

std::string oracle::judge_missing(const causal_graph& answer) const {
    std::set<std::string> wanted;
    for (const auto& node : answer.nodes) {
        for (const auto& cause : node.event.view().causes()) {
            if (!by_id_.contains(cause)) wanted.insert(to_string(cause));
        }
    }
    std::set<std::string> given;
    for (const auto& id : answer.missing) given.insert(to_string(id));
    if (given != wanted || given.size() != answer.missing.size()) {
        return std::to_string(answer.missing.size()) + " missing causes, wanted " +
               std::to_string(wanted.size());
    }
    return {};
}

std::string oracle::judge_causes(const event_id& of, const causal_graph& answer) const {
    const auto start = by_id_.at(of);
    auto wrong = judge_walk({start}, answer, [&](auto at) { return causes_of(at); });
    return wrong.empty() ? judge_missing(answer) : wrong;
}

std::string oracle::judge_effects(const event_id& of, const causal_graph& answer) const {
    const auto start = by_id_.at(of);
    return judge_walk({start}, answer, [&](auto at) { return effects_of(at); });
}

std::string oracle::judge_tree(std::string_view correlation, const causal_graph& answer) const {
    const auto inside = [&](std::uint64_t at) {
        return log_[at].view().correlation() == correlation;
    };
    positions roots;
    for (const auto& e : log_) {
        const auto at = e.position().value;
        if (!inside(at)) continue;
        const auto causes = causes_of(at);
        if (std::none_of(causes.begin(), causes.end(), inside)) roots.push_back(at);
    }
    return judge_walk(roots, answer, [&](std::uint64_t at) {
        auto reached = effects_of(at);
        std::erase_if(reached, [&](auto effect) { return !inside(effect); });
        return reached;
    });
}

std::string oracle::judge_path(std::string_view correlation, const critical_path& answer) const {
    const auto inside = [&](std::uint64_t at) {
        return log_[at].view().correlation() == correlation;
    };
    const auto time = [&](std::uint64_t at) { return log_[at].view().occurred_at(); };
    timestamp latest = timestamp_min;
    bool any = false;
    for (const auto& e : log_) {
        if (!inside(e.position().value)) continue;
        any = true;
        latest = std::max(latest, e.view().occurred_at());
    }
    const auto& path = answer.events;
    if (!any) return path.empty() ? "" : "a path in a correlation without events";
    if (path.empty()) return "no path";
    if (path.back().view().occurred_at() != latest) return "the path does not end last";
    const auto whole = path.back().view().occurred_at() - path.front().view().occurred_at();
    if (answer.duration != whole) return "the duration is not that of the path";
    for (std::size_t i = path.size(); i-- > 0;) {
        auto causes = causes_of(path[i].position().value);
        std::erase_if(causes, [&](auto at) { return !inside(at); });
        if (i == 0) return causes.empty() ? "" : "the path does not begin at a root";
        const auto before = path[i - 1].position().value;
        const auto last = std::max_element(causes.begin(), causes.end(),
                                           [&](auto a, auto b) { return time(a) < time(b); });
        if (last == causes.end()) return "a step without a cause";
        if (std::find(causes.begin(), causes.end(), before) == causes.end()) {
            return "a step that is not from cause to effect";
        }
        if (time(before) != time(*last)) return "a step not from the cause that ended last";
    }
    return {};
}

std::string compare_query(const store& asked, const oracle& truth, const query& q,
                          const read_options& options) {
    const auto given = positions_of(asked.read(q, options));
    const auto wanted = truth.matching(q, options);
    if (given == wanted) return {};
    return "read " + describe(options) + " of " + describe(q) + ": " +
           first_difference(given, wanted);
}

std::string compare_counts(const store& asked, const oracle& truth, const query& q,
                           const grouping& by) {
    const auto groups = asked.count(q, by).value();
    const auto wanted = truth.counts(q, by);
    std::map<std::string, std::uint64_t> given;
    for (const auto& group : groups) {
        if (group.count > 0) given[group.key] += group.count;
    }
    const auto what = "count " + describe(by) + " of " + describe(q);
    if (given != wanted) return what + ":" + text_of(given) + ", wanted" + text_of(wanted);
    if (!in_order(groups, by)) return what + ": not in order:" + text_of(given);
    return {};
}

std::string compare_pages(const store& asked, const oracle& truth, const query& q, direction dir,
                          std::size_t limit) {
    std::vector<std::uint64_t> given;
    std::string cursor;
    const auto what = "pages of " + std::to_string(limit) + " of " + describe(q);
    do {
        const auto page = asked.read_page(q, limit, dir, cursor).value();
        if (page.events.size() > limit) return what + ": a page is too long";
        if (!page.next.empty() && page.events.size() < limit) return what + ": a page is short";
        for (const auto at : positions_of(page.events)) given.push_back(at);
        cursor = page.next;
    } while (!cursor.empty());
    const auto wanted = truth.matching(q, {.direction = dir});
    if (given == wanted) return {};
    return what + ": " + first_difference(given, wanted);
}

std::string compare_causality(const store& asked, const oracle& truth, event_maker& make) {
    const auto correlation = make.correlation();
    auto wrong = truth.judge_tree(correlation, asked.correlation_tree(correlation).value());
    if (!wrong.empty()) return "tree of " + correlation + ": " + wrong;
    wrong = truth.judge_path(correlation, asked.critical_path(correlation).value());
    if (!wrong.empty()) return "critical path of " + correlation + ": " + wrong;
    if (truth.log().empty()) return {};
    const auto id = truth.log()[make.random().below(truth.log().size())].id();
    wrong = truth.judge_causes(id, asked.causes(id).value());
    if (!wrong.empty()) return "causes of " + to_string(id) + ": " + wrong;
    wrong = truth.judge_effects(id, asked.effects(id).value());
    return wrong.empty() ? wrong : "effects of " + to_string(id) + ": " + wrong;
}

std::string compare_answers(const store& asked, const oracle& truth, event_maker& make,
                            std::uint64_t rounds) {
    auto& random = make.random();
    const auto place = [&] { return random.below(truth.log().size() + 2); };
    for (std::uint64_t i = 0; i < rounds * event_maker::query_kinds; ++i) {
        const auto q = make.query_of_kind(i);
        read_options options;
        if (random.chance(50)) options.direction = direction::backwards;
        if (random.chance(40)) options.from = place();
        if (random.chance(40)) options.limit = random.below(30);
        auto wrong = compare_query(asked, truth, q, options);
        if (wrong.empty() && random.chance(30)) {
            wrong = compare_counts(asked, truth, q, make.some_grouping());
        }
        if (wrong.empty() && random.chance(10)) {
            const auto dir = random.chance(50) ? direction::forwards : direction::backwards;
            wrong = compare_pages(asked, truth, q, dir, random.between(50, 10'000));
        }
        if (wrong.empty() && random.chance(10)) wrong = compare_causality(asked, truth, make);
        if (!wrong.empty()) return wrong;
    }
    return {};
}

}  // namespace daybook::test
