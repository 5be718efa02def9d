// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/raw_json.hpp>

#include "support/randomness.hpp"

#include <boost/json/parse.hpp>

#include <array>
#include <string>
#include <string_view>

namespace daybook::test {

/// Writes random JSON as text, in all its spellings: spaces, escapes, exponents, repeated names.
class random_json {
public:
    /// Boost 1.81 may read a decimal differently in different places of a document; where values
    /// are compared through it, numbers must be whole.
    enum class numbers { all, whole };

    explicit random_json(randomness& random, numbers allowed = numbers::all)
        : random_{random}, allowed_{allowed} {}

    std::string value(int depth = 4) {
        const auto kind = random_.below(depth > 0 ? 8 : 6);
        if (kind == 6) return list('[', ']', depth, false);
        if (kind == 7) return list('{', '}', depth, true);
        if (kind < 2) return string();
        if (kind < 4) return number();
        constexpr std::array<std::string_view, 3> words{"null", "true", "false"};
        return std::string{random_.pick(words)};
    }

    std::string object(int depth = 4) { return list('{', '}', depth, true); }

    std::string string() {
        constexpr std::array<std::string_view, 18> pieces{"a",
                                                          "key",
                                                          "abcdefghijklm",
                                                          " ",
                                                          "\xC3\xBC",
                                                          "\xE2\x82\xAC",
                                                          "\\n",
                                                          "\\\"",
                                                          "\\\\",
                                                          "\\/",
                                                          "\\u0041",
                                                          "\\u00fc",
                                                          "\\u20AC",
                                                          "\\ud83d\\ude00",
                                                          "\xF0\x9F\x98\x80",
                                                          "\\b\\f\\r\\t",
                                                          "\x7F",
                                                          "{[:,]}"};
        std::string text{'"'};
        for (auto more = random_.below(5); more > 0; --more) text += random_.pick(pieces);
        return text + '"';
    }

    std::string number() {
        std::string text = random_.chance(30) ? "-" : "";
        text += random_.chance(20) ? "0" : std::to_string(random_.next() >> random_.below(64));
        if (allowed_ == numbers::whole) return text;
        if (random_.chance(30)) text += '.' + std::to_string(random_.below(1'000));
        if (random_.chance(20)) {
            constexpr std::array<std::string_view, 6> exponents{"e1",  "E+2",  "e-3",
                                                                "E10", "e-20", "e0"};
            text += random_.pick(exponents);
        }
        return text;
    }

    std::string space() {
        constexpr std::array<std::string_view, 5> spaces{" ", "\n", "\t", "\r\n", "  "};
        return random_.chance(15) ? std::string{random_.pick(spaces)} : std::string{};
    }

private:
    std::string list(char open, char close, int depth, bool named) {
        std::string text{open};
        text += space();
        const auto count = random_.below(4);
        for (std::uint64_t i = 0; i < count; ++i) {
            if (i > 0) text += ',' + space();
            if (named) text += string() + space() + ':' + space();
            text += value(depth - 1) + space();
        }
        return text + close;
    }

    randomness& random_;
    numbers allowed_;
};

/// What Boost.JSON makes of `text`, read as this project reads payloads.
inline boost::json::value parsed_by_boost(std::string_view text, boost::json::error_code& error) {
    boost::json::parse_options options;
    options.max_depth = json_depth_max;
    return boost::json::parse({text.data(), text.size()}, error, {}, options);
}

/// `text` with a few bytes changed, removed or put in. Whole numbers stay whole.
inline std::string damaged(std::string text, randomness& random) {
    constexpr std::string_view bytes = "{}[]\":,\\u0-x\x01\xC3\xED\xA0\x80\n ";
    for (auto edits = random.between(1, 3); edits > 0 && !text.empty(); --edits) {
        const auto place = random.below(text.size());
        switch (random.below(3)) {
            case 0: text.erase(place, 1); break;
            case 1: text.insert(place, 1, random.pick(bytes)); break;
            default: text[place] = random.pick(bytes); break;
        }
    }
    return text;
}

}  // namespace daybook::test
