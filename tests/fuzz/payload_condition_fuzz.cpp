// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// A condition as text, a line break, a payload. A condition that is read is sound; its operators
// do not contradict each other on the payload, and it finds what find_pointer finds.
#include <daybook/json.hpp>
#include <daybook/query.hpp>
#include <daybook/raw_json.hpp>

#include "fuzz.hpp"
#include "stored_event.hpp"

using namespace daybook;
using test::event_with_payload;
using test::require;

namespace {

bool holds(payload_condition condition, comparison op, const event& on) {
    condition.op = op;
    query q;
    q.where.push_back(std::move(condition));
    return q.matches(on);
}

void check_operators(const payload_condition& condition, const event& on) {
    const bool exists = holds(condition, comparison::exists, on);
    const bool equal = holds(condition, comparison::equal, on);
    const bool less = holds(condition, comparison::less, on);
    const bool greater = holds(condition, comparison::greater, on);
    require(holds(condition, comparison::not_equal, on) == (exists && !equal), "either = or !=");
    require(int{equal} + int{less} + int{greater} <= (exists ? 1 : 0), "at most one of = < >");
    require(holds(condition, comparison::less_equal, on) == (less || equal), "<= is < or =");
    require(holds(condition, comparison::greater_equal, on) == (greater || equal), ">= is > or =");
    const bool prefix = holds(condition, comparison::prefix, on);
    require(!prefix || holds(condition, comparison::contains, on), "a prefix is contained");
    require(!prefix || exists, "what begins with something exists");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = test::as_text(data, size);
    const auto end = std::min(input.find('\n'), input.size());
    const auto condition = parse_payload_condition(input.substr(0, end));
    if (!condition) {
        require(condition.error().code == errc::invalid_argument, "the error is as documented");
        require(condition.error().message.find('\n') == std::string::npos, "a message is one line");
        return 0;
    }
    const auto stored = event_with_payload(input.substr(std::min(end + 1, input.size())));
    check_operators(*condition, stored);
    query q;
    q.where.push_back(*condition);
    (void)validate(q);
    (void)fingerprint(q);

    const auto payload = payload_json(stored);
    const bool found = payload && check_json(stored.payload()) &&
                       find_pointer(*payload, condition->pointer) != nullptr;
    require(holds(*condition, comparison::exists, stored) == found, "it exists if it is found");
    return 0;
}
