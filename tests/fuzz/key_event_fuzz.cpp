// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// The payload of an event about keys, behind a byte that says which: whatever it says, no key
// speaks for the log but the one that is pinned, and what it cannot mean changes nothing.
#include <daybook/compliance/compliance_stream.hpp>
#include <daybook/compliance/key_history.hpp>

#include "fuzz.hpp"
#include "record.hpp"

#include <array>

using namespace daybook;
using namespace daybook::compliance;
using test::require;

namespace {

constexpr position here{10};

std::string record_of(std::string_view type, std::string_view payload) {
    record::draft draft;
    draft.stream = compliance_stream;
    draft.type = type;
    draft.payload = payload;
    std::string bytes;
    record::encode(bytes, draft);
    record::place(bytes.data(), here, sequence{1}, {});
    return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static constexpr std::array<std::string_view, 3> types{"KeyAdded", "KeyRotated", "KeyRevoked"};
    static const auto pinned =
        verifier_key::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
            .value();
    if (size == 0) return 0;
    const auto bytes = record_of(types[data[0] % types.size()], test::as_text(data + 1, size - 1));
    key_history history{std::array{pinned}};
    const auto before = history.validity();
    const auto taken = history.take(event_view::parse(bytes).value());
    if (!taken) {
        require(taken.error().code == errc::corrupt, "of the kind documented");
        require(taken.error().message.find('\n') == std::string::npos, "a message is one line");
        require(history.validity().size() == before.size(), "it stays as it was");
    }
    require(history.standing(pinned, key_purpose::log, here) == key_standing::valid ||
                history.keys().front().revoked.has_value(),
            "only a revocation ends a key that signs nothing here");
    for (const auto& key : history.valid_at(key_purpose::log, {here.value + 1})) {
        require(key == pinned, "nobody makes himself a key of the log");
    }
    return 0;
}
