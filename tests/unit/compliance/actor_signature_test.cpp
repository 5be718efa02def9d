// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/actor_signature.hpp>
#include <daybook/context.hpp>

#include "support/matchers.hpp"
#include "support/stored_events.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace daybook::compliance {
namespace {

using daybook::test::FailsWith;
using daybook::test::HoldsValue;
using daybook::test::stored;

constexpr timestamp then{std::chrono::seconds{1'700'000'000}};

std::unique_ptr<signer> ada() { return ed25519_signer(std::string(32, 'a')).value(); }
public_key key_of(const signer& from) {
    return public_key::make(from.type(), from.public_key()).value();
}

/// Every field filled, so that each can be changed.
new_event full_event() {
    return {.type = "ReleaseApproved",
            .payload = R"({"release":"1.2"})",
            .tags = {"phase:RELEASE", "priority:P0"},
            .correlation = "run-7",
            .causes = {event_id{{1}}},
            .actor = {.type = "user", .id = "ada", .model = "m"},
            .occurred_at = then,
            .schema = "1.0.0",
            .id = event_id{{2}},
            .extensions = R"({ "region": "eu", "n": 1 })"};
}

const signing as_approval{.name = "Ada Lovelace", .meaning = "approval", .at = then};

new_event signed_event() {
    auto event = full_event();
    EXPECT_THAT(sign_event(event, "release-1", *ada(), as_approval), HoldsValue());
    return event;
}

TEST(actor_signature, is_verified_from_the_stored_event) {
    const auto event = stored({{"release-1", signed_event()}}).front();
    const auto verified = verify_signature(event, key_of(*ada()));
    ASSERT_THAT(verified, HoldsValue());
    EXPECT_EQ(verified->name, "Ada Lovelace");
    EXPECT_EQ(verified->meaning, "approval");
    EXPECT_EQ(verified->at, then);
    EXPECT_THAT(verify_signature(event, key_of(*ed25519_signer(std::string(32, 'b')).value())),
                FailsWith(errc::corrupt, "another key"));
}

TEST(actor_signature, gives_the_event_an_id_and_a_time_and_needs_no_extensions) {
    new_event event{.type = "Seen", .actor = {.id = "ada"}};
    ASSERT_THAT(sign_event(event, "release-1", *ada(), {.name = "Ada", .meaning = "review"}),
                HoldsValue());
    EXPECT_TRUE(event.id);
    EXPECT_TRUE(event.occurred_at);
    const auto kept = stored({{"release-1", event}}).front();
    EXPECT_THAT(verify_signature(kept, key_of(*ada())), HoldsValue());
}

TEST(actor_signature, stands_beside_other_extensions_however_they_are_spaced) {
    for (const auto* extensions :
         {"{}", "{\t}", "{\r\n}", " { } ", "{\"a\":\"}\"\t}", "{\"a\":{}}\n"}) {
        auto event = full_event();
        event.extensions = extensions;
        ASSERT_THAT(sign_event(event, "release-1", *ada(), as_approval), HoldsValue());
        const auto kept = stored({{"release-1", event}});
        ASSERT_EQ(kept.size(), 1U) << event.extensions;
        EXPECT_THAT(verify_signature(kept.front(), key_of(*ada())), HoldsValue()) << extensions;
    }
}

TEST(actor_signature, covers_everything_that_the_caller_decides) {
    const std::vector<std::pair<const char*, std::function<void(new_event&)>>> changes{
        {"type", [](new_event& e) { e.type = "ReleaseRefused"; }},
        {"payload", [](new_event& e) { e.payload = R"({"release":"1.3"})"; }},
        {"tags",
         [](new_event& e) {
             e.tags = {"phase:RELEASE", "priority:P1"};
         }},
        {"a tag less", [](new_event& e) { e.tags.pop_back(); }},
        {"correlation", [](new_event& e) { e.correlation = "run-8"; }},
        {"causes", [](new_event& e) { e.causes = {event_id{{3}}}; }},
        {"actor id", [](new_event& e) { e.actor.id = "eve"; }},
        {"actor type", [](new_event& e) { e.actor.type = "agent"; }},
        {"actor model", [](new_event& e) { e.actor.model = "n"; }},
        {"occurred at", [](new_event& e) { e.occurred_at = then + std::chrono::seconds{1}; }},
        {"schema", [](new_event& e) { e.schema = "1.0.1"; }},
        {"id", [](new_event& e) { e.id = event_id{{4}}; }},
        {"extensions",
         [](new_event& e) { e.extensions.replace(e.extensions.find("eu"), 2, "us"); }},
        {"name", [](new_event& e) { e.extensions.replace(e.extensions.find("Ada"), 3, "Eve"); }},
        {"meaning",
         [](new_event& e) { e.extensions.replace(e.extensions.find("approval"), 8, "rejected"); }},
        {"time of signing",
         [](new_event& e) { e.extensions.replace(e.extensions.find("2023"), 4, "2022"); }}};
    for (const auto& [what, change] : changes) {
        auto event = signed_event();
        change(event);
        EXPECT_THAT(verify_signature(stored({{"release-1", event}}).front(), key_of(*ada())),
                    FailsWith(errc::corrupt))
            << what;
    }
    EXPECT_THAT(verify_signature(stored({{"release-2", signed_event()}}).front(), key_of(*ada())),
                FailsWith(errc::corrupt))
        << "stream";
}

TEST(actor_signature, is_not_there_or_cannot_be_read) {
    const auto plain = stored({{"release-1", full_event()}}).front();
    EXPECT_THAT(verify_signature(plain, key_of(*ada())), FailsWith(errc::not_found));
    EXPECT_FALSE(signature_of(plain).value());
    for (const auto* bad :
         {R"({"signature":1})", R"({"signature":{}})",
          R"({"signature":{"at":"x","keyid":"","meaning":"m","name":"n","sig":"QQ=="}})",
          R"({"signature":{},"signature":{}})"}) {
        auto event = full_event();
        event.extensions = bad;
        EXPECT_THAT(signature_of(stored({{"release-1", event}}).front()),
                    FailsWith(errc::corrupt, "position 0"))
            << bad;
    }
}

TEST(actor_signature, needs_who_signs_and_what_it_means) {
    const auto with = [](new_event event, const signing& as) {
        return sign_event(event, "release-1", *ada(), as);
    };
    auto nobody = full_event();
    nobody.actor = {};
    EXPECT_THAT(with(nobody, as_approval), FailsWith(errc::invalid_argument, "actor"));
    EXPECT_THAT(with(full_event(), {.name = "", .meaning = "m"}),
                FailsWith(errc::invalid_argument, "name"));
    EXPECT_THAT(with(full_event(), {.name = "n", .meaning = ""}),
                FailsWith(errc::invalid_argument, "means"));
    EXPECT_THAT(with(signed_event(), as_approval), FailsWith(errc::invalid_argument, "twice"));
    auto broken = full_event();
    broken.extensions = "[1]";
    EXPECT_THAT(with(broken, as_approval), FailsWith(errc::invalid_argument, "no JSON object"));
}

}  // namespace
}  // namespace daybook::compliance
