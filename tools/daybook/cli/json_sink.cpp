// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/record.hpp"
#include "cli/text.hpp"

#include <utility>

namespace daybook::cli {
namespace {

/// One document: {"items":[...], notes}, or the object itself with the notes as further members.
class json_sink final : public record_sink {
public:
    explicit json_sink(console& to) : to_{to} {}

    void begin(std::vector<column> columns, shape s) override {
        columns_ = std::move(columns);
        shape_ = s;
    }

    void add(const record& r) override {
        open();
        if (shape_ == shape::one) {
            object_ = object_of(r, columns_);
            return;
        }
        to_.out.write(std::exchange(first_, false) ? "\n  " : ",\n  ");
        to_.out.write(object_of(r, columns_));
    }

    void note(std::string_view name, const cell& value, std::string_view /*line*/) override {
        notes_.append(",").append(json_quoted(name)).append(":").append(to_json(value));
    }

    void end() override {
        open();
        if (shape_ == shape::one) {
            object_.pop_back();
            to_.out.write(object_ + notes_ + "}\n");
            return;
        }
        to_.out.write(std::string{first_ ? "]" : "\n]"} + notes_ + "}\n");
    }

private:
    void open() {
        if (shape_ == shape::list && !std::exchange(opened_, true)) to_.out.write("{\"items\":[");
    }

    console& to_;
    std::vector<column> columns_;
    shape shape_ = shape::list;
    bool opened_ = false;
    bool first_ = true;
    std::string object_ = "{}";
    std::string notes_;
};

/// One object per line, nothing else.
class json_lines_sink final : public record_sink {
public:
    explicit json_lines_sink(console& to) : to_{to} {}

    void begin(std::vector<column> columns, shape /*s*/) override { columns_ = std::move(columns); }

    void add(const record& r) override { to_.out.write(object_of(r, columns_).append(1, '\n')); }

    void note(std::string_view /*name*/, const cell& /*value*/, std::string_view line) override {
        if (!line.empty()) to_.say(line);
    }

    void end() override {}

private:
    console& to_;
    std::vector<column> columns_;
};

}  // namespace

std::unique_ptr<record_sink> make_json_sink(console& to) { return std::make_unique<json_sink>(to); }

std::unique_ptr<record_sink> make_json_lines_sink(console& to) {
    return std::make_unique<json_lines_sink>(to);
}

}  // namespace daybook::cli
