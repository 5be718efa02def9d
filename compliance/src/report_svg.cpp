// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "report_svg.hpp"

#include "html_text.hpp"
#include "time_axis.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <initializer_list>
#include <map>

namespace daybook::compliance {
namespace {

using std::chrono::microseconds;

// In units of the picture; it is scaled to the page.
constexpr double width = 960;
constexpr double plot_left = 172;
constexpr double plot_right = 948;
constexpr double lane_height = 21;
constexpr double bar_height = 13;
constexpr double heading_height = 24;
constexpr double events_height = 54;
constexpr double axis_height = 34;
constexpr double bar_least = 2.5;
constexpr std::size_t label_characters_max = 24;
constexpr std::int64_t ticks_max = 6;

/// `text` cut between characters, with "..." if it was longer.
std::string shortened(std::string_view text, std::size_t characters_max) {
    std::size_t at = 0;
    std::size_t count = 0;
    while (at < text.size()) {
        const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
        if (begins && ++count > characters_max) break;
        ++at;
    }
    return at == text.size() ? std::string{text} : std::string{text.substr(0, at)} + "...";
}

/// From top to bottom.
struct range {
    double top, bottom;
};

struct box {
    double x, y, width, height;
};

class picture_writer {
public:
    picture_writer(std::string& to, const audit_report& report)
        : to_{to}, report_{report}, axis_{report, {plot_left, plot_right}} {}

    void write();

private:
    double x_of(timestamp at) const { return axis_.x_of(at); }
    double height() const;
    void put(std::initializer_list<std::string_view> parts) {
        for (const auto part : parts) to_ += part;
    }
    void begin(double height);
    void ticks(const range& lines);
    void cuts(const range& lines);
    void ticks_of(const time_axis::stretch& one, const range& lines, std::int64_t step_us);
    void cut(const range& lines, const time_axis::stretch& before, const time_axis::stretch& after);
    void tick_label(timestamp at, double x, double y, bool with_date, std::int64_t step_us);
    void lanes();
    void lane(const report_lane& lane);
    void bar(const report_lane& lane, const report_bar& bar);
    void rectangle(std::string_view look, const box& at);
    void title_of(const report_lane& lane, const report_bar& bar);
    void events();

    std::string& to_;
    const audit_report& report_;
    time_axis axis_;
    double y_ = 6;
};

std::string_view heading_of(std::string_view kind) {
    if (kind == "phase") return "Phases";
    return kind == "agent" ? "Agents" : "Events by type";
}

double picture_writer::height() const {
    double sum = y_ + heading_height + events_height + axis_height;
    std::string_view kind;
    for (const auto& lane : report_.picture.lanes) {
        sum += lane_height + (lane.kind == kind ? 0 : heading_height);
        kind = lane.kind;
    }
    return sum;
}

void picture_writer::begin(double height) {
    put({R"(<svg class="picture" role="img" aria-labelledby="picture-title picture-text" )"
         R"(viewBox="0 0 )",
         rounded(width), " ", rounded(height), R"(" xmlns="http://www.w3.org/2000/svg">)",
         "\n<title id=\"picture-title\">Timeline from ",
         daybook::to_string(*report_.scope.first_at), " to ",
         daybook::to_string(*report_.scope.last_at), "</title>\n<desc id=\"picture-text\">",
         std::to_string(report_.picture.lanes.size()),
         " lanes with bars for what was under way, and the number of events over time: ",
         std::to_string(report_.scope.events_in_report), " events, ",
         std::to_string(report_.errors.total),
         " errors. The tables below have the figures.</desc>\n"});
    put({R"(<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" )",
         "patternTransform=\"rotate(45)\"><rect class=\"hatch-ground\" width=\"5\" height=\"5\"/>",
         R"(<rect class="hatch-line" width="2.2" height="5"/></pattern></defs>)", "\n"});
}

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t day_us = 86'400 * second_us;

/// The least handsome step that gives no more ticks than fit.
std::int64_t step_for(std::int64_t span_us) {
    constexpr std::array<std::int64_t, 31> steps{1'000,
                                                 2'000,
                                                 5'000,
                                                 10'000,
                                                 20'000,
                                                 50'000,
                                                 100'000,
                                                 200'000,
                                                 500'000,
                                                 second_us,
                                                 2 * second_us,
                                                 5 * second_us,
                                                 10 * second_us,
                                                 30 * second_us,
                                                 60 * second_us,
                                                 120 * second_us,
                                                 300 * second_us,
                                                 600 * second_us,
                                                 1800 * second_us,
                                                 3600 * second_us,
                                                 7200 * second_us,
                                                 10'800 * second_us,
                                                 21'600 * second_us,
                                                 43'200 * second_us,
                                                 day_us,
                                                 2 * day_us,
                                                 7 * day_us,
                                                 14 * day_us,
                                                 28 * day_us,
                                                 91 * day_us,
                                                 182 * day_us};
    for (const auto step : steps) {
        if (span_us / step <= ticks_max) return step;
    }
    constexpr std::int64_t year_us = 365 * day_us;
    return ((span_us / year_us) / ticks_max + 1) * year_us;
}

