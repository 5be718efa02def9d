// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a bundle that the command line writes of a signed store is verified without the store, one
// that was changed is not, and keys are made, told and listed.
// Method: the demo store, signed with a key that `keys generate` made; bundles changed byte by
// byte.

#include <daybook/store.hpp>

#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

const std::string origin = "example.com/sprint";

std::string content(const fs::path& file) {
    std::ifstream from{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{from}, {}};
}

/// A key in a directory of its own.
class CliKeys : public testing::Test {
protected:
    static cli_result run_with(const std::vector<std::string>& words,
                               const std::string& passphrase) {
        return run_cli(words, {.environment = {{"DAYBOOK_PASSPHRASE", passphrase}}});
    }
    temp_directory home_;
    std::string key_ = (home_ / "log.key").string();
};

TEST_F(CliKeys, AreMadeOnceAndToldAsTheyAre) {
    const auto made = run_cli({"keys", "generate", key_, "--name", origin, "-o", "json"});
    EXPECT_EQ(made.code, 0) << made.err;
    EXPECT_THAT(made.err, HasSubstr("not encrypted"));
    const auto answer = json_of(made.out);
    const std::string vkey{answer.at("vkey").as_string()};
    EXPECT_THAT(vkey, StartsWith(origin + "+"));
    EXPECT_FALSE(answer.at("encrypted").as_bool());
    EXPECT_EQ(fs::status(key_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(run_cli({"keys", "export", key_, "--name", origin}).out, vkey + "\n");
    EXPECT_THAT(run_cli({"keys", "export", key_, "--pem"}).out,
                StartsWith("-----BEGIN PUBLIC KEY-----\n"));
    EXPECT_EQ(run_cli({"keys", "generate", key_, "--name", origin}).code, 4) << "it is there";
    EXPECT_EQ(run_cli({"keys", "export", key_, "--name", origin}).out, vkey + "\n");
}

TEST_F(CliKeys, AreEncryptedWithThePassphrase) {
    for (const std::string type : {"ed25519", "ecdsa-p256"}) {
        const auto file = key_ + type;
        const auto made = run_with(
            {"keys", "generate", file, "--name", origin, "--type", type, "-o", "json"}, "good");
        EXPECT_EQ(made.code, 0) << made.err;
        EXPECT_EQ(json_of(made.out).at("type").as_string(), type);
        EXPECT_TRUE(json_of(made.out).at("encrypted").as_bool());
        EXPECT_THAT(content(file), StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
        const auto words = std::vector<std::string>{"keys", "export", file, "--name", origin};
        EXPECT_EQ(run_with(words, "good").out,
                  std::string{json_of(made.out).at("vkey").as_string()} + "\n");
        for (const std::string wrong : {"bad", ""}) {
            const auto refused = run_with(words, wrong);
            EXPECT_EQ(refused.code, 4);
            EXPECT_EQ(refused.out, "");
        }
    }
}

TEST_F(CliKeys, ThatOthersCanReadAreRefused) {
    ASSERT_EQ(run_cli({"keys", "generate", key_, "--name", origin}).code, 0);
    fs::permissions(key_, fs::perms::group_read, fs::perm_options::add);
    EXPECT_EQ(run_cli({"keys", "export", key_, "--pem"}).code, 4);
}

class CliBundle : public testing::Test {
protected:
    CliBundle() {
        EXPECT_EQ(run_cli({"keys", "generate", key_, "--name", origin, "-q"}).code, 0);
        std::ofstream{trusted_} << run_cli({"keys", "export", key_, "--name", origin}).out;
        EXPECT_EQ(home_.run({"init", "--origin", origin, "--key", key_}).code, 0);
    }
    cli_result bundle(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"audit", "bundle", "-O", file_.string(), "--overwrite"});
        return home_.run(more, {.environment = {{"DAYBOOK_LOG_KEY", key_}}});
    }
    cli_result check(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"audit", "check", file_.string(), "-o", "json"});
        return run_cli(more);
    }
    cli_result check_trusting(std::vector<std::string> more = {}) const {
        more.insert(more.end(), {"--trust", trusted_});
        return check(more);
    }
    std::uint64_t events() const {
        return store::open(home_.store, {.read_only = true}).value().watermark().value;
    }
    /// Changes the first `what` in the bundle.
    void change(const std::string& what, const std::string& with) const {
        auto bytes = content(file_);
        const auto at = bytes.find(what);
        ASSERT_NE(at, std::string::npos) << what;
        bytes.replace(at, what.size(), with);
        std::ofstream{file_, std::ios::binary} << bytes;
    }

    demo_home home_;
    std::string key_ = (home_.home / "log.key").string();
    std::string trusted_ = (home_.home / "log.vkey").string();
    fs::path file_ = home_.home / "bundle.tar";
};

