// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: whatever is acknowledged is signed, whatever is signed can be proved, and whatever is not
// as it was signed is noticed. Method: trees made by hand beside the ledger's, and stores whose
// rows are changed behind its back.

#include <daybook/compliance/ledger.hpp>
#include <daybook/compliance/statement.hpp>
#include <daybook/compliance/verification_schedule.hpp>

#include "support/matchers.hpp"
#include "support/raw_store.hpp"
#include "support/signed_store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>

namespace daybook::compliance {
namespace {

using test::FailsWith;
using test::raw_store;
using test::signed_store;
using test::simple_event;
using test::test_log_key;
using test::test_origin;
using test::test_verifier_key;

verified_checkpoint newest(const ledger& book) {
    const std::vector keys{test_verifier_key()};
    return verified_checkpoint::verify(book.newest_checkpoint().value(), test_origin, keys).value();
}

/// The leaves as the textbook has them: statement by statement, each stream's last one at hand.
std::vector<digest> leaves_by_hand(const store& log) {
    std::map<std::string, digest, std::less<>> tips;
    std::vector<digest> leaves;
    auto events = log.read_all({.unchecked = true}).value();
    while (events.next().value()) {
        const auto known = tips.find(events->stream());
        std::string text;
        append_statement(text, test_origin, *events,
                         known == tips.end() ? nullptr : &known->second);
        leaves.push_back(leaf_hash(text));
        tips.insert_or_assign(std::string{events->stream()}, leaves.back());
    }
    return leaves;
}

void append_some(store& log, std::size_t count, std::uint64_t seed = 1) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto number = std::to_string((i * 7 + seed) % 5);
        log.append("task-" + number, expected::any(),
                   {simple_event("T", R"({"n":)" + number + "}")})
            .value();
    }
}

void append_batches(store& log, std::size_t count, std::size_t size) {
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<new_event> events(size, simple_event("T"));
        log.append("task-" + std::to_string(i % 30), expected::any(), events).value();
    }
}

std::string words(const verification& all) {
    std::string text{to_string(all.what())};
    for (const auto& one : all.findings) text += "\n" + one.kind + ": " + one.message;
    return text;
}

TEST(Ledger, SignsEveryCommitInTheTreeOfAllEvents) {
    signed_store store;
    EXPECT_EQ(newest(*store.book).size(), 0U);
    EXPECT_EQ(newest(*store.book).root(), empty_root());
    for (std::size_t i = 0; i < 20; ++i) {
        append_some(*store.log, 1, i);
        const auto signed_head = newest(*store.book);
        EXPECT_EQ(signed_head.size(), i + 1);
        EXPECT_EQ(signed_head.root(), tree_root(leaves_by_hand(*store.log)));
    }
    EXPECT_EQ(store.book->size(), 20U);
    EXPECT_EQ(store.book->origin(), test_origin);
}

TEST(Ledger, ProvesEveryEventAndEveryEarlierTree) {
    signed_store store;
    append_batches(*store.log, 90, 7);
    const auto leaves = leaves_by_hand(*store.log);
    const auto head = newest(*store.book);
    ASSERT_EQ(head.size(), leaves.size());
    EXPECT_EQ(head.root(), tree_root(leaves));
    for (std::uint64_t i = 0; i < leaves.size(); ++i) {
        EXPECT_EQ(store.book->leaf({i}).value(), leaves[i]);
        EXPECT_EQ(leaf_hash(store.book->statement({i}).value()), leaves[i]);
        const auto path = store.book->inclusion({i}, head.size()).value();
        EXPECT_TRUE(head.includes(path, leaves[i], {i})) << i;
        const tree_head older{i + 1, tree_root(std::span{leaves}.first(i + 1))};
        EXPECT_EQ(store.book->root(i + 1).value(), older.root);
        const auto between = store.book->consistency({i + 1, head.size()}).value();
        EXPECT_TRUE(proves_consistency(between, older, head.head())) << i;
    }
    EXPECT_THAT(store.book->leaf({head.size()}), FailsWith(errc::invalid_argument));
    EXPECT_THAT(store.book->inclusion({head.size()}, head.size()),
                FailsWith(errc::invalid_argument));
}

