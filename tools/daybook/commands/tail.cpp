// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/event_reading.hpp"
#include "cli/event_rows.hpp"
#include "cli/interruption.hpp"
#include "cli/open_store.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"

#include <algorithm>
#include <chrono>

namespace daybook::cli {
namespace {

using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;

constexpr std::uint64_t last_default = 10;
/// How long it takes at most to notice ctrl-C.
constexpr milliseconds look_every{100};

struct tail_request {
    daybook::query which;
    std::optional<std::uint64_t> last;  ///< None: all that match.
    bool follow = false;
    std::optional<milliseconds> until_idle;
};

result<tail_request> request_of(const arguments& given) {
    auto wanted = selection_of(given);
    if (!wanted) return wanted.error();
    tail_request request{
        .which = std::move(wanted->query), .last = {}, .follow = given.has("follow")};
    if (const auto text = given.value("last")) {
        const auto number = parse_number("--last", *text);
        if (!number) return number.error();
        request.last = *number;
    } else if (!given.has("since")) {
        request.last = last_default;
    }
    if (const auto text = given.value("until-idle")) {
        const auto duration = parse_duration("--until-idle", *text);
        if (!duration) return duration.error();
        request.until_idle = *duration;
        request.follow = true;
    }
    return request;
}

/// The position of the `last`-last match before `end`.
result<position> start_of(const store& log, const tail_request& request, position end) {
    if (!request.last) return position{0};
    if (*request.last == 0 || end.value == 0) return end;
    auto backwards = log.read(
        request.which,
        {.direction = direction::backwards, .from = end.value - 1, .limit = *request.last});
    if (!backwards) return backwards.error();
    auto first = end;
    for (;;) {
        const auto more = backwards->next();
        if (!more) return more.error();
        if (!*more) return first;
        first = (*backwards)->position();
    }
}

/// Shows events until there is a reason to end. Returns how many.
class tail_run {
public:
    tail_run(invocation& call, const tail_request& request, position end)
        : call_{call},
          request_{request},
          end_{end},
          sink_{call.sink()},
          rows_{event_rows(*sink_)} {}

    result<std::uint64_t> show(subscription& events) {
        auto idle_since = clock::now();
        milliseconds patience{0};
        while (!interrupted()) {
            const auto more = events.next(patience);
            if (!more) return more.error();
            if (*more) {
                if (!request_.follow && events->position() >= end_) break;
                rows_.add(*events);
                idle_since = clock::now();
                patience = milliseconds{0};
                continue;
            }
            if (!request_.follow && events.cursor() >= end_) break;
            if (events.lag() > 0) continue;
            if (request_.until_idle && clock::now() - idle_since >= *request_.until_idle) break;
            sink_->settle();
            if (auto told = call_.at.out.flush(); !told) return told.error();
            patience = std::min(look_every, request_.until_idle.value_or(look_every));
        }
        sink_->end();
        return rows_.count();
    }

private:
    invocation& call_;
    const tail_request& request_;
    position end_;
    std::unique_ptr<record_sink> sink_;
    rows<event_view> rows_;
};

result<answer> run(invocation& call) {
    const auto request = request_of(call.given);
    if (!request) return request.error();
    const auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto end = log->watermark();
    const auto from = start_of(*log, *request, end);
    if (!from) return from.error();
    auto events = log->subscribe({.which = request->which, .from = start_from::at(*from)});
    if (!events) return events.error();

    if (request->follow) catch_interruptions();
    const auto shown = tail_run{call, *request, end}.show(*events);
    if (!shown) return shown.error();
    return interrupted() ? answer::yes : answer_for(call, *shown);
}

}  // namespace

command tail_command() {
    return {
        .name = "tail",
        .topic = topic::everyday,
        .summary = "print the last events, and what comes next",
        .about =
            "Prints the last 10 events that match, oldest first; with --since all since then. "
            "With --follow it goes on with what is appended, until ctrl-C ends it.",
        .options = with_filters(
            {{.name = "follow", .letter = 'f', .help = "Go on with what is appended."},
             {.name = "last",
              .letter = 'n',
              .value = "N",
              .help = "The last N that match; 0 for none but new ones."},
             {.name = "until-idle",
              .value = "DURATION",
              .help = "Follow, and end when nothing came for so long: 500ms, 10s, 5m."}}),
        .examples = {{"daybook tail", "the last ten events"},
                     {"daybook tail --last 20 --type AgentFailed --type TestRunFailed",
                      "the last failures"},
                     {"daybook tail --category issue --since 52w --output jsonl --until-idle 200ms",
                      "what happens to issues, one JSON object per line, until it is quiet"}},
        .run = run};
}

}  // namespace daybook::cli
