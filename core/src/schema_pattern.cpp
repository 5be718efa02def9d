// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "schema_pattern.hpp"

#include <daybook/json_schema.hpp>

#include "text.hpp"

#include <algorithm>
#include <locale>
#include <vector>

namespace daybook {
namespace {

constexpr std::size_t states_max = 2048;

/// Counts what the expression becomes when its repetitions are written out, and refuses what
/// cannot be bounded. Whether it is well-formed is left to std::regex.
class pattern_size {
public:
    explicit pattern_size(std::string_view text) : left_{text} {}

    result<std::size_t> count() {
        while (!left_.empty()) {
            if (auto ok = take(); !ok) return ok.error();
            if (groups_.back() > states_max) {
                return fail(errc::too_large, cat("it has more than ", states_max,
                                                 " states with its repetitions written out"));
            }
        }
        std::size_t all = 0;
        for (const auto one : groups_) all += one;
        return all;
    }

private:
    result<void> take() {
        const char c = left_.front();
        left_.remove_prefix(1);
        switch (c) {
            case '\\': return take_escape();
            case '[': return take_class();
            case '(': return open_group();
            case ')': close_group(); return {};
            case '{': return repeat();
            default: add(1); return {};
        }
    }

    result<void> take_escape() {
        constexpr std::string_view known = "bBcdDfnrsStvwWx0^$\\.*+?()[]{}|/-";
        if (left_.empty() || known.find(left_.front()) == std::string_view::npos) {
            return fail(errc::invalid_argument, cat("\\", left_.substr(0, 1),
                                                    " is not supported (back references neither)"));
        }
        left_.remove_prefix(1);
        add(1);
        return {};
    }

    result<void> take_class() {
        while (!left_.empty() && left_.front() != ']') {
            if (left_.starts_with('\\')) {
                if (auto ok = take_escape(); !ok) return ok;
                groups_.back() -= 1;
            } else {
                left_.remove_prefix(1);
            }
        }
        left_.remove_prefix(std::min<std::size_t>(left_.size(), 1));
        add(1);
        return {};
    }

    result<void> open_group() {
        if (left_.starts_with('?') && !left_.starts_with("?:")) {
            return fail(errc::invalid_argument,
                        cat("(", left_.substr(0, 2), " is not supported: no look-ahead"));
        }
        if (left_.starts_with("?:")) left_.remove_prefix(2);
        groups_.push_back(2);
        return {};
    }

    void close_group() {
        if (groups_.size() == 1) return;
        const auto inner = groups_.back();
        groups_.pop_back();
        add(inner);
    }

    std::size_t take_number() {
        std::size_t number = 0;
        while (!left_.empty() && left_.front() >= '0' && left_.front() <= '9') {
            number = std::min<std::size_t>(number * 10 + static_cast<unsigned>(left_.front() - '0'),
                                           states_max + 1);
            left_.remove_prefix(1);
        }
        return number;
    }

    result<void> repeat() {
        auto times = take_number();
        if (left_.starts_with(',')) {
            left_.remove_prefix(1);
            times = std::max(times + 1, take_number());
        }
        if (!left_.starts_with('}')) return fail(errc::invalid_argument, "{ without a count and }");
        left_.remove_prefix(1);
        groups_.back() += last_ * times;
        last_ *= std::max<std::size_t>(times, 1);
        return {};
    }

    void add(std::size_t states) {
        last_ = states;
        groups_.back() += states;
    }

    std::string_view left_;
    std::vector<std::size_t> groups_{0};
    std::size_t last_ = 0;
};

}  // namespace

result<schema_pattern> schema_pattern::make(std::string_view text) {
    if (text.size() > schema_pattern_bytes_max) {
        return fail(errc::too_large,
                    cat("it has ", text.size(), " bytes; the limit is ", schema_pattern_bytes_max));
    }
    if (std::any_of(text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; })) {
        return fail(errc::invalid_argument, "it is not printable ASCII");
    }
    const auto states = pattern_size{text}.count();
    if (!states) return states.error();
    schema_pattern made;
    made.states_ = *states + 1;
    made.regex_.imbue(std::locale::classic());
    // Polynomial: no recursion along the subject. What comes before is matched too, as one search
    // from the beginning is linear and one from every byte is not.
    constexpr auto flags =
        std::regex::ECMAScript | std::regex::nosubs | std::regex_constants::__polynomial;
    try {
        made.regex_.assign(cat("(?:[\\s\\S]*)(?:", text, ")"), flags);
    } catch (const std::regex_error& why) {
        return fail(errc::invalid_argument, why.what());
    }
    return made;
}

bool schema_pattern::found_in(std::string_view subject) const {
    if (subject.size() > pattern_subject_bytes_max) return false;
    return std::regex_search(subject.begin(), subject.end(), regex_,
                             std::regex_constants::match_continuous);
}

}  // namespace daybook
