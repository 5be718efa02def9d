// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a bundle of a real store says what the store says, and what it says about keys follows from
// the keys that are pinned.

#include <daybook/compliance/ledger_bundle.hpp>

#include "support/matchers.hpp"
#include "support/signed_store.hpp"
#include "support/temp_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace daybook::compliance {
namespace {

using test::FailsWith;
using test::HoldsValue;
using test::signed_store;
using test::simple_event;
using test::test_log_key;
using test::test_origin;
using test::test_verifier_key;
using testing::SizeIs;

void append_some(store& log) {
    for (int i = 0; i < 12; ++i) {
        const auto number = std::to_string(i % 3);
        log.append("task-" + number, expected::any(),
                   {simple_event("T", R"({"n":)" + std::to_string(i) + "}")})
            .value();
    }
}

result<bundle_check> check_of(const signed_store& of, const bundle_options& options) {
    const std::vector pinned{test_verifier_key()};
    const auto source = bundle_source_of(*of.book, *of.log);
    const test::temp_directory directory;
    const auto path = directory / "bundle.tar";
    std::ofstream file{path, std::ios::binary};
    const auto written = write_bundle(*source, *test_log_key(), options,
                                      [&](std::string_view piece) -> result<void> {
                                          file << piece;
                                          return {};
                                      });
    if (!written) return written.error();
    file.close();
    return check_bundle(path, {.keys = pinned});
}

TEST(LedgerBundle, OfAStoreIsVerified) {
    signed_store store;
    append_some(*store.log);
    const auto whole = check_of(store, {});
    ASSERT_THAT(whole, HoldsValue());
    EXPECT_EQ(whole->verified.what(), verdict::verified);
    EXPECT_EQ(whole->verified.origin, test_origin);
    EXPECT_EQ(whole->statements, 12U);
    EXPECT_EQ(whole->payloads, 12U);
    const auto part = check_of(store, {.scope = {.stream = "task-1"}, .all_statements = false});
    ASSERT_THAT(part, HoldsValue());
    EXPECT_EQ(part->verified.what(), verdict::verified);
    EXPECT_EQ(part->statements, 4U);
}

TEST(LedgerBundle, OfAnEmptyStoreIsVerified) {
    const signed_store store;
    const auto checked = check_of(store, {});
    ASSERT_THAT(checked, HoldsValue());
    EXPECT_EQ(checked->verified.what(), verdict::verified);
    EXPECT_EQ(checked->statements, 0U);
}

TEST(LedgerBundle, HasTheKeysThatFollowFromThePinnedOnes) {
    signed_store store;
    const auto actor_key = temporary_signer(key_type::ed25519).value();
    const auto actor = verifier_key::of("alice", *actor_key).value();
    const auto stranger_key = temporary_signer(key_type::ed25519).value();
    const auto stranger = verifier_key::of(test_origin, *stranger_key).value();
    const auto append = [&](new_event event) {
        return store.log->append(std::string{compliance_stream}, expected::any(),
                                 {std::move(event)});
    };
    EXPECT_THAT(append(key_added(actor, key_purpose::actor, "Alice")), HoldsValue());
    EXPECT_THAT(append(key_added(stranger, key_purpose::log, "somebody")),
                FailsWith(errc::refused, "pinned or rotated in"));
    EXPECT_THAT(append(key_revoked(actor, revocation_reason::lost, position{1})), HoldsValue());
    const auto keys = store.book->keys();
    ASSERT_THAT(keys.keys(), SizeIs(2)) << "a log does not add keys of its own";
    EXPECT_TRUE(keys.keys()[0].is_pinned);
    EXPECT_EQ(keys.keys()[1].key, actor);
    EXPECT_EQ(keys.keys()[1].to, position{1});
    const auto source = bundle_source_of(*store.book, *store.log);
    EXPECT_THAT(source->keys(), SizeIs(2));
    EXPECT_EQ(check_of(store, {}).value().verified.what(), verdict::verified);
}

}  // namespace
}  // namespace daybook::compliance
