// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/redaction_choices.hpp"

#include "cli/text.hpp"
#include "cli/yaml_document.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daybook::cli {
namespace {

using namespace compliance;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : value;
}

result<std::vector<redaction_rule>> rules_in(const std::string& file) {
    if (file == "common") return common_secret_rules();
    return read_yaml_file(file, [](const yaml_document& document) {
        return parse_redaction_rules(boost::json::serialize(document.value));
    });
}

std::vector<std::string> files_of(const arguments& given) {
    auto files = given.values("redact");
    const auto more = environment("DAYBOOK_REDACT");
    for (std::string_view rest = more; !rest.empty();) {
        const auto name = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        if (!name.empty()) files.emplace_back(name);
    }
    return files;
}

}  // namespace

option redact_option() {
    return {.name = "redact",
            .value = "FILE",
            .help =
                "Keep secrets out: rules in JSON or YAML, or 'common' for the usual secrets. "
                "Also: DAYBOOK_REDACT.",
            .repeats = true,
            .completes = completion::files};
}

result<std::shared_ptr<redactor>> redaction_of(const arguments& given) {
    const auto files = files_of(given);
    if (files.empty()) return std::shared_ptr<redactor>{};
    redaction_options options{.rules = {}, .token_key = environment("DAYBOOK_REDACT_KEY")};
    for (const auto& file : files) {
        auto rules = rules_in(file);
        if (!rules) return rules.error();
        for (auto& rule : *rules) {
            // The common rules come behind those of each file; once is enough.
            const bool known =
                std::find(options.rules.begin(), options.rules.end(), rule) != options.rules.end();
            if (!known) options.rules.push_back(std::move(rule));
        }
    }
    return redactor::make(std::move(options));
}

store_options with_redaction(store_options options, const std::shared_ptr<redactor>& by) {
    if (by != nullptr) options.admissions.push_back(by);
    return options;
}

void say_redactions(console& at, const std::shared_ptr<redactor>& by) {
    if (by == nullptr) return;
    std::string told;
    for (const auto& one : by->counts()) {
        if (one.replaced == 0) continue;
        told += (told.empty() ? "" : ", ") + grouped(one.replaced) + " by " + one.rule;
    }
    if (!told.empty()) at.say("redacted: " + told);
}

}  // namespace daybook::cli
