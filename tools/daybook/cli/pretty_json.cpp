// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/pretty_json.hpp"

#include <daybook/raw_json.hpp>

#include "cli/text.hpp"

#include <utility>

namespace daybook::cli {
namespace {

constexpr std::size_t line_columns_max = 60;

/// Spreads checked JSON over lines; names, numbers and texts stay as they were written.
class spreader {
public:
    std::string text;

    void value(std::string_view v, std::size_t indent) {
        const json_kind kind = kind_of(v);
        const bool structured = kind == json_kind::object || kind == json_kind::array;
        if (!structured || display_width(printable(v)) <= line_columns_max) {
            text += printable(v);
        } else if (kind == json_kind::object) {
            spread(raw_members{v}, '{', '}', indent);
        } else {
            spread(raw_elements{v}, '[', ']', indent);
        }
    }

private:
    void new_line(std::size_t indent) { text.append(1, '\n').append(indent, ' '); }

    void name_of(const raw_members& walk) { text += printable(json_quoted(walk.key())) + ": "; }
    void name_of(const raw_elements& /*walk*/) {}

    template <class Walk>
    void spread(Walk walk, char open, char close, std::size_t indent) {
        text += open;
        bool first = true;
        for (auto more = walk.next(); more && *more; more = walk.next()) {
            if (!std::exchange(first, false)) text += ',';
            new_line(indent + 2);
            name_of(walk);
            value(walk.value(), indent + 2);
        }
        new_line(indent);
        text += close;
    }
};

}  // namespace

std::string pretty_json(std::string_view text, std::size_t indent) {
    if (!check_json(text)) return printable(text);
    const std::size_t start = text.find_first_not_of(" \t\r\n");
    const std::size_t end = text.find_last_not_of(" \t\r\n") + 1;
    spreader s;
    s.value(text.substr(start, end - start), indent);
    return std::move(s.text);
}

}  // namespace daybook::cli
