// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Redaction rules as data: from a file, from marks in schemas, and the common ones.

#include <daybook/compliance/redaction.hpp>
#include <daybook/raw_json.hpp>
#include <daybook/schema_catalog.hpp>

#include "redaction_detectors.hpp"
#include "schema_marks.hpp"
#include "text.hpp"

#include <utility>

namespace daybook::compliance {
namespace {

error wrong_rule(std::string_view name, std::string_view why) {
    return fail(errc::invalid_argument,
                "redaction rule " + in_quotes(name) + ": " + std::string{why});
}

std::optional<redaction_action> parse_action(std::string_view text) {
    if (text == "replace") return redaction_action::replace;
    if (text == "token") return redaction_action::token;
    if (text == "refuse") return redaction_action::refuse;
    return std::nullopt;
}

constexpr std::string_view wrong_action = "\"do\" is \"replace\", \"token\" or \"refuse\"";

result<std::vector<std::string>> parse_texts(std::string_view json) {
    std::vector<std::string> all;
    raw_elements elements{json};
    for (;;) {
        const auto more = elements.next();
        if (!more) return more.error();
        if (!*more) return all;
        auto text = unescape_json_string(elements.value());
        if (!text) return fail(errc::invalid_argument, "a list of texts is wanted");
        all.push_back(std::move(*text));
    }
}

result<void> parse_member(redaction_rule& rule, std::string_view key, std::string_view value) {
    if (key == "name" || key == "do") {
        const auto text = unescape_json_string(value);
        if (!text) return fail(errc::invalid_argument, "\"" + std::string{key} + "\" is no text");
        if (key == "name") {
            rule.name = *text;
            return {};
        }
        const auto action = parse_action(*text);
        if (!action) return fail(errc::invalid_argument, std::string{wrong_action});
        rule.action = *action;
        return {};
    }
    std::vector<std::string>* to = nullptr;
    if (key == "types") to = &rule.types;
    if (key == "at") to = &rule.at;
    if (key == "members") to = &rule.members;
    if (key == "detect") to = &rule.detectors;
    if (to == nullptr) {
        return fail(errc::invalid_argument, "it has no member " + in_quotes(key));
    }
    auto texts = parse_texts(value);
    if (!texts) {
        return fail(errc::invalid_argument,
                    "\"" + std::string{key} + "\": " + texts.error().message);
    }
    *to = std::move(*texts);
    return {};
}

result<redaction_rule> parse_rule(std::string_view json) {
    redaction_rule rule;
    raw_members members{json};
    for (;;) {
        const auto more = members.next();
        if (!more) return wrong_rule(rule.name, more.error().message);
        if (!*more) return rule;
        if (auto ok = parse_member(rule, members.key(), members.value()); !ok) {
            return wrong_rule(rule.name, ok.error().message);
        }
    }
}

}  // namespace

std::vector<redaction_rule> common_secret_rules() {
    std::vector<redaction_rule> rules;
    for (const auto name : detector_names()) {
        rules.push_back({.name = std::string{name}, .detectors = {std::string{name}}});
    }
    return rules;
}

result<std::vector<redaction_rule>> parse_redaction_rules(std::string_view json) {
    std::vector<redaction_rule> rules;
    bool common = true;
    raw_members members{json};
    for (;;) {
        const auto more = members.next();
        if (!more) return fail(errc::invalid_argument, "redaction rules: " + more.error().message);
        if (!*more) break;
        if (members.key() == "common") {
            if (kind_of(members.value()) != json_kind::boolean) {
                return fail(errc::invalid_argument, "redaction rules: \"common\" is true or false");
            }
            common = members.value() == "true";
        } else if (members.key() == "rules") {
            raw_elements all{members.value()};
            for (auto one = all.next(); !one || *one; one = all.next()) {
                if (!one)
                    return fail(errc::invalid_argument, "redaction rules: " + one.error().message);
                auto rule = parse_rule(all.value());
                if (!rule) return rule.error();
                rules.push_back(std::move(*rule));
            }
        } else {
            return fail(errc::invalid_argument,
                        "redaction rules: \"rules\" and \"common\" are known, found " +
                            in_quotes(members.key()));
        }
    }
    if (common) {
        for (auto& one : common_secret_rules()) rules.push_back(std::move(one));
    }
    if (auto sound = redactor::make({.rules = rules, .token_key = std::string(32, 'k')}); !sound) {
        return sound.error();
    }
    return rules;
}

result<std::vector<redaction_rule>> redaction_rules_of(const schema_catalog& catalog) {
    std::vector<redaction_rule> rules;
    for (const auto& entry : catalog.list()) {
        const auto marks = marks_of(entry.text, "x-daybook-secret");
        if (!marks) return wrong_rule("schema", entry.type + ": " + marks.error().message);
        for (const auto& [at, mark] : *marks) {
            if (mark.is_bool() && !mark.get_bool()) continue;
            auto action = redaction_action::replace;
            if (mark.is_string()) {
                const auto& text = mark.get_string();
                const auto parsed = parse_action({text.data(), text.size()});
                if (!parsed) {
                    return wrong_rule("schema", entry.type + " " + entry.version + " at \"" + at +
                                                    "\": x-daybook-secret is true, \"replace\", "
                                                    "\"token\" or \"refuse\"");
                }
                action = *parsed;
            } else if (!mark.is_bool()) {
                return wrong_rule("schema", entry.type + " " + entry.version + " at \"" + at +
                                                "\": x-daybook-secret is no text and not true");
            }
            redaction_rule rule{
                .name = "schema", .types = {entry.type}, .at = {at.empty() ? "/**" : at}};
            rule.action = action;
            rules.push_back(std::move(rule));
        }
    }
    return rules;
}

}  // namespace daybook::compliance
