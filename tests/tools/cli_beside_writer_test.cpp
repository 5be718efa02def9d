// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: beside a process that has the store open for writing every command that reads says what it
// says alone, and every command that writes says who is in the way. Method: this process is the
// writer.

#include <daybook/store.hpp>

#include "cli/commands.hpp"
#include "support/matchers.hpp"
#include "tools/cli_run.hpp"

#include <chrono>
#include <future>
#include <set>
#include <unistd.h>

namespace daybook::test {
namespace {

using testing::HasSubstr;

class CliBesideWriter : public testing::Test {
protected:
    CliBesideWriter() {
        (void)demo_.run({"projection", "run", "-q"});
        (void)demo_.run({"projection", "rebuild", "agent_metrics", "--stay", "-q"});
    }
    store write() const { return store::open(demo_.store).value(); }
    demo_home demo_;
};

const std::vector<std::vector<std::string>>& readings() {
    static const std::vector<std::vector<std::string>> all = {
        {"read", "issue-SHOP-102"},
        {"query", "--type", "AgentSpawned", "--total"},
        {"stats", "--by", "type"},
        {"show", "0"},
        {"trace", "0"},
        {"state", "issue-SHOP-102"},
        {"state", "--position", "100"},
        {"history", "issue-SHOP-102"},
        {"diff", "issue-SHOP-102", "--from", "sequence:10"},
        {"timeline", "issue-SHOP-102"},
        {"snapshot", "list"},
        {"snapshot", "verify"},
        {"tail"},
        {"projection", "status"},
        {"schema", "list"},
        {"schema", "check"},
        {"schema", "mode"},
        {"projection", "show", "agent_metrics"},
        {"projection", "show", "agent_metrics", "--at", "50"},
        {"projection", "rows", "agent_metrics", "--from", "b"},
        {"projection", "compare", "agent_metrics"},
        {"projection", "check", "agent_metrics", "--seed", "1"},
        {"projection", "compare", "agent_metrics", "--from", "50"},
        {"projection", "checkpoint", "agent_metrics", "--list"},
        {"projection", "park", "agent_metrics"},
        {"audit", "report", "-f", "csv"},
        {"export", "--limit", "5"},
        {"replay", "--stream", "issue-SHOP-102"},
        {"validate", "--warnings"},
        {"init"}};
    return all;
}

TEST_F(CliBesideWriter, EveryReadingCommandAnswersAsAlone) {
    std::vector<cli_result> alone;
    for (const auto& words : readings()) alone.push_back(demo_.run(words));
    const auto writer = write();
    for (std::size_t i = 0; i < readings().size(); ++i) {
        SCOPED_TRACE(testing::PrintToString(readings()[i]));
        const auto beside = demo_.run(readings()[i]);
        EXPECT_EQ(beside.code, alone[i].code) << beside.err;
        EXPECT_EQ(beside.out, alone[i].out);
    }
    EXPECT_EQ(demo_.run({"doctor", "--deep"}).code, 0);
    const auto backups = (demo_.home / "backups").string();
    EXPECT_EQ(demo_.run({"backup", "create", backups}).code, 0);
    EXPECT_EQ(run_cli({"backup", "verify", backups, "--deep"}).code, 0);
}

TEST_F(CliBesideWriter, SeesWhatWasJustWritten) {
    auto writer = write();
    for (std::size_t i = 1; i <= 3; ++i) {
        new_event made;
        made.type = "JustNow";
        writer.append("task-1", expected::any(), {made}).value();
        const auto ran = demo_.run({"read", "task-1", "-o", "jsonl"});
        EXPECT_EQ(lines_of(ran.out).size(), i) << ran.err;
    }
}

TEST_F(CliBesideWriter, TailFollowsWhatIsWritten) {
    auto writer = write();
    const auto line = "daybook tail -f -n 0 --type JustNow -o jsonl -s '" + demo_.store.string() +
                      "' | head -n 3";
    auto followed = std::async(std::launch::async, [&] { return run_shell(line); });
    new_event made;
    made.type = "JustNow";
    // The pause only keeps the store small: any number of events will do.
    do {
        writer.append("task-1", expected::any(), {made}, durability::written).value();
    } while (followed.wait_for(std::chrono::milliseconds{20}) != std::future_status::ready);
    const auto seen = lines_of(followed.get().out);
    ASSERT_EQ(seen.size(), 3U);
    const auto sequence_in = [&](std::size_t i) {
        return json_of(seen[i]).at("sequence").to_number<std::uint64_t>();
    };
    EXPECT_EQ(sequence_in(1), sequence_in(0) + 1);
    EXPECT_EQ(sequence_in(2), sequence_in(1) + 1);
}

TEST_F(CliBesideWriter, EveryWritingCommandSaysWhoIsInTheWay) {
    const auto writer = write();
    const auto events = writer.watermark();
    const std::vector<std::vector<std::string>> writings = {
        {"append", "task-1", "A"},
        {"import", "-"},
        {"reindex"},
        {"summarize"},
        {"archive", "attach", "."},
        {"archive", "create", "0", "--to", "cold", "--actor", "a"},
        {"archive", "restore", "0", "--actor", "a"},
        {"retention", "set", "--preset", "sprint", "--actor", "a"},
        {"retention", "run", "--propose", "--actor", "a"},
        {"retention", "approve", "0191f0a0-0000-7000-8000-000000000001", "--actor", "a"},
        {"hold", "place", "h", "--stream", "s", "--reason", "r", "--actor", "a"},
        {"hold", "lift", "h", "--reason", "r", "--actor", "a"},
        {"snapshot", "create", "issue-SHOP-102"},
        {"snapshot", "drop", "--all"},
        {"projection", "run"},
        {"projection", "rebuild"},
        {"projection", "checkpoint", "usage"},
        {"projection", "switch", "timeline"},
        {"projection", "drop", "timeline"}};
    for (const auto& words : writings) {
        SCOPED_TRACE(testing::PrintToString(words));
        const auto ran = demo_.run(words);
        EXPECT_EQ(ran.code, 6);
        EXPECT_THAT(ran.err, HasSubstr("process " + std::to_string(::getpid())));
        EXPECT_THAT(ran.err, HasSubstr("'daybook " + words.front()));
        EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
    }
    EXPECT_EQ(writer.watermark(), events);
}

TEST_F(CliBesideWriter, AViewThatIsNotBuiltNeedsTheWriter) {
    auto writer = write();
    for (const auto& name : writer.keyspaces().value()) writer.drop_keyspace(name).value();
    EXPECT_EQ(demo_.run({"projection", "show", "agent_metrics"}).code, 6);
}

TEST_F(CliBesideWriter, NoCommandIsForgottenHere) {
    // Commands that need no store that is there, or are looked at elsewhere.
    std::set<std::string> seen{"demo",
                               "help",
                               "version",
                               "witness",
                               "completion",
                               "backup list",
                               "audit bundle",
                               "audit check",
                               "checkpoint",
                               "keys export",
                               "keys generate",
                               "keys list",
                               "keys revoke",
                               "keys rotate",
                               "recover",
                               "proof",
                               "verify",
                               "archive attach",
                               "archive create",
                               "archive list",
                               "archive restore",
                               "archive verify",
                               "hold lift",
                               "hold list",
                               "hold place",
                               "retention approve",
                               "retention check",
                               "retention run",
                               "retention set",
                               "retention show",
                               "snapshot create",
                               "snapshot drop",
                               "summarize",
                               "backup prune",
                               "backup restore",
                               "projection list",
                               "append",
                               "import",
                               "fork",
                               "diff",
                               "reindex",
                               "schema add",
                               "schema show",
                               "projection run",
                               "doctor",
                               "backup create",
                               "backup verify",
                               "projection rebuild",
                               "projection switch",
                               "projection drop",
                               "erase"};
    for (const auto& words : readings()) {
        static const std::set<std::string> groups{"audit", "projection", "schema", "snapshot"};
        seen.insert(groups.contains(words[0]) ? words[0] + " " + words[1] : words[0]);
    }
    for (const auto& c : cli::all_commands())
        EXPECT_TRUE(seen.contains(std::string{c.name})) << c.name;
}

}  // namespace
}  // namespace daybook::test
