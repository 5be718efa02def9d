// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: after an erasure the subject's text is in no file of the store, the log says that it was
// erased and by whom, and everything else is as it was.

#include <daybook/compliance/compliance_stream.hpp>
#include <daybook/compliance/erasure.hpp>
#include <daybook/compliance/sealing.hpp>
#include <daybook/fork.hpp>
#include <daybook/purge.hpp>

#include "durable_files.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <fstream>

namespace daybook::compliance {
namespace {

using test::FailsWith;
using test::HoldsValue;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string canary = "Ann-Canary-4711";

class Erasure : public testing::Test {
protected:
    Erasure() {
        auto options = test::quick_options();
        options.admissions = {
            sealer::make(keys_, {"example.com/shop",
                                 {{.types = {"Named"},
                                   .at = {"/name"},
                                   .subject = subject_source::field("/customer")}}})
                .value()};
        log_.emplace(options);
        for (const char* who : {"7", "8"}) {
            append_named(who, who == std::string{"7"} ? canary : "Bob");
        }
    }
    ~Erasure() override { durable_files::steps_left = -1; }

    void append_named(const std::string& who, const std::string& name) {
        ASSERT_THAT(
            (*log_)->append("customer-" + who, expected::any(),
                            {{.type = "Named",
                              .payload = R"({"customer":)" + who + R"(,"name":")" + name + "\"}"}}),
            HoldsValue());
    }
    store& log() { return **log_; }
    std::string clear(std::uint64_t at) {
        const event_opener opener{keys_, "example.com/shop"};
        return opener.open(log().read_one(position{at}).value()).value();
    }

    test::temp_directory home_;
    std::shared_ptr<subject_keys> keys_ = subject_keys::open(home_ / "keys").value();
    std::optional<test::fresh_store> log_;
};

TEST_F(Erasure, LeavesTheTextInNoFileAndTellsItInTheLog) {
    EXPECT_THAT(clear(0), HasSubstr(canary));
    // What a view keeps, in the write-ahead file and in tables, and what it replaced.
    {
        auto view = log().open_keyspace("view.customers.v1").value();
        keyspace_batch rows;
        rows.put("7", canary);
        rows.put(canary, "7");
        ASSERT_THAT(view.write(rows), HoldsValue());
    }
    ASSERT_THAT(log().sync(), HoldsValue());
    const std::vector<std::string> canaries{canary};
    EXPECT_THAT(find_in_store(log(), canaries)->found, testing::Not(IsEmpty()));
    ASSERT_THAT(log().drop_keyspace("view.customers.v1"), HoldsValue());
    const auto report =
        erase_subject(
            log(), *keys_, "7",
            {.actor = {"user", "dpo", ""}, .reason = "asked for it", .canaries = canaries})
            .value();
    EXPECT_TRUE(report.proven) << testing::PrintToString(report.not_reached);
    EXPECT_THAT(report.not_reached, IsEmpty());
    EXPECT_GT(report.searched.files, 3U);
    EXPECT_THAT(clear(0), HasSubstr("$erased"));
    EXPECT_THAT(clear(1), HasSubstr("Bob"));
    const auto told = log().read_one(report.told_at).value();
    EXPECT_EQ(told.stream(), compliance_stream);
    EXPECT_EQ(told.type(), "SubjectErased");
    EXPECT_EQ(told.view().actor().id, "dpo");
    EXPECT_EQ(told.payload(), R"({"subject":")" + keys_->pseudonym("7") + R"(","keys":[")" +
                                  report.keys.key_ids[0] +
                                  R"("],"epoch":2,"reason":"asked for it"})");
    log_->reopen();
    EXPECT_THAT(find_in_store(log(), canaries)->found, IsEmpty());
    EXPECT_THAT(log().check(), HoldsValue());
}

