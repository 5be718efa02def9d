// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: what the command line does to a signed log is in the log, with who did it, and no more than
// that; commands that read neither need a key nor fail for it. Archives and deletions are held
// against what was signed. Method: the program is run on signed stores; what it wrote is read with
// the library.

#include <daybook/compliance/archiving.hpp>
#include <daybook/compliance/audit_trail.hpp>
#include <daybook/compliance/key_file.hpp>
#include <daybook/event_codec.hpp>

#include "cli_run.hpp"
#include "support/signed_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using namespace compliance;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::vector<event> recorded_in(const fs::path& directory) {
    auto options = quick_options();
    options.read_only = true;
    const auto log = store::open(directory, options).value();
    return read_everything(log.read_stream(compliance_stream));
}

std::vector<std::string> types_of(const std::vector<event>& events) {
    std::vector<std::string> all;
    for (const auto& one : events) all.emplace_back(one.type());
    return all;
}

class CliRecording : public testing::Test {
protected:
    CliRecording() {
        generate_key_file(key_, {}).value();
        const auto begun = run({"init", "--origin", "example.com/work", "--key", key_});
        EXPECT_EQ(begun.code, 0) << begun.err;
    }
    cli_result run(std::vector<std::string> words, std::string_view checks = "hash") const {
        words.insert(words.end(), {"-s", store_.string()});
        return run_cli(words, {.environment = {{"DAYBOOK_LOG_KEY", key_},
                                               {"DAYBOOK_READ_CHECKS", std::string{checks}}}});
    }
    cli_result run_without_key(std::vector<std::string> words) const {
        words.insert(words.end(), {"-s", store_.string()});
        return run_cli(words);
    }
    void append() const { ASSERT_EQ(run({"append", "task-1", "Noted"}).code, 0); }
    std::vector<event> recorded() const { return recorded_in(store_); }

    temp_directory home_;
    fs::path store_ = home_ / "store";
    std::string key_ = (home_ / "log.key").string();
};

TEST_F(CliRecording, CommandsRecordTheFirstStartAndWhatChanges) {
    append();
    append();
    ASSERT_THAT(types_of(recorded()), ElementsAre("ComplianceStarted"));
    const auto started = event_as<compliance_started>(recorded()[0]).value();
    EXPECT_EQ(started.origin, "example.com/work");
    EXPECT_THAT(started.tool, HasSubstr("daybook "));
    EXPECT_FALSE(recorded()[0].view().actor().id.empty());
    EXPECT_EQ(run({"append", "task-1", "Noted", "--actor", "carol"}, "off").code, 0);
    ASSERT_THAT(types_of(recorded()), ElementsAre("ComplianceStarted", "ConfigurationChanged"));
    EXPECT_EQ(recorded()[1].view().actor().id, "carol");
    const auto change = event_as<configuration_changed>(recorded()[1]).value();
    EXPECT_EQ(change.setting + " " + *change.after, "reading off");
}

TEST_F(CliRecording, AVerificationIsRecordedByWhoHasTheKey) {
    append();
    EXPECT_EQ(run_without_key({"verify"}).code, 6) << "nobody is believed";
    EXPECT_THAT(recorded(), SizeIs(1));
    const auto verified = run({"verify"});
    EXPECT_EQ(verified.code, 0) << verified.err;
    ASSERT_THAT(types_of(recorded()), ElementsAre("ComplianceStarted", "VerificationDone"));
    const auto done = event_as<verification_done>(recorded()[1]).value();
    EXPECT_EQ(done.verdict, "verified");
    EXPECT_EQ(done.trigger, "demand");
    EXPECT_EQ(done.to, position{2});
}

