// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a store can be signed, proved and verified from the command line, and what was changed
// behind its back is told with the right exit code.

#include <daybook/compliance/key_file.hpp>
#include <daybook/compliance/proof_file.hpp>

#include "support/raw_store.hpp"
#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace daybook::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view origin = "example.com/sprint";

class CliSigned : public testing::Test {
protected:
    CliSigned() {
        const auto key = compliance::generate_key_file(key_, {}).value();
        const auto vkey =
            compliance::verifier_key::make(origin, compliance::signature_type::ed25519, key.bytes())
                .value();
        std::ofstream{trusted_} << "# of the sprint\n\n" << vkey.text() << '\n';
        const auto begun = run({"init", "--origin", std::string{origin}, "--key", key_});
        EXPECT_EQ(begun.code, 0) << begun.err;
        EXPECT_THAT(begun.err, HasSubstr(vkey.text()));
    }
    cli_result run(std::vector<std::string> words, bool with_key = false) const {
        cli_setup setup;
        if (with_key) setup.environment.emplace_back("DAYBOOK_LOG_KEY", key_);
        return home_.run(std::move(words), setup);
    }
    cli_result verify(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"verify", "--trust", trusted_});
        return run(more);
    }
    demo_home home_;
    std::string key_ = (home_.home / "log.key").string();
    std::string trusted_ = (home_.home / "log.vkey").string();
};