void picture_writer::ticks(const range& lines) {
    const auto step = step_for(axis_.span_us());
    for (const auto& one : axis_.stretches()) ticks_of(one, lines, step);
    to_ += '\n';
}

void picture_writer::cuts(const range& lines) {
    const auto& stretches = axis_.stretches();
    for (std::size_t i = 1; i < stretches.size(); ++i) {
        cut(lines, stretches[i - 1], stretches[i]);
    }
    to_ += '\n';
}

void picture_writer::ticks_of(const time_axis::stretch& one, const range& lines,
                              std::int64_t step_us) {
    constexpr double room = 62;  // For a label.
    const auto start = one.from.time_since_epoch().count();
    auto at = start / step_us * step_us;
    if (at < start) at += step_us;
    std::string day;
    double reached = one.left - room / 2;
    const auto tick = [&](timestamp time) {
        const auto x = x_of(time);
        const bool fits = x >= reached && x <= std::max(one.right, one.left + 1);
        if (!fits) return;
        put({R"(<line class="grid" x1=")", rounded(x), R"(" x2=")", rounded(x), R"(" y1=")",
             rounded(lines.top), R"(" y2=")", rounded(lines.bottom), "\"/>"});
        const auto date = daybook::to_string(time).substr(0, 10);
        tick_label(time, std::min(x, plot_right - room / 2 + 12), lines.bottom + 13, date != day,
                   step_us);
        day = date;
        reached = x + room;
    };
    if (one.until.time_since_epoch().count() < at) tick(one.from);  // So short that it has none.
    for (; at <= one.until.time_since_epoch().count(); at += step_us) {
        tick(timestamp{microseconds{at}});
    }
}

/// A mark where time was cut out, and how much.
void picture_writer::cut(const range& lines, const time_axis::stretch& before,
                         const time_axis::stretch& after) {
    const auto idle = static_cast<double>((after.from - before.until).count()) / 1000;
    put({R"(<g><title>)", span_text(idle), " without events cut out</title>"});
    rectangle("break",
              {before.right, lines.top, after.left - before.right, lines.bottom - lines.top + 2});
    for (const auto part : {0.33, 0.66}) {
        const auto x = before.right + (after.left - before.right) * part;
        put({R"(<line class="break-line" x1=")", rounded(x - 3), R"(" x2=")", rounded(x + 3),
             R"(" y1=")", rounded(lines.bottom + 5), R"(" y2=")", rounded(lines.bottom - 5),
             "\"/>"});
    }
    to_ += "</g>";
}

void picture_writer::tick_label(timestamp at, double x, double y, bool with_date,
                                std::int64_t step_us) {
    const auto text = daybook::to_string(at);
    const std::string_view whole{text};
    const auto label = [&](double line, std::string_view said) {
        put({R"(<text class="tick" text-anchor="middle" x=")", rounded(x), R"(" y=")",
             rounded(line), "\">", said, "</text>"});
    };
    if (step_us >= day_us) return label(y, whole.substr(0, 10));
    constexpr std::int64_t minute_us = 60 * second_us;
    const std::size_t length = step_us >= minute_us ? 5 : step_us >= second_us ? 8 : 12;
    label(y, whole.substr(11, length));
    if (with_date) label(y + 13, whole.substr(0, 10));
}

void picture_writer::lanes() {
    std::string_view kind;
    for (const auto& one : report_.picture.lanes) {
        if (one.kind != kind) {
            kind = one.kind;
            put({R"(<text class="group" x="0" y=")", rounded(y_ + 16), "\">", heading_of(kind),
                 "</text>\n"});
            y_ += heading_height;
        }
        lane(one);
        y_ += lane_height;
    }
}

void picture_writer::lane(const report_lane& lane) {
    const auto base = rounded(y_ + lane_height - 1);
    put({R"(<line class="rule" x1="0" x2=")", rounded(plot_right), R"(" y1=")", base, R"(" y2=")",
         base, "\"/>", R"(<text class="label" x="0" y=")", rounded(y_ + 14), "\"><title>"});
    append_text(to_, lane.name);
    to_ += "</title>";
    append_text(to_, shortened(lane.name, label_characters_max));
    to_ += "</text>\n";
    for (const auto& one : lane.bars) bar(lane, one);
}

