// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a payload that is gone is either lawfully gone, and counted, or the log was tampered with
// (rows 30 and 31 of the attack catalogue). Method: small signed logs, and somebody who has root,
// the source code and even the key of the log, and deletes what he may not.

#include <daybook/archive.hpp>
#include <daybook/compliance/verify_log.hpp>

#include "support/matchers.hpp"
#include "support/raw_store.hpp"
#include "support/signed_store.hpp"

#include <gmock/gmock.h>

namespace daybook::test {
namespace {

using namespace compliance;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const actor alice{.type = "user", .id = "alice"};
const actor bob{.type = "user", .id = "bob"};
const actor mallory{.type = "user", .id = "mallory"};

std::string told(const verification& all) {
    std::string text;
    for (const auto& one : all.findings) text += one.kind + ": " + one.message + "\n";
    return text;
}

class DeletionAttack : public testing::Test {
protected:
    DeletionAttack() {
        secret_ = add("task-1", R"({"secret":1})");
        other_ = add("task-2", R"({"secret":2})");
    }

    store& log() { return *signed_.log; }
    position add(const std::string& stream, std::string payload) {
        return log()
            .append(stream, expected::any(), {simple_event("T", std::move(payload))})
            .value()
            .first;
    }
    void set_policy(const std::string& rule) {
        const auto policy =
            parse_retention_policy("{\"policy\":\"p\",\"rules\":[" + rule + "]}").value();
        set_retention_policy(log(), policy, alice).value();
    }
    timestamp now() {
        return log().read_one(position{log().watermark().value - 1}).value().view().recorded_at();
    }
    event_id proposed() { return propose_retention(log(), now(), alice).value(); }
    event_id approved() {
        const auto id = proposed();
        approve_retention(log(), id, bob).value();
        return id;
    }
    /// With what daybook itself is made of, so that every hash fits.
    void delete_payload(position which) {
        const auto chosen = [&](const event_view& event) { return event.position() == which; };
        const auto digest_of = [](std::string_view payload) {
            return std::string{sha256(payload).view()};
        };
        ASSERT_THAT(delete_payloads(log(), 0, chosen, {.digest = digest_of}).value().deleted,
                    SizeIs(1));
    }
    /// What a run of retention would have written down.
    position claim(position which, const std::string& proposal, const std::string& more = {}) {
        const auto at = std::to_string(which.value);
        auto event = simple_event(
            "SegmentDeleted", R"({"segment":0,"events":1,"bytes":12,"positions":[[)" + at + "," +
                                  at + R"(]],"proposal":")" + proposal + "\"" + more + "}");
        event.actor = mallory;
        return log().append(compliance_stream, expected::any(), {event}).value().first;
    }
    log_verification look() { return verify_log(log(), *signed_.book).value(); }
    void expect_hole(const std::string& why) {
        const auto found = look();
        EXPECT_EQ(found.all.what(), verdict::tampered);
        ASSERT_FALSE(found.all.findings.empty());
        EXPECT_EQ(found.all.findings.front().kind, "hole");
        EXPECT_EQ(found.all.findings.front().at, secret_);
        EXPECT_THAT(told(found.all), HasSubstr(why));
        EXPECT_THAT(found.deleted, IsEmpty());
    }

