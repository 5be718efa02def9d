// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/replay/replay_events.hpp>

#include "cli/event_reading.hpp"
#include "cli/filters.hpp"
#include "cli/interruption.hpp"
#include "cli/open_store.hpp"
#include "cli/progress.hpp"
#include "cli/replay_destinations.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <thread>

namespace daybook::cli {
namespace {

using replay::replay_report;

/// How long it takes at most to notice ctrl-C in a pause.
constexpr std::chrono::milliseconds look_every{50};

/// The machine's clock, which also notices that somebody interrupts.
class watching_clock final : public replay::replay_clock {
public:
    explicit watching_clock(std::stop_source& stop) : stop_{stop} {}

    time_point now() override { return replay::replay_clock::of_machine().now(); }
    void wait_until(time_point when, const std::stop_token& stop) override {
        while (now() < when && !stop.stop_requested()) {
            if (interrupted()) stop_.request_stop();
            replay::replay_clock::of_machine().wait_until(std::min(when, now() + look_every), stop);
        }
    }

private:
    std::stop_source& stop_;
};

/// "original", "max", or a number and an "x".
result<replay::pace> pace_of(const arguments& given) {
    replay::pace pace;
    const auto text = given.value_or("pace", "max");
    if (text == "original") {
        pace = replay::pace::original();
    } else if (text != "max") {
        const auto* const end = text.data() + text.size();
        const auto [read, problem] = std::from_chars(text.data(), end, pace.times);
        if (problem != std::errc{} || read + 1 != end || *read != 'x' || !(pace.times > 0) ||
            pace.times > 1e9) {
            return fail(errc::invalid_argument,
                        "--pace: '" + printable(text) +
                            "' is not original, max, or how many times as fast: 10x, 0.5x");
        }
    }
    if (const auto longest = given.value("longest-pause")) {
        const auto duration = parse_duration("--longest-pause", *longest);
        if (!duration) return duration.error();
        pace.longest_pause = *duration;
    }
    return pace;
}

/// A position or a time that has come.
result<std::variant<position, timestamp>> moment_of(std::string_view option,
                                                    const std::string& text) {
    const bool is_number =
        !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    if (is_number) {
        const auto number = parse_number(option, text);
        if (!number) return number.error();
        return position{*number};
    }
    const auto time = parse_time(option, text, current_time());
    if (!time) {
        auto why = time.error();
        why.message += ", or a position of the log";
        return why;
    }
    if (*time > current_time()) {
        return fail(errc::invalid_argument,
                    std::string{option} + ": " + daybook::to_string(*time) + " is in the future");
    }
    return *time;
}

result<start_from> start_of(const arguments& given) {
    const auto from = given.value("from");
    if (const auto text = given.value("from-sequence")) {
        if (from) return fail(errc::invalid_argument, "give --from or --from-sequence, not both");
        if (!given.has("stream"))
            return fail(errc::invalid_argument, "--from-sequence needs --stream STREAM");
        const auto number = parse_number("--from-sequence", *text);
        if (!number) return number.error();
        return start_from::at(sequence{std::max<std::uint64_t>(*number, 1)});
    }
    if (!from) return start_from::beginning();
    const auto moment = moment_of("--from", *from);
    if (!moment) return moment.error();
    const auto* at = std::get_if<position>(&*moment);
    return at != nullptr ? start_from::at(*at)
                         : start_from::recorded_at(std::get<timestamp>(*moment));
}

result<std::optional<position>> end_of(const arguments& given, const store& log) {
    const auto text = given.value("to");
    if (!text) return std::optional<position>{};
    const auto moment = moment_of("--to", *text);
    if (!moment) return moment.error();
    if (const auto* time = std::get_if<timestamp>(&*moment)) {
        const auto after = log.position_after(*time);
        if (!after) return after.error();
        return std::optional{*after};
    }
    const auto last = std::get<position>(*moment);
    if (last < log.watermark()) return std::optional{position{last.value + 1}};
    return fail(errc::invalid_argument, "--to: " + *text + " is no event; the log ends at " +
                                            std::to_string(log.watermark().value));
}

result<replay::replay_options> options_of(const invocation& call, const store& log) {
    replay::replay_options options;
    auto wanted = selection_of(call.given);
    if (!wanted) return wanted.error();
    options.what.which = std::move(wanted->query);
    options.what.chain = call.given.value_or("chain", "");
    const auto from = start_of(call.given);
    if (!from) return from.error();
    options.what.from = *from;
    const auto until = end_of(call.given, log);
    if (!until) return until.error();
    options.what.until = *until;
    const auto pace = pace_of(call.given);
    if (!pace) return pace.error();
    options.pace = *pace;
    return options;
}

/// An event that would come again.
struct planned_event {
    const event_view& event;
    const replay::foreseen& would;
};

const field<planned_event> fields[] = {
    {{.name = "position"}, [](const planned_event& p) { return cell{p.event.position().value}; }},
    {{.name = "after_ms"},
     [](const planned_event& p) {
         const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(p.would.after);
         return cell{static_cast<std::uint64_t>(ms.count())};
     }},
    {{.name = "occurred_at", .colour = tone::faint},
     [](const planned_event& p) { return cell{p.event.occurred_at()}; }},
    {{.name = "stream", .cut = cut::late, .colour = tone::accent},
     [](const planned_event& p) { return text_cell(p.event.stream()); }},
    {{.name = "sequence"}, [](const planned_event& p) { return cell{p.event.sequence().value}; }},
    {{.name = "type", .cut = cut::late, .colour = tone::strong},
     [](const planned_event& p) { return text_cell(p.event.type()); }},
    {{.name = "id", .seen_in = seen_in::others},
     [](const planned_event& p) { return cell{daybook::to_string(p.event.id())}; }},
    {{.name = "would"}, [](const planned_event& p) { return text_cell(p.would.what); }},
};

result<answer> plan(const invocation& call, const store& log, const replay::replay_options& options,
                    replay_destination& into) {
    const auto sink = call.sink();
    rows<planned_event> told{*sink, fields};
    const auto report = replay::dry_run(
        log, options, into.target(), [&](const event_view& event, const replay::foreseen& would) {
            told.add({event, would});
        });
    if (!report) return report.error();
    sink->end();
    call.at.say(grouped(report->events) + " events would come; nothing was done");
    return report->events > 0 ? answer::yes : answer::no;
}

answer tell(const invocation& call, const replay_report& report, bool goes_on) {
    if (report.stopped) {
        call.at.say("stopped before position " + grouped(report.next.value) + " of " +
                    grouped(report.end.value) +
                    (goes_on ? "; the same line with --resume goes on" : ""));
        return answer::no;
    }
    if (report.events + report.events_before == 0) return answer_for(call, 0);
    return answer::yes;
}

result<answer> run(invocation& call) {
    const auto log = open_store(call, access::read);
    if (!log) return log.error();
    auto options = options_of(call, *log);
    if (!options) return options.error();
    // First, so that a wrong line leaves nothing behind.
    if (auto sound = replay::check_replay(*log, *options); !sound) return sound.error();
    // Whoever sees a file that is begun may interrupt.
    if (!call.given.has("dry-run")) catch_interruptions();
    const auto into = open_destination(call, *log);
    if (!into) return into.error();
    options->bookmark = (*into)->bookmark();
    if (call.given.has("dry-run")) return plan(call, *log, *options, **into);

    std::stop_source stop;
    watching_clock clock{stop};
    options->stop = stop.get_token();
    options->clock = &clock;
    const auto report = [&] {
        progress_bar bar{call.at, "replaying"};
        options->progress = [&](const replay_report& so_far) {
            if (interrupted()) stop.request_stop();
            const auto first = so_far.first.value_or(so_far.next).value;
            bar.update(so_far.next.value - first, so_far.end.value - first,
                       grouped(so_far.events) + " events");
        };
        return replay::replay_events(*log, *options, (*into)->target());
    }();
    if (!report) return report.error();
    if (auto finished = (*into)->finish(*report); !finished) return finished.error();
    return tell(call, *report, options->bookmark != nullptr);
}

std::vector<option> own_options() {
    return {
        {.name = "into",
         .value = "WHERE",
         .help = "jsonl:FILE, cloudevents:FILE or orchestration:FILE ('-' is standard output), "
                 "store:DIR, or view:NAME. Default: they are shown."},
        {.name = "from",
         .value = "MOMENT",
         .help = "The first position, or a time: what was recorded since then."},
        {.name = "from-sequence",
         .value = "N",
         .help = "The first sequence of the stream that --stream names."},
        {.name = "to",
         .value = "MOMENT",
         .help = "The last position, or a time: what was recorded by then."},
        {.name = "chain",
         .value = "CORRELATION",
         .help = "This undertaking, and what its events led to in others."},
        {.name = "pace",
         .value = "PACE",
         .help = "original (as it happened), 10x (so many times as fast), max (default)."},
        {.name = "longest-pause",
         .value = "DURATION",
         .help = "Cut longer pauses to this: 500ms, 2s."},
        {.name = "dry-run", .help = "Tell what would be done with each event; do nothing."},
        {.name = "resume",
         .help = "Go on where the same replay into this file or store was interrupted; begin "
                 "if there is none."},
        {.name = "overwrite", .help = "Replace the file, and what an interrupted replay left."}};
}

}  // namespace

command replay_command() {
    return {
        .name = "replay",
        .topic = topic::moving,
        .summary = "let events come again: shown, into files, a store or a view",
        .about =
            "In the order of the log, at the pace that is asked for. The store is only read, so "
            "it may be in use.\n"
            "A file gets its name when all is written; until then it is FILE.partial. Another "
            "store gets the same events, ids included, and none twice. The rows of a view are "
            "folded from the selected events alone and shown; the store's own view stays.\n"
            "Ctrl-C stops at an event; with --resume the same line goes on there.",
        .options = with_filters(own_options()),
        .examples = {{"daybook replay --stream issue-SHOP-102 --dry-run", "what a replay would do"},
                     {"daybook replay --stream issue-SHOP-102 --from-sequence 5 --pace max",
                      "one issue from its fifth event on"},
                     {"daybook replay --into jsonl:again.jsonl --type AgentSpawned",
                      "some events into a file"},
                     {"daybook replay --into view:agent_metrics --to 50",
                      "what a view would be without the later events"}},
        .uses_projections = true,
        .run = run};
}

}  // namespace daybook::cli
