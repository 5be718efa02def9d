// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/event_reading.hpp"
#include "cli/open_store.hpp"
#include "cli/text.hpp"
#include "commands/commands.hpp"

#include <algorithm>
#include <array>

namespace daybook::cli {
namespace {

struct group {
    std::string_view key;
    std::uint64_t events = 0;
    double share = 0;  ///< Of all matching events, 0 to 1.
};

constexpr field<group> group_fields[] = {
    {{.name = "group", .cut = cut::late, .colour = tone::accent},
     [](const group& g) { return text_cell(g.key); }},
    {{.name = "events"}, [](const group& g) { return cell{g.events}; }},
    {{.name = "share", .colour = tone::faint}, [](const group& g) { return cell{g.share}; }},
};

constexpr field<std::uint64_t> total_fields[] = {
    {{.name = "events"}, [](const std::uint64_t& events) { return cell{events}; }},
};

struct named_grouping {
    std::string_view name;
    grouping::kind by;
};

constexpr std::array groupings{
    named_grouping{"type", grouping::kind::type},
    named_grouping{"category", grouping::kind::category},
    named_grouping{"actor", grouping::kind::actor},
    named_grouping{"stream", grouping::kind::stream},
    named_grouping{"correlation", grouping::kind::correlation},
    named_grouping{"hour", grouping::kind::hour},
    named_grouping{"day", grouping::kind::day},
    named_grouping{"month", grouping::kind::month},
};

result<grouping> grouping_of(const std::string& text) {
    for (const auto& g : groupings) {
        if (g.name == text) return grouping{g.by, {}};
    }
    constexpr std::string_view tag = "tag:";
    if (text.starts_with(tag) && text.size() > tag.size())
        return grouping{grouping::kind::tag, text.substr(tag.size())};
    if (text.starts_with('/')) return grouping{grouping::kind::field, text};
    return fail(errc::invalid_argument, "--by: '" + printable(text) +
                                            "' is not one of type, category, actor, stream, "
                                            "correlation, hour, day, month, tag:KEY or /pointer");
}

result<std::uint64_t> count_all(const store& log, const query& q) {
    const auto counted = log.count(q);
    if (!counted) return counted.error();
    return counted->empty() ? 0 : counted->front().count;
}

void tell_groups(const std::vector<group_count>& groups, std::uint64_t total, std::uint64_t limit,
                 record_sink& sink) {
    rows<group> told{sink, group_fields};
    std::uint64_t grouped_events = 0;
    for (const auto& g : groups) {
        grouped_events += g.count;
        if (told.count() >= limit) continue;
        told.add({g.key, g.count, static_cast<double>(g.count) / static_cast<double>(total)});
    }
    sink.note("groups", std::uint64_t{groups.size()}, "");
    sink.note("events", total,
              groups.empty() ? ""
                             : grouped(groups.size()) + " groups, " + grouped(grouped_events) +
                                   " of " + grouped(total) + " events");
    sink.end();
}

result<answer> run(invocation& call) {
    const auto wanted = selection_of(call.given);
    if (!wanted) return wanted.error();
    grouping by;
    if (const auto text = call.given.value("by")) {
        const auto known = grouping_of(*text);
        if (!known) return known.error();
        by = *known;
    } else if (wanted->limit) {
        return fail(errc::invalid_argument, "--limit without --by: there are no groups to limit");
    }

    const auto log = open_store(call, access::read);
    if (!log) return log.error();
    if (wanted->explain) return tell_plan(call, *log, wanted->query, {});
    const auto total = count_all(*log, wanted->query);
    if (!total) return total.error();

    const auto sink = call.sink();
    if (by.by == grouping::kind::none) {
        rows<std::uint64_t>{*sink, total_fields, shape::one}.add(*total);
        sink->end();
        return answer_for(call, *total);
    }
    const auto groups = log->count(wanted->query, by);
    if (!groups) return groups.error();
    tell_groups(*groups, *total, wanted->limit.value_or(groups->size()), *sink);
    return answer_for(call, groups->size());
}

}  // namespace

command stats_command() {
    return {.name = "stats",
            .topic = topic::everyday,
            .summary = "count events, in all or by group",
            .about =
                "Groups are told largest first, hours, days and months in order. Times are UTC, "
                "of when events occurred.",
            .options = with_filters(
                {{.name = "by",
                  .letter = 'b',
                  .value = "GROUP",
                  .help = "type, category, actor, stream, correlation, hour, day, month, tag:KEY, "
                          "or /pointer for a payload field (fast if the store indexes it)."}},
                {.limit = true, .explain = true}),
            .examples = {{"daybook stats --by type", "how many events of each type"},
                         {"daybook stats --by tag:phase --type AgentFailed", "where agents fail"},
                         {"daybook stats --by day -o csv", "for a spreadsheet"}},
            .run = run};
}

}  // namespace daybook::cli
