// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "stored_trace.hpp"

#include <daybook/limits.hpp>
#include <daybook/raw_json.hpp>

#include "text.hpp"

#include <utility>
#include <vector>

namespace daybook::stored_trace {
namespace {

constexpr std::string_view parent_name = "traceparent";
constexpr std::string_view state_name = "tracestate";

/// Most extensions have no trace; this is how they are told from the others without parsing.
bool may_have(std::string_view extensions) { return extensions.find("\"trace") != extensions.npos; }

/// The members that make the trace, as they are written. Not checked.
result<trace_context> read(std::string_view extensions) {
    trace_context found;
    if (!may_have(extensions)) return found;
    for (auto [name, to] :
         {std::pair{parent_name, &found.traceparent}, std::pair{state_name, &found.tracestate}}) {
        const auto member = raw_member(extensions, name);
        if (!member) return member.error();
        if (!*member) continue;
        auto text = unescape_json_string(**member);
        if (!text) return fail(errc::invalid_argument, cat(name, " is not a string"));
        *to = std::move(*text);
    }
    return found;
}

void append_member(std::string& object, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    if (!object.ends_with('{')) object += ',';
    append_json_string(object, name);
    object += ':';
    append_json_string(object, value);
}

std::vector<std::pair<std::string, std::string_view>> members_besides(std::string_view extensions) {
    std::vector<std::pair<std::string, std::string_view>> besides;
    raw_members members{extensions};
    for (auto more = members.next(); more && *more; more = members.next()) {
        if (members.key() == parent_name || members.key() == state_name) continue;
        besides.emplace_back(members.key(), members.value());
    }
    return besides;
}

}  // namespace

result<std::string_view> put(const new_event& event, const trace_context& ambient,
                             std::string& made) {
    // The usual case, and nearly free.
    if (ambient.empty() && !may_have(event.extensions)) return std::string_view{event.extensions};
    const auto own = read(event.extensions);
    if (!own) return fail(own.error().code, cat("extensions: ", own.error().message));
    if (auto ok = validate(own->empty() ? ambient : *own); !ok) return ok.error();
    if (ambient.empty() || !own->empty()) return std::string_view{event.extensions};
    made = with_trace(event.extensions, ambient);
    if (made.size() > limits::extensions_bytes_max) {
        return fail(errc::too_large, cat("extensions with its trace are ", made.size(),
                                         " bytes; the limit is ", limits::extensions_bytes_max));
    }
    return std::string_view{made};
}

trace_context get(std::string_view extensions) {
    auto found = read(extensions);
    if (!found) return {};
    if (validate(*found)) return std::move(*found);
    // As the recommendation has it: a bad state goes, a bad parent takes the state with it.
    found->tracestate.clear();
    return validate(*found) ? std::move(*found) : trace_context{};
}

bool same_besides(std::string_view extensions, std::string_view others) {
    if (extensions == others) return true;
    if (!may_have(extensions) && !may_have(others)) return false;
    return members_besides(extensions) == members_besides(others);
}

}  // namespace daybook::stored_trace

namespace daybook {

std::string with_trace(std::string_view extensions, const trace_context& trace) {
    if (trace.empty()) return std::string{extensions};
    std::string made{extensions.empty() ? "{" : extensions.substr(0, extensions.rfind('}'))};
    made.erase(made.find_last_not_of(" \t\r\n") + 1);  // All of it, if there is nothing else.
    stored_trace::append_member(made, stored_trace::parent_name, trace.traceparent);
    stored_trace::append_member(made, stored_trace::state_name, trace.tracestate);
    return made + '}';
}

}  // namespace daybook