TEST(Ledger, OpensWhereItWasAtEverySizeAroundATile) {
    signed_store store;
    std::uint64_t size = 0;
    const auto grow_to = [&](std::uint64_t wanted) {
        std::vector<new_event> events(wanted - size, simple_event("T"));
        store->append("task-" + std::to_string(wanted % 3), expected::any(), events).value();
        size = wanted;
    };
    for (const std::uint64_t wanted : {1U, 2U, 254U, 255U, 256U, 257U, 511U, 512U, 513U, 1024U}) {
        grow_to(wanted);
        const auto before = newest(*store.book);
        store.reopen();
        EXPECT_EQ(words(store.book->opened()), "verified");
        EXPECT_EQ(store.book->size(), wanted);
        EXPECT_EQ(newest(*store.book).head(), before.head());
        EXPECT_EQ(before.root(), tree_root(leaves_by_hand(*store.log)));
    }
    EXPECT_EQ(words(store.book->verify().value()), "verified");
}

TEST(Ledger, HoldsTreesOfSeveralLevels) {
    signed_store store;
    append_batches(*store.log, 70, 1000);
    EXPECT_EQ(newest(*store.book).root(), tree_root(leaves_by_hand(*store.log)));
    store.reopen();
    EXPECT_EQ(words(store.book->opened()), "verified");
    append_batches(*store.log, 1, 1000);
    const auto all = store.book->verify().value();
    EXPECT_EQ(words(all), "verified");
    EXPECT_EQ(all.to, position{71'000});
    EXPECT_EQ(store->read_all().value().collect().value().size(), 71'000U);
    const auto leaf = store.book->leaf({3}).value();
    EXPECT_TRUE(
        newest(*store.book).includes(store.book->inclusion({3}, 71'000).value(), leaf, {3}));
}

TEST(Ledger, BeginsWithWhatIsThere) {
    test::fresh_store log;
    append_some(*log, 700);
    log->append("task-9", expected::any(), {simple_event("T")}).value();
    EXPECT_FALSE(ledger::is_required(*log));
    const ledger_options options{.origin = std::string{test_origin}, .key = test_log_key()};
    const auto book = ledger::open(*log, options).value();
    EXPECT_TRUE(ledger::is_required(*log));
    EXPECT_EQ(newest(book).size(), 701U);
    EXPECT_EQ(newest(book).root(), tree_root(leaves_by_hand(*log)));
    append_some(*log, 3);
    EXPECT_EQ(newest(book).root(), tree_root(leaves_by_hand(*log)));
}

TEST(Ledger, NeedsANameAndAKeyToBegin) {
    test::fresh_store log;
    EXPECT_THAT(ledger::open(*log, {}), FailsWith(errc::not_found, "has no ledger"));
    EXPECT_THAT(ledger::open(*log, {.origin = "a b", .key = test_log_key()}),
                FailsWith(errc::invalid_argument, "origin"));
    EXPECT_THAT(ledger::open(*log, {.origin = "a"}), FailsWith(errc::not_found));
    log->append("task-1", expected::any(), {simple_event("T")}).value();
    EXPECT_FALSE(ledger::is_required(*log));
}

TEST(Ledger, IsOfOneLog) {
    signed_store store;
    store.book.reset();
    auto options = store.options();
    options.origin = "example.com/another";
    EXPECT_THAT(ledger::open(*store.log, options),
                FailsWith(errc::invalid_argument, "example.com/daybook-test"));
    options.origin.clear();
    EXPECT_EQ(ledger::open(*store.log, options).value().origin(), test_origin);
}

TEST(Ledger, CannotBeGoneRound) {
    signed_store store;
    append_some(*store.log, 3);
    store.book.reset();
    EXPECT_THAT(store->append("task-1", expected::any(), {simple_event("T")}),
                FailsWith(errc::refused, "daybook.ledger"));
    store.log.reopen();
    EXPECT_THAT(store->append("task-1", expected::any(), {simple_event("T")}),
                FailsWith(errc::refused, "daybook.ledger"));
    store.book.emplace(ledger::open(*store.log, {.trusted = {test_verifier_key()}}).value());
    EXPECT_EQ(words(store.book->opened()), "verified");
    EXPECT_THAT(store->append("task-1", expected::any(), {simple_event("T")}),
                FailsWith(errc::refused, "no key"));
    EXPECT_EQ(store->watermark(), position{3});
}

TEST(Ledger, TakesBackWhatIsNotCommitted) {
    signed_store store;
    append_some(*store.log, 3);
    new_event wide = simple_event("T");
    wide.tags.assign(64, "a:" + std::string(510, '"'));
    EXPECT_THAT(store->append("task-1", expected::any(), {simple_event("T"), wide}),
                FailsWith(errc::too_large, "statement"));
    EXPECT_THAT(store->append("task-1", expected::at({77}), {simple_event("T")}),
                FailsWith(errc::conflict));
    append_some(*store.log, 3);
    EXPECT_EQ(newest(*store.book).root(), tree_root(leaves_by_hand(*store.log)));
    EXPECT_EQ(newest(*store.book).size(), 6U);
}

/// Refuses every second commit, after the ledger has taken it.
class moody final : public commit_participant {
public:
    result<void> begin(position) override { return {}; }
    result<void> take(std::span<const event_view>, keyspace_batch&) override {
        if (++asked % 2 == 0) return fail(errc::projection_failed, "not today");
        return {};
    }
    void undo() noexcept override {}
    void settle(bool) noexcept override {}
    int asked = 0;
};

TEST(Ledger, ForgetsACommitThatAnotherRefuses) {
    signed_store store;
    store->open_keyspace("moods").value();
    moody other;
    const auto seat = store->join_commits("moods", other).value();
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 4; ++writer) {
        writers.emplace_back([&, writer] {
            for (int i = 0; i < 50; ++i) {
                (void)store->append("task-" + std::to_string((writer + i) % 3), expected::any(),
                                    {simple_event("T"), simple_event("U")});
            }
        });
    }
    for (auto& one : writers) one.join();
    EXPECT_EQ(store->watermark(), position{200});
    EXPECT_EQ(newest(*store.book).root(), tree_root(leaves_by_hand(*store.log)));
    EXPECT_EQ(words(store.book->verify().value()), "verified");
}

TEST(Ledger, SignsWhatManyThreadsAppend) {
    signed_store store;
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 8; ++writer) {
        writers.emplace_back([&, writer] {
            for (int i = 0; i < 60; ++i) {
                store
                    ->append("task-" + std::to_string(i % (writer + 1)), expected::any(),
                             {simple_event("T")})
                    .value();
                EXPECT_GE(store.book->size(), static_cast<std::uint64_t>(i));
            }
        });
    }
    std::thread reader{[&] {
        for (int i = 0; i < 20; ++i) {
            EXPECT_TRUE(store->read_all().value().collect());
            EXPECT_EQ(words(store.book->verify({.indexes = false}).value()), "verified");
        }
    }};
    for (auto& one : writers) one.join();
    reader.join();
    EXPECT_EQ(newest(*store.book).root(), tree_root(leaves_by_hand(*store.log)));
}

TEST(Ledger, KeepsTheNewestCheckpointOfEachTile) {
    signed_store store;
    append_some(*store.log, 600);
    std::vector<std::uint64_t> sizes;
    const std::vector keys{test_verifier_key()};
    for (const auto& note : store.book->checkpoints().value()) {
        sizes.push_back(verified_checkpoint::verify(note, test_origin, keys).value().size());
    }
    EXPECT_EQ(sizes, (std::vector<std::uint64_t>{256, 512, 600}));
}

TEST(Ledger, IsReadBesideItsWriter) {
    signed_store store;
    append_some(*store.log, 300);
    store->sync().value();
    auto reader = daybook::store::open(store.log.directory(), {.read_only = true}).value();
    auto book = ledger::open(reader, {.trusted = {test_verifier_key()}}).value();
    EXPECT_EQ(words(book.opened()), "verified");
    EXPECT_EQ(book.size(), 300U);
    append_some(*store.log, 300);
    store->sync().value();
    EXPECT_EQ(reader.refresh().value(), position{600});
    EXPECT_EQ(reader.read_all().value().collect().value().size(), 600U);
    EXPECT_EQ(words(book.verify().value()), "verified");
    EXPECT_EQ(book.size(), 600U);
}

TEST(Ledger, IsVerifiedWhileItsReaderIsMovedOn) {
    signed_store store;
    append_some(*store.log, 300);
    store->sync().value();
    auto reader = daybook::store::open(store.log.directory(), {.read_only = true}).value();
    auto book = ledger::open(reader, {.trusted = {test_verifier_key()}}).value();
    std::atomic<bool> ends{false};
    std::thread writer{[&] {
        while (!ends) {
            append_batches(*store.log, 1, 3);
            store->sync().value();
        }
    }};
    std::thread follower{[&] {
        while (!ends) reader.refresh().value();
    }};
    std::string wrong;
    for (int i = 0; i < 20 && wrong.empty(); ++i) {
        const auto all = book.verify({.threads = 1, .indexes = false}).value();
        if (all.what() != verdict::verified) wrong = words(all);
        if (!reader.read_all().value().collect()) wrong += "; reading failed";
    }
    ends = true;
    writer.join();
    follower.join();
    EXPECT_EQ(wrong, "");
}

TEST(Ledger, WithoutAKeyThatIsBelievedIsUnverifiable) {
    signed_store store;
    append_some(*store.log, 3);
    store.close();
    auto reader = daybook::store::open(store.log.directory(), {.read_only = true}).value();
    EXPECT_EQ(ledger::open(reader, {}).value().opened().what(), verdict::unverifiable);
    const auto other = verifier_key::of(test_origin, *temporary_signer(key_type::ed25519).value());
    EXPECT_EQ(ledger::open(reader, {.trusted = {other.value()}}).value().opened().what(),
              verdict::unverifiable);
}

TEST(Ledger, HoldsWhatIsReadAgainstTheStoredCheckpointIfAskedTo) {
    signed_store store{read_verification::full};
    append_some(*store.log, 600);
    EXPECT_EQ(store->read_all().value().collect().value().size(), 600U);
    auto reader = daybook::store::open(store.log.directory(), {.read_only = true}).value();
    const auto book =
        ledger::open(reader, {.trusted = {test_verifier_key()}, .reads = read_verification::full})
            .value();
    append_some(*store.log, 300);
    store->sync().value();
    EXPECT_EQ(reader.refresh().value(), position{900});
    EXPECT_EQ(reader.read_all().value().collect().value().size(), 900U);

    // The checkpoint goes bad while the ledger is open.
    store.reopen();
    auto rows = store->open_keyspace("daybook.ledger").value();
    const auto other = temporary_signer(key_type::ed25519).value();
    const auto head = checkpoint{std::string{test_origin}, 900, store.book->root(900).value(), {}};
    keyspace_batch forged;
    forged.put(std::string("c") + std::string(7, '\0') + '\3',
               sign_checkpoint(head, *other).value());
    rows.write(forged).value();
    EXPECT_THAT(store->read_all().value().collect(), FailsWith(errc::corrupt, "tampered"));
}

TEST(Ledger, IsVerifiedOnSchedule) {
    signed_store store;
    append_some(*store.log, 20);
    std::atomic<int> good{0};
    std::atomic<int> bad{0};
    {
        const verification_schedule often{
            *store.log, *store.book, std::chrono::milliseconds{1},
            [&](const result<log_verification>& found) {
                ++(found && found->all.what() == verdict::verified ? good : bad);
            }};
        for (int i = 0; good + bad < 3; ++i) append_some(*store.log, 1);
    }
    EXPECT_GE(good, 3);
    EXPECT_EQ(bad, 0);
    const int ended = good;
    append_some(*store.log, 1);
    EXPECT_EQ(good, ended) << "it ends when it is destroyed";
}

// What somebody with root does ------------------------------------------------------------------

class TamperedLedger : public testing::Test {
protected:
    TamperedLedger() {
        append_some(*store.log, 700);
        secret_ =
            store->append("task-77", expected::any(), {simple_event("Paid", R"({"eur":100})")})
                .value()
                .first;
        append_some(*store.log, 20);
    }
    /// Changes the closed store, then opens it again for reading.
    template <class Change>
    void tamper(Change change) {
        store.close();
        {
            raw_store rows{store.log.directory()};
            change(rows);
        }
        store.log.open();
        book = std::make_unique<ledger>(ledger::open(*store.log, store.options()).value());
    }
    signed_store store;
    position secret_;
    std::unique_ptr<ledger> book;
};

TEST_F(TamperedLedger, PayloadIsNoticedAtItsPosition) {
    tamper([](raw_store& rows) {
        EXPECT_EQ(rows.replace("log", R"("eur":100)", R"("eur":999)"), 1U);
    });
    EXPECT_EQ(book->opened().what(), verdict::tampered);
    ASSERT_EQ(book->opened().findings.size(), 1U) << words(book->opened());
    EXPECT_EQ(book->opened().findings[0].at, secret_);
    EXPECT_EQ(book->opened().findings[0].kind, "event");
    EXPECT_THAT(store->read_one(secret_), FailsWith(errc::corrupt, "tampered"));
    EXPECT_THAT(store->append("task-1", expected::any(), {simple_event("T")}),
                FailsWith(errc::refused, "tampered"));
}

TEST_F(TamperedLedger, EventInAFullTileIsNoticedOnReadAndOnVerify) {
    tamper([](raw_store& rows) {
        auto frame = rows.rows("log").front();
        const auto at = frame.second.find("task-");
        frame.second[at + 5] = '9';
        rows.put("log", frame.first, frame.second);
    });
    EXPECT_EQ(words(book->opened()), "verified") << "only what is near the end is looked at";
    EXPECT_THAT(store->read_one(position{0}), FailsWith(errc::corrupt, "position 0"));
    EXPECT_THAT(store->read_all().value().collect(), FailsWith(errc::corrupt, "tampered"));
    const auto all = book->verify().value();
    EXPECT_EQ(all.what(), verdict::tampered);
    EXPECT_EQ(all.findings.front().at, position{0});
}

TEST_F(TamperedLedger, TailThatIsCutIsNoticed) {
    tamper([&](raw_store& rows) {
        rows.erase("log", rows.rows("log").back().first);
        // What the store itself notes of its end goes too.
        std::filesystem::remove(store.log.directory() / "SYNCED");
        std::filesystem::remove(store.log.directory() / "OWNER");
    });
    EXPECT_EQ(book->opened().what(), verdict::tampered) << words(book->opened());
    EXPECT_EQ(book->opened().findings.front().kind, "hole");
}

TEST_F(TamperedLedger, LeafThatFollowsTheEventIsNoticed) {
    // The event, its leaf and the links all fit together; the root does not.
    tamper([&](raw_store& rows) {
        for (auto& [key, value] : rows.rows("view:daybook.ledger")) {
            if (key[0] != 't' || key[1] != 0) continue;
            value[5] = static_cast<char>(value[5] ^ 1);
            rows.put("view:daybook.ledger", key, value);
            break;
        }
    });
    EXPECT_THAT(store->read_one(position{0}),
                FailsWith(errc::corrupt, "not the one that was signed"));
    const auto all = book->verify().value();
    EXPECT_EQ(all.what(), verdict::tampered);
    EXPECT_EQ(all.findings.front().at, position{0});
}

TEST_F(TamperedLedger, CheckpointOfAnotherKeyIsNotBelieved) {
    const auto other = temporary_signer(key_type::ed25519).value();
    const auto head = store.book->root(store.book->size()).value();
    const auto note = sign_checkpoint(
        {.origin = std::string{test_origin}, .size = store.book->size(), .root = head}, *other);
    tamper([&](raw_store& rows) {
        std::string last;
        for (const auto& [key, value] : rows.rows("view:daybook.ledger")) {
            if (key[0] == 'c') last = key;
        }
        rows.put("view:daybook.ledger", last, note.value());
    });
    EXPECT_EQ(book->opened().what(), verdict::unverifiable) << words(book->opened());
    EXPECT_THAT(store->append("task-1", expected::any(), {simple_event("T")}),
                FailsWith(errc::refused));
}

TEST_F(TamperedLedger, OlderCheckpointIsNoticed) {
    tamper([&](raw_store& rows) {
        std::string older;
        std::string last;
        for (const auto& [key, value] : rows.rows("view:daybook.ledger")) {
            if (key[0] == 'c') {
                older = last.empty() ? value : older;
                last = key;
            }
        }
        rows.put("view:daybook.ledger", last, older);
    });
    EXPECT_EQ(book->opened().what(), verdict::tampered) << words(book->opened());
    EXPECT_EQ(book->opened().findings.front().kind, "checkpoint");
}

TEST_F(TamperedLedger, ThatIsGoneIsNotBegunAgain) {
    store.close();
    { raw_store{store.log.directory()}.drop("view:daybook.ledger"); }
    store.log.open();
    EXPECT_THAT(ledger::open(*store.log, store.options()), FailsWith(errc::not_found, "tampered"));
    EXPECT_THAT(store->append("task-1", expected::any(), {simple_event("T")}),
                FailsWith(errc::refused));
}

}  // namespace
}  // namespace daybook::compliance
