// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/types.hpp>

#include "cli/console.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace daybook::cli {

/// JSON, kept as it is by the JSON formats and shown as text by the others.
struct json_text {
    std::string text;
    std::vector<std::string> lines = {};  ///< How a table tells it to people, if not as JSON.
};

/// One value of a record. `monostate` is "there is none": null, or an empty field.
using cell = std::variant<std::monostate, bool, std::uint64_t, std::int64_t, double, timestamp,
                          std::string, json_text>;

/// Text as a cell; empty text is no value.
inline cell text_cell(std::string_view text) {
    return text.empty() ? cell{} : cell{std::string{text}};
}

/// Texts as a JSON array; none at all is no value.
cell text_list_cell(const std::vector<std::string>& texts);

template <class T>
cell optional_cell(const std::optional<T>& value) {
    return value ? cell{*value} : cell{};
}

/// In which formats a column appears.
enum class seen_in { all, tables, others };

/// Whether a column may be cut for a table to fit the terminal: never, before others, or after.
enum class cut { never, early, late };

struct column {
    std::string_view name;  ///< The member in JSON, the header in CSV and, in capitals, in tables.
    cli::seen_in seen_in = seen_in::all;
    cli::cut cut = cut::never;
    tone colour = tone::plain;
    tone (*colour_of)(std::string_view text) = nullptr;  ///< Instead of `colour`.
};

/// One thing that a command tells, read column by column.
class record {
public:
    virtual ~record() = default;
    virtual cell at(std::size_t column) const = 0;
    /// The record as a JSON object on one line; empty: its columns are the members.
    virtual std::string json() const { return {}; }
};

enum class shape {
    list,  ///< Any number of records.
    one    ///< One record: a table shows it downwards, JSON as an object instead of a list.
};

enum class output_format { table, json, jsonl, csv };

/// Where records go, whatever the format. Calls: `begin`, `add`s, `note`s, `end`.
/// Nothing is written before the first `add` or `end`, so an early error leaves no half answer.
class record_sink {
public:
    virtual ~record_sink() = default;
    virtual void begin(std::vector<column> columns, shape s) = 0;
    virtual void add(const record& r) = 0;
    /// A fact about the answer as a whole. JSON has it as a member beside the items; the other
    /// formats say `line`, if there is one, on standard error.
    virtual void note(std::string_view name, const cell& value, std::string_view line) = 0;
    virtual void end() = 0;
    /// Between `add`s: nothing more comes for now, so what was held back is to be written.
    virtual void settle() {}
};

std::unique_ptr<record_sink> make_table_sink(console& to);
std::unique_ptr<record_sink> make_json_sink(console& to);
std::unique_ptr<record_sink> make_json_lines_sink(console& to);
std::unique_ptr<record_sink> make_csv_sink(console& to);
std::unique_ptr<record_sink> make_sink(output_format format, console& to);

/// A column and how it is read from a `T`.
template <class T>
struct field {
    column header;
    cell (*read)(const T&);
};

/// A command's answer: `T`s, told field by field.
///
///     rows<group_count> groups{sink, fields};
///     for (const auto& g : counted) groups.add(g);
///     sink.end();
template <class T>
class rows {
public:
    /// `whole`, if given, makes the JSON of an item; the fields then serve tables and CSV.
    rows(record_sink& to, std::span<const field<T>> fields, shape s = shape::list,
         std::string (*whole)(const T&) = nullptr)
        : to_{to}, fields_{fields}, whole_{whole} {
        std::vector<column> columns;
        for (const auto& f : fields) columns.push_back(f.header);
        to_.begin(std::move(columns), s);
    }

    void add(const T& item) {
        to_.add(item_record{*this, item});
        ++count_;
    }

    std::uint64_t count() const noexcept { return count_; }

private:
    class item_record final : public record {
    public:
        item_record(const rows& of, const T& item) : of_{of}, item_{item} {}
        cell at(std::size_t i) const override { return of_.fields_[i].read(item_); }
        std::string json() const override {
            return of_.whole_ == nullptr ? std::string{} : of_.whole_(item_);
        }

    private:
        const rows& of_;
        const T& item_;
    };

    record_sink& to_;
    std::span<const field<T>> fields_;
    std::string (*whole_)(const T&);
    std::uint64_t count_ = 0;
};

/// The cell as JSON.
std::string to_json(const cell& value);

/// The cell as text, not escaped; "" for no value.
std::string to_text(const cell& value);

/// The columns of `r` as one JSON object.
std::string object_of(const record& r, std::span<const column> columns);

}  // namespace daybook::cli
