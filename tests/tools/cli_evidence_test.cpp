// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: what witnesses and time stamp authorities sign is kept by the command line, goes into
// bundles, and says whether a log is the present one and its events from when they say.
// Method: a witness and an authority that are served over HTTP by the test.

#include <daybook/compliance/anchor_evidence.hpp>
#include <daybook/compliance/key_file.hpp>
#include <daybook/compliance/witness.hpp>

#include "tools/cli_run.hpp"
#include "unit/compliance/time_authority.hpp"
#include "witness/witness_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using compliance::test::time_authority;
using testing::Contains;
using testing::HasSubstr;

const std::string origin = "example.com/a";

/// Answers time stamp requests over HTTP, one after the other.
class served_authority {
public:
    served_authority() : thread_{[this] { run(); }} {}
    ~served_authority() {
        ends_ = true;
        boost::system::error_code ignored;
        boost::asio::ip::tcp::socket last{work_};
        last.connect(listener_.local_endpoint(), ignored);
        thread_.join();
    }
    std::string url() const {
        return "http://127.0.0.1:" + std::to_string(listener_.local_endpoint().port());
    }
    const time_authority& authority() const { return authority_; }
    std::atomic<unsigned> status{200};

private:
    void run() {
        namespace http = boost::beast::http;
        while (!ends_) {
            boost::system::error_code failed;
            boost::asio::ip::tcp::socket peer{work_};
            listener_.accept(peer, failed);
            if (failed || ends_) continue;
            boost::beast::flat_buffer buffer;
            http::request<http::string_body> request;
            http::read(peer, buffer, request, failed);
            if (failed) continue;
            http::response<http::string_body> response{static_cast<http::status>(status.load()),
                                                       11};
            response.set(http::field::content_type, "application/timestamp-reply");
            const auto made = authority_.answer(request.body());
            if (made) response.body() = *made;
            response.prepare_payload();
            http::write(peer, response, failed);
        }
    }

    time_authority authority_;
    boost::asio::io_context work_{1};
    boost::asio::ip::tcp::acceptor listener_{work_,
                                             {boost::asio::ip::make_address_v4("127.0.0.1"), 0}};
    std::atomic<bool> ends_{false};
    std::thread thread_;
};

/// A witness that is served over HTTP; the test sets its clock.
class served_witness {
public:
    served_witness(const fs::path& directory, const compliance::verifier_key& log) {
        compliance::witness::options with;
        with.directory = directory;
        with.name = "witness.example/" + directory.filename().string();
        with.key = compliance::temporary_signer(compliance::key_type::ed25519).value();
        with.logs = {log};
        with.clock = [this] {
            return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) +
                   std::chrono::seconds{ahead};
        };
        witness_.emplace(compliance::witness::open(std::move(with)).value());
        server_.emplace(
            witness_http::witness_server::listen(*witness_, {.at = {"127.0.0.1", 0}, .served = {}})
                .value());
        thread_ = std::thread{[this] { server_->run(); }};
    }
    ~served_witness() {
        server_->stop();
        thread_.join();
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
    std::string vkey() const { return witness_->key().text(); }
    std::atomic<std::int64_t> ahead{0};  ///< Of its clock, in seconds.

private:
    std::optional<compliance::witness> witness_;
    std::optional<witness_http::witness_server> server_;
    std::thread thread_;
};

