// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a log can change its key without anybody who trusts it being told, and a key signs for the
// positions at which it was valid and for no others. Method: rotations and revocations in real
// stores, and checkpoints that are signed again behind the store's back.

#include <daybook/compliance/compliance_stream.hpp>
#include <daybook/compliance/ledger.hpp>

#include "support/matchers.hpp"
#include "support/raw_store.hpp"
#include "support/signed_store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace daybook::compliance {
namespace {

using test::FailsWith;
using test::HoldsValue;
using test::raw_store;
using test::signed_store;
using test::simple_event;
using test::test_log_key;
using test::test_origin;
using test::test_verifier_key;

const actor alice{.type = "human", .id = "alice"};

std::shared_ptr<const signer> new_key(key_type type = key_type::ed25519) {
    return std::shared_ptr<const signer>{temporary_signer(type).value()};
}

verifier_key public_of(const std::shared_ptr<const signer>& key) {
    return verifier_key::of(test_origin, *key).value();
}

void append_some(store& log, int count) {
    for (int i = 0; i < count; ++i) {
        log.append("task-" + std::to_string(i % 3), expected::any(), {simple_event("T")}).value();
    }
}

std::string words(const verification& all) {
    std::string text{to_string(all.what())};
    for (const auto& one : all.findings) text += "\n" + one.kind + ": " + one.message;
    return text;
}

const verifier_key& signer_of(const ledger& book, const std::vector<verifier_key>& among) {
    const auto note = book.newest_checkpoint().value();
    const auto seen = verified_checkpoint::verify(note, test_origin, among).value();
    return *std::find(among.begin(), among.end(), seen.signed_by());
}

/// A log of 700 events, of which the one at 350 made `next` its key.
class RotatedLedger : public testing::Test {
protected:
    RotatedLedger() {
        append_some(*store.log, 350);
        rotated = store.book->rotate_key(next, alice).value().first;
        append_some(*store.log, 349);
    }
    /// What `options` make of the closed store.
    ledger opened_with(const ledger_options& options) {
        store.close();
        store.log.open();
        return ledger::open(*store.log, options).value();
    }
    template <class Change>
    void tamper(Change change) {
        store.close();
        {
            raw_store rows{store.log.directory()};
            change(rows);
        }
        store.log.open();
    }
    /// Signs the checkpoint under `row` again.
    static void sign_again(raw_store& rows, char row, const signer& key) {
        const auto at = std::string{"c"} + std::string(7, '\0') + row;
        const auto all = rows.rows("view:daybook.ledger");
        const auto old =
            std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.first == at; });
        const auto note = signed_note::parse(old->second).value();
        rows.put("view:daybook.ledger", at,
                 sign_checkpoint(checkpoint::parse(note.text()).value(), key).value());
    }

    signed_store store;
    const std::shared_ptr<const signer> next = new_key();
    const verifier_key old_public = test_verifier_key();
    const verifier_key new_public = public_of(next);
    position rotated;
};

TEST_F(RotatedLedger, IsSignedByTheNewKeyFromTheRotationOn) {
    EXPECT_EQ(rotated, position{350});
    EXPECT_EQ(signer_of(*store.book, {old_public, new_public}), new_public);
    const auto keys = store.book->keys();
    EXPECT_EQ(keys.standing(old_public, key_purpose::log, {349}), key_standing::valid);
    EXPECT_EQ(keys.standing(old_public, key_purpose::log, {350}), key_standing::rotated);
    EXPECT_EQ(keys.standing(new_public, key_purpose::log, {349}), key_standing::not_yet);
    EXPECT_EQ(keys.standing(new_public, key_purpose::log, {350}), key_standing::valid);
    EXPECT_EQ(words(store.book->verify().value()), "verified");
}

TEST_F(RotatedLedger, IsVerifiedByThoseWhoKnowOnlyTheOldKey) {
    auto book = opened_with({.key = next, .trusted = {old_public}});
    EXPECT_EQ(words(book.opened()), "verified");
    EXPECT_EQ(words(book.verify().value()), "verified");
    append_some(*store.log, 1);
    EXPECT_EQ(signer_of(book, {old_public, new_public}), new_public);
}

