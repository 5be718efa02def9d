// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: what is recorded of a log's administration comes back, and counts as evidence for what
// regulations ask for; what is not recorded does not.

#include <daybook/compliance/audit_trail.hpp>
#include <daybook/compliance/requirements.hpp>
#include <daybook/json_schema.hpp>

#include "support/fresh_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::compliance {
namespace {

using test::fresh_store;
using test::simple_event;
using testing::HasSubstr;

const actor ada{"user", "ada", ""};

std::vector<requirement> requirements_of(const fresh_store& log,
                                         const report_evidence& evidence = {}) {
    auto found = check_requirements(*log, evidence).value();
    EXPECT_EQ(found.size(), 10U);
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_EQ(found[i].id, "R" + std::to_string(i + 1));
        EXPECT_EQ(found[i].state == "met", found[i].missing.empty()) << found[i].id;
    }
    return found;
}

TEST(AuditTrail, KeepsWhatWasDoneAndWhoDidIt) {
    fresh_store log;
    const verification_done done{.verdict = "verified", .trigger = "demand", .to = position{9}};
    record_action(*log, done, ada).value();
    const auto stored = log->read_one(position{0}).value();
    EXPECT_EQ(stored.stream(), compliance_stream);
    EXPECT_EQ(stored.type(), "VerificationDone");
    EXPECT_EQ(stored.view().schema(), "1.0.0");
    EXPECT_EQ(stored.view().actor().id, "ada");
    const auto back = event_as<verification_done>(stored).value();
    EXPECT_EQ(back.verdict, "verified");
    EXPECT_EQ(back.to, position{9});
    EXPECT_EQ(back.first_bad, std::nullopt);
}

TEST(AuditTrail, TellsOfAVerificationWhereItsFirstFindingIs) {
    verification checked{.to = position{20}, .signed_to = position{18}};
    checked.findings = {{verdict::unverifiable, "key", {}, "no key"},
                        {verdict::tampered, "payload", position{7}, "another"},
                        {verdict::tampered, "payload", position{5}, "another"}};
    const auto done = action_of(checked, "open");
    EXPECT_EQ(done.verdict, "tampered");
    EXPECT_EQ(done.trigger, "open");
    EXPECT_EQ(done.findings, 3U);
    EXPECT_EQ(done.first_bad, position{5});
    EXPECT_EQ(done.signed_to, position{18});
    EXPECT_EQ(done.anchored_to, std::nullopt);
}

TEST(AuditTrail, HasTypesThatItKnowsByName) {
    const auto known = [](std::string_view type) {
        return std::count(audit_trail_types.begin(), audit_trail_types.end(), type) == 1;
    };
    EXPECT_TRUE(known(compliance_started::type_name));
    EXPECT_TRUE(known(compliance_stopped::type_name));
    EXPECT_TRUE(known(configuration_changed::type_name));
    EXPECT_TRUE(known(append_refused::type_name));
    EXPECT_TRUE(known(verification_done::type_name));
    EXPECT_TRUE(known(audit_exported::type_name));
    EXPECT_THAT(json_schema_of<audit_exported>(), HasSubstr("\"sha256\""));
}

TEST(Requirements, OfAnEmptyUnsignedLogAreMostlyMissing) {
    const fresh_store log;
    const auto found = requirements_of(log);
    EXPECT_EQ(found[0].state, "met") << "there is nothing that nobody did";
    EXPECT_EQ(found[1].state, "partly");
    EXPECT_EQ(found[2].state, "missing");
    EXPECT_EQ(found[8].state, "missing");
    EXPECT_EQ(found[9].state, "missing");
    EXPECT_THAT(found[9].missing, HasSubstr("daybook.compliance-log"));
}

TEST(Requirements, CountEventsWithoutAnActor) {
    fresh_store log;
    auto by_ada = simple_event("A");
    by_ada.actor = ada;
    log->append("task-1", expected::any(), {by_ada, by_ada, simple_event("A")}).value();
    const auto found = requirements_of(log);
    EXPECT_EQ(found[0].state, "partly");
    EXPECT_THAT(found[0].found, HasSubstr("2 of 3 events"));
    EXPECT_THAT(found[0].missing, HasSubstr("1 event has no actor"));
}

TEST(Requirements, AreMetByWhatIsRecorded) {
    fresh_store log;
    record_action(*log, compliance_started{.origin = "example.com/log"}, ada).value();
    record_action(*log, verification_done{.verdict = "verified"}, ada).value();
    record_action(*log, audit_exported{.what = "report"}, ada).value();
    for (const auto* const type :
         {"RetentionPolicyChanged", "SegmentRestored", "LegalHoldPlaced"}) {
        auto made = simple_event(type);
        made.actor = ada;
        log->append(compliance_stream, expected::any(), {made}).value();
    }
    report_evidence evidence{.is_signed = true, .clock = "system clock, NTP, offset 2 ms"};
    evidence.keys = {{.name = "example.com/log", .id = "0a0b0c0d"}};
    const auto found = requirements_of(log, evidence);
    for (const auto& one : found) EXPECT_EQ(one.state, "met") << one.id << ": " << one.missing;
    EXPECT_THAT(found[4].found, HasSubstr("1 legal hold placed, 0 lifted"));
    EXPECT_THAT(found[8].found, HasSubstr("1 key, of which 1 are in use"));
    EXPECT_THAT(found[9].found, HasSubstr("6 events in the stream"));
}

TEST(Requirements, TellAVerdictThatWasNotGood) {
    fresh_store log;
    record_action(*log, verification_done{.verdict = "verified"}, ada).value();
    record_action(*log, verification_done{.verdict = "tampered"}, ada).value();
    const auto found = requirements_of(log, {.is_signed = true});
    EXPECT_EQ(found[2].state, "partly");
    EXPECT_THAT(found[2].missing, HasSubstr("the last one said tampered"));
}

TEST(Requirements, ReadATrailThatSomebodyElseWrote) {
    fresh_store log;
    log->append(compliance_stream, expected::any(),
                {simple_event("VerificationDone", R"({"verdict":7})"), simple_event("Nonsense")})
        .value();
    const auto found = requirements_of(log);
    EXPECT_THAT(found[2].missing, HasSubstr("VerificationDone"));
    EXPECT_THAT(found[9].found, HasSubstr("2 events"));
}

}  // namespace
}  // namespace daybook::compliance
