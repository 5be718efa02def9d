// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a report of a signed log tells what its ledger knows.

#include <daybook/compliance/report_evidence.hpp>
#include <daybook/compliance/requirements.hpp>

#include "support/signed_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::compliance {
namespace {

using test::signed_store;
using test::simple_event;
using testing::HasSubstr;
using testing::SizeIs;

TEST(ReportEvidence, IsWhatTheLedgerKnows) {
    signed_store store;
    for (int i = 0; i < 3; ++i) {
        store->append("task-1", expected::any(), {simple_event("A")}).value();
    }
    const std::vector keys{test::test_verifier_key()};
    const auto checked = store.book->verify().value();
    const auto evidence = evidence_of(*store.book, checked).value();
    const auto report = make_audit_report(*store.log, {}, evidence).value();
    EXPECT_EQ(report.verification.verdict, to_string(checked.what()));
    EXPECT_EQ(report.verification.origin, test::test_origin);
    EXPECT_THAT(report.verification.checkpoint,
                HasSubstr(std::string{test::test_origin} + "\n3\n"));
    ASSERT_THAT(report.verification.keys, SizeIs(1));
    EXPECT_EQ(report.verification.keys[0].key, keys[0].text());
    EXPECT_EQ(report.verification.keys[0].id,
              keys[0].text().substr(test::test_origin.size() + 1, 8));
    ASSERT_THAT(report.events, SizeIs(3));
    EXPECT_EQ(report.events[2].leaf_hash, store.book->leaf(position{2}).value().hex());
}

TEST(ReportEvidence, HasTheKeysThatFollowedOneAnother) {
    signed_store store;
    store->append("task-1", expected::any(), {simple_event("A")}).value();
    const std::shared_ptr<const signer> next = temporary_signer(key_type::ed25519).value();
    store.book->rotate_key(next, {"human", "alice", ""}).value();
    const auto evidence = evidence_of(*store.book).value();
    ASSERT_THAT(evidence.keys, SizeIs(2));
    EXPECT_EQ(evidence.keys[0].state, "rotated");
    EXPECT_EQ(evidence.keys[0].valid_to, position{1});
    EXPECT_EQ(evidence.keys[1].state, "in use");
    EXPECT_EQ(evidence.keys[1].valid_from, position{1});
    EXPECT_EQ(evidence.keys[1].valid_to, std::nullopt);
}

TEST(ReportEvidence, WithoutAVerificationSaysThatNobodyLooked) {
    signed_store store;
    const auto evidence = evidence_of(*store.book).value();
    const auto report = make_audit_report(*store.log, {}, evidence).value();
    EXPECT_EQ(report.verification.verdict, "not verified");
    EXPECT_EQ(report.verification.origin, test::test_origin);
    const auto found = check_requirements(*store.log, evidence).value();
    EXPECT_EQ(found[1].state, "met") << found[1].missing;
}

}  // namespace
}  // namespace daybook::compliance
