// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/failure.hpp"

#include <daybook/json.hpp>
#include <daybook/store.hpp>

#include "cli/text.hpp"

namespace daybook::cli {
namespace {

std::string_view kind_name(conflict::kind what) {
    switch (what) {
        case conflict::kind::expectation: return "expectation";
        case conflict::kind::condition: return "condition";
        case conflict::kind::id: return "id";
    }
    return "unknown";
}

std::string conflict_json(const conflict& c) {
    std::string text = "{\"what\":" + json_quoted(kind_name(c.what)) +
                       ",\"stream\":" + json_quoted(c.stream) +
                       ",\"wanted\":" + json_quoted(to_string(c.wanted)) +
                       ",\"actual\":" + std::to_string(c.actual.value) + ",\"events\":[";
    bool first = true;
    for (const auto& e : c.events) {
        if (!first) text += ',';
        first = false;
        text += to_json(e.view());
    }
    return text + "]}";
}

}  // namespace

std::string error_json(const error& e) {
    std::string text = "{\"error\":{\"code\":" + json_quoted(to_string(e.code)) +
                       ",\"exit\":" + std::to_string(static_cast<int>(exit_code_of(e.code))) +
                       ",\"message\":" + json_quoted(e.message);
    if (e.conflict) text += ",\"conflict\":" + conflict_json(*e.conflict);
    return text + "}}";
}

exit_code report(const error& e, bool as_json, console& at) {
    if (as_json) {
        at.err.write(error_json(e) + "\n");
    } else {
        at.err.write(painted("daybook: ", tone::bad, at.err_screen.colours));
        at.err.write(printable(e.message) + "\n");
    }
    static_cast<void>(at.err.flush());  // There is nowhere left to tell of a failure.
    return exit_code_of(e.code);
}

}  // namespace daybook::cli