TEST_F(CliBundle, OfTheWholeLogIsVerifiedWithoutTheStore) {
    const auto written = bundle();
    EXPECT_EQ(written.code, 0) << written.err;
    EXPECT_THAT(written.err, HasSubstr("wrote " + file_.string()));
    const auto count = events();
    fs::remove_all(home_.store);
    const auto ran = check_trusting();
    EXPECT_EQ(ran.code, 0) << ran.err;
    const auto answer = json_of(ran.out);
    EXPECT_EQ(answer.at("verdict").as_string(), "verified");
    EXPECT_EQ(answer.at("origin").as_string(), origin);
    EXPECT_EQ(answer.at("scope").as_string(), "all");
    EXPECT_EQ(answer.at("statements").to_number<std::uint64_t>(), count);
    EXPECT_EQ(answer.at("payloads").to_number<std::uint64_t>(), count);
}

TEST_F(CliBundle, OfAStreamShowsThatNothingOfItIsMissing) {
    ASSERT_EQ(bundle({"--stream", "issue-SHOP-102"}).code, 0);
    const auto whole = json_of(check_trusting().out);
    EXPECT_EQ(whole.at("scope").as_string(), "stream issue-SHOP-102");
    EXPECT_EQ(whole.at("statements").to_number<std::uint64_t>(), events());
    EXPECT_TRUE(whole.at("all_statements").as_bool());
    ASSERT_EQ(bundle({"--stream", "issue-SHOP-102", "--alone", "--no-payloads"}).code, 0);
    const auto alone = check_trusting();
    EXPECT_EQ(alone.code, 0) << alone.err;
    const auto answer = json_of(alone.out);
    EXPECT_THAT(std::string{answer.at("remarks").at(0).as_string()}, HasSubstr("up to sequence"));
    EXPECT_FALSE(answer.at("all_statements").as_bool());
    EXPECT_LT(answer.at("statements").to_number<std::uint64_t>(), events());
    EXPECT_EQ(answer.at("payloads").to_number<std::uint64_t>(), 0U);
}

TEST_F(CliBundle, OfARangeEndsWhereItIsTold) {
    ASSERT_EQ(bundle({"--from", "5", "--to", "9", "--alone"}).code, 0);
    const auto answer = json_of(check_trusting().out);
    EXPECT_EQ(answer.at("scope").as_string(), "range 5 9");
    EXPECT_EQ(answer.at("payloads").to_number<std::uint64_t>(), 4U);
    const auto end = std::to_string(events());
    ASSERT_EQ(bundle({"--from", "7"}).code, 0);
    EXPECT_EQ(json_of(check_trusting().out).at("scope").as_string(), "range 7 " + end);
}

TEST_F(CliBundle, GoesToStandardOutputToo) {
    const auto ran = home_.run({"audit", "bundle", "--from", "0", "--to", "2", "--alone"},
                               {.environment = {{"DAYBOOK_LOG_KEY", key_}}});
    EXPECT_EQ(ran.code, 0) << ran.err;
    std::ofstream{file_, std::ios::binary} << ran.out;
    EXPECT_EQ(check_trusting().code, 0);
}

TEST_F(CliBundle, ThatWasChangedIsToldWithItsExitCode) {
    ASSERT_EQ(bundle().code, 0);
    const auto good = content(file_);
    EXPECT_EQ(check().code, 6) << "no key is believed";
    change("\"stream\":\"issue-SHOP-102\"", "\"stream\":\"issue-SHOP-103\"");
    const auto tampered = check_trusting();
    EXPECT_EQ(tampered.code, 1) << tampered.err;
    EXPECT_EQ(json_of(tampered.out).at("verdict").as_string(), "tampered");
    std::ofstream{file_, std::ios::binary} << good.substr(0, good.size() / 2);
    const auto cut = check_trusting();
    EXPECT_EQ(cut.code, 7) << cut.err;
    EXPECT_EQ(json_of(cut.out).at("verdict").as_string(), "malformed");
}