TEST_F(RotatedLedger, IsVerifiedByThoseWhoKnowOnlyTheNewKey) {
    auto book = opened_with({.key = next});
    EXPECT_EQ(words(book.opened()), "verified");
    EXPECT_EQ(words(book.verify().value()), "verified");
}

TEST_F(RotatedLedger, TakesNoCommitsThatTheOldKeyWouldSign) {
    auto book = opened_with({.key = test_log_key()});
    EXPECT_EQ(words(book.opened()), "verified");
    EXPECT_THAT(store.log->append("task-1", expected::any(), {simple_event("T")}),
                FailsWith(errc::refused, "is rotated for the log"));
    EXPECT_THAT(book.rotate_key(new_key(), alice), FailsWith(errc::refused));
    EXPECT_THAT(book.revoke_key(new_public, revocation_reason::lost, {}, alice),
                FailsWith(errc::refused));
}

TEST_F(RotatedLedger, IsTamperedWithIfTheOldKeySignsItsHead) {
    tamper([](raw_store& rows) { sign_again(rows, 2, *test_log_key()); });
    const auto book = ledger::open(*store.log, {.key = next, .trusted = {old_public}}).value();
    EXPECT_EQ(words(book.opened()),
              "tampered\nsignature: the newest checkpoint: the checkpoint of 700 events is signed "
              "by a key that was rotated there");
}

TEST_F(RotatedLedger, IsTamperedWithIfTheNewKeySignsThePast) {
    tamper([this](raw_store& rows) { sign_again(rows, 0, *next); });
    const auto book = ledger::open(*store.log, {.key = next, .trusted = {old_public}}).value();
    EXPECT_EQ(words(book.opened()), "verified") << "only the head is looked at";
    const auto all = book.verify().value();
    EXPECT_EQ(words(all),
              "tampered\ncheckpoint: the checkpoint of 256 events is signed by a key that was not "
              "yet valid there");
    EXPECT_EQ(all.findings.front().at, position{255});
}

TEST_F(RotatedLedger, IsTamperedWithIfItsListOfKeyEventsIsShortened) {
    const auto row = std::string{"k"} + std::string(6, '\0') + "\x01\x5e";
    tamper([&](raw_store& rows) { rows.erase("view:daybook.ledger", row); });
    auto reader = ledger::open(*store.log, {.trusted = {old_public}}).value();
    EXPECT_EQ(reader.opened().what(), verdict::unverifiable) << words(reader.opened());
    const auto all = reader.verify().value();
    EXPECT_EQ(all.what(), verdict::tampered) << words(all);
    EXPECT_EQ(all.findings.back().kind, "key");
    EXPECT_EQ(all.findings.back().at, rotated);
}

TEST_F(RotatedLedger, CanRevokeTheOldKeyFromAnEarlierPositionOn) {
    EXPECT_THAT(store.book->revoke_key(old_public, revocation_reason::compromised, {100}, alice),
                HoldsValue());
    EXPECT_EQ(store.book->keys().standing(old_public, key_purpose::log, {200}),
              key_standing::revoked);
    EXPECT_EQ(words(store.book->verify().value()), "verified") << "the new key vouches for it all";
    auto book = opened_with({.key = next, .trusted = {old_public}});
    EXPECT_EQ(words(book.verify().value()), "verified");
}

TEST_F(RotatedLedger, IsFollowedByAReaderThatWasOpenBefore) {
    auto reader = daybook::store::open(store.log.directory(), {.read_only = true}).value();
    const auto book = ledger::open(reader, {.trusted = {old_public}}).value();
    const auto third = new_key();
    store.book->rotate_key(third, alice).value();
    append_some(*store.log, 10);
    store->sync().value();
    EXPECT_EQ(reader.refresh().value(), position{711});
    EXPECT_EQ(reader.read_all().value().collect().value().size(), 711U);
    EXPECT_EQ(book.keys().standing(public_of(third), key_purpose::log, {710}), key_standing::valid);
    EXPECT_EQ(words(book.verify().value()), "verified");
}

