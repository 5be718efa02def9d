// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/limits.hpp>
#include <daybook/trace_context.hpp>

#include "text.hpp"

#include <algorithm>
#include <vector>

namespace daybook {
namespace {

// In "00-<trace id>-<parent id>-<flags>".
constexpr std::size_t trace_id_at = 3;
constexpr std::size_t trace_id_size = 32;
constexpr std::size_t parent_id_at = trace_id_at + trace_id_size + 1;
constexpr std::size_t parent_id_size = 16;
constexpr std::size_t flags_at = parent_id_at + parent_id_size + 1;
constexpr std::size_t parent_size = flags_at + 2;

constexpr std::size_t state_members_max = 32;
constexpr std::size_t state_key_bytes_max = 256;
constexpr std::size_t state_value_bytes_max = 256;
constexpr std::size_t tenant_bytes_max = 241;
constexpr std::size_t system_bytes_max = 14;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_key_char(char c) {
    return is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '*' || c == '/';
}
// Printable ASCII but for what separates members and keys.
bool is_value_char(char c) { return c >= ' ' && c <= '~' && c != ',' && c != '='; }

bool all_hex(std::string_view text) { return std::all_of(text.begin(), text.end(), is_hex); }
bool all_zero(std::string_view text) { return text.find_first_not_of('0') == text.npos; }

error wrong_parent(std::string_view parent, std::string_view why) {
    return fail(errc::invalid_argument, cat("traceparent ", in_quotes(parent), ": ", why));
}

result<void> check_parent(std::string_view parent) {
    constexpr std::string_view form =
        "it must be 2 hex digits of version, 32 of trace id, 16 of parent id and 2 of flags, in "
        "lower case, with '-' between them";
    if (parent.size() < parent_size) return wrong_parent(parent, form);
    const auto id = parent.substr(trace_id_at, trace_id_size);
    const auto span = parent.substr(parent_id_at, parent_id_size);
    const auto version = parent.substr(0, 2);
    const bool formed = all_hex(version) && all_hex(id) && all_hex(span) &&
                        all_hex(parent.substr(flags_at, 2)) && parent[trace_id_at - 1] == '-' &&
                        parent[parent_id_at - 1] == '-' && parent[flags_at - 1] == '-';
    if (!formed) return wrong_parent(parent, form);
    if (version == "ff") return wrong_parent(parent, "version ff is forbidden");
    if (all_zero(id)) return wrong_parent(parent, "its trace id is all zero");
    if (all_zero(span)) return wrong_parent(parent, "its parent id is all zero");
    const auto rest = parent.substr(parent_size);
    if (rest.empty()) return {};
    if (version == "00") return wrong_parent(parent, "version 00 ends after the flags");
    const bool printable =
        std::all_of(rest.begin(), rest.end(), [](char c) { return c > ' ' && c <= '~'; });
    if (rest.front() != '-' || !printable || parent.size() > limits::traceparent_bytes_max) {
        return wrong_parent(parent, cat("after the flags, a later version has '-' and printable "
                                        "characters, at most ",
                                        limits::traceparent_bytes_max, " in all"));
    }
    return {};
}

bool is_key(std::string_view key) {
    if (!std::all_of(key.begin(), key.end(), [](char c) { return is_key_char(c) || c == '@'; })) {
        return false;
    }
    const auto at = key.find('@');
    if (at == key.npos) {
        return !key.empty() && key.size() <= state_key_bytes_max && is_lower(key.front());
    }
    const auto tenant = key.substr(0, at);
    const auto system = key.substr(at + 1);
    return !tenant.empty() && tenant.size() <= tenant_bytes_max &&
           (is_lower(tenant.front()) || is_digit(tenant.front())) && !system.empty() &&
           system.size() <= system_bytes_max && is_lower(system.front()) &&
           system.find('@') == system.npos;
}

bool is_value(std::string_view value) {
    return !value.empty() && value.size() <= state_value_bytes_max && value.back() != ' ' &&
           std::all_of(value.begin(), value.end(), is_value_char);
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

error wrong_state(std::string_view what) {
    return fail(errc::invalid_argument, cat("tracestate: ", what));
}

result<void> check_state(std::string_view state) {
    if (state.size() > limits::tracestate_bytes_max) {
        return wrong_state(cat("it has ", state.size(), " bytes, at most ",
                               limits::tracestate_bytes_max, " are allowed"));
    }
    std::vector<std::string_view> keys;
    for (bool more = true; more;) {
        const auto comma = std::min(state.find(','), state.size());
        const auto member = trimmed(state.substr(0, comma));
        more = comma < state.size();
        state.remove_prefix(comma + (more ? 1 : 0));
        if (member.empty()) continue;  // Allowed, and says nothing.
        const auto equals = std::min(member.find('='), member.size());
        const auto key = member.substr(0, equals);
        if (equals == member.size() || !is_key(key)) {
            return wrong_state(cat("member ", in_quotes(member), " does not begin with key="));
        }
        if (!is_value(member.substr(equals + 1))) {
            return wrong_state(cat("the value of ", in_quotes(key), " is not 1 to ",
                                   state_value_bytes_max,
                                   " printable characters without ',' and '='"));
        }
        if (std::find(keys.begin(), keys.end(), key) != keys.end()) {
            return wrong_state(cat("key ", in_quotes(key), " is there twice"));
        }
        keys.push_back(key);
    }
    if (keys.size() > state_members_max) {
        return wrong_state(
            cat("it has ", keys.size(), " members, at most ", state_members_max, " are allowed"));
    }
    return {};
}

}  // namespace

std::string_view trace_context::trace_id() const noexcept {
    if (traceparent.size() < parent_size) return {};
    return std::string_view{traceparent}.substr(trace_id_at, trace_id_size);
}

std::string_view trace_context::parent_id() const noexcept {
    if (traceparent.size() < parent_size) return {};
    return std::string_view{traceparent}.substr(parent_id_at, parent_id_size);
}

bool trace_context::sampled() const noexcept {
    if (traceparent.size() < parent_size) return false;
    const char low = traceparent[flags_at + 1];
    // The lowest bit of the last hex digit: odd digits are 1 3 5 7 9 b d f.
    return is_digit(low) ? (low - '0') % 2 == 1 : (low - 'a') % 2 == 1;
}

result<void> validate(const trace_context& trace) {
    if (trace.empty()) return {};
    if (trace.traceparent.empty()) return wrong_state("it is given without a traceparent");
    if (auto ok = check_parent(trace.traceparent); !ok) return ok;
    return check_state(trace.tracestate);
}

}  // namespace daybook
