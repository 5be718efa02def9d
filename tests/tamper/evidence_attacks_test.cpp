// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: evidence that somebody made or changed convinces nobody: histories that fork, keys and
// roots that come along with what they are to vouch for, changed proofs, and what the anchors give
// away. Method: the rows of the catalogue about evidence, done with a real store, and with the key
// of its log where the catalogue gives it to the attacker.

#include <daybook/base64.hpp>
#include <daybook/compliance/ledger_bundle.hpp>
#include <daybook/compliance/policy.hpp>
#include <daybook/compliance/proof_file.hpp>
#include <daybook/compliance/sealing.hpp>
#include <daybook/compliance/statement.hpp>

#include "support/raw_store.hpp"
#include "tamper/victim.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sys/stat.h>
#include <thread>
#include <type_traits>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using namespace compliance;
using testing::HasSubstr;
using testing::Not;

/// Goes on with the copy of a store that was taken half way, as if nothing else had happened after
/// it, with the real key; its newest checkpoint.
std::string fork_of(const victim& v, std::uint64_t events_more) {
    { raw_store{v.older()}.erase(ledger_rows, "a"); }  // It was never told to an anchor.
    forget_notes(v.older());
    auto log = store::open(v.older(), quick_options()).value();
    const auto book = ledger::open(log, {.key = test_log_key()}).value();
    for (std::uint64_t i = 0; i < events_more; ++i)
        log.append("task-1", expected::any(), {simple_event("Otherwise")}).value();
    return book.newest_checkpoint().value();
}

struct opened_victim {
    explicit opened_victim(const fs::path& directory)
        : log{store::open(directory, quick_options()).value()},
          book{ledger::open(log, {.key = test_log_key()}).value()} {}
    store log;
    ledger book;
};

const std::vector<verifier_key>& pinned() {
    static const std::vector keys{test_verifier_key()};
    return keys;
}

policy pinned_policy() {
    return policy::parse("log " + test_verifier_key().text() + "\nquorum none\n").value();
}

// Forks ------------------------------------------------------------------------------------------

TEST(ForkedLog, IsToldByTheAnchorThatSawTheOther) {  // 9
    const victim v;
    fork_of(v, victim::events);
    ASSERT_FALSE(inquire(v.older()).noticed()) << "each of the two is signed by the log";
    const auto found = inquire(v.older(), v.anchors());
    EXPECT_EQ(found.what, verdict::tampered) << found.refusal << found.findings;
    EXPECT_EQ(found.kind, "anchor");
}

TEST(ForkedLog, ThatIsShorterThanWhatTheAnchorSawIsToldToo) {  // 9
    const victim v;
    fork_of(v, 10);
    const auto found = inquire(v.older(), v.anchors());
    EXPECT_EQ(found.what, verdict::rolled_back) << found.refusal << found.findings;
}

TEST(ForkedLog, LeavesTwoSignaturesThatShowItToAnybody) {  // 9
    const victim v;
    const auto one = opened_victim{v.directory()}.book.newest_checkpoint().value();
    const auto other = fork_of(v, victim::events / 2);
    const auto left = verified_checkpoint::verify(one, test_origin, pinned()).value();
    const auto right = verified_checkpoint::verify(other, test_origin, pinned()).value();
    EXPECT_EQ(left.size(), right.size());
    EXPECT_NE(left.root(), right.root()) << "no log signs two trees of one size";
    EXPECT_FALSE(left.continues(right, {}));
}

TEST(ForkedLog, HasNoProofThatItContinuesTheOther) {  // 9
    const victim v;
    const auto seen = opened_victim{v.directory()}.book.newest_checkpoint().value();
    const auto before = verified_checkpoint::verify(seen, test_origin, pinned()).value();
    const auto longer = fork_of(v, victim::events);
    const auto after = verified_checkpoint::verify(longer, test_origin, pinned()).value();
    const opened_victim fork{v.older()};
    const auto best = fork.book.consistency({before.size(), after.size()}).value();
    EXPECT_FALSE(after.continues(before, best));
}

// Keys -------------------------------------------------------------------------------------------

/// A bundle of everything in the store, as its file.
fs::path bundle_of(const fs::path& directory, const std::shared_ptr<const signer>& key,
                   const temp_directory& home) {
    auto log = store::open(directory, quick_options()).value();
    const auto book = ledger::open(log, {.key = key}).value();
    const std::vector own{verifier_key::of(test_origin, *key).value()};
    const auto source = bundle_source_of(book, log, own).value();
    auto path = home / "bundle.tar";
    std::ofstream file{path, std::ios::binary};
    const auto write = [&](std::string_view piece) -> result<void> {
        file << piece;
        return {};
    };
    write_bundle(*source, *key, {}, write).value();
    return path;
}

