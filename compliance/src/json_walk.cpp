// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "json_walk.hpp"

#include "text.hpp"

#include <algorithm>

namespace daybook::compliance {
namespace {

constexpr std::size_t pattern_steps_max = 64;

std::optional<std::string> unescape_pointer_step(std::string_view step) {
    std::string text;
    for (std::size_t i = 0; i < step.size(); ++i) {
        if (step[i] != '~') {
            text += step[i];
        } else if (++i < step.size() && (step[i] == '0' || step[i] == '1')) {
            text += step[i] == '0' ? '~' : '/';
        } else {
            return std::nullopt;
        }
    }
    return text;
}

void append_pointer_step(std::string& out, std::string_view name) {
    out += '/';
    for (const char c : name) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

result<void> pointer_patterns::add(std::string_view pattern, std::uint32_t id) {
    const auto wrong = [&](std::string_view why) {
        return fail(errc::invalid_argument,
                    "pointer " + in_quotes(pattern) + ": " + std::string{why});
    };
    if (!pattern.starts_with('/')) return wrong("it does not begin with '/'");
    std::vector<step> made;
    while (!pattern.empty()) {
        pattern.remove_prefix(1);
        const auto raw = pattern.substr(0, pattern.find('/'));
        pattern.remove_prefix(raw.size());
        auto name = unescape_pointer_step(raw);
        if (!name) return wrong("'~' stands only in ~0 and ~1");
        const auto what = raw == "*" ? kind::any : (raw == "**" ? kind::any_number : kind::name);
        made.push_back({what, id, std::move(*name)});
        if (made.size() > pattern_steps_max) return wrong("it has more than 64 steps");
    }
    starts_.push_back(static_cast<std::uint32_t>(steps_.size()));
    for (auto& one : made) steps_.push_back(std::move(one));
    steps_.push_back({kind::end, id, {}});
    return {};
}

result<std::optional<std::string>> json_walk::run(visitor& with) {
    for (const auto start : patterns_.starts_) add_state(start, 0);
    skip_space();
    if (auto ok = visit(with); !ok) return ok.error();
    if (!changed_) return std::optional<std::string>{};
    out_ += text_.substr(copied_);
    return std::optional{std::move(out_)};
}

std::string_view json_walk::whole() {
    if (!end_) end_ = end_of_value(at_);
    return text_.substr(at_, *end_ - at_);
}

std::optional<std::string_view> json_walk::member_name() const {
    if (path_.empty() || !path_.back().is_member) return std::nullopt;
    return path_.back().name();
}

std::string json_walk::pointer() const {
    std::string text;
    for (const auto& step : path_) {
        append_pointer_step(text, step.is_member ? step.name() : std::to_string(step.index));
    }
    return text;
}

result<void> json_walk::visit(visitor& with) {
    end_.reset();
    replacement_.clear();
    const auto from = at_;
    const auto does = with.value(*this, replacement_);
    if (!does) return does.error();
    if (*does == next::replace) {
        at_ = end_ ? *end_ : end_of_value(from);
        put(from, at_, replacement_);
        return {};
    }
    if (*does == next::descend && text_[from] == '{') return visit_object(with);
    if (*does == next::descend && text_[from] == '[') return visit_array(with);
    at_ = end_ ? *end_ : end_of_value(from);
    return {};
}

void json_walk::skip_comma() {
    if (text_[at_] != ',') return;
    ++at_;
    skip_space();
}

void json_walk::leave(const level& outer) {
    path_.pop_back();
    states_.resize(outer.states_end);
    states_at_ = outer.states_at;
}

result<void> json_walk::visit_object(visitor& with) {
    ++at_;
    const level outer{states_at_, states_.size()};
    for (skip_space(); text_[at_] != '}'; skip_space()) {
        skip_comma();
        const auto name_at = at_;
        at_ = end_of_string(at_);
        place member;
        member.raw = text_.substr(name_at + 1, at_ - name_at - 2);
        member.is_member = true;
        if (member.raw.find('\\') != std::string_view::npos) {
            if (auto text = unescape_json_string(text_.substr(name_at, at_ - name_at))) {
                member.text = std::move(*text);
                member.is_escaped = true;
            }
        }
        enter(member);
        path_.push_back(std::move(member));
        if (auto ok = visit_name(with, name_at); !ok) return ok;
        skip_space();
        ++at_;  // The colon.
        skip_space();
        if (auto ok = visit(with); !ok) return ok;
        leave(outer);
    }
    ++at_;
    return {};
}

result<void> json_walk::visit_array(visitor& with) {
    ++at_;
    const level outer{states_at_, states_.size()};
    std::size_t index = 0;
    for (skip_space(); text_[at_] != ']'; skip_space()) {
        skip_comma();
        place element;
        element.index = index++;
        enter(element);
        path_.push_back(std::move(element));
        if (auto ok = visit(with); !ok) return ok;
        leave(outer);
    }
    ++at_;
    return {};
}

result<void> json_walk::visit_name(visitor& with, std::size_t from) {
    replacement_.clear();
    const auto does = with.name(*this, replacement_);
    if (!does) return does.error();
    if (*does != next::replace) return {};
    std::string quoted;
    append_json_string(quoted, replacement_);
    put(from, at_, quoted);
    return {};
}

/// The states behind one step, on top of those before it.
void json_walk::enter(const place& step) {
    match_.reset();
    const auto first = states_at_;
    const auto last = states_.size();
    if (first == last) return;
    states_at_ = last;
    const auto index = step.is_member ? std::string{} : std::to_string(step.index);
    const std::string_view name = step.is_member ? step.name() : std::string_view{index};
    for (auto i = first; i < last; ++i) {
        const auto state = states_[i];
        const auto& wanted = patterns_.steps_[state];
        using kind = pointer_patterns::kind;
        if (wanted.what == kind::any_number) {
            add_state(state, last);
        } else if (wanted.what == kind::any || (wanted.what == kind::name && wanted.name == name)) {
            add_state(state + 1, last);
        }
    }
}

/// Adds it, and what it is as well: the end of a pattern, or the step after "**". Never twice, so
/// that there are never more states than steps.
void json_walk::add_state(std::uint32_t state, std::size_t first) {
    using kind = pointer_patterns::kind;
    const auto& wanted = patterns_.steps_[state];
    if (wanted.what == kind::end) {
        match_ = match_ ? std::min(*match_, wanted.id) : wanted.id;
        return;
    }
    const auto from = states_.begin() + static_cast<std::ptrdiff_t>(first);
    if (std::find(from, states_.end(), state) != states_.end()) return;
    states_.push_back(state);
    if (wanted.what == kind::any_number) add_state(state + 1, first);
}

void json_walk::put(std::size_t from, std::size_t to, std::string_view text) {
    if (!changed_) out_.reserve(text_.size() + text.size());
    changed_ = true;
    out_ += text_.substr(copied_, from - copied_);
    out_ += text;
    copied_ = to;
}

void json_walk::skip_space() noexcept {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
}

std::size_t json_walk::end_of_string(std::size_t from) const noexcept {
    for (auto at = from + 1; at < text_.size(); ++at) {
        if (text_[at] == '\\') {
            ++at;
        } else if (text_[at] == '"') {
            return at + 1;
        }
    }
    return text_.size();
}

std::size_t json_walk::end_of_value(std::size_t from) const noexcept {
    if (text_[from] == '"') return end_of_string(from);
    const bool holds_others = text_[from] == '{' || text_[from] == '[';
    std::size_t depth = 0;
    for (auto at = from; at < text_.size(); ++at) {
        const char c = text_[at];
        if (c == '"') {
            at = end_of_string(at) - 1;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            if (!holds_others) return at;
            if (--depth == 0) return at + 1;
        } else if (!holds_others && (c == ',' || is_space(c))) {
            return at;
        }
    }
    return text_.size();
}

}  // namespace daybook::compliance
