// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Rows 18 and 23 of the attack catalogue: an operator who has the key of the log shows an old state
// as the present one, or says that events are from another time. Only the word of others helps.
// Method: a store in compliance mode whose witness has a clock that the test sets; what it signed
// is kept beside the store and held against it.

#include <daybook/compliance/ledger_times.hpp>
#include <daybook/compliance/witness.hpp>

#include "support/matchers.hpp"
#include "support/signed_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace daybook::test {
namespace {

using namespace compliance;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;

timestamp now() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

/// A log whose checkpoints a witness cosigns; the operator has the key of the log.
class TimeAttack : public testing::Test {
protected:
    TimeAttack() {
        witness::options with;
        with.directory = home_ / "witness";
        with.name = "witness.example/w";
        with.key = temporary_signer(key_type::ed25519).value();
        with.logs = {test_verifier_key()};
        with.clock = [this] { return std::chrono::floor<std::chrono::seconds>(told_); };
        witness_.emplace(witness::open(std::move(with)).value());
        anchor_ = evidence_keeping_anchor(
            witness_anchor(witness_->key(),
                           [this](const witness_request& asked) {
                               return result<witness_answer>{witness_->answer(asked)};
                           })
                .value(),
            folder_);
    }

    void append(int events) {
        for (int i = 0; i < events; ++i) {
            store_.log->append("task-1", expected::any(), {simple_event("T", "{}")}).value();
        }
    }
    /// The witness sees the log as it is, at `when`.
    void witness_sees(timestamp when) {
        told_ = when;
        const auto note = store_.book->newest_checkpoint().value();
        const auto seen =
            verified_checkpoint::verify(note, test_origin, std::array{test_verifier_key()}).value();
        const auto prove = [this](tree_sizes sizes) { return store_.book->consistency(sizes); };
        ASSERT_THAT(anchor_->remember(seen, prove), HoldsValue());
    }
    verification looked(const time_limits& limits = {}) const {
        const auto evidence = folder_->of(test_origin).value();
        return verify_times(*store_.log, *store_.book,
                            {.evidence = evidence,
                             .trust = {.witnesses = {witness_->key()}},
                             .limits = limits})
            .value();
    }

    temp_directory home_;
    signed_store store_;
    timestamp told_{};
    std::optional<witness> witness_;
    std::shared_ptr<evidence_folder> folder_ =
        std::make_shared<evidence_folder>(home_ / "kept", std::chrono::seconds{0});
    std::unique_ptr<anchor> anchor_;
};

TEST_F(TimeAttack, NoneOnAnHonestLog) {
    append(3);
    witness_sees(now());
    append(3);
    witness_sees(now());
    append(3);
    const auto found = looked({.max_age = 1h});
    EXPECT_EQ(found.what(), verdict::verified) << found.findings.front().message;
    EXPECT_EQ(found.anchored_to, position{6});
    EXPECT_EQ(found.to, position{9});
}

TEST_F(TimeAttack, Row18AnOldCheckpointShownAsThePresentOneIsTooOld) {
    append(3);
    witness_sees(now() - 25h);
    const auto found = looked({.max_age = 24h, .skew = 48h});
    EXPECT_EQ(found.what(), verdict::unverifiable);
    ASSERT_THAT(found.findings, SizeIs(1));
    EXPECT_EQ(found.findings.front().kind, "age");
    EXPECT_THAT(found.findings.front().message, HasSubstr("shown as the present one"));
    EXPECT_EQ(looked({.max_age = 26h, .skew = 48h}).what(), verdict::verified);
}

TEST_F(TimeAttack, Row18ALogThatNobodyWitnessedHasNoAge) {
    append(3);
    const auto found =
        verify_times(*store_.log, *store_.book, {.limits = {.max_age = 24h}}).value();
    EXPECT_EQ(found.what(), verdict::unverifiable);
    EXPECT_EQ(found.findings.front().kind, "age");
}

TEST_F(TimeAttack, Row18AnOlderCopyIsLessThanItsEvidence) {
    append(3);
    const auto old_note = store_.book->newest_checkpoint().value();
    append(3);
    witness_sees(now());
    const auto evidence = folder_->of(test_origin).value();
    const signed_store older;  // The same key, fewer events.
    const auto found = verify_times(*older.log, *older.book, {.evidence = evidence}).value();
    EXPECT_EQ(found.what(), verdict::rolled_back);
    EXPECT_EQ(found.findings.front().kind, "anchor");
}

TEST_F(TimeAttack, Row23EventsThatAreBackdatedWereNotThereThen) {
    append(3);
    // The witness saw three events an hour from now: what is added says that it is from before.
    witness_sees(now() + 1h);
    append(2);
    const auto found = looked();
    EXPECT_EQ(found.what(), verdict::tampered);
    ASSERT_THAT(found.findings, SizeIs(2));
    EXPECT_EQ(found.findings[0].kind, "time");
    EXPECT_EQ(found.findings[0].at, position{3});
    EXPECT_THAT(found.findings[0].message, HasSubstr("backdated"));
    EXPECT_EQ(found.findings[1].at, position{4});
    EXPECT_EQ(looked({.skew = 2h}).what(), verdict::verified) << "within the skew";
}

TEST_F(TimeAttack, Row23EventsThatAreDatedForwardWereThereBefore) {
    append(3);
    witness_sees(now() - 1h);
    append(2);
    const auto found = looked();
    EXPECT_EQ(found.what(), verdict::tampered);
    ASSERT_THAT(found.findings, SizeIs(3));
    EXPECT_EQ(found.findings[0].at, position{0});
    EXPECT_THAT(found.findings[0].message, HasSubstr("dated forward"));
}

TEST_F(TimeAttack, Row23ARewrittenHistoryIsNotTheOneThatWasWitnessed) {
    append(3);
    witness_sees(now());
    const auto evidence = folder_->of(test_origin).value();
    signed_store rewritten;
    for (int i = 0; i < 3; ++i) {
        rewritten.log->append("task-1", expected::any(), {simple_event("Other", "{}")}).value();
    }
    const auto found =
        verify_times(*rewritten.log, *rewritten.book, {.evidence = evidence}).value();
    EXPECT_EQ(found.what(), verdict::tampered);
    EXPECT_EQ(found.findings.front().kind, "anchor");
}

TEST_F(TimeAttack, WithEvidenceThatNobodySignedIsNone) {
    append(3);
    witness_sees(now());
    auto evidence = folder_->of(test_origin).value();
    evidence.front().note = "nonsense";
    const auto found = verify_times(*store_.log, *store_.book, {.evidence = evidence}).value();
    EXPECT_EQ(found.what(), verdict::malformed);
    EXPECT_FALSE(found.anchored_to);
}

}  // namespace
}  // namespace daybook::test