void picture_writer::rectangle(std::string_view look, const box& at) {
    put({"<rect class=\"", look, "\" x=\"", rounded(at.x), "\" y=\"", rounded(at.y), "\" width=\"",
         rounded(at.width), "\" height=\"", rounded(at.height), "\" rx=\"1.5\"/>"});
}

void picture_writer::bar(const report_lane& lane, const report_bar& one) {
    const auto left = x_of(one.from);
    const auto right = std::min(std::max(x_of(one.to), left + bar_least), plot_right + bar_least);
    const box whole{left, y_ + 3, right - left, bar_height};
    to_ += "<g>";
    title_of(lane, one);
    if (one.failed == one.runs) {
        rectangle("failed", whole);
    } else {
        rectangle(one.open ? lane.kind + " open" : lane.kind, whole);
        if (one.failed > 0) {
            const double part = bar_height * 0.45;
            rectangle("failed", {whole.x, whole.y + bar_height - part, whole.width, part});
        }
    }
    to_ += "</g>\n";
}

void picture_writer::title_of(const report_lane& lane, const report_bar& bar) {
    to_ += "<title>";
    append_text(to_, lane.name);
    put({": ", time_text(bar.from)});
    const auto took = static_cast<double>((bar.to - bar.from).count()) / 1000;
    if (bar.to > bar.from) put({" to ", time_text(bar.to), " (", span_text(took), ")"});
    const std::string_view what = lane.kind == "type" ? " events" : " runs";
    if (bar.runs > 1) put({", ", grouped_digits(bar.runs), what});
    if (bar.failed > 0) put({", ", grouped_digits(bar.failed), " failed"});
    if (bar.open) to_ += ", not ended";
    to_ += "</title>";
}

/// Events in a column of the picture.
struct column_sum {
    std::uint64_t events = 0, errors = 0;
    timestamp from{};
};

void picture_writer::events() {
    constexpr double column = 4;
    std::map<std::int64_t, column_sum> columns;
    std::uint64_t most = 1;
    for (const auto& slot : report_.picture.slots) {
        const auto x = std::min(x_of(slot.from), plot_right - column);
        auto& sum = columns[static_cast<std::int64_t>((x - plot_left) / column)];
        if (sum.events == 0) sum.from = slot.from;
        sum.events += slot.events;
        sum.errors += slot.errors;
        most = std::max(most, sum.events);
    }
    const auto base = y_ + heading_height + events_height;
    const auto column_ms =
        std::max(axis_.us_per_unit() * column, static_cast<double>(report_.picture.slot_us)) / 1000;
    put({R"(<text class="group" x="0" y=")", rounded(y_ + 16), "\">Events</text>",
         R"(<text class="label" x="0" y=")", rounded(y_ + heading_height + 12), "\">at most ",
         grouped_digits(most), "</text>", R"(<text class="label" x="0" y=")",
         rounded(y_ + heading_height + 26), "\">in ", span_text(column_ms), "</text>\n"});
    const auto high = [&](std::uint64_t count) {
        const auto share = static_cast<double>(count) / static_cast<double>(most);
        return count == 0 ? 0 : std::max(1.5, share * (events_height - 4));
    };
    for (const auto& [index, sum] : columns) {
        const auto left = plot_left + static_cast<double>(index) * column;
        const auto all = high(sum.events);
        const auto bad = std::min(all, high(sum.errors));
        put({"<g><title>", time_text(sum.from), ": ", grouped_digits(sum.events), " events, ",
             grouped_digits(sum.errors), " errors</title>"});
        rectangle("count", {left, base - all, column - 0.6, all});
        if (bad > 0) rectangle("failed", {left, base - bad, column - 0.6, bad});
        to_ += "</g>\n";
    }
    put({R"(<line class="axis" x1=")", rounded(plot_left), R"(" x2=")", rounded(plot_right),
         R"(" y1=")", rounded(base), R"(" y2=")", rounded(base), "\"/>\n"});
}

void picture_writer::write() {
    const auto whole = height();
    begin(whole);
    const auto top = y_ + 4;
    const range lines{top, whole - axis_height};
    ticks(lines);  // Below the bars;
    lanes();
    events();
    cuts(lines);  // above them: nothing is known of what was cut out.
    to_ += "</svg>\n";
}

}  // namespace

void append_picture(std::string& to, const audit_report& report) {
    picture_writer{to, report}.write();
}

}  // namespace daybook::compliance