TEST(LedgerKeys, AreNotChangedByWhatCannotBe) {
    signed_store store;
    append_some(*store.log, 5);
    auto& book = *store.book;
    EXPECT_THAT(book.rotate_key(test_log_key(), alice), FailsWith(errc::invalid_argument));
    EXPECT_THAT(book.rotate_key(new_key(key_type::ecdsa_p256), alice),
                FailsWith(errc::invalid_argument));
    const auto other = new_key();
    EXPECT_THAT(book.revoke_key(public_of(other), revocation_reason::lost, {}, alice),
                FailsWith(errc::refused, "no such key"));
    EXPECT_THAT(book.revoke_key(test_verifier_key(), revocation_reason::lost, {99}, alice),
                FailsWith(errc::refused, "later on"));
    EXPECT_THAT(book.revoke_key(test_verifier_key(), revocation_reason::lost, {2}, alice),
                FailsWith(errc::refused, "daybook keys rotate"))
        << "nobody could sign after it";
    // A rotation of two other keys, put in by hand.
    auto forged = key_rotated({.name = test_origin, .old_key = *other, .new_key = *new_key()});
    EXPECT_THAT(store->append(compliance_stream, expected::any(), {*std::move(forged)}),
                FailsWith(errc::refused, "the old key is not one that is valid there"));
    // A rotation to a key that is not at hand here.
    auto away = key_rotated({.name = test_origin, .old_key = *test_log_key(), .new_key = *other});
    EXPECT_THAT(store->append(compliance_stream, expected::any(), {*std::move(away)}),
                FailsWith(errc::refused, "no key that may sign the log from there on"));
    EXPECT_EQ(store->watermark(), position{5});
    append_some(*store.log, 1);
    EXPECT_EQ(words(book.verify().value()), "verified");
    EXPECT_EQ(book.keys().keys().size(), 1U);
}

TEST(LedgerKeys, CanBeRotatedOftenWhileOthersAppend) {
    signed_store store;
    std::atomic<bool> ends{false};
    std::vector<std::thread> others;
    for (int i = 0; i < 3; ++i) {
        others.emplace_back([&, i] {
            while (!ends) {
                store->append("task-" + std::to_string(i), expected::any(), {simple_event("T")})
                    .value();
            }
        });
    }
    std::shared_ptr<const signer> newest;
    for (int i = 0; i < 8; ++i) {
        newest = new_key();
        store.book->rotate_key(newest, alice).value();
    }
    ends = true;
    for (auto& one : others) one.join();
    EXPECT_EQ(words(store.book->verify().value()), "verified");
    EXPECT_EQ(store.book->keys().keys().size(), 9U);
    store.close();
    store.log.open();
    const auto book = ledger::open(*store.log, {.key = newest}).value();
    EXPECT_EQ(words(book.verify().value()), "verified");
}

TEST(LedgerKeys, MayBeOfTheOtherAlgorithm) {
    test::fresh_store log;
    const auto first = new_key(key_type::ecdsa_p256);
    const auto second = new_key(key_type::ecdsa_p256);
    auto book = ledger::open(*log, {.origin = std::string{test_origin}, .key = first}).value();
    append_some(*log, 3);
    book.rotate_key(second, alice).value();
    append_some(*log, 3);
    EXPECT_EQ(words(book.verify().value()), "verified");
}

TEST(LedgerReading, GoesOnAfterTheLedgerIsClosed) {
    signed_store store;
    append_some(*store.log, 3000);
    auto events = store->read_all().value();
    ASSERT_TRUE(events.next().value());
    store.book.reset();
    EXPECT_EQ(events.collect().value().size(), 2999U);
}

}  // namespace
}  // namespace daybook::compliance
