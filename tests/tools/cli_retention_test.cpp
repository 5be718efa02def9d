// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: segments are archived and restored, holds placed and lifted, and payloads deleted by two
// people, from the command line, in every format. Method: the program is run on stores with one
// full segment, or a handful of events; what is left is read with the program and the library.

#include <daybook/archive.hpp>

#include "cli_run.hpp"
#include "support/fresh_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace daybook::test {
namespace {

using testing::HasSubstr;

class CliRetention : public testing::Test {
protected:
    void fill_with(std::uint64_t events) {
        auto log = store::open(directory_, quick_options()).value();
        fill(log, 0, events);
        log.finish_background_work().value();
    }
    cli_result run(std::vector<std::string> words) const {
        words.insert(words.end(), {"-s", directory_.string()});
        return run_cli(words);
    }
    boost::json::value told(std::vector<std::string> words) const {
        words.insert(words.end(), {"-o", "json"});
        const auto ran = run(words);
        EXPECT_EQ(ran.code, 0) << ran.err;
        return json_of(ran.out);
    }
    std::string policy_file(std::string_view text) const {
        const auto path = home_ / "policy.yaml";
        std::ofstream{path} << text;
        return path.string();
    }

    temp_directory home_;
    std::filesystem::path directory_ = home_ / "store";
    std::filesystem::path cold_ = home_ / "cold";
};

TEST_F(CliRetention, ArchivesListsVerifiesAndRestores) {
    fill_with(limits::segment_events + 10);
    const auto before = run({"show", "7", "-o", "json"});
    EXPECT_EQ(run({"archive", "list"}).code, 1);
    const auto made =
        told({"archive", "create", "0", "--to", cold_.string(), "--actor", "alice"}).as_object();
    EXPECT_EQ(made.at("last").to_number<std::uint64_t>(), limits::segment_events - 1);
    const auto file = cold_ / std::string{made.at("file").as_string()};
    EXPECT_EQ(run_cli({"archive", "verify", file.string()}).code, 0);
    EXPECT_EQ(run({"show", "7", "-o", "json"}).out, before.out);
    EXPECT_EQ(run({"retention", "check"}).code, 0);
    for (const auto* format : {"table", "json", "jsonl", "csv"}) {
        const auto listed = run({"archive", "list", "-o", format});
        EXPECT_EQ(listed.code, 0);
        EXPECT_THAT(listed.out, HasSubstr("segment-0")) << format;
    }
    EXPECT_EQ(run({"archive", "create", "0", "--to", cold_.string(), "--actor", "a"}).code, 4);

    const auto moved = home_ / "moved";
    std::filesystem::rename(cold_, moved);
    const auto missing = run({"show", "7"});
    EXPECT_EQ(missing.code, 3);
    EXPECT_THAT(missing.err, HasSubstr("daybook archive attach"));
    EXPECT_EQ(run({"archive", "attach", moved.string()}).code, 0);
    EXPECT_EQ(run({"show", "7", "-o", "json"}).out, before.out);
    EXPECT_EQ(run({"archive", "attach", cold_.string(), "--detach"}).code, 0);

    EXPECT_EQ(run({"archive", "restore", "0", "--actor", "bob"}).code, 0);
    EXPECT_FALSE(std::filesystem::exists(moved / file.filename()));
    EXPECT_EQ(run({"doctor", "--deep"}).code, 0);
}

TEST_F(CliRetention, FindsADamagedArchive) {
    const auto file = home_ / "x.archive";
    std::ofstream{file} << "no archive";
    EXPECT_EQ(run_cli({"archive", "verify", file.string()}).code, 7);
    EXPECT_EQ(run_cli({"archive", "verify", (home_ / "none").string()}).code, 3);
}

TEST_F(CliRetention, DeletesWhatOneProposesAndAnotherApproves) {
    fill_with(20);
    const auto policy =
        policy_file("policy: short\nrules:\n  - name: all\n    delete_after: 0 days\n");
    EXPECT_EQ(run({"retention", "show"}).code, 1);
    EXPECT_EQ(run({"retention", "set", policy, "--actor", "alice"}).code, 0);
    EXPECT_THAT(run({"retention", "show"}).out, HasSubstr("0 days"));
    EXPECT_EQ(run({"hold", "place", "case-7", "--first", "3", "--last", "4", "--reason", "claim",
                   "--actor", "alice"})
                  .code,
              0);
    for (const auto* format : {"table", "json", "jsonl", "csv"}) {
        EXPECT_THAT(run({"hold", "list", "-o", format}).out, HasSubstr("case-7")) << format;
    }
    const auto plan = told({"retention", "run", "--dry-run"}).as_object();
    EXPECT_EQ(plan.at("events_deleted").to_number<std::uint64_t>(), 18U);
    EXPECT_EQ(plan.at("held").to_number<std::uint64_t>(), 2U);

    const auto made = told({"retention", "run", "--propose", "--actor", "alice"}).as_object();
    const std::string id{made.at("proposal").as_string()};
    EXPECT_EQ(run({"retention", "run", "--proposal", id, "--actor", "bob"}).code, 4);
    EXPECT_EQ(run({"retention", "approve", id, "--actor", "alice"}).code, 4);
    EXPECT_EQ(run({"retention", "approve", id, "--actor", "bob"}).code, 0);
    EXPECT_THAT(run({"retention", "show", "--proposals", "-o", "csv"}).out, HasSubstr("bob"));
    const auto done = told({"retention", "run", "--proposal", id, "--actor", "bob"}).as_object();
    EXPECT_EQ(done.at("events_deleted").to_number<std::uint64_t>(), 18U);
    EXPECT_EQ(run({"retention", "check"}).code, 0);
    {
        const auto log = store::open(directory_, quick_options()).value();
        EXPECT_TRUE(log.read_one(position{0}).value().view().deleted_payload());
        EXPECT_FALSE(log.read_one(position{3}).value().view().deleted_payload());
    }
    EXPECT_EQ(run({"hold", "lift", "case-7", "--reason", "settled", "--actor", "bob"}).code, 0);
    EXPECT_EQ(run({"hold", "list"}).code, 1);
}

TEST_F(CliRetention, TellsWhereAPolicyIsWrong) {
    fill_with(1);
    const auto ran = run({"retention", "set",
                          policy_file("policy: p\nrules:\n  - name: a\n    delete_after: soon\n"),
                          "--actor", "alice"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("/rules/0/delete_after"));
}

}  // namespace
}  // namespace daybook::test
