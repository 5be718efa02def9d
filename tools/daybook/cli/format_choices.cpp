// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/format_choices.hpp"

namespace daybook::cli {
namespace {

constexpr std::string_view names[] = {"native", "orchestration", "cloudevents"};

}  // namespace

option line_format_option(std::string_view help) {
    return {.name = "format", .letter = 'f', .value = "FORMAT", .help = help, .choices = names};
}

formats::line_format line_format_of(const arguments& given) {
    const auto format = formats::parse_line_format(given.value_or("format", "native"));
    return format ? *format : formats::line_format::native;  // The parser has checked the name.
}

}  // namespace daybook::cli
