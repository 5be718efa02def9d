// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/key_history.hpp>

#include "support/matchers.hpp"
#include "support/stored_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::compliance {
namespace {

using daybook::test::FailsWith;
using daybook::test::HoldsValue;
using daybook::test::stored;
using testing::ElementsAre;

constexpr auto origin = "example.com/log";

std::shared_ptr<const signer> made_key(char letter) {
    return ed25519_signer(std::string(32, letter)).value();
}
verifier_key named(const signer& key, std::string_view name = origin) {
    return verifier_key::of(name, key).value();
}

const auto first = made_key('1');
const auto second = made_key('2');
const auto third = made_key('3');

/// The history of a log with these events in its own stream, at positions 0, 1, 2, ...; or the
/// error of the last.
result<key_history> told(const std::vector<new_event>& events,
                         const std::vector<verifier_key>& pinned = {named(*first)}) {
    std::vector<std::pair<std::string, new_event>> all;
    for (const auto& event : events) all.emplace_back(compliance_stream, event);
    key_history history{pinned};
    for (const auto& event : stored(all)) {
        if (auto taken = history.take(event); !taken) return taken.error();
    }
    return history;
}

new_event nothing() { return {.type = "VerificationDone"}; }

new_event rotated(const signer& from, const signer& to) {
    return key_rotated({.name = origin, .old_key = from, .new_key = to}).value();
}

TEST(key_history, begins_with_the_pinned_keys) {
    const auto history = told({}).value();
    EXPECT_EQ(history.standing(named(*first), key_purpose::log, {0}), key_standing::valid);
    EXPECT_EQ(history.standing(named(*first), key_purpose::log, {1'000'000}), key_standing::valid);
    EXPECT_EQ(history.standing(named(*first), key_purpose::actor, {0}), key_standing::unknown);
    EXPECT_EQ(history.standing(named(*second), key_purpose::log, {0}), key_standing::unknown);
    EXPECT_THAT(told({key_added(named(*first), key_purpose::log, origin)}), HoldsValue())
        << "the log may say what is known";
}

TEST(key_history, passes_over_what_is_not_about_keys) {
    key_history history{std::vector{named(*first)}};
    const auto elsewhere =
        stored({{"order-1", key_added(named(*second, "ada"), key_purpose::actor, "user:ada")},
                {std::string{compliance_stream}, nothing()}});
    for (const auto& event : elsewhere) EXPECT_THAT(history.take(event), HoldsValue());
    EXPECT_EQ(history.keys().size(), 1U);
}

TEST(key_history, of_a_rotation_is_exact_to_the_position) {
    const auto history = told({nothing(), nothing(), rotated(*first, *second)}).value();
    const auto standing = [&](const signer& key, std::uint64_t at) {
        return history.standing(named(key), key_purpose::log, {at});
    };
    EXPECT_EQ(standing(*first, 1), key_standing::valid) << "the last before";
    EXPECT_EQ(standing(*second, 1), key_standing::not_yet);
    EXPECT_EQ(standing(*first, 2), key_standing::rotated) << "the rotation itself";
    EXPECT_EQ(standing(*second, 2), key_standing::valid);
    EXPECT_EQ(standing(*second, 3), key_standing::valid);
    EXPECT_THAT(history.valid_at(key_purpose::log, {1}), ElementsAre(named(*first)));
    EXPECT_THAT(history.valid_at(key_purpose::log, {2}), ElementsAre(named(*second)));
    const auto lines = history.validity();
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].to, position{2});
    EXPECT_EQ(lines[1].from, position{2});
    EXPECT_FALSE(lines[1].to);
}

TEST(key_history, follows_rotations_one_after_the_other) {
    const auto history = told({rotated(*first, *second), rotated(*second, *third)}).value();
    EXPECT_EQ(history.standing(named(*second), key_purpose::log, {0}), key_standing::valid);
    EXPECT_EQ(history.standing(named(*third), key_purpose::log, {1}), key_standing::valid);
    EXPECT_THAT(told({rotated(*first, *second), rotated(*first, *third)}),
                FailsWith(errc::corrupt, "old key is not one that is valid"));
    EXPECT_THAT(told({rotated(*first, *second), rotated(*second, *first)}),
                FailsWith(errc::corrupt, "known already"));
}

TEST(key_history, of_a_rotation_to_a_pinned_key_starts_that_key_there) {
    const auto history =
        told({nothing(), rotated(*first, *second)}, {named(*first), named(*second)}).value();
    EXPECT_EQ(history.standing(named(*second), key_purpose::log, {0}), key_standing::not_yet);
    EXPECT_EQ(history.standing(named(*second), key_purpose::log, {1}), key_standing::valid);
}

