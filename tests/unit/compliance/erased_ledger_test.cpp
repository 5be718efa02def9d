// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a person's data is gone from every file, and every proof that was ever given still holds.

#include <daybook/compliance/erasure.hpp>
#include <daybook/compliance/ledger.hpp>
#include <daybook/compliance/sealing.hpp>

#include "support/matchers.hpp"
#include "support/signed_store.hpp"

#include <gtest/gtest.h>

namespace daybook::compliance {
namespace {

using test::HoldsValue;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(ErasedSubject, LeavesEveryProofValidAndItsTextNowhere) {
    const std::string canary = "Ann-Canary-4711";
    const test::temp_directory home;
    const std::shared_ptr<subject_keys> keys = subject_keys::open(home / "keys").value();
    auto options = test::quick_options();
    options.admissions = {sealer::make(keys, {std::string{test::test_origin},
                                              {{.types = {"Named"},
                                                .at = {"/name"},
                                                .subject = subject_source::field("/customer")}}})
                              .value()};
    test::fresh_store log{options};
    const ledger_options signing{.origin = std::string{test::test_origin},
                                 .key = test::test_log_key()};
    auto book = std::make_unique<ledger>(ledger::open(*log, signing).value());
    for (int i = 0; i < 300; ++i) {
        const bool hers = i % 100 == 50;
        const auto payload = std::string{R"({"customer":)"} + (hers ? "7" : "8") + R"(,"name":")" +
                             (hers ? canary : "Bob") + "\"}";
        ASSERT_THAT(log->append(hers ? "customer-7" : "customer-8", expected::any(),
                                {test::simple_event("Named", payload)}),
                    HoldsValue());
    }
    const auto size = book->size();
    const auto root = book->root(size).value();
    const auto statement = book->statement({50}).value();
    const auto path = book->inclusion({50}, size).value();

    const auto report =
        erase_subject(*log, *keys, "7", {.reason = "asked for it", .canaries = {canary}}).value();
    EXPECT_TRUE(report.proven) << testing::PrintToString(report.not_reached);
    EXPECT_EQ(log->read_one(report.told_at).value().type(), "SubjectErased");

    book.reset();
    log.reopen();
    book = std::make_unique<ledger>(ledger::open(*log, signing).value());
    EXPECT_EQ(book->opened().what(), verdict::verified);
    const auto all = book->verify().value();
    EXPECT_EQ(all.what(), verdict::verified);
    EXPECT_EQ(all.to.value, size + 1) << "the erasure is signed as well";
    EXPECT_EQ(book->root(size).value(), root);
    EXPECT_EQ(book->statement({50}).value(), statement);
    EXPECT_TRUE(proves_inclusion(path, leaf_hash(statement), {50}, {size, root}));
    EXPECT_THAT(find_in_store(*log, std::vector{canary})->found, IsEmpty());
    const event_opener opener{keys, std::string{test::test_origin}};
    EXPECT_THAT(opener.open(log->read_one(position{50}).value()).value(), HasSubstr("$erased"));
    EXPECT_THAT(opener.open(log->read_one(position{51}).value()).value(), HasSubstr("Bob"));
}

}  // namespace
}  // namespace daybook::compliance
