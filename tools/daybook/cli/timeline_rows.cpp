// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/timeline_rows.hpp"

#include <daybook/value_codec.hpp>

namespace daybook::cli {
namespace {

using projections::timeline_entry;

cell severity_cell(const timeline_entry& e) {
    const char* name = boost::describe::enum_to_string(e.severity, "unknown");
    return text_cell(name);
}

const field<timeline_entry> fields[] = {
    {{.name = "at", .colour = tone::faint}, [](const timeline_entry& e) { return cell{e.at}; }},
    {{.name = "severity", .colour_of = tone_of_severity}, severity_cell},
    {{.name = "stream", .cut = cut::early, .colour = tone::accent},
     [](const timeline_entry& e) { return text_cell(e.stream); }},
    {{.name = "phase"}, [](const timeline_entry& e) { return text_cell(e.phase); }},
    {{.name = "actor", .cut = cut::early},
     [](const timeline_entry& e) { return text_cell(e.actor); }},
    {{.name = "summary", .cut = cut::late},
     [](const timeline_entry& e) { return text_cell(e.summary); }},
    {{.name = "type", .seen_in = seen_in::others},
     [](const timeline_entry& e) { return text_cell(e.type); }},
    {{.name = "position", .seen_in = seen_in::others},
     [](const timeline_entry& e) { return cell{e.position.value}; }},
    {{.name = "sequence", .seen_in = seen_in::others},
     [](const timeline_entry& e) { return cell{e.sequence.value}; }},
};

}  // namespace

tone tone_of_severity(std::string_view severity) {
    if (severity == "success") return tone::good;
    if (severity == "warning") return tone::warning;
    if (severity == "error" || severity == "critical") return tone::bad;
    return tone::faint;
}

rows<timeline_entry> timeline_rows(record_sink& to) {
    return {to, fields, shape::list, [](const timeline_entry& e) { return value_to_json(e); }};
}

}  // namespace daybook::cli
