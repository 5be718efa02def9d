// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/event_reading.hpp"
#include "cli/event_rows.hpp"
#include "cli/open_store.hpp"
#include "commands/commands.hpp"

#include <algorithm>

namespace daybook::cli {
namespace {

constexpr std::uint64_t limit_default = 100;
constexpr std::uint64_t store_page_max = 10'000;

struct paged {
    std::uint64_t found = 0;
    std::string next;
};

/// Pages of the store until `limit` events are shown.
result<paged> show_page(const store& log, const selection& wanted, rows<event_view>& shown) {
    const std::uint64_t limit = wanted.limit.value_or(limit_default);
    paged done{.found = 0, .next = wanted.cursor};
    do {
        const auto size = static_cast<std::size_t>(std::min(limit - done.found, store_page_max));
        auto page = log.read_page(wanted.query, size, wanted.direction, done.next);
        if (!page) return page.error();
        for (const auto& e : page->events) shown.add(e.view());
        done.found += page->events.size();
        done.next = std::move(page->next);
    } while (done.found < limit && !done.next.empty());
    return done;
}

result<answer> run(invocation& call) {
    const auto wanted = selection_of(call.given);
    if (!wanted) return wanted.error();
    const auto log = open_store(call, access::read);
    if (!log) return log.error();
    if (wanted->explain) return tell_plan(call, *log, wanted->query, wanted->reading());

    const auto sink = call.sink();
    auto shown = event_rows(*sink);
    const auto page = show_page(*log, *wanted, shown);
    if (!page) return page.error();
    if (call.given.has("total")) {
        const auto counted = log->count(wanted->query);
        if (!counted) return counted.error();
        const std::uint64_t total = counted->empty() ? 0 : counted->front().count;
        sink->note("total", total, std::to_string(total) + " events match in all");
    }
    const bool more = !page->next.empty();
    sink->note("next", text_cell(page->next), more ? "more with --cursor " + page->next : "");
    sink->end();
    return answer_for(call, page->found);
}

}  // namespace

command query_command() {
    return {
        .name = "query",
        .topic = topic::everyday,
        .summary = "find events by type, tag, time, payload, ... page by page",
        .about =
            "Filters of different kinds must all hold. A page has 100 events unless --limit "
            "says otherwise. If there is more, the cursor of the next page is the member "
            "\"next\" of the JSON, and in other formats a message on standard error.",
        .options =
            with_filters({{.name = "total", .help = "Also tell how many events match in all."}},
                         {.limit = true, .newest_first = true, .explain = true, .cursor = true}),
        .examples = {{"daybook query --type AgentFailed --type TestRunFailed --newest-first",
                      "the latest failures"},
                     {"daybook query --category issue --tag phase:TEST --limit 10",
                      "ten events of the test phase of any issue"},
                     {"daybook query --where '/severity=high' --where '/blocking=true'",
                      "by fields of the payload"},
                     {"daybook query --type AgentSpawned --explain", "which indexes answer this"}},
        .run = run};
}

}  // namespace daybook::cli
