// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: `daybook witness` makes a witness, serves it, and tells what it has seen; a store that is
// anchored notices that an older copy took its place.
// Method: the program, asked over HTTP. It tells its port through a named pipe, so nobody waits.
#include <daybook/compliance/key_file.hpp>
#include <daybook/compliance/witness.hpp>

#include "tools/cli_run.hpp"
#include "unit/compliance/growing_log.hpp"
#include "witness/witness_client.hpp"
#include "witness/witness_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <sys/stat.h>
#include <thread>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using compliance::test::growing_log;
using testing::HasSubstr;

struct witness_home {
    temp_directory home;
    growing_log log{"example.com/a"};
    std::string directory = (home / "w1").string();

    std::vector<std::string> words(std::vector<std::string> more) const {
        std::vector<std::string> all{"witness", directory,       "--name", "witness.example/w1",
                                     "--log",   log.key().text()};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    std::string key() const {
        const auto told = json_of(run_cli(words({"-o", "json"})).out);
        return std::string{told.at("key").as_string()};
    }
};

TEST(CliWitness, MakesItsKeyOnceAndTellsIt) {
    const witness_home at;
    const auto key = at.key();
    EXPECT_EQ(key, at.key());
    EXPECT_THAT(key, testing::StartsWith("witness.example/w1+"));
    struct stat status {};
    ASSERT_EQ(::stat((fs::path{at.directory} / "key.pem").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(CliWitness, ServesUntilItHasAnsweredAsManyAsItShould) {
    witness_home at;
    const auto key = compliance::verifier_key::parse(at.key()).value();
    const auto pipe = (at.home / "told").string();
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    const auto line = "daybook witness " + at.directory + " --name witness.example/w1 --log '" +
                      at.log.key().text() + "' --listen 127.0.0.1:0 --requests 4 2>" + pipe;
    auto ran = std::async(std::launch::async, [&] { return run_shell(line); });
    std::ifstream told{pipe};
    std::string said;
    const std::string before = "listening on 127.0.0.1:";
    while (std::getline(told, said) && said.find(before) == std::string::npos) continue;
    ASSERT_THAT(said, HasSubstr(before));
    const auto port = said.substr(said.find(before) + before.size());
    const auto url = witness_http::witness_url::parse("http://127.0.0.1:" + port).value();
    const auto anchor =
        compliance::witness_anchor(key, witness_http::http_transport(url, std::chrono::seconds{60}))
            .value();
    EXPECT_TRUE(anchor->remember(at.log.at(3), at.log.prove()).has_value());
    EXPECT_TRUE(anchor->remember(at.log.at(9), at.log.prove()).has_value());
    const auto newest = anchor->newest("example.com/a");
    EXPECT_EQ(newest.value().value().substr(0, at.log.note(9).size()), at.log.note(9));
    EXPECT_TRUE(anchor->remember(at.log.at(12), at.log.prove()).has_value());
    while (std::getline(told, said)) continue;
    EXPECT_EQ(ran.get().code, 0);

    const auto seen = json_of(run_cli(at.words({"-o", "json"})).out);
    EXPECT_EQ(seen.at("items").as_array().size(), 1);
    EXPECT_EQ(seen.at("items").at(0).at("log").as_string(), "example.com/a");
    EXPECT_EQ(seen.at("items").at(0).at("size").to_number<int>(), 12);
    EXPECT_FALSE(seen.at("items").at(0).at("signed_at").is_null());
}

TEST(CliWitness, SaysWhatIsWrong) {
    const witness_home at;
    const auto code_of = [&](std::vector<std::string> words) { return run_cli(words).code; };
    EXPECT_EQ(code_of({"witness", at.directory}), 2) << "no name";
    EXPECT_EQ(code_of({"witness", at.directory, "--name", "a b"}), 2);
    EXPECT_EQ(code_of({"witness", at.directory, "--name", "w", "--log", "nonsense"}), 2);
    EXPECT_EQ(code_of({"witness", at.directory, "--name", "w", "--key", "/nowhere"}), 3);
    EXPECT_EQ(code_of(at.words({"--listen", "nonsense"})), 2);
    EXPECT_EQ(code_of(at.words({"--listen", "127.0.0.1:0", "--requests", "x"})), 2);
}

/// A signed store, an anchor file, and a witness that is served over HTTP.
class CliAnchors : public testing::Test {
protected:
    CliAnchors() {
        EXPECT_TRUE(compliance::generate_key_file(key_, {}).has_value());
        EXPECT_EQ(run({"init", "--origin", "example.com/a", "--key", key_.string()}).code, 0);
        const auto signer = compliance::open_signer(key_.string()).value();
        const auto log = compliance::verifier_key::of("example.com/a", *signer).value();
        std::ofstream{home_ / "trusted"} << log.text() << '\n';
        compliance::witness::options with;
        with.directory = home_ / "state";
        with.name = "witness.example/w";
        with.key = compliance::temporary_signer(compliance::key_type::ed25519).value();
        with.logs = {log};
        witness_.emplace(compliance::witness::open(std::move(with)).value());
        server_.emplace(
            witness_http::witness_server::listen(*witness_, {.at = {"127.0.0.1", 0}, .served = {}})
                .value());
        thread_ = std::thread{[this] { server_->run(); }};
        anchors_ = (home_ / "anchors").string() +
                   ",http://127.0.0.1:" + std::to_string(server_->port()) + "#" +
                   witness_->key().text();
    }
    ~CliAnchors() override {
        server_->stop();
        thread_.join();
    }

    cli_result run(std::vector<std::string> words) {
        words.insert(words.end(), {"-s", store_.string()});
        return run_cli(words,
                       {.environment = {{"DAYBOOK_LOG_KEY", key_.string()},
                                        {"DAYBOOK_TRUSTED_KEYS", (home_ / "trusted").string()},
                                        {"DAYBOOK_ANCHORS", anchors_}}});
    }
    std::uint64_t witnessed() {
        const auto note = witness_->newest("example.com/a");
        if (!note) return 0;
        return compliance::checkpoint::parse(compliance::signed_note::parse(*note)->text())->size;
    }

    temp_directory home_;
    fs::path store_ = home_ / "store";
    fs::path key_ = home_ / "key.pem";
    std::optional<compliance::witness> witness_;
    std::optional<witness_http::witness_server> server_;
    std::thread thread_;
    std::string anchors_;
};

TEST_F(CliAnchors, AreToldWhatIsAppendedAndNoticeAnOlderCopy) {
    ASSERT_EQ(run({"append", "task-1", "A"}).code, 0);
    EXPECT_EQ(run({"verify"}).code, 0);
    const auto before = witnessed();
    EXPECT_GT(before, 0);
    fs::copy(store_, home_ / "older", fs::copy_options::recursive);
    ASSERT_EQ(run({"append", "task-1", "B"}).code, 0);
    EXPECT_EQ(witnessed(), before + 1);
    EXPECT_EQ(run({"verify"}).code, 0);

    fs::remove_all(store_);
    fs::rename(home_ / "older", store_);
    const auto verified = run({"verify"});
    EXPECT_EQ(verified.code, 1);
    EXPECT_THAT(verified.out + verified.err, HasSubstr("rolled back"));
}

TEST_F(CliAnchors, AreRefusedIfTheyAreNotNamedRight) {
    for (const auto* text :
         {"http://127.0.0.1:1", "http://127.0.0.1:1#nonsense", "http://127.0.0.1:none#nonsense"}) {
        anchors_ = text;
        EXPECT_EQ(run({"append", "task-1", "A"}).code, 2) << text;
    }
}

}  // namespace
}  // namespace daybook::test