TEST_F(CliBundle, OfAnOlderLogThanAnAnchorIsRolledBack) {
    ASSERT_EQ(bundle().code, 0);
    const cli_setup signing{.environment = {{"DAYBOOK_LOG_KEY", key_}}};
    const auto anchor = (home_.home / "kept").string();
    std::ofstream{anchor} << home_.run({"checkpoint", "--note"}).out;
    EXPECT_EQ(check_trusting({"--anchor", anchor}).code, 0);
    ASSERT_EQ(home_.run({"append", "task-1", "A"}, signing).code, 0);
    std::ofstream{anchor} << home_.run({"checkpoint", "--note"}).out;
    const auto ran = check_trusting({"--anchor", anchor});
    EXPECT_EQ(ran.code, 1) << ran.err;
    EXPECT_EQ(json_of(ran.out).at("verdict").as_string(), "rolled back");
}

TEST_F(CliBundle, NeedsTheKeyOfTheLogAndAScopeThatIsThere) {
    const auto keyless = home_.run({"audit", "bundle", "-O", file_.string()});
    EXPECT_EQ(keyless.code, 3);
    EXPECT_THAT(keyless.err, HasSubstr("DAYBOOK_LOG_KEY"));
    const auto packed = home_.run({"audit", "bundle", "-O", file_.string() + ".gz"});
    EXPECT_EQ(packed.code, 2);
    EXPECT_THAT(packed.err, HasSubstr("not compressed"));
    EXPECT_EQ(bundle({"--stream", "none-1"}).code, 2);
    EXPECT_EQ(bundle({"--to", "999999"}).code, 2);
    EXPECT_EQ(bundle({"--to", "9", "--stream", "issue-SHOP-102"}).code, 2);
    EXPECT_FALSE(fs::exists(file_)) << "no half a bundle";
}

TEST_F(CliBundle, ListsTheKeysThatSigned) {
    const auto known = json_of(home_.run({"keys", "list", "--trust", trusted_, "-o", "json"}).out);
    ASSERT_EQ(known.at("items").as_array().size(), 1U);
    const auto& key = known.at("items").at(0);
    EXPECT_EQ(key.at("name").as_string(), origin);
    EXPECT_EQ(key.at("standing").as_string(), "valid");
    EXPECT_TRUE(key.at("trusted").as_bool());
    EXPECT_GE(key.at("checkpoints").to_number<std::uint64_t>(), 1U);
    EXPECT_EQ(key.at("last_size").to_number<std::uint64_t>(), events());
    const auto unknown = json_of(home_.run({"keys", "list", "-o", "json"}).out);
    ASSERT_EQ(unknown.at("items").as_array().size(), 1U);
    EXPECT_EQ(unknown.at("items").at(0).at("standing").as_string(), "unknown");
    EXPECT_EQ(unknown.at("items").at(0).at("id"), key.at("id"));
}

TEST(CliBundleWords, ThatMakeNoSenseAreToldInOneLine) {
    const temp_directory home;
    struct bad_words {
        std::vector<std::string> words;
        int code;
        std::string told;
    };
    for (const auto& [words, code, told] : std::vector<bad_words>{
             {{"audit", "check", "none.tar"}, 3, "none.tar"},
             {{"audit", "check", "none.tar", "--trust", "none.vkey"}, 3, "none.vkey"},
             {{"audit", "check", "none.tar", "--quorum", "1"}, 2, "--quorum"},
             {{"keys", "generate", "log.key"}, 2, "--name"},
             {{"keys", "generate", "log.key", "--name", "a b"}, 2, "--name"},
             {{"keys", "generate", "log.key", "--name", "a", "--type", "rsa"}, 2, "rsa"},
             {{"keys", "generate", "none/log.key", "--name", "a"}, 3, "none/log.key"},
             {{"keys", "export", "none.key", "--pem"}, 3, "none.key"},
             {{"keys", "export", "none.key"}, 2, "--pem"},
             {{"keys", "export", "none.key", "--pem", "--name", "a"}, 2, "--pem"}}) {
        const auto ran = run_cli(words, {.directory = home.path()});
        EXPECT_EQ(ran.code, code) << testing::PrintToString(words) << ran.err;
        EXPECT_EQ(ran.out, "");
        EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
        EXPECT_THAT(ran.err, HasSubstr(told));
        EXPECT_TRUE(fs::is_empty(home.path()));
    }
}

TEST(CliUnsignedBundle, IsNone) {
    const demo_home home;
    for (const auto& words :
         std::vector<std::vector<std::string>>{{"audit", "bundle"}, {"keys", "list"}}) {
        const auto ran = home.run(words);
        EXPECT_EQ(ran.code, 3) << words[0];
        EXPECT_THAT(ran.err, HasSubstr("compliance mode"));
    }
}

}  // namespace
}  // namespace daybook::test
