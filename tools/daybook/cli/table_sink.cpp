// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/pretty_json.hpp"
#include "cli/record.hpp"
#include "cli/text.hpp"

#include <algorithm>
#include <optional>

namespace daybook::cli {
namespace {

// Rows that are held back to find the widths of the columns; later rows use what was found.
constexpr std::size_t rows_measured_max = 500;
// A column is not cut below this.
constexpr std::size_t cut_width_min = 8;
constexpr std::string_view gap = "  ";

bool is_number(const cell& value) {
    return std::holds_alternative<std::uint64_t>(value) ||
           std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}

std::string shown(const cell& value) {
    const auto* json = std::get_if<json_text>(&value);
    const bool told = json != nullptr && !json->lines.empty();
    std::string text = printable(told ? listed(json->lines, ", ") : to_text(value));
    return text.empty() ? "-" : text;
}

/// The same, over several lines if it needs them; those after the first indented.
std::string shown_downwards(const cell& value, std::size_t indent) {
    const auto* json = std::get_if<json_text>(&value);
    if (json == nullptr) return shown(value);
    if (json->lines.empty()) return pretty_json(json->text, indent);
    std::string text;
    for (const auto& line : json->lines) {
        if (!text.empty()) text.append(1, '\n').append(indent, ' ');
        text += printable(line);
    }
    return text;
}

std::string heading(std::string_view name) {
    std::string text{name};
    for (char& c : text) {
        if (c == '_') c = ' ';
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

tone tone_of(const column& c, std::string_view text) {
    return c.colour_of == nullptr ? c.colour : c.colour_of(text);
}

/// Rows under headings. On a terminal, cut to its width; in a pipe, whole and without colours.
class list_table {
public:
    list_table(console& to, std::vector<column> columns) : to_{to}, columns_{std::move(columns)} {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (columns_[i].seen_in == seen_in::others) continue;
            shown_.push_back(i);
            widths_.push_back(display_width(heading(columns_[i].name)));
        }
        right_.assign(shown_.size(), true);
    }

    void add(const record& r) {
        row texts;
        for (std::size_t k = 0; k < shown_.size(); ++k) {
            const cell value = r.at(shown_[k]);
            texts.push_back(shown(value));
            if (measured_) continue;
            widths_[k] = std::max(widths_[k], display_width(texts.back()));
            if (!is_number(value) && !std::holds_alternative<std::monostate>(value))
                right_[k] = false;
        }
        if (measured_) return write(texts);
        held_.push_back(std::move(texts));
        if (held_.size() == rows_measured_max) release();
    }

    void release() {
        if (measured_) return;
        measured_ = true;
        if (held_.empty()) return;
        if (to_.out_screen.terminal) squeeze();
        write_heading();
        for (const auto& texts : held_) write(texts);
        held_.clear();
    }

    /// Writes what is held, if anything is.
    void release_some() {
        if (!held_.empty()) release();
    }

private:
    using row = std::vector<std::string>;

    /// Makes the table fit, if it can, by cutting columns.
    void squeeze() {
        std::size_t wanted = gap.size() * (widths_.size() - 1);
        for (const auto w : widths_) wanted += w;
        for (const cut when : {cut::early, cut::late}) {
            for (; wanted > to_.out_screen.width; --wanted) {
                std::size_t* widest = widest_of(when);
                if (widest == nullptr) break;
                --*widest;
            }
        }
    }

    /// The width of the widest column that is cut at that time, or null if all are narrow.
    std::size_t* widest_of(cut when) {
        std::size_t* widest = nullptr;
        for (std::size_t k = 0; k < shown_.size(); ++k) {
            if (columns_[shown_[k]].cut != when || widths_[k] <= cut_width_min) continue;
            if (widest == nullptr || widths_[k] > *widest) widest = &widths_[k];
        }
        return widest;
    }

    void write_heading() {
        row texts;
        for (const auto i : shown_) texts.push_back(heading(columns_[i].name));
        write(texts, true);
    }

    void write(const row& texts, bool is_heading = false) {
        std::string line;
        for (std::size_t k = 0; k < texts.size(); ++k) {
            const column& c = columns_[shown_[k]];
            const bool may_cut = c.cut != cut::never && to_.out_screen.terminal;
            const std::string text = may_cut ? fitted(texts[k], widths_[k], to_.utf8) : texts[k];
            const std::size_t width = display_width(text);
            const std::string fill(width < widths_[k] ? widths_[k] - width : 0, ' ');
            const tone t = is_heading ? tone::faint : tone_of(c, texts[k]);
            if (k > 0) line += gap;
            if (right_[k]) line += fill;
            line += painted(text, t, to_.out_screen.colours);
            if (!right_[k] && k + 1 < texts.size()) line += fill;
        }
        to_.out.write(line += '\n');
    }

    console& to_;
    std::vector<column> columns_;
    std::vector<std::size_t> shown_;  // Which columns; the vectors below go by this one's index.
    std::vector<std::size_t> widths_;
    std::vector<bool> right_;  // Numbers stand on the right.
    std::vector<row> held_;
    bool measured_ = false;
};

/// One record, downwards: name and value.
void write_downwards(console& to, const std::vector<column>& columns, const record& r) {
    std::size_t width = 0;
    for (const auto& c : columns) width = std::max(width, c.name.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const cell value = r.at(i);
        std::string name{columns[i].name};
        std::replace(name.begin(), name.end(), '_', ' ');
        pad_to(name, 0, width);
        const std::string text = shown_downwards(value, width + gap.size());
        to.out.write(painted(name, tone::faint, to.out_screen.colours).append(gap));
        const tone t = tone_of(columns[i], text);
        to.out.write(painted(text, t, to.out_screen.colours).append(1, '\n'));
    }
}

class table_sink final : public record_sink {
public:
    explicit table_sink(console& to) : to_{to} {}

    void begin(std::vector<column> columns, shape s) override {
        columns_ = std::move(columns);
        if (s == shape::list) list_.emplace(to_, columns_);
    }

    void add(const record& r) override {
        if (list_) return list_->add(r);
        write_downwards(to_, columns_, r);
    }

    void note(std::string_view /*name*/, const cell& /*value*/, std::string_view line) override {
        if (!line.empty()) lines_.emplace_back(line);
    }

    void settle() override {
        if (list_) list_->release_some();
    }

    void end() override {
        if (list_) list_->release();
        if (lines_.empty()) return;
        static_cast<void>(to_.out.flush());  // A table first, then what is said about it.
        for (const auto& line : lines_) to_.say(line);
    }

private:
    console& to_;
    std::vector<column> columns_;
    std::optional<list_table> list_;
    std::vector<std::string> lines_;
};

}  // namespace

std::unique_ptr<record_sink> make_table_sink(console& to) {
    return std::make_unique<table_sink>(to);
}

}  // namespace daybook::cli
