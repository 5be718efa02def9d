// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/rule_files.hpp"

#include "cli/text.hpp"
#include "cli/yaml_document.hpp"

namespace daybook::cli {
namespace {

result<replay::rule_set> read_rules(const std::string& file) {
    return read_yaml_file(file, [](const yaml_document& document) {
        return replay::rule_set::parse(
            document.value, [&](std::string_view pointer) { return place_in(document, pointer); });
    });
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
