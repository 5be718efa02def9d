// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/report_writers.hpp>

#include "cli/record.hpp"

#include <utility>

namespace daybook::cli {
namespace {

/// RFC 4180. Text that a spreadsheet would take for a formula gets a quote mark in front; numbers
/// and times never do.
std::string csv_field(const cell& value) {
    const std::string text = to_text(value);
    const bool free_text =
        std::holds_alternative<std::string>(value) || std::holds_alternative<json_text>(value);
    if (!free_text) return text;
    std::string field;
    compliance::append_csv_text(field, text);
    return field;
}

class csv_sink final : public record_sink {
public:
    explicit csv_sink(console& to) : to_{to} {}

    void begin(std::vector<column> columns, shape /*s*/) override { columns_ = std::move(columns); }

    void add(const record& r) override {
        write_header();
        std::string line;
        bool first = true;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (columns_[i].seen_in == seen_in::tables) continue;
            if (!std::exchange(first, false)) line += ',';
            line += csv_field(r.at(i));
        }
        to_.out.write(line += "\r\n");
    }

    void note(std::string_view /*name*/, const cell& /*value*/, std::string_view line) override {
        if (!line.empty()) to_.say(line);
    }

    void end() override { write_header(); }

private:
    void write_header() {
        if (std::exchange(header_written_, true)) return;
        std::string line;
        for (const auto& c : columns_) {
            if (c.seen_in == seen_in::tables) continue;
            line.append(line.empty() ? "" : ",").append(c.name);
        }
        to_.out.write(line += "\r\n");
    }

    console& to_;
    std::vector<column> columns_;
    bool header_written_ = false;
};

}  // namespace

std::unique_ptr<record_sink> make_csv_sink(console& to) { return std::make_unique<csv_sink>(to); }

}  // namespace daybook::cli
