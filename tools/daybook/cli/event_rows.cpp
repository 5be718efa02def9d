// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/event_rows.hpp"

#include <daybook/json.hpp>

#include "cli/text.hpp"

#include <vector>

namespace daybook::cli {
namespace {

cell causes_cell(const event_view& e) {
    std::string ids;
    for (const auto& id : e.causes()) ids.append(ids.empty() ? "" : " ").append(to_string(id));
    return text_cell(ids);
}

cell tags_cell(const event_view& e) { return text_list_cell({e.tags().begin(), e.tags().end()}); }

cell payload_cell(const event_view& e) {
    if (e.content_type() == json_content_type) return json_text{std::string{e.payload()}};
    return std::to_string(e.payload().size()) + " bytes of " + std::string{e.content_type()};
}

const std::vector<field<event_view>> fields = {
    {{.name = "position"}, [](const event_view& e) { return cell{e.position().value}; }},
    {{.name = "occurred_at", .colour = tone::faint},
     [](const event_view& e) { return cell{e.occurred_at()}; }},
    {{.name = "event", .seen_in = seen_in::tables, .cut = cut::late, .colour = tone::accent},
     [](const event_view& e) {
         return text_cell(std::string{e.stream()} + "#" + std::to_string(e.sequence().value));
     }},
    {{.name = "stream", .seen_in = seen_in::others},
     [](const event_view& e) { return text_cell(e.stream()); }},
    {{.name = "sequence", .seen_in = seen_in::others},
     [](const event_view& e) { return cell{e.sequence().value}; }},
    {{.name = "type", .cut = cut::late, .colour = tone::strong},
     [](const event_view& e) { return text_cell(e.type()); }},
    {{.name = "id", .seen_in = seen_in::others},
     [](const event_view& e) { return cell{to_string(e.id())}; }},
    {{.name = "recorded_at", .seen_in = seen_in::others},
     [](const event_view& e) { return cell{e.recorded_at()}; }},
    {{.name = "correlation", .seen_in = seen_in::others},
     [](const event_view& e) { return text_cell(e.correlation()); }},
    {{.name = "causes", .seen_in = seen_in::others}, causes_cell},
    {{.name = "actor_type", .seen_in = seen_in::others},
     [](const event_view& e) { return text_cell(e.actor().type); }},
    {{.name = "actor", .cut = cut::late},
     [](const event_view& e) { return text_cell(e.actor().id); }},
    {{.name = "actor_model", .seen_in = seen_in::others},
     [](const event_view& e) { return text_cell(e.actor().model); }},
    {{.name = "tags", .seen_in = seen_in::others}, tags_cell},
    {{.name = "schema", .seen_in = seen_in::others},
     [](const event_view& e) { return text_cell(e.schema()); }},
    {{.name = "content_type", .seen_in = seen_in::others},
     [](const event_view& e) { return text_cell(e.content_type()); }},
    {{.name = "traceparent", .seen_in = seen_in::others},
     [](const event_view& e) { return text_cell(e.trace().traceparent); }},
    {{.name = "payload", .cut = cut::early, .colour = tone::faint}, payload_cell},
};

}  // namespace

std::span<const field<event_view>> event_fields() { return fields; }

rows<event_view> event_rows(record_sink& to, shape s) {
    return {to, event_fields(), s, [](const event_view& e) { return to_json(e); }};
}

}  // namespace daybook::cli
