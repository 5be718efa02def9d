// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "macro/report.hpp"

#include <daybook/raw_json.hpp>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace daybook::bench {
namespace {

/// Three digits that count, and thousands set apart: "1 234 000", "12.3", "0.0456".
std::string shown(double value) {
    char text[64];
    if (value < 1000) {
        const int whole = value < 1 ? 0 : static_cast<int>(std::log10(value)) + 1;
        std::snprintf(text, sizeof text, "%.*f", value < 1 ? 4 : 3 - std::min(whole, 3), value);
        return text;
    }
    std::snprintf(text, sizeof text, "%.0f", value);
    std::string digits{text};
    for (auto at = digits.size(); at > 3; digits.insert(at, " ")) at -= 3;
    return digits;
}

std::string shown(const target& wanted) {
    switch (wanted.what) {
        case target::kind::ratio_at_least: return "ratio >= " + shown(wanted.limit);
        case target::kind::at_least: return ">= " + shown(wanted.limit);
        case target::kind::below: return "< " + shown(wanted.limit);
    }
    return {};
}

void print(const row& one) {
    const auto value = shown(one.value) + " " + one.unit;
    const auto ratio = one.ratio();
    const auto reached = one.reached();
    std::printf("%-24s %22s   ratio %7s   %-16s %s\n", one.name.c_str(), value.c_str(),
                ratio ? shown(*ratio).c_str() : "-",
                one.wanted ? shown(*one.wanted).c_str() : "no target",
                reached ? (*reached ? "reached" : "MISSED") : "");
    std::string rest;
    if (one.baseline) {
        rest += one.baseline_is + " " + shown(*one.baseline) + " " + one.unit;
    }
    for (const auto& [name, number] : one.details) {
        rest += (rest.empty() ? "" : ", ") + name + " " + shown(number);
    }
    if (!rest.empty()) std::printf("    %s\n", rest.c_str());
    std::fflush(stdout);
}

std::string json_text(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

std::string number(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.9g", value);
    return text;
}

std::string to_json(const row& one) {
    std::string out = "    {\n      \"name\": ";
    out.append(json_text(one.name));
    const auto add = [&](std::string_view name, const std::string& value) {
        out.append(",\n      ").append(json_text(name)).append(": ").append(value);
    };
    add("value", number(one.value));
    add("unit", json_text(one.unit));
    if (one.baseline) {
        add("baseline", number(*one.baseline));
        add("baseline_is", json_text(one.baseline_is));
    }
    if (const auto ratio = one.ratio()) add("ratio", number(*ratio));
    if (one.wanted) {
        add("target", json_text(shown(*one.wanted)));
        add("reached", one.reached().value_or(false) ? "true" : "false");
    }
    for (const auto& [name, value] : one.details) add(name, number(value));
    return out + "\n    }";
}

}  // namespace

bool row::is_cost() const { return unit == "ms" || unit == "MiB"; }

std::optional<double> row::ratio() const {
    if (!baseline || *baseline <= 0 || value <= 0) return std::nullopt;
    return is_cost() ? *baseline / value : value / *baseline;
}

std::optional<bool> row::reached() const {
    if (!wanted) return std::nullopt;
    switch (wanted->what) {
        case target::kind::ratio_at_least: return ratio().value_or(0) >= wanted->limit;
        case target::kind::at_least: return value >= wanted->limit;
        case target::kind::below: return value < wanted->limit;
    }
    return std::nullopt;
}

report::report(context where) : where_{std::move(where)} {
    for (const auto& [name, value] : where_) {
        std::printf("%-12s %s\n", name.c_str(), value.c_str());
    }
    std::printf("\n");
    std::fflush(stdout);
}

void report::add(row one) {
    print(one);
    if (one.reached() == false) ++missed_;
    rows_.push_back(std::move(one));
}

void report::write_json(const std::filesystem::path& file) const {
    std::string out = "{\n  \"context\": {";
    const char* before = "\n    ";
    for (const auto& [name, value] : where_) {
        out.append(before).append(json_text(name)).append(": ").append(json_text(value));
        before = ",\n    ";
    }
    out += "\n  },\n  \"benchmarks\": [";
    before = "\n";
    for (const auto& one : rows_) {
        out.append(before).append(to_json(one));
        before = ",\n";
    }
    out += "\n  ]\n}\n";
    std::ofstream to{file, std::ios::binary};
    to << out;
    to.close();
    if (!to) throw std::runtime_error{"cannot write " + file.string()};
}

}  // namespace daybook::bench