TEST(KeyThatCameAlong, IsNotBelievedInABundle) {  // 12
    const victim v;
    const temp_directory home;
    const auto honest =
        check_bundle(bundle_of(v.directory(), test_log_key(), home), {.keys = pinned()}).value();
    EXPECT_EQ(honest.verified.what(), verdict::verified);
    const std::shared_ptr key = temporary_signer(key_type::ed25519).value();
    sign_again(v, key);
    const auto bundle = bundle_of(v.directory(), key, home);
    EXPECT_EQ(check_bundle(bundle, {.keys = pinned()})->verified.what(), verdict::unverifiable);
    const std::vector own{verifier_key::of(test_origin, *key).value()};
    EXPECT_EQ(check_bundle(bundle, {.keys = own})->verified.what(), verdict::verified)
        << "it was made well enough: only the key is another";
}

TEST(KeyThatAnybodyCanSignFor, IsNoKeyAndSignsNothing) {  // 13
    const std::string weak = "\x01" + std::string(31, '\0');
    EXPECT_FALSE(verifier_key::make(test_origin, signature_type::ed25519, weak));
    const victim v;
    {
        raw_store rows{v.directory()};
        std::string last;
        std::string note;
        for (const auto& [key, value] : rows.rows(ledger_rows)) {
            if (key[0] != 'c') continue;
            last = key;
            note = value.substr(0, value.find("\n\n") + 2);
        }
        const auto id = sha256(std::string{test_origin} + "\n\x01" + weak).view().substr(0, 4);
        note += "\xE2\x80\x94 " + std::string{test_origin} + " ";
        base64::append(note, std::string{id} + weak + std::string(32, '\0'));
        rows.put(ledger_rows, last, note + "\n");
    }
    const auto found = inquire(v.directory());
    EXPECT_TRUE(found.noticed());
    EXPECT_THAT(found.findings, HasSubstr("key"));
}

TEST(SignatureOfAnotherAlgorithm, IsNotTakenForTheLogs) {  // 15
    const auto key = test_verifier_key();
    const auto text = checkpoint{std::string{test_origin}, 1, sha256("x"), {}}.text();
    // The same bytes under the name of a witness's algorithm, and of one that is not known.
    for (const char type : {'\x02', '\x04', '\x05', '\x06'}) {
        const auto id =
            sha256(std::string{test_origin} + "\n" + type + std::string{key.key().bytes()})
                .view()
                .substr(0, 4);
        const auto signature = test_log_key()->sign(text).value();
        auto note = text + "\n\xE2\x80\x94 " + std::string{test_origin} + " ";
        base64::append(note, std::string{id} + signature);
        EXPECT_FALSE(verified_checkpoint::verify(note + "\n", test_origin, pinned()));
    }
}

// Statements and proofs ------------------------------------------------------------------------

TEST(Statement, TellsApartWhatWouldBeTheSameIfItWereJoined) {  // 20
    const std::vector<std::pair<std::string, actor>> alike{
        {"task-1", {"user", "alice", ""}},   {"task-1u", {"ser", "alice", ""}},
        {"task-1", {"userali", "ce", ""}},   {"task-1", {"user", "ali", "ce"}},
        {"task-1", {"user", "alice\"", ""}}, {"task-1", {"user\",\"", "alice", ""}}};
    std::set<std::string> said;
    for (const auto& [stream, who] : alike) {
        auto made = simple_event("Noted", "{}");
        made.id = numbered_id(1);
        made.occurred_at = test_time(0);
        made.actor = who;
        fresh_store log;
        log->append(stream, expected::any(), {made}).value();
        std::string text;
        append_statement(text, test_origin, log->read_one(position{0}).value(), nullptr);
        EXPECT_EQ(to_string(parse_statement(text).value()), text);
        const auto time = text.find("\"recorded_at\"");
        said.insert(text.substr(0, time) + text.substr(text.find(',', time)));
    }
    EXPECT_EQ(said.size(), alike.size());
}

std::string proof_of(const ledger& book, position at) {
    proof_file proof;
    proof.at = at;
    proof.checkpoint = book.newest_checkpoint().value();
    proof.path = book.inclusion(at, book.size()).value();
    return proof.text();
}

TEST(Proof, AnyByteOfWhichIsChangedShowsNothing) {  // 22
    const victim v;
    const opened_victim opened{v.directory()};
    const auto leaf = opened.book.leaf({victim::paid}).value();
    const auto text = proof_of(opened.book, {victim::paid});
    const auto trusted = pinned_policy();
    const auto shows = [&](const std::string& given) {
        const auto proof = proof_file::parse(given);
        return proof && proof->at == position{victim::paid} && proof->verify(trusted, leaf);
    };
    ASSERT_TRUE(shows(text));
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto changed = text;
        changed[i] = static_cast<char>(changed[i] ^ 1 << i % 8);
        EXPECT_FALSE(shows(changed)) << "byte " << i << " of\n" << text;
    }
}

