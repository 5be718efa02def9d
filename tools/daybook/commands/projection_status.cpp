// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/interruption.hpp"
#include "cli/known_projections.hpp"
#include "cli/looks.hpp"
#include "cli/open_store.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "cli/views.hpp"
#include "commands/commands.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace daybook::cli {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view clear_screen = "\x1b[H\x1b[2J";

/// A view at one moment, and how fast it moved since the look before.
struct look {
    timestamp at{};
    view_progress view;
    std::optional<double> events_per_second{};

    std::optional<double> seconds_left() const {
        if (!events_per_second || *events_per_second <= 0 || view.lag_events == 0) return {};
        return static_cast<double>(view.lag_events) / *events_per_second;
    }
};

cell time_left_cell(const look& l) {
    const auto left = l.seconds_left();
    if (!left) return {};
    return duration_text(std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::duration<double>{*left}));
}

const field<look> fields[] = {
    {{.name = "at", .seen_in = seen_in::others}, [](const look& l) { return cell{l.at}; }},
    {{.name = "name", .colour = tone::accent},
     [](const look& l) { return text_cell(l.view.name); }},
    {{.name = "version"}, [](const look& l) { return cell{std::uint64_t{l.view.version}}; }},
    {{.name = "generation"}, [](const look& l) { return cell{std::uint64_t{l.view.generation}}; }},
    {{.name = "state"}, [](const look& l) { return text_cell(l.view.state); }},
    {{.name = "active"}, [](const look& l) { return cell{l.view.active}; }},
    {{.name = "cursor"}, [](const look& l) { return cell{l.view.cursor.value}; }},
    {{.name = "lag_events"}, [](const look& l) { return cell{l.view.lag_events}; }},
    {{.name = "events_per_second"},
     [](const look& l) { return optional_cell(l.events_per_second); }},
    {{.name = "time_left", .seen_in = seen_in::tables}, time_left_cell},
    {{.name = "seconds_left", .seen_in = seen_in::others},
     [](const look& l) { return optional_cell(l.seconds_left()); }},
};

std::vector<look> look_again(std::vector<view_progress> views, const std::vector<look>& before) {
    std::vector<look> now;
    const auto at = current_time();
    for (auto& view : views) {
        if (view.generation == 0) continue;
        look one{.at = at, .view = std::move(view)};
        const auto same = std::find_if(before.begin(), before.end(), [&](const look& b) {
            return b.view.name == one.view.name && b.view.generation == one.view.generation;
        });
        if (same != before.end() && at > same->at && one.view.cursor >= same->view.cursor) {
            one.events_per_second =
                static_cast<double>(one.view.cursor.value - same->view.cursor.value) /
                std::chrono::duration<double>{at - same->at}.count();
        }
        now.push_back(std::move(one));
    }
    return now;
}

/// Shows look after look, each at once: one takes the place of the other on a terminal.
class viewer {
public:
    explicit viewer(invocation& call) : call_{call} {
        if (call.format == output_format::table) return;
        sink_ = call.sink();
        rows_.emplace(*sink_, fields);
    }

    result<void> show(const std::vector<look>& looks) {
        if (rows_) {
            for (const auto& l : looks) rows_->add(l);
            sink_->settle();
        } else {
            if (call_.at.out_screen.terminal) call_.at.out.write(clear_screen);
            const auto table = call_.sink();
            rows<look> told{*table, fields};
            for (const auto& l : looks) told.add(l);
            table->end();
        }
        return call_.at.out.flush();
    }
    void end() {
        if (sink_) sink_->end();
    }

private:
    invocation& call_;
    std::unique_ptr<record_sink> sink_;
    std::optional<rows<look>> rows_;
};

struct watch_request {
    milliseconds every{};
    std::uint64_t times = std::numeric_limits<std::uint64_t>::max();
};

result<watch_request> request_of(const arguments& given) {
    watch_request request;
    const auto every = every_of(given);
    if (!every) return every.error();
    request.every = *every;
    if (const auto text = given.value("times")) {
        const auto times = parse_number("--times", *text);
        if (!times) return times.error();
        if (*times == 0) return fail(errc::invalid_argument, "--times: the least is 1");
        request.times = *times;
    }
    return request;
}

result<answer> watch(invocation& call, std::span<const known_projection> known) {
    if (call.format == output_format::json) {
        return fail(errc::invalid_argument,
                    "--watch has no end, and so no JSON document; give -o jsonl");
    }
    const auto request = request_of(call.given);
    if (!request) return request.error();
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    catch_interruptions();
    viewer shown{call};
    std::vector<look> last;
    for (auto left = request->times; left > 0 && !interrupted(); --left) {
        if (left != request->times) wait_for_next_look(request->every);
        if (const auto fresh = log->refresh(); !fresh) return fresh.error();
        auto views = view_progress_of(*log, known);
        if (!views) return views.error();
        last = look_again(*std::move(views), last);
        if (auto told = shown.show(last); !told) return told.error();
    }
    shown.end();
    return answer::yes;
}

/// The text that Prometheus reads, of all views in the store.
result<answer> tell_metrics(const invocation& call, store& log) {
    const auto views = projections::stored_status(log);
    if (!views) return views.error();
    call.at.out.write(projections::status_text(log.status().directory, *views));
    return answer::yes;
}

result<answer> run(invocation& call) {
    const bool watched = call.given.has("watch");
    if (!watched && (call.given.has("every") || call.given.has("times")))
        return fail(errc::invalid_argument, "--every and --times are for --watch");
    for (const auto* other : {"digest", "metrics"}) {
        if (watched && call.given.has(other)) {
            return fail(errc::invalid_argument,
                        "--watch does nothing else; leave out --" + std::string{other});
        }
    }
    const auto known = known_projections(call.given);
    if (!known) return known.error();
    if (watched) return watch(call, *known);
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    if (call.given.has("metrics")) return tell_metrics(call, *log);
    const auto views =
        view_progress_of(*log, *known, call.given.has("digest") ? digests::wanted : digests::none);
    if (!views) return views.error();
    const auto sink = call.sink();
    tell_progress(*views, *sink);
    return answer::yes;
}

}  // namespace

command projection_status_command() {
    return {.name = "projection status",
            .topic = topic::views,
            .summary = "tell how far each view of a store is",
            .about =
                "A view is current, behind (projection run brings it up to date), not built, or "
                "left over: built by a projection or version that this program does not have. "
                "Beside what readers get there may be a generation that is building or paused, "
                "and one that is kept for 'projection switch'. Lag is told in events, as the age "
                "of the oldest event not read, and in bytes, estimated from the mean event.",
            .options = {{.name = "digest",
                         .help = "Also tell the number of rows and their digest: equal for equal "
                                 "rows, on every machine. Reads all rows."},
                        {.name = "metrics",
                         .help = "As text for Prometheus, of the views that readers get."},
                        {.name = "watch",
                         .help = "Look again and again, with rates and the time that is left, "
                                 "until interrupted."},
                        {.name = "every",
                         .value = "DURATION",
                         .help = "With --watch: between two looks. Default: 1s."},
                        {.name = "times", .value = "N", .help = "With --watch: look so often."}},
            .examples = {{"daybook projection status", "lag of every view, in events"},
                         {"daybook projection status --digest",
                          "to see whether two machines have the same rows"},
                         {"daybook projection status --watch --times 2 --every 100ms",
                          "how fast views move"}},
            .uses_projections = true,
            .run = run};
}

}  // namespace daybook::cli
