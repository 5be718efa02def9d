// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Any bytes as a retention policy: one that is read is written and read again as the same, and its
// times can be added to every moment that a log can have.
#include <daybook/compliance/retention_policy.hpp>

#include "fuzz.hpp"

using namespace daybook;
using namespace daybook::compliance;
using test::require;

namespace {

void check_time(const std::optional<calendar_time>& time) {
    if (!time) return;
    for (const auto from : {timestamp_min, timestamp{}, timestamp_max}) {
        require(time->after(from) >= from, "what comes later is later");
    }
    require(parse_calendar_time(to_string(*time)).value() == *time, "a time is read as written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = test::as_text(data, size);
    if (const auto time = parse_calendar_time(text)) check_time(*time);
    const auto policy = parse_retention_policy(text);
    if (!policy) {
        require(policy.error().code == errc::invalid_argument, "of the kind documented");
        require(policy.error().message.find('\n') == std::string::npos, "a message is one line");
        return 0;
    }
    const auto again = parse_retention_policy(to_string(*policy));
    require(again.has_value(), "what is written can be read");
    require(to_string(*again) == to_string(*policy), "it is the same policy");
    for (const auto& rule : policy->rules) {
        check_time(rule.minimum);
        check_time(rule.archive_after);
        check_time(rule.delete_after);
    }
    return 0;
}
