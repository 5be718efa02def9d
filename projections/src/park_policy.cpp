// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "park_policy.hpp"

namespace daybook::projections::park_policy {
namespace {

// Not in the middle of a character: the reason is to be told as text.
std::string kept_reason(const std::string& message) {
    auto end = std::min(message.size(), park_reason_bytes_max);
    while (end > 0 && end < message.size() &&
           (static_cast<unsigned char>(message[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return message.substr(0, end);
}

}  // namespace

layout::park_record next_failure(layout::park_record head, const error& why,
                                 const parking_options& options, timestamp now) {
    ++head.attempts;
    head.last_failed_at = now;
    if (head.attempts == 1) head.first_failed_at = now;
    head.reason = kept_reason(why.message);
    head.next_try.reset();
    if (head.attempts < options.retries.attempts_max)
        head.next_try = now + rest_after(options.retries, head.attempts);
    return head;
}

layout::park_record first_failure(const event_view& event, const error& why,
                                  const parking_options& options, timestamp now) {
    layout::park_record head;
    head.at = event.position();
    head.stream = event.stream();
    return next_failure(std::move(head), why, options, now);
}

layout::park_record its_turn(position at, timestamp now) {
    layout::park_record head;
    head.at = at;
    head.next_try = now;
    return head;
}

error limit_passed(const any_projection& of, position at, const error& limit) {
    return fail(errc::too_large, "view \"" + of.name() + "\" stops before position " +
                                     std::to_string(at.value) + ": " + limit.message);
}

}  // namespace daybook::projections::park_policy
