// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Any bytes as the extensions of an event: who signed it is found or it is said why not, nobody
// guesses a signature, and one that is added to sound extensions is found.
#include <daybook/compliance/actor_signature.hpp>
#include <daybook/raw_json.hpp>

#include "fuzz.hpp"
#include "record.hpp"

using namespace daybook;
using namespace daybook::compliance;
using test::require;

namespace {

constexpr std::string_view stream = "task-42";

event stored(const new_event& from) {
    record::draft draft;
    draft.stream = stream;
    draft.type = from.type;
    draft.actor = {from.actor.type, from.actor.id, from.actor.model};
    draft.extensions = from.extensions;
    draft.payload = from.payload;
    draft.id = from.id.value_or(event_id{});
    draft.occurred_at = from.occurred_at.value_or(timestamp{});
    std::string bytes;
    record::encode(bytes, draft);
    return event{event_view::parse(bytes).value()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto signs = ed25519_signer(std::string(32, 's')).value();
    static const auto key = public_key::make(signs->type(), signs->public_key()).value();
    const auto text = test::as_text(data, size);
    new_event made{.type = "T", .payload = "{}", .actor = {.id = "ada"}};
    made.id = event_id{{1}};
    made.extensions = text;
    const auto found = signature_of(stored(made).view());
    if (!found) {
        require(found.error().code == errc::corrupt, "of the kind documented");
        require(found.error().message.find('\n') == std::string::npos, "a message is one line");
    }
    require(!verify_signature(stored(made).view(), key), "nobody guesses a signature");
    const auto added = sign_event(made, stream, *signs, {.name = "Ada", .meaning = "approval"});
    if (!added) return 0;
    require(check_json(made.extensions).has_value(), "extensions stay JSON");
    require(verify_signature(stored(made).view(), key).has_value(), "what is signed verifies");
    return 0;
}
