// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/replay/instant.hpp>

#include "cli/kept_state.hpp"
#include "cli/open_store.hpp"
#include "cli/past_reading.hpp"
#include "cli/points.hpp"
#include "cli/stream_state.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "cli/views.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

using replay::point;
using replay::scope;

constexpr std::size_t items_in_table = 20;

result<void> check_words(const arguments& given) {
    const auto refused = [](std::string why) -> result<void> {
        return fail(errc::invalid_argument, std::move(why));
    };
    const bool has_operand = given.operand(0).has_value();
    if (given.has("projection") && !has_operand)
        return refused("--projection needs the KEY of a row");
    if (given.has("projection") && given.has("around"))
        return refused("--around tells of streams, not of rows of a projection");
    if (given.has("correlation") && has_operand)
        return refused("a STREAM or --correlation: give one of them");
    return {};
}

result<replay::instant_options> looking(const arguments& given) {
    constexpr std::uint64_t around_max = 10'000;
    replay::instant_options options;
    const auto text = given.value("around");
    if (!text) return options;
    const auto number = parse_number("--around", *text);
    if (!number) return number.error();
    if (*number > around_max)
        return fail(errc::invalid_argument, "--around: at most " + grouped(around_max));
    options.around = static_cast<std::size_t>(*number);
    return options;
}

answer nothing_yet(const invocation& call, const std::string& what) {
    call.at.say(what + " had no events by then");
    return answer::no;
}

result<answer> run_row(const invocation& call, const point& when) {
    const auto row = open_past_row(call);
    if (!row) return row.error();
    const auto then = replay::state_json_at(*row->log, row->of, row->key, when);
    if (!then) return then.error();
    if (!then->row) {
        const auto what = row->of.name() + " has no row '" + printable(row->key) + "'";
        if (!has_point(call.given)) return fail(errc::not_found, what);
        call.at.say(what + " by then");
        return answer::no;
    }
    tell_row(row->of, row->key, *then->row, *call.sink());
    return answer::yes;
}

result<answer> run_stream(const invocation& call, const std::string& stream, const point& when) {
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    if (auto there = check_stream(*log, stream); !there) return there.error();
    if (!has_point(call.given)) {
        const auto now = state_now(*log, stream);
        if (!now) return now.error();
        tell_state({stream, *now}, *call.sink());
        return answer::yes;
    }
    auto then = replay::state_at<projections::orchestration_state>(*log, stream, when);
    if (!then) return then.error();
    if (!then->row) return nothing_yet(call, "stream " + printable(stream));
    tell_state({stream, *std::move(then->row)}, *call.sink());
    return answer::yes;
}

result<answer> run_around(const invocation& call, const std::string& stream, const point& when,
                          const replay::instant_options& options) {
    const auto log = open_store(call, access::read);
    if (!log) return log.error();
    if (auto there = check_stream(*log, stream); !there) return there.error();
    const auto then = replay::instant_at(*log, scope::stream(stream), when, options);
    if (!then) return then.error();
    if (!then->state) return nothing_yet(call, "stream " + printable(stream));
    tell_state({stream, *then->state, &*then}, *call.sink());
    return answer::yes;
}

result<answer> run_many(const invocation& call, const point& when,
                        replay::instant_options options) {
    if (call.format == output_format::table) options.items_max = items_in_table;
    const auto id = call.given.value("correlation");
    const auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto then =
        replay::instant_at(*log, id ? scope::correlation(*id) : scope::everything(), when, options);
    if (!then) return then.error();
    if (then->events == 0)
        return nothing_yet(call, id ? "undertaking " + printable(*id) : "the store");
    tell_instant(*then, *call.sink());
    return answer::yes;
}

result<answer> run(invocation& call) {
    const auto when = point_of(call.given);
    if (!when) return when.error();
    if (auto fits = check_words(call.given); !fits) return fits.error();
    const auto options = looking(call.given);
    if (!options) return options.error();
    if (call.given.has("projection")) return run_row(call, *when);
    const auto stream = call.given.operand(0);
    if (!stream) return run_many(call, *when, *options);
    if (call.given.has("around")) return run_around(call, *stream, *when, *options);
    return run_stream(call, *stream, *when);
}

}  // namespace

command state_command() {
    return {
        .name = "state",
        .topic = topic::views,
        .summary = "where a stream stands, now or at a moment in the past",
        .about =
            "Folds the stream's events up to that moment; nothing needs to be prepared. "
            "JSON has every member of the state, the other formats the main ones.\n"
            "Without STREAM: what was going on in the whole store, or in one undertaking: streams "
            "that were open, agents at work, tasks to be done, and the events around it. A table "
            "lists 20 of each, the other formats 1000.",
        .operands = {{.name = "STREAM",
                      .help = "The stream, such as issue-SHOP-102; with --projection the KEY of a "
                              "row.",
                      .how_many = operand::count::optional}},
        .options = with_point(with_projection(
            {{.name = "around",
              .value = "N",
              .help = "Also the N events before and the N after, and the tasks that were not "
                      "finished. Default without STREAM: 5."},
             {.name = "correlation", .value = "ID", .help = "Of this undertaking."}})),
        .examples = {{"daybook state issue-SHOP-102", "where an issue stands"},
                     {"daybook state issue-SHOP-102 --sequence 10 -o json",
                      "where it stood after its tenth event"},
                     {"daybook state issue-SHOP-102 --at 2025-12-01T11:30:00Z --around 3",
                      "and what was going on there"},
                     {"daybook state --at 2025-12-01T11:30:00Z", "what was going on anywhere"},
                     {"daybook state security-engineer --projection agent_metrics --position 100",
                      "how an agent had performed"}},
        .uses_projections = true,
        .run = run};
}

}  // namespace daybook::cli