    signed_store signed_;
    position secret_;
    position other_;
};

const std::string at_once = R"({"name":"all","delete_after":"0 days"})";
const std::string never = R"({"name":"all","keep":"forever"})";

TEST_F(DeletionAttack, ALawfulDeletionIsCountedAndNoFinding) {
    set_policy(at_once);
    const auto set_at = position{log().watermark().value - 1};
    run_retention(log(), {.proposal = approved(), .by = bob, .book = &*signed_.book}).value();
    const auto found = look();
    EXPECT_EQ(found.all.what(), verdict::verified) << told(found.all);
    ASSERT_THAT(found.deleted, SizeIs(1));
    EXPECT_EQ(found.deleted.front().policy, "p");
    EXPECT_EQ(found.deleted.front().policy_at, set_at);
    EXPECT_EQ(found.deleted.front().events, 2U);
    EXPECT_EQ(found.deleted.front().bytes, 24U);
}

TEST_F(DeletionAttack, Row30NobodyTellsOfTheDeletion) {
    delete_payload(secret_);
    EXPECT_EQ(signed_.book->verify().value().what(), verdict::verified) << "the hashes fit";
    expect_hole("no SegmentDeleted names it");
}

TEST_F(DeletionAttack, Row30NobodyApprovedIt) {
    set_policy(at_once);
    const auto id = proposed();
    delete_payload(secret_);
    claim(secret_, to_string(id));
    expect_hole("nobody else had approved it");
}

TEST_F(DeletionAttack, Row30ItWasApprovedAfterwards) {
    set_policy(at_once);
    const auto id = proposed();
    delete_payload(secret_);
    claim(secret_, to_string(id));
    approve_retention(log(), id, bob).value();
    expect_hole("nobody else had approved it");
}

TEST_F(DeletionAttack, Row30NobodyProposedIt) {
    delete_payload(secret_);
    claim(secret_, to_string(event_id::make()));
    expect_hole("nobody proposed it");
}

TEST_F(DeletionAttack, Row30ALegalHoldCoveredIt) {
    set_policy(at_once);
    const auto id = approved();
    place_hold(log(), {.name = "case-7", .stream = "task-1", .reason = "claim"}, alice).value();
    delete_payload(secret_);
    claim(secret_, to_string(id));
    lift_hold(log(), "case-7", "over", alice).value();
    expect_hole("a legal hold covered it");
}

TEST_F(DeletionAttack, Row30ItTellsOfOtherEventsThanThatWent) {
    set_policy(at_once);
    const auto id = approved();
    delete_payload(secret_);
    const auto at = claim(secret_, to_string(id), R"(,"leaves":")" + digest{}.hex() + "\"");
    const auto found = look().all;
    EXPECT_EQ(found.what(), verdict::tampered);
    EXPECT_EQ(found.findings.front().at, at);
    EXPECT_THAT(told(found), HasSubstr("not the events that it tells of"));
}

TEST_F(DeletionAttack, Row31APolicyThatCameAfterwardsDoesNotAllowIt) {
    set_policy(never);
    auto event =
        simple_event("RetentionRunProposed",
                     R"({"as_of_us":)" + std::to_string(now().time_since_epoch().count()) +
                         R"(,"end":3,"plan":")" + digest{}.hex() + R"(","events":1,"bytes":12})");
    event.actor = alice;
    event.id = event_id::make();
    log().append(compliance_stream, expected::any(), {event}).value();
    approve_retention(log(), *event.id, bob).value();
    delete_payload(secret_);
    claim(secret_, to_string(*event.id));
    set_policy(at_once);
    expect_hole("the policy in force did not allow it");
}

TEST_F(DeletionAttack, Row31AShorterPolicyDoesNotBreakThePromiseOfAnEarlierOne) {
    set_policy(R"({"name":"all","minimum":"1 year","delete_after":"1 year"})");
    secret_ = add("task-3", R"({"secret":3})");
    set_policy(at_once);
    const auto id = approved();  // For the others.
    delete_payload(secret_);
    claim(secret_, to_string(id));
    expect_hole("keeps it longer");
}

TEST_F(DeletionAttack, Row31AProposalAsOfATimeToCome) {
    set_policy(R"({"name":"all","delete_after":"1 year"})");
    const auto future = now() + std::chrono::hours{24 * 400};
    EXPECT_EQ(propose_retention(log(), future, alice).error().code, errc::invalid_argument);
    auto event =
        simple_event("RetentionRunProposed",
                     R"({"as_of_us":)" + std::to_string(future.time_since_epoch().count()) +
                         R"(,"end":3,"plan":")" + digest{}.hex() + R"(","events":1,"bytes":12})");
    event.actor = alice;
    event.id = event_id::make();
    log().append(compliance_stream, expected::any(), {event}).value();
    approve_retention(log(), *event.id, bob).value();
    delete_payload(secret_);
    claim(secret_, to_string(*event.id));
    expect_hole("as of a time to come");
}

TEST_F(DeletionAttack, Row31ThePolicyIsEditedOnDisk) {
    set_policy(R"({"name":"all","delete_after":"9 days"})");
    const auto set_at = position{log().watermark().value - 1};
    signed_.close();
    ASSERT_EQ(raw_store{signed_.log.directory()}.replace("log", "9 days", "0 days"), 1U);
    signed_.open();
    const auto found = look().all;
    EXPECT_EQ(found.what(), verdict::tampered);
    EXPECT_THAT(told(found), HasSubstr("position " + std::to_string(set_at.value)));
    EXPECT_FALSE(current_retention_policy(log())) << "it is not believed";
}

}  // namespace
}  // namespace daybook::test
