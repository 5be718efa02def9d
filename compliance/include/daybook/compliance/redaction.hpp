// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/admission.hpp>
#include <daybook/result.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {
class schema_catalog;
}

/// Secrets kept out of a log: what must not be stored is replaced or refused before anything of the
/// event is encoded, indexed, hashed or written.
///
///     store_options options;
///     options.admissions = {redactor::make({}).value()};  // The usual secrets.
///     auto log = store::open("work", options).value();
///
/// Rules and what they find: compliance/docs/secrets.md.
namespace daybook::compliance {

enum class redaction_action {
    replace,  ///< A member becomes {"$redacted":"RULE"}; inside a text, [redacted:RULE].
    token,    ///< "token:" and 32 hexadecimal digits, the same for the same value and key.
    refuse    ///< The append fails with `rejected`.
};

/// What to look for, and what to do with it. Looks in all the ways that it names.
struct redaction_rule {
    std::string name{};                ///< 1 to 64 of a-z 0-9 - ; shown in place of what was found.
    std::vector<std::string> types{};  ///< Event types; empty: all.
    /// Places in the payload: JSON Pointers in which a step may be "*" (any one) or "**" (any
    /// number). The whole value is acted upon, whatever it is.
    std::vector<std::string> at{};
    /// Names of members, wherever they are; compared by letters and digits alone, without case.
    /// What is null, true, false or "" is left.
    std::vector<std::string> members{};
    /// "private-key", "aws-key", "github-token", "gitlab-token", "slack-token", "api-key", "jwt",
    /// "authorization", "password" (assignments in texts), "connection-string": in any text of the
    /// payload, its member names, the extensions and the tags. "secret-member": members named as
    /// secrets are ("dbPassword", "api_key"). "random-value": text that looks random in members
    /// whose name allows for a secret ("token", "key"). "all": each of these.
    std::vector<std::string> detectors{};
    redaction_action action = redaction_action::replace;
    friend bool operator==(const redaction_rule&, const redaction_rule&) = default;
};

/// One rule for each detector, named after it, that replaces.
std::vector<redaction_rule> common_secret_rules();

/// Rules as data: `{"rules":[{"name":"pin","types":["Paid"],"at":["/card/pin"],"do":"token"}]}`,
/// with the members of `redaction_rule` (`detect` for `detectors`; `do` is "replace", "token" or
/// "refuse"); "common":false leaves out the common rules, which else come behind the given ones.
/// Fails with `invalid_argument`, and names the rule.
result<std::vector<redaction_rule>> parse_redaction_rules(std::string_view json);

/// A rule for each place that a schema in `catalog` marks: `"x-daybook-secret": true`, or
/// "replace", "token" or "refuse". Of all versions of a type; schemas that are added later are not
/// in it. Fails with `invalid_argument` for another mark.
result<std::vector<redaction_rule>> redaction_rules_of(const schema_catalog& catalog);

struct redaction_options {
    std::vector<redaction_rule> rules = common_secret_rules();  ///< The first that fits decides.
    /// For `token`: at least 16 bytes that nobody else knows, or values can be guessed from tokens.
    std::string token_key{};
};

/// How often a rule did something since the redactor was made.
struct redaction_count {
    std::string rule{};
    std::uint64_t replaced = 0;  ///< Places, tokens too.
    std::uint64_t refused = 0;   ///< Events.
};

/// Applies rules to whatever is appended. Thread safe.
///
/// What it leaves is sound JSON if the payload was. Payloads that are not JSON are searched as
/// text. Stream, type, correlation and actor cannot be replaced: an event with a secret there is
/// refused. Repeating it changes nothing more. Messages name rule and place, and never show what
/// was found. Cost: compliance/docs/secrets.md has figures; proportional to the event, one pass.
class redactor final : public admission {
public:
    /// Fails with `invalid_argument`, and names the rule.
    static result<std::shared_ptr<redactor>> make(redaction_options options);
    ~redactor() override;

    result<void> admit(arriving_event& event) override;

    /// A payload of `type` as it would be stored; nothing if that is the same. Fails with
    /// `invalid_argument` (no JSON) or `rejected`.
    result<std::optional<std::string>> redact(std::string_view type, std::string_view json);
    /// The same for text of no form.
    result<std::optional<std::string>> redact_text(std::string_view type, std::string_view text);

    std::vector<redaction_count> counts() const;  ///< In the order of the rules.

private:
    struct impl;
    explicit redactor(std::unique_ptr<impl> made);
    std::unique_ptr<impl> impl_;
};

/// The counts in the text format of Prometheus: `daybook_redactions_total`.
std::string metrics_text(const redactor& of);

}  // namespace daybook::compliance
