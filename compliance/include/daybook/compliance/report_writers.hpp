// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/audit_report.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// A report for people, for programs and for spreadsheets. What is written depends on the report
/// alone; whatever stands in events, it stays text. Any thread. None of this fails.
namespace daybook::compliance {

/// One JSON object on one line, with every member of `audit_report` by name. What is not known is
/// left out. It fits `report_schema`; see compliance/docs/report.md.
std::string report_json(const audit_report& report);

/// The JSON Schema (draft-07) of what `report_json` writes.
std::string report_schema();

/// One page that needs nothing else: no script, no font, picture or style from elsewhere, and a
/// policy in it that forbids them. For screens, light and dark, wide and narrow, and for paper.
std::string report_html(const audit_report& report);

/// The tables of a report.
enum class report_table : std::uint8_t {
    events,
    summary,
    types,
    workflows,
    phases,
    agents,
    gaps,
    checks,
    errors,
    actors,
    actions,
    keys,
    findings
};

/// Their names, in this order: "events", "summary", ...
std::span<const std::string_view> report_table_names() noexcept;
std::optional<report_table> report_table_named(std::string_view name) noexcept;

/// One table as CSV (RFC 4180): a line with the names of the columns, which stay the same, then the
/// rows. Times are RFC 3339, durations milliseconds, rates 0 to 1. Text that a spreadsheet could
/// take for a formula has an apostrophe before it.
std::string report_csv(const audit_report& report, report_table which);

/// The first line of the table `events`, and the lines of events: for more than a report lists.
std::string event_csv_header();
std::string event_csv_line(const report_event& event);

/// Appends `text` as a field of CSV: in quotes where RFC 4180 asks for them, and with an apostrophe
/// before what begins with = + - @, a tab or a carriage return.
void append_csv_text(std::string& to, std::string_view text);

}  // namespace daybook::compliance
