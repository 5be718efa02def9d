// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/file_validation.hpp"

#include <daybook/raw_json.hpp>

#include <charconv>
#include <string>

namespace daybook::cli {
namespace {

constexpr std::uint64_t progress_every = 4096;

/// The places that a native line states; it was read already, so they are what they should be.
void add_places(std::string_view line, replay::checked_event& to) {
    const auto number = [&](std::string_view name) -> std::optional<std::uint64_t> {
        const auto found = raw_member(line, name);
        if (!found || !*found) return std::nullopt;
        std::uint64_t value = 0;
        const auto text = **found;
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
        return value;
    };
    if (const auto at = number("position")) to.position = position{*at};
    if (const auto at = number("sequence")) to.sequence = sequence{*at};
    const auto recorded = raw_member(line, "recorded_at");
    if (!recorded || !*recorded) return;
    const auto text = unescape_json_string(**recorded);
    if (!text) return;
    if (const auto time = parse_timestamp(*text)) to.recorded_at = *time;
}

void add_line(const formats::input_line& line, formats::line_format format, replay::validator& to) {
    const auto source = std::string{line.file} + ':' + std::to_string(line.number);
    const auto parsed = formats::parse_line(format, line.text);
    if (!parsed) {
        to.add_unreadable(source, "column " + std::to_string(parsed.error().column) + ": " +
                                      parsed.error().reason);
        return;
    }
    auto event = replay::checked_event::of(parsed->stream, parsed->event);
    event.sequence = parsed->at;
    event.source = source;
    if (format == formats::line_format::native) add_places(line.text, event);
    to.add(event);
}

}  // namespace

result<replay::validation_report> validate_lines(
    formats::line_source& lines, replay::validation_options options,
    const replay::finding_visitor& visit,
    const std::function<void(const formats::line_source&, std::uint64_t lines)>& progress) {
    replay::validator checks{std::move(options), visit};
    for (std::uint64_t count = 1;; ++count) {
        const auto more = lines.next();
        if (!more) return more.error();
        if (!*more) return checks.finish();
        add_line(*lines, lines.format(), checks);
        if (count % progress_every == 0) progress(lines, count);
    }
}

}  // namespace daybook::cli