TEST_F(CliSigned, IsVerifiedWithTheKeyThatIsBelieved) {
    const auto ran = verify({"-o", "json"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    const auto answer = json_of(ran.out);
    EXPECT_EQ(answer.at("verdict").as_string(), "verified");
    EXPECT_EQ(answer.at("origin").as_string(), std::string{origin});
    EXPECT_EQ(answer.at("signed_to"), answer.at("to"));
    ASSERT_EQ(answer.at("items").as_array().size(), 1U);
    EXPECT_EQ(answer.at("items").at(0).at("kind").as_string(), "log");
}

TEST_F(CliSigned, CannotBeToldWithoutAKey) {
    const auto ran = run({"verify"});
    EXPECT_EQ(ran.code, 6);
    EXPECT_THAT(ran.err, HasSubstr("no key"));
}

TEST_F(CliSigned, TakesAppendsOnlyWithItsKey) {
    const auto without = run({"append", "task-1", "Noted"});
    EXPECT_EQ(without.code, 4);
    EXPECT_THAT(without.err, HasSubstr("DAYBOOK_LOG_KEY"));
    EXPECT_EQ(run({"append", "task-1", "Noted"}, true).code, 0);
    EXPECT_EQ(verify().code, 0);
}

TEST_F(CliSigned, IsNotSignedAgainUnderAnotherName) {
    const auto same = run({"init", "--origin", std::string{origin}, "--key", key_});
    EXPECT_EQ(same.code, 0) << same.err;
    const auto other = run({"init", "--origin", "example.com/other", "--key", key_});
    EXPECT_EQ(other.code, 4);
    EXPECT_THAT(other.err, HasSubstr(origin));
    EXPECT_EQ(run({"init", "--key", key_}).code, 2);
}

TEST_F(CliSigned, ProvesAnEventToWhoeverHasItsStatement) {
    const auto statement = run({"proof", "7", "--statement"});
    const auto proof = run({"proof", "7"});
    ASSERT_EQ(proof.code, 0) << proof.err;
    EXPECT_THAT(proof.out, StartsWith("c2sp.org/tlog-proof@v1\nindex 7\n"));
    const auto file = compliance::proof_file::parse(proof.out).value();
    std::ifstream keys{trusted_};
    std::string line;
    while (std::getline(keys, line) && (line.empty() || line[0] == '#')) continue;
    const std::vector believed{compliance::verifier_key::parse(line).value()};
    const auto head =
        compliance::verified_checkpoint::verify(file.checkpoint, origin, believed).value();
    const auto text = statement.out.substr(0, statement.out.size() - 1);
    EXPECT_TRUE(head.includes(file.path, compliance::leaf_hash(text), {7}));
    EXPECT_EQ(run({"proof"}).code, 2);
    EXPECT_EQ(run({"proof", "999999"}).code, 3);
    EXPECT_EQ(run({"proof", "--since", "0"}).code, 2);
    EXPECT_EQ(run({"proof", "--since", "5"}).code, 0);
}

TEST_F(CliSigned, ShowsItsCheckpoints) {
    const auto note = run({"checkpoint", "--note"});
    EXPECT_THAT(note.out, StartsWith(std::string{origin} + "\n"));
    const auto newest = json_of(run({"checkpoint", "-o", "json"}).out);
    EXPECT_EQ(newest.at("note").as_string(), note.out);
    const auto all = run({"checkpoint", "--all", "-o", "jsonl"});
    EXPECT_EQ(json_of(lines_of(all.out).back()).at("note").as_string(), note.out);
}

TEST_F(CliSigned, ForgedEventIsToldWithItsPosition) {
    raw_store{home_.store}.replace("log", "TestRunFailed", "TestRunPassed");
    const auto ran = verify();
    EXPECT_EQ(ran.code, 1) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("TestRunPassed"));
    EXPECT_THAT(ran.out, HasSubstr("tampered"));
    const auto read = run({"read"});
    EXPECT_EQ(read.code, 7);
    EXPECT_THAT(read.err, HasSubstr("tampered: the event at position"));
}

TEST_F(CliSigned, RolledBackStoreIsToldByItsAnchor) {
    const auto anchored = [&](std::vector<std::string> words) {
        const cli_setup setup{.environment = {{"DAYBOOK_LOG_KEY", key_},
                                              {"DAYBOOK_TRUSTED_KEYS", trusted_},
                                              {"DAYBOOK_ANCHORS", home_.home / "anchors"}}};
        return home_.run(std::move(words), setup);
    };
    EXPECT_EQ(anchored({"append", "task-1", "Noted"}).code, 0);
    EXPECT_EQ(anchored({"verify"}).code, 0);
    std::filesystem::copy(home_.store, home_.home / "older");
    EXPECT_EQ(anchored({"append", "task-1", "Noted"}).code, 0);
    std::filesystem::remove_all(home_.store);
    std::filesystem::copy(home_.home / "older", home_.store);
    const auto ran = anchored({"verify", "-o", "json"});
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(json_of(ran.out).at("verdict").as_string(), "rolled back");
    const auto refused = anchored({"append", "task-1", "Noted"});
    EXPECT_EQ(refused.code, 4);
    EXPECT_THAT(refused.err, HasSubstr("rolled back"));
    std::vector<std::string> recover{"recover", "--actor", "alice", "-o", "json"};
    EXPECT_EQ(anchored(recover).code, 2) << "no name";
    recover.insert(recover.end(), {"--origin", "example.com/sprint-2"});
    EXPECT_EQ(anchored(recover).code, 2) << "no reason";
    recover.insert(recover.end(), {"--reason", "the disk broke"});
    const auto done = anchored(recover);
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(json_of(done.out).at("lost").as_int64(), 1);
    EXPECT_EQ(json_of(done.out).at("before").as_string(), std::string{origin});
    EXPECT_EQ(anchored({"verify"}).code, 6) << "the key under the old name is not believed";
    std::ofstream{trusted_} << std::string{json_of(done.out).at("vkey").as_string()} << '\n';
    EXPECT_EQ(anchored({"append", "task-1", "Noted"}).code, 0);
    EXPECT_EQ(anchored({"verify"}).code, 0);
    EXPECT_EQ(anchored(recover).code, 4) << "it is not rolled back";
    std::filesystem::remove(home_.home / "anchors");
    EXPECT_EQ(anchored({"verify"}).code, 6) << "an anchor that is gone tells nothing";
}

TEST_F(CliSigned, ChangesItsKeyWithoutAnybodyBeingTold) {
    const auto next = (home_.home / "next.key").string();
    const auto made = compliance::generate_key_file(next, {}).value();
    EXPECT_EQ(run({"keys", "rotate", next}, true).code, 2) << "who does it is missing";
    EXPECT_EQ(run({"keys", "rotate", key_, "--actor", "alice"}, true).code, 2);
    EXPECT_EQ(run({"keys", "rotate", next, "--actor", "alice"}).code, 4) << "no key that signs";
    const auto rotated = run({"keys", "rotate", next, "--actor", "alice", "-o", "json"}, true);
    ASSERT_EQ(rotated.code, 0) << rotated.err;
    EXPECT_THAT(rotated.err, HasSubstr("DAYBOOK_LOG_KEY"));
    const auto vkey = json_of(rotated.out).at("vkey").as_string();
    EXPECT_EQ(vkey, compliance::verifier_key::make(origin, compliance::signature_type::ed25519,
                                                   made.bytes())
                        .value()
                        .text());
    EXPECT_EQ(verify().code, 0) << "with the old public key";
    const auto old = run({"append", "task-1", "Noted"}, true);
    EXPECT_EQ(old.code, 4);
    EXPECT_THAT(old.err, HasSubstr("is rotated"));
    const cli_setup with_next{.environment = {{"DAYBOOK_LOG_KEY", next}}};
    EXPECT_EQ(home_.run({"append", "task-1", "Noted"}, with_next).code, 0);
    EXPECT_EQ(home_.run({"verify"}, with_next).code, 0) << "with the new one alone";

    const auto listed = json_of(run({"keys", "list", "--trust", trusted_, "-o", "json"}).out);
    const auto& keys = listed.at("items").as_array();
    ASSERT_EQ(keys.size(), 2U);
    EXPECT_EQ(keys[0].at("standing").as_string(), "rotated");
    EXPECT_EQ(keys[1].at("standing").as_string(), "valid");
    const std::string first{keys[0].at("vkey").as_string()};
    const auto revoke = [&](std::vector<std::string> more) {
        std::vector<std::string> words{"keys", "revoke", "--actor", "alice"};
        words.insert(words.end(), more.begin(), more.end());
        return home_.run(words, with_next);
    };
    EXPECT_EQ(revoke({first}).code, 2) << "no reason";
    EXPECT_EQ(revoke({first, "--reason", "boredom"}).code, 2);
    EXPECT_EQ(revoke({"nonsense", "--reason", "lost"}).code, 2);
    EXPECT_EQ(revoke({first, "--reason", "lost", "--from", "999999"}).code, 4);
    EXPECT_EQ(revoke({std::string{vkey}, "--reason", "lost"}).code, 4) << "it signs";
    EXPECT_EQ(revoke({first, "--reason", "compromised", "--from", "2"}).code, 0);
    EXPECT_EQ(home_.run({"verify"}, with_next).code, 0);
}

TEST_F(CliSigned, BadKeysAreRefused) {
    EXPECT_EQ(run({"verify", "--trust", (home_.home / "nothing").string()}).code, 3);
    const auto bad = (home_.home / "bad.vkey").string();
    std::ofstream{bad} << "example.com/sprint+00000000+AQAA\n";
    const auto ran = run({"verify", "--trust", bad});
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("bad.vkey, line 1"));
}

TEST(CliUnsigned, HasNothingToVerify) {
    const demo_home home;
    const auto key = (home.home / "some.key").string();
    compliance::generate_key_file(key, {}).value();
    for (const auto& words :
         std::vector<std::vector<std::string>>{{"verify"},
                                               {"checkpoint"},
                                               {"proof", "7"},
                                               {"keys", "list"},
                                               {"keys", "rotate", key, "--actor", "alice"}}) {
        const auto ran = home.run(words);
        EXPECT_EQ(ran.code, 3) << words[0];
        EXPECT_THAT(ran.err, HasSubstr("compliance mode"));
    }
}

}  // namespace
}  // namespace daybook::test