TEST_F(CliRecording, AReaderBesideAWriterSaysThatItCouldNotBeWrittenDown) {
    append();
    auto log = store::open(store_, quick_options()).value();
    const auto ran = run({"verify"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("not written down"));
}

TEST_F(CliRecording, ExportsAreRecorded) {
    append();
    for (const auto& [what, file] : {std::pair{"report", "report.json"}, {"bundle", "all.tar"}}) {
        const auto path = (home_ / file).string();
        const auto ran = run({"audit", what, "-O", path});
        ASSERT_EQ(ran.code, 0) << ran.err;
        const auto last = recorded().back();
        ASSERT_EQ(last.type(), "AuditExported");
        const auto exported = event_as<audit_exported>(last).value();
        std::ifstream in{path, std::ios::binary};
        const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
        EXPECT_EQ(exported.what, what);
        EXPECT_EQ(exported.from, position{0});
        EXPECT_GE(exported.to, position{2});
        // A bundle has the event that tells of it, which so cannot have its hash.
        EXPECT_EQ(exported.sha256, exported.what == "report" ? sha256(bytes).hex() : "");
    }
    EXPECT_EQ(run_without_key({"audit", "report", "-O", "-"}).code, 0);
    EXPECT_THAT(recorded(), SizeIs(3));
}

TEST_F(CliRecording, VerifyCountsWhatWasDeletedLawfully) {
    append();
    const auto policy = (home_ / "policy.yaml").string();
    std::ofstream{policy} << "{policy: short, rules: [{name: all, delete_after: 0 days}]}";
    ASSERT_EQ(run({"retention", "set", policy, "--actor", "alice"}).code, 0);
    const auto proposed = run({"retention", "run", "--propose", "--actor", "alice", "-o", "json"});
    ASSERT_EQ(proposed.code, 0) << proposed.err;
    const std::string id{json_of(proposed.out).at("proposal").as_string()};
    ASSERT_EQ(run({"retention", "approve", id, "--actor", "bob"}).code, 0);
    ASSERT_EQ(run({"retention", "run", "--proposal", id, "--actor", "bob"}).code, 0);
    const auto told = run({"verify", "-o", "json"});
    EXPECT_EQ(told.code, 0) << told.err;
    EXPECT_EQ(json_of(told.out).at("deleted_lawfully").to_number<int>(), 1);
    const auto table = run({"verify"});
    EXPECT_THAT(table.out + table.err, HasSubstr("1 event deleted lawfully under short"));
    const auto checked = run({"retention", "check", "-o", "json"});
    EXPECT_EQ(json_of(checked.out).at("deleted_lawfully").to_number<int>(), 1);
}

TEST(CliSignedArchive, IsHeldAgainstWhatWasSigned) {
    const temp_directory home;
    const auto directory = (home / "store").string();
    const auto trusted = (home / "log.vkey").string();
    std::ofstream{trusted} << test_verifier_key().text() << '\n';
    std::string file;
    {
        auto log = store::open(directory, quick_options()).value();
        const auto book =
            ledger::open(log, {.origin = std::string{test_origin}, .key = test_log_key()}).value();
        fill(log, 0, limits::segment_events + 1);
        const auto made = archive_and_write_down(log, 0, {.directory = home / "cold"},
                                                 {"user", "alice", ""}, &book)
                              .value();
        file = (home / "cold" / made.file).string();
    }
    const std::vector<std::string> against{"archive", "verify", file, "-s",  directory,
                                           "--trust", trusted,  "-o", "json"};
    const auto good = run_cli(against);
    EXPECT_EQ(good.code, 0) << good.err;
    EXPECT_EQ(json_of(good.out).at("verdict").as_string(), "verified");
    EXPECT_EQ(run_cli({"archive", "verify", file, "-s", directory}).code, 6) << "no key";
    const auto alone = run_cli({"archive", "verify", file});
    EXPECT_EQ(alone.code, 0);
    EXPECT_THAT(alone.err, HasSubstr("--store"));
    fs::resize_file(file, fs::file_size(file) - 1);
    const auto cut = run_cli(against);
    EXPECT_EQ(cut.code, 1) << cut.err;
    EXPECT_EQ(json_of(cut.out).at("verdict").as_string(), "tampered");
    EXPECT_EQ(run_cli({"archive", "verify", file}).code, 7);
}

}  // namespace
}  // namespace daybook::test