TEST_F(Erasure, IsToldOnceHoweverOftenItIsRepeated) {
    const auto first = erase_subject(log(), *keys_, "7").value();
    const auto again = erase_subject(log(), *keys_, "7").value();
    EXPECT_TRUE(again.keys.repeated);
    EXPECT_EQ(again.told_at, first.told_at);
    EXPECT_FALSE(again.proven) << "nothing was looked for";
    EXPECT_EQ(log().head(compliance_stream)->last, sequence{1});
    ASSERT_THAT(keys_->readmit("7"), HoldsValue());
    append_named("7", "Ann");
    const auto second = erase_subject(log(), *keys_, "7").value();
    EXPECT_NE(second.told_at, first.told_at);
    EXPECT_EQ(second.keys.key_ids.size(), 2U);
}

TEST_F(Erasure, IsFinishedByTheNextCallWhenItWasInterrupted) {
    durable_files::steps_left = 7;
    EXPECT_THAT(erase_subject(log(), *keys_, "7"), FailsWith(errc::io));
    durable_files::steps_left = -1;
    EXPECT_EQ(log().head(compliance_stream)->last, sequence{0});
    log_->close();
    keys_.reset();
    // The sealer of the store holds them too; the next process has its own.
    log_.reset();
    keys_ = subject_keys::open(home_ / "keys").value();
    test::fresh_store other;
    EXPECT_THAT(erase_subject(*other, *keys_, "7"), HoldsValue());
    EXPECT_EQ(other->head(compliance_stream)->last, sequence{1});
}

TEST_F(Erasure, SaysWhatItDidNotReach) {
    {
        auto area = log().open_keyspace("notes").value();
        keyspace_batch rows;
        rows.put("x", "about " + canary);
        ASSERT_THAT(area.write(rows), HoldsValue());
    }
    ASSERT_THAT(
        log().append("old-1", expected::any(), {{.type = "Old", .payload = "\"" + canary + "\""}}),
        HoldsValue());
    std::ofstream{home_ / "export.jsonl"} << "{\"name\":\"" << canary << "\"}\n";
    const auto report = erase_subject(log(), *keys_, "7",
                                      {.canaries = {canary},
                                       .other_places = {home_ / "export.jsonl", home_ / "nowhere"}})
                            .value();
    EXPECT_FALSE(report.proven);
    EXPECT_THAT(report.not_reached, Contains(HasSubstr("the area notes is no view")));
    EXPECT_THAT(report.not_reached, Contains(HasSubstr("canary 1 is in a row of notes")));
    EXPECT_THAT(report.not_reached,
                Contains(HasSubstr("a row of the log: it was appended in the clear")));
    EXPECT_THAT(report.not_reached, Contains(HasSubstr("export.jsonl, byte 9")));
    EXPECT_THAT(report.not_reached, Contains(HasSubstr("nowhere")));
    for (const auto& line : report.not_reached) EXPECT_THAT(line, testing::Not(HasSubstr(canary)));
}

TEST_F(Erasure, TellsOfFilesThatAForkShares) {
    ASSERT_THAT(purge_store(log()), HoldsValue());  // Into tables, which forks share.
    ASSERT_THAT(fork_store(log(), home_ / "fork"), HoldsValue());
    const auto report = erase_subject(log(), *keys_, "7").value();
    EXPECT_THAT(report.not_reached, Contains(HasSubstr("are shared with a fork or a copy")));
}

TEST_F(Erasure, FailsBeforeAnythingIsDone) {
    EXPECT_THAT(erase_subject(log(), *keys_, "9"), FailsWith(errc::not_found));
    EXPECT_THAT(erase_subject(log(), *keys_, "7", {.canaries = {"Ann"}}),
                FailsWith(errc::invalid_argument));
    EXPECT_EQ(keys_->size(), 2U);
    const std::vector<std::string> empty{""};
    EXPECT_THAT(find_in_store(log(), empty), FailsWith(errc::invalid_argument));
    EXPECT_THAT(find_in_files(home_ / "nowhere", std::vector<std::string>{"abcd"}),
                FailsWith(errc::not_found));
}

}  // namespace
}  // namespace daybook::compliance