/// A signed store with an anchor file.
class CliEvidence : public testing::Test {
protected:
    CliEvidence() {
        EXPECT_TRUE(compliance::generate_key_file(key_, {}).has_value());
        const auto signer = compliance::open_signer(key_).value();
        log_ = compliance::verifier_key::of(origin, *signer).value();
        std::ofstream{trusted_} << log_->text() << '\n';
    }
    void begin() { EXPECT_EQ(run({"init", "--origin", origin, "--key", key_}).code, 0); }
    cli_result run(std::vector<std::string> words) const {
        if (words.front() != "audit" || words[1] != "check") {
            words.insert(words.end(), {"-s", (home_ / "store").string()});
        }
        auto environment = environment_;
        environment.emplace_back("DAYBOOK_LOG_KEY", key_);
        environment.emplace_back("DAYBOOK_TRUSTED_KEYS", trusted_);
        environment.emplace_back("DAYBOOK_ANCHORS", anchors_);
        return run_cli(words, {.environment = environment});
    }
    void append() { EXPECT_EQ(run({"append", "task-1", "A"}).code, 0); }
    std::string file(const std::string& name, const std::string& text) const {
        std::ofstream{home_ / name} << text;
        return (home_ / name).string();
    }
    static std::string kind_of_second(const cli_result& ran) {
        return std::string{json_of(ran.out).at("items").at(1).at("kind").as_string()};
    }

    temp_directory home_;
    std::string key_ = (home_ / "key.pem").string();
    std::string trusted_ = (home_ / "trusted").string();
    std::string anchors_ = (home_ / "anchors").string();
    std::vector<std::pair<std::string, std::string>> environment_;
    std::optional<compliance::verifier_key> log_;
};

TEST_F(CliEvidence, OfAWitnessIsKeptBesideTheAnchorFileAndTravels) {
    const served_witness by{home_ / "w1", *log_};
    anchors_ += "," + by.url() + "#" + by.vkey();
    begin();
    append();
    EXPECT_TRUE(fs::is_directory(home_ / "anchors.evidence"));
    const auto bundle = (home_ / "bundle.tar").string();
    const auto written = run({"audit", "bundle", "-O", bundle});
    ASSERT_EQ(written.code, 0) << written.err;
    const auto witnesses = file("witnesses", by.vkey() + "\n");
    const auto checked =
        run({"audit", "check", bundle, "--witnesses", witnesses, "--max-age", "1h", "-o", "json"});
    EXPECT_EQ(checked.code, 0) << checked.err << checked.out;
    EXPECT_THAT(checked.out, HasSubstr("witness.example/w1 says that there were"));
    EXPECT_EQ(run({"verify", "--max-age", "1h"}).code, 0);
}

TEST_F(CliEvidence, TellsAnOldStateAndTimesThatCannotBe) {
    served_witness by{home_ / "w1", *log_};
    anchors_ += "," + by.url() + "#" + by.vkey();
    by.ahead = -2 * 3600;
    begin();
    append();
    const auto forward = run({"verify", "-o", "json"});
    EXPECT_EQ(forward.code, 1) << forward.err;
    EXPECT_EQ(kind_of_second(forward), "time");
    const auto old = run({"verify", "--max-age", "1h", "--skew", "3h", "-o", "json"});
    EXPECT_EQ(old.code, 6) << old.err;
    EXPECT_EQ(kind_of_second(old), "age");
    EXPECT_EQ(run({"verify", "--max-age", "3h", "--skew", "3h"}).code, 0);
    const auto stranger = file("others", log_->text() + "\n");
    EXPECT_EQ(run({"verify", "--max-age", "3h", "--skew", "3h", "--witnesses", stranger}).code, 6)
        << "nobody who is believed saw it";
}

TEST_F(CliEvidence, OfAnAuthorityIsKeptAndTravels) {
    served_authority by;
    ASSERT_TRUE(by.authority().ready()) << "needs the openssl program";
    anchors_ += ",tsa:" + by.url();
    const auto roots = by.authority().at("root.crt");
    EXPECT_EQ(run({"init", "--origin", origin, "--key", key_}).code, 2) << "no roots";
    environment_.emplace_back("DAYBOOK_TSA_ROOTS", roots);
    environment_.emplace_back("DAYBOOK_EVIDENCE", (home_ / "kept").string());
    begin();
    append();
    const auto kept = compliance::evidence_folder{home_ / "kept"}.of(origin).value();
    ASSERT_FALSE(kept.empty());
    EXPECT_TRUE(kept.front().stamp);
    const auto bundle = (home_ / "bundle.tar").string();
    ASSERT_EQ(run({"audit", "bundle", "-O", bundle}).code, 0);
    const auto checked = run({"audit", "check", bundle, "--tsa-roots", roots, "-o", "json"});
    EXPECT_EQ(checked.code, 0) << checked.err << checked.out;
    EXPECT_THAT(checked.out, HasSubstr("CN = tsa"));
    EXPECT_EQ(run({"verify", "--max-age", "1h"}).code, 0);
}