TEST(Proof, WithMoreOrLessOrForAnotherPlaceOrSizeShowsNothing) {  // 22
    const victim v;
    const opened_victim opened{v.directory()};
    const auto leaf = opened.book.leaf({victim::paid}).value();
    auto proof = proof_file::parse(proof_of(opened.book, {victim::paid})).value();
    const auto trusted = pinned_policy();
    const auto good = proof;
    const auto expect_nothing = [&](const char* what) {
        const auto found = proof.verify(trusted, leaf);
        EXPECT_FALSE(found) << what;
        proof = good;
    };
    proof.path.push_back(proof.path.back());
    expect_nothing("a hash too many");
    proof.path.pop_back();
    expect_nothing("a hash too few");
    proof.at.value += 1;
    expect_nothing("another place");
    proof.at.value = opened.book.size();
    expect_nothing("a place behind the end");
    // The path of another size, with the checkpoint of this one.
    proof.path = opened.book.inclusion({victim::paid}, victim::events - 100).value();
    expect_nothing("a path of another size");
    EXPECT_TRUE(good.verify(trusted, leaf));
}

TEST(Root, ThatCameAlongWithItsProofIsNotBelieved) {  // 24
    static_assert(
        !std::is_constructible_v<verified_checkpoint, checkpoint, std::string, verifier_key>);
    static_assert(!std::is_constructible_v<verified_checkpoint, checkpoint>);
    static_assert(!std::is_default_constructible_v<verified_checkpoint>);
    const victim v;
    const std::shared_ptr key = temporary_signer(key_type::ed25519).value();
    sign_again(v, key);
    auto log = store::open(v.directory(), quick_options()).value();
    const auto book = ledger::open(log, {.key = key}).value();
    const auto leaf = book.leaf({victim::paid}).value();
    const auto forged = proof_file::parse(proof_of(book, {victim::paid})).value();
    const auto claimed =
        checkpoint::parse(signed_note::parse(forged.checkpoint)->text()).value().head();
    ASSERT_TRUE(proves_inclusion(forged.path, leaf, forged.at, claimed)) << "in its own tree it is";
    const auto found = forged.verify(pinned_policy(), leaf);
    ASSERT_FALSE(found);
    EXPECT_EQ(verdict_of(found.error()), verdict::unverifiable);
}

TEST(Statement, OfASealedEventDoesNotTellAValueThatCanBeGuessed) {  // 34
    const temp_directory home;
    auto log = store::open(home / "store", quick_options()).value();
    const std::shared_ptr<subject_keys> keys = subject_keys::open(home / "keys").value();
    log.set_admissions(
        {sealer::make(keys, {std::string{test_origin}, {{.subject = subject_source::stream()}}})
             .value()});
    log.append("customer-7", expected::any(), {simple_event("PinSet", R"({"pin":"4711"})")})
        .value();
    std::string text;
    append_statement(text, test_origin, log.read_one(position{0}).value(), nullptr);
    for (int pin = 0; pin < 10'000; ++pin) {
        const auto digits = std::to_string(10'000 + pin).substr(1);
        const auto guess = sha256(R"({"pin":")" + digits + R"("})");
        EXPECT_THAT(text, Not(HasSubstr(guess.hex()))) << digits;
    }
}

// Whoever verifies ----------------------------------------------------------------------

TEST(Bundle, IsReadOnceSoThatNobodyChangesItMeanwhile) {  // 37
    const victim v{12};
    const temp_directory home;
    const auto file = bundle_of(v.directory(), test_log_key(), home);
    std::ifstream in{file, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    // What was read from a pipe is gone: who reads a name twice waits for ever, or reads nothing.
    const auto pipe = home / "pipe.tar";
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    std::thread writer{[&] { std::ofstream{pipe, std::ios::binary} << bytes; }};
    const auto found = check_bundle(pipe, {.keys = pinned()});
    writer.join();
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->verified.what(), verdict::verified);
}

TEST(Anchors, KnowNothingButTheNameTheSizeAndTheRoot) {  // 39
    const victim v;
    std::ifstream in{v.anchors(), std::ios::binary};
    const std::string told{std::istreambuf_iterator<char>{in}, {}};
    EXPECT_THAT(told, HasSubstr(std::string{test_origin}));
    for (const char* poison : {"Paid", "Noted", "eur", "task-", "alice", "robin", "phase", "run-"})
        EXPECT_THAT(told, Not(HasSubstr(poison)));
}

}  // namespace
}  // namespace daybook::test