TEST(key_history, takes_no_rotation_that_both_keys_did_not_sign) {
    EXPECT_THAT(told({rotated(*third, *second)}), FailsWith(errc::corrupt, "old key is not one"));
    for (const auto* member : {"\"old_signature\":\"", "\"new_signature\":\""}) {
        auto event = rotated(*first, *second);
        auto& letter = event.payload[event.payload.find(member) + 18];
        letter = letter == 'A' ? 'B' : 'A';
        EXPECT_THAT(told({event}), FailsWith(errc::corrupt, "both keys must have signed"))
            << member;
    }
    auto purpose = rotated(*first, *second);
    purpose.payload.replace(purpose.payload.find("\"log\""), 5, "\"actor\"");
    EXPECT_THAT(told({purpose}), FailsWith(errc::corrupt, "both keys must have signed"));
    EXPECT_THAT(key_rotated({.name = origin, .old_key = *first, .new_key = *first}),
                FailsWith(errc::invalid_argument, "same key"));
    const auto other_type = temporary_signer(key_type::ecdsa_p256).value();
    EXPECT_THAT(key_rotated({.name = origin, .old_key = *first, .new_key = *other_type}),
                FailsWith(errc::invalid_argument, "two types"));
}

TEST(key_history, revokes_from_a_position_on_also_before_the_event) {
    const auto ada = named(*second, "ada");
    const auto history = told({key_added(ada, key_purpose::actor, "user:ada"), nothing(), nothing(),
                               key_revoked(ada, revocation_reason::compromised, {2})})
                             .value();
    EXPECT_EQ(history.standing(ada, key_purpose::actor, {0}), key_standing::valid);
    EXPECT_EQ(history.standing(ada, key_purpose::actor, {1}), key_standing::valid);
    EXPECT_EQ(history.standing(ada, key_purpose::actor, {2}), key_standing::revoked);
    EXPECT_EQ(history.keys().back().revoked, revocation_reason::compromised);
    EXPECT_EQ(history.keys().back().holder, "user:ada");
}

TEST(key_history, never_gives_back_what_a_revocation_took) {
    const auto key = named(*first);
    const auto history = told({nothing(), nothing(), key_revoked(key, revocation_reason::lost, {1}),
                               key_revoked(key, revocation_reason::retired, {3})})
                             .value();
    EXPECT_EQ(history.standing(key, key_purpose::log, {0}), key_standing::valid);
    EXPECT_EQ(history.standing(key, key_purpose::log, {1}), key_standing::revoked);
    EXPECT_EQ(history.keys().front().revoked, revocation_reason::lost);
    EXPECT_THAT(told({key_revoked(key, revocation_reason::lost, {1})}),
                FailsWith(errc::corrupt, "from later on"));
    EXPECT_THAT(told({nothing(), key_revoked(named(*second), revocation_reason::lost, {0})}),
                FailsWith(errc::corrupt, "no such key"));
}

TEST(key_history, keeps_to_one_purpose_for_each_key) {
    const auto ada = named(*second, "ada");
    const auto added = key_added(ada, key_purpose::actor, "user:ada");
    EXPECT_THAT(told({added, added}), FailsWith(errc::corrupt, "known already"));
    EXPECT_THAT(told({added, key_added(named(*second, "eve"), key_purpose::timestamp, "tsa")}),
                FailsWith(errc::corrupt, "known already"))
        << "the same key by another name";
    EXPECT_THAT(told({key_added(named(*first), key_purpose::actor, "user:ada")}),
                FailsWith(errc::corrupt, "known already"));
    EXPECT_THAT(told({key_added(named(*second), key_purpose::log, origin)}),
                FailsWith(errc::corrupt, "pinned or rotated in"));
}

TEST(key_history, tells_events_that_cannot_be_read) {
    for (const auto* payload : {"[]", "{}", R"({"holder":"a","key":"nonsense","purpose":"actor"})",
                                R"({"holder":"a","key":"a","purpose":"actor","more":1})"}) {
        EXPECT_THAT(told({{.type = "KeyAdded", .payload = payload}}), FailsWith(errc::corrupt))
            << payload;
        EXPECT_THAT(told({{.type = "KeyRotated", .payload = payload}}), FailsWith(errc::corrupt));
        EXPECT_THAT(told({{.type = "KeyRevoked", .payload = payload}}), FailsWith(errc::corrupt));
    }
}

TEST(key_history, names_purposes_reasons_and_standings) {
    for (const auto* name : {"log", "actor", "timestamp", "subject"}) {
        EXPECT_EQ(to_string(key_purpose_named(name).value()), name);
    }
    for (const auto* name : {"retired", "lost", "compromised"}) {
        EXPECT_EQ(to_string(revocation_reason_named(name).value()), name);
    }
    EXPECT_FALSE(key_purpose_named("other"));
    EXPECT_FALSE(revocation_reason_named("other"));
    EXPECT_EQ(to_string(key_standing::not_yet), "not yet valid");
}

TEST(key_history, says_on_one_line_what_an_event_has_twice) {
    const auto found = told({{.type = "KeyAdded", .payload = R"({"a\nb":"1","a\nb":"2"})"}});
    ASSERT_THAT(found, FailsWith(errc::corrupt, "there twice"));
    EXPECT_EQ(found.error().message.find('\n'), std::string::npos) << found.error().message;
}

}  // namespace
}  // namespace daybook::compliance
