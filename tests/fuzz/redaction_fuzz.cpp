// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Whatever is redacted stays sound JSON, and redacting it again changes nothing; what is no JSON is
// searched as text, and is refused as a payload.
#include <daybook/compliance/redaction.hpp>
#include <daybook/raw_json.hpp>

#include "fuzz.hpp"

using namespace daybook;
using test::require;

namespace {

compliance::redactor& redactor_of_all() {
    static const auto made = [] {
        auto rules = compliance::common_secret_rules();
        rules.insert(rules.begin(), {.name = "place", .at = {"/card/pin", "/x/**/cvc", "/*/*"}});
        rules.push_back(
            {.name = "token", .members = {"pin"}, .action = compliance::redaction_action::token});
        return compliance::redactor::make(
                   {.rules = std::move(rules), .token_key = "0123456789abcdef"})
            .value();
    }();
    return *made;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = test::as_text(data, size);
    auto& by = redactor_of_all();
    const auto made = by.redact("T", text);
    require(made.has_value() == check_json(text).has_value(), "JSON alone is redacted");
    if (made && *made) {
        require(check_json(**made).has_value(), "what is left is JSON");
        const auto again = by.redact("T", **made);
        require(again.has_value() && !*again, "once is enough");
    }
    require(by.redact_text("T", text).has_value(), "any bytes are searched");
    (void)compliance::parse_redaction_rules(text);
    return 0;
}
