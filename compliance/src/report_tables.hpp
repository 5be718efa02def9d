// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/report_writers.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The tables of a report as data, for every writer that shows tables.
namespace daybook::compliance {

/// How a column is shown to people. Programs get the value as it is.
enum class shown_as : std::uint8_t { text, code, time, count, place, duration, share };

/// Nothing, text, a count or a position, milliseconds or a share, a time.
using table_cell = std::variant<std::monostate, std::string, std::uint64_t, double, timestamp>;

struct table_column {
    std::string_view name;     ///< In CSV.
    std::string_view heading;  ///< On the page.
    shown_as as = shown_as::text;
};

/// A column and how it is read from a `T`.
template <class T>
struct table_field {
    table_column column;
    table_cell (*read)(const T&);
};

struct table_data {
    std::vector<table_column> columns;
    std::vector<std::vector<table_cell>> rows;
};

/// All rows of one of the tables.
table_data table_of(const audit_report& report, report_table which);

/// Names with their counts: "coder 3, tester 1".
std::string counted(const std::vector<named_count>& counts);
table_data table_of(const std::vector<named_count>& counts, std::string_view of_what);

std::span<const table_field<report_event>> event_fields() noexcept;

}  // namespace daybook::compliance