TEST_F(CliEvidence, ReportsAreInBundlesUnlessPayloadsAreWithheld) {
    begin();
    append();
    const auto bundle = (home_ / "bundle.tar").string();
    const auto names = [&](std::vector<std::string> more) {
        std::vector<std::string> words{"audit", "bundle", "-O", bundle, "--overwrite"};
        words.insert(words.end(), more.begin(), more.end());
        EXPECT_EQ(run(words).code, 0);
        EXPECT_EQ(run({"audit", "check", bundle}).code, 0);
        return lines_of(run_shell("tar -tf " + bundle).out);
    };
    EXPECT_THAT(names({}), Contains("report.html"));
    EXPECT_THAT(names({}), Contains("report.json"));
    EXPECT_THAT(names({"--stream", "task-1"}), Contains("report.html"));
    EXPECT_THAT(names({"--no-report"}), testing::Not(Contains("report.html")));
    EXPECT_THAT(names({"--no-payloads"}), testing::Not(Contains("report.html")));
}

TEST_F(CliEvidence, SomeOfTheAnchorsMayBeEnough) {
    const served_witness one{home_ / "w1", *log_};
    const served_witness two{home_ / "w2", *log_};
    const auto unreachable = "http://127.0.0.1:1#" + one.vkey();
    anchors_ = unreachable + "," + two.url() + "#" + two.vkey();
    environment_ = {{"DAYBOOK_ANCHORS_NEEDED", "1"}};
    begin();
    append();
    EXPECT_EQ(run({"verify"}).code, 0);
    environment_ = {{"DAYBOOK_ANCHORS_NEEDED", "2"}};
    EXPECT_EQ(run({"verify"}).code, 6);
    environment_ = {{"DAYBOOK_ANCHORS_NEEDED", "3"}};
    EXPECT_EQ(run({"verify"}).code, 2);
}

TEST_F(CliEvidence, APolicyFileNamesWitnessesAndTheirQuorum) {
    const served_witness one{home_ / "w1", *log_};
    const served_witness two{home_ / "w2", *log_};
    const auto text = "log " + log_->text() + "\nwitness a " + one.vkey() + " " + one.url() +
                      "\nwitness b " + two.vkey() +
                      " http://127.0.0.1:1\ngroup any-of-them any a b\nquorum any-of-them\n";
    anchors_ += ",policy:" + file("policy", text);
    begin();
    append();
    EXPECT_EQ(run({"verify", "--max-age", "1h"}).code, 0);
    const auto bundle = (home_ / "bundle.tar").string();
    ASSERT_EQ(run({"audit", "bundle", "-O", bundle}).code, 0);
    EXPECT_EQ(run_shell("tar -xOf " + bundle + " policy.txt").out, text);
    file("policy", text + "nonsense\n");
    EXPECT_EQ(run({"verify"}).code, 2);
}

TEST_F(CliEvidence, BadWordsAreToldInOneLine) {
    begin();
    for (const auto& words :
         std::vector<std::vector<std::string>>{{"verify", "--max-age", "soon"},
                                               {"verify", "--skew", "-1"},
                                               {"audit", "check", "none.tar", "--max-age", "x"}}) {
        const auto ran = run(words);
        EXPECT_EQ(ran.code, 2) << ran.err;
        EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
    }
    for (const auto* const name : {"tsa:ftp://x", "tsa:", "policy:"}) {
        anchors_ = name;
        EXPECT_NE(run({"verify"}).code, 0) << name;
    }
    EXPECT_EQ(run({"verify", "--witnesses", "/nowhere"}).code, 3);
}

}  // namespace
}  // namespace daybook::test
