// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/generations.hpp>
#include <daybook/projections/health.hpp>

#include "vital_signs.hpp"

#include <algorithm>
#include <charconv>
#include <functional>

namespace daybook::projections {
namespace {

std::string_view name_of(view_health health) {
    switch (health) {
        case view_health::well: return "well";
        case view_health::stopped: return "stopped";
        case view_health::stuck: return "stuck";
        case view_health::silent: return "silent";
    }
    return "";
}

/// In a label: backslash, quote and line break are escaped, all else stands as it is.
std::string escaped(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (c == '\\' || c == '"') out += '\\';
        out += c == '\n' ? std::string{"\\n"} : std::string(1, c);
    }
    return out;
}

std::string number(double value) {
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

double seconds(std::chrono::microseconds time) {
    return std::chrono::duration<double>{time}.count();
}

struct family {
    std::string_view name;
    std::string_view type;
    std::string_view help;
    std::optional<double> (*read)(const view_status&);
};

double whole(std::uint64_t value) { return static_cast<double>(value); }

constexpr family families[] = {
    {"daybook_view_cursor_position", "gauge", "The next position that the view will read.",
     [](const view_status& v) { return std::optional{whole(v.cursor.value)}; }},
    {"daybook_view_lag_events", "gauge", "Events in the log that the view has not read.",
     [](const view_status& v) { return std::optional{whole(v.lag_events)}; }},
    {"daybook_view_lag_bytes", "gauge", "Their bytes on disk, estimated from the mean event.",
     [](const view_status& v) { return std::optional{whole(v.lag_bytes)}; }},
    {"daybook_view_lag_seconds", "gauge", "Age of the oldest event that the view has not read.",
     [](const view_status& v) { return std::optional{seconds(v.lag_time)}; }},
    {"daybook_view_eta_seconds", "gauge", "When the view will be live, by its rate so far.",
     [](const view_status& v) {
         return v.eta ? std::optional{seconds(*v.eta)} : std::optional<double>{};
     }},
    {"daybook_view_events_applied_total", "counter", "Events that came to at least one row.",
     [](const view_status& v) { return std::optional{whole(v.events_applied)}; }},
    {"daybook_view_events_per_second", "gauge", "Events read, over the last second of work.",
     [](const view_status& v) { return std::optional{v.events_per_second}; }},
    {"daybook_view_handler_seconds_total", "counter",
     "Time in the projection and its rows, estimated from one event in 64.",
     [](const view_status& v) { return std::optional{seconds(v.handler_time)}; }},
    {"daybook_view_parked_keys", "gauge", "Keys that wait behind a parked event.",
     [](const view_status& v) { return std::optional{whole(v.parked.keys)}; }},
    {"daybook_view_parked_events", "gauge", "Events that are parked or held behind such.",
     [](const view_status& v) { return std::optional{whole(v.parked.events)}; }},
    {"daybook_view_still_seconds", "gauge", "Since the view's cursor moved last.",
     [](const view_status& v) { return std::optional{seconds(v.still_for)}; }},
    {"daybook_view_healthy", "gauge", "1 if the view is well, 0 if it is stopped, stuck or silent.",
     [](const view_status& v) { return std::optional{v.health == view_health::well ? 1.0 : 0.0}; }},
};

}  // namespace

bool is_healthy(std::span<const view_status> views) noexcept {
    return std::all_of(views.begin(), views.end(),
                       [](const auto& view) { return view.health == view_health::well; });
}

std::string health_report(std::span<const view_status> views) {
    std::string text;
    for (const auto& view : views) {
        if (view.health == view_health::well) continue;
        text += "view \"" + view.name + "\" is " + std::string{name_of(view.health)} +
                " at position " + std::to_string(view.cursor.value) + ", " +
                std::to_string(view.lag_events) + " events behind";
        if (view.last_error) text += ": " + view.last_error->message;
        text += '\n';
    }
    return text;
}

result<view_status> stored_status(store& log, const built_view& of, const health_limits& limits) {
    const auto parked = count_parked(log, of.keyspace);
    if (!parked) return parked.error();
    const auto end = log.watermark();
    view_status one;
    one.name = of.name;
    one.version = of.version;
    one.generation = of.generation;
    one.active = of.active;
    one.keyspace = of.keyspace;
    one.cursor = of.cursor;
    one.lag_events = std::max(end, of.cursor).value - of.cursor.value;
    one.state = one.lag_events == 0 ? view_state::live : view_state::building;
    one.events_applied = of.events_applied;
    one.parked = *parked;
    complete_status(
        one, log, std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
    one.still_for = std::chrono::duration_cast<std::chrono::milliseconds>(one.lag_time);
    one.health = health_of(one, std::nullopt, limits);
    return one;
}

result<std::vector<view_status>> stored_status(store& log, const health_limits& limits) {
    const auto built = built_views(log);
    if (!built) return built.error();
    std::vector<view_status> all;
    for (const auto& view : *built) {
        if (view.place != generation_place::serving) continue;
        auto one = stored_status(log, view, limits);
        if (!one) return one.error();
        all.push_back(*std::move(one));
    }
    return all;
}

std::string status_text(const std::filesystem::path& store_directory,
                        std::span<const view_status> views) {
    const auto store = escaped(store_directory.string());
    std::string text;
    for (const auto& each : families) {
        text += "# HELP " + std::string{each.name} + ' ' + std::string{each.help} + "\n# TYPE " +
                std::string{each.name} + ' ' + std::string{each.type} + '\n';
        for (const auto& view : views) {
            const auto value = each.read(view);
            if (!value) continue;
            text += std::string{each.name} + "{store=\"" + store + "\",view=\"" +
                    escaped(view.name) + "\",version=\"" + std::to_string(view.version) + "\"} " +
                    number(*value) + '\n';
        }
    }
    return text;
}

}  // namespace daybook::projections
