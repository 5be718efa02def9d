// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/rule_files.hpp"

#include "cli/read_whole.hpp"
#include "cli/text.hpp"
#include "cli/yaml_document.hpp"

namespace daybook::cli {
namespace {

result<replay::rule_set> read_rules(const std::string& file) {
    const auto text = read_whole(file);
    if (!text) return text.error();
    const auto in_file = [&](const error& why) {
        return fail(why.code, printable(file) + ": " + why.message);
    };
    const auto document = read_yaml(*text);
    if (!document) return in_file(document.error());
    auto made = replay::rule_set::parse(
        document->value, [&](std::string_view pointer) { return place_in(*document, pointer); });
    if (!made) return in_file(made.error());
    return made;
}

}  // namespace

option rules_option() {
    return {.name = "rules",
            .value = "FILE",
            .help =
                "State machines to add to the built-in ones, or to replace those of the same "
                "name; 'none' leaves out all before it.",
            .repeats = true,
            .completes = completion::files};
}

result<replay::rule_set> rules_of(const arguments& given) {
    auto rules = replay::rule_set::built_in();
    for (const auto& file : given.values("rules")) {
        if (file == "none" || file == "builtin") {
            rules = file == "none" ? replay::rule_set{} : replay::rule_set::built_in();
            continue;
        }
        const auto more = read_rules(file);
        if (!more) return more.error();
        if (auto merged = rules.merge(*more); !merged) return merged.error();
    }
    return rules;
}

}  // namespace daybook::cli
