// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/schema_rows.hpp"

namespace daybook::cli {
namespace {

cell if_later(const schema_step& s, bool value) { return s.previous ? cell{value} : cell{}; }

cell changes_of(const schema_step& s) {
    std::vector<std::string> all;
    for (const auto& one : s.change.changes) {
        all.push_back(one.pointer.empty() ? one.what : one.pointer + ": " + one.what);
    }
    return text_list_cell(all);
}

const field<schema_step> fields[] = {
    {{.name = "type"}, [](const schema_step& s) { return text_cell(s.schema.type); }},
    {{.name = "version", .colour = tone::accent},
     [](const schema_step& s) { return text_cell(s.schema.version); }},
    {{.name = "previous", .seen_in = seen_in::others},
     [](const schema_step& s) { return optional_cell(s.previous); }},
    {{.name = "added_at", .colour = tone::faint},
     [](const schema_step& s) { return cell{s.schema.added_at}; }},
    {{.name = "backward"}, [](const schema_step& s) { return if_later(s, s.change.backward); }},
    {{.name = "forward"}, [](const schema_step& s) { return if_later(s, s.change.forward); }},
    {{.name = "keeps_promise"}, [](const schema_step& s) { return if_later(s, s.keeps_promise); }},
    {{.name = "changes", .cut = cut::early}, changes_of},
};

}  // namespace

std::span<const field<schema_step>> schema_step_fields() noexcept { return fields; }

}  // namespace daybook::cli
