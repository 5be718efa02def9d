// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: what is done to a signed log is in the log, with who did it, once, and refusing costs less
// than appending. Method: small signed stores, and the events of the compliance log after each
// thing that can be done.

#include <daybook/admission.hpp>
#include <daybook/compliance/audit_recorder.hpp>
#include <daybook/event_codec.hpp>

#include "support/matchers.hpp"
#include "support/signed_store.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace daybook::test {
namespace {

using namespace compliance;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const actor service{.type = "service", .id = "billing-1"};

/// Lets no event of a stream of the category "bad" in.
class no_bad_streams final : public admission {
public:
    result<void> admit(arriving_event& event) override {
        if (!event.stream().starts_with("bad-")) return {};
        return fail(errc::rejected, "streams of this category are closed");
    }
};

class AuditRecorder : public testing::Test {
protected:
    AuditRecorder() { open(); }
    ~AuditRecorder() override { close(); }

    void open() {
        auto options = quick_options();
        options.log = audit_.listener([this](const log_entry& entry) { heard_.push_back(entry); });
        log_.emplace(store::open(home_ / "store", options).value());
        book_.emplace(ledger::open(*log_, how_).value());
    }
    void close() {
        audit_.stop();
        book_.reset();
        log_.reset();
    }
    void reopen() {
        close();
        open();
    }
    result<void> start(audit_of starts = audit_of::sessions, std::string tool = "billing 1") {
        return audit_.start(*log_, how_, *book_,
                            {.by = service, .tool = std::move(tool), .starts = starts});
    }
    std::vector<event> recorded() { return read_everything(log_->read_stream(compliance_stream)); }
    std::vector<std::string> types() {
        std::vector<std::string> all;
        for (const auto& one : recorded()) all.emplace_back(one.type());
        return all;
    }
    void refuse(const std::string& stream) {
        EXPECT_EQ(log_->append(stream, expected::any(), {simple_event("T")}).error().code,
                  errc::rejected);
    }
    void close_bad_streams() { log_->set_admissions({std::make_shared<no_bad_streams>()}); }

    temp_directory home_;
    ledger_options how_{.origin = std::string{test_origin}, .key = test_log_key()};
    std::vector<log_entry> heard_;
    audit_recorder audit_;
    std::optional<store> log_;
    std::optional<ledger> book_;
};

TEST_F(AuditRecorder, ASessionStartsAndStops) {
    start().value();
    audit_.stop("shutdown");
    audit_.stop("again");
    ASSERT_THAT(types(), ElementsAre("ComplianceStarted", "ComplianceStopped"));
    const auto all = recorded();
    const auto started = event_as<compliance_started>(all[0]).value();
    EXPECT_EQ(started.origin, test_origin);
    char id[9];
    std::snprintf(id, sizeof id, "%08x", test_verifier_key().id());
    EXPECT_EQ(started.key_id, id);
    EXPECT_EQ(started.reading, "hash");
    EXPECT_EQ(started.clock, "system clock");
    EXPECT_EQ(started.tool, "billing 1");
    EXPECT_EQ(started.anchors, 0U);
    EXPECT_EQ(all[0].view().actor().id, "billing-1");
    EXPECT_EQ(event_as<compliance_stopped>(all[1]).value().reason, "shutdown");
    reopen();
    start().value();
    close();
    open();
    EXPECT_THAT(types(), ElementsAre("ComplianceStarted", "ComplianceStopped", "ComplianceStarted",
                                     "ComplianceStopped"));
    EXPECT_EQ(book_->verify().value().what(), verdict::verified);
}

TEST_F(AuditRecorder, OfCommandsOnlyChangesAreRecorded) {
    start(audit_of::changes).value();
    for (int i = 0; i < 3; ++i) {
        reopen();
        start(audit_of::changes).value();
    }
    EXPECT_THAT(types(), ElementsAre("ComplianceStarted"));
    how_.reads = read_verification::off;
    reopen();
    start(audit_of::changes, "billing 2").value();
    ASSERT_THAT(types(),
                ElementsAre("ComplianceStarted", "ConfigurationChanged", "ConfigurationChanged"));
    const auto change = event_as<configuration_changed>(recorded()[1]).value();
    EXPECT_EQ(change.setting, "reading");
    EXPECT_EQ(change.before, "hash");
    EXPECT_EQ(change.after, "off");
    reopen();
    start(audit_of::changes, "billing 2").value();
    EXPECT_THAT(types(), SizeIs(3));
    how_.reads = read_verification::hash;
    reopen();
    start(audit_of::sessions, "billing 2").value();
    EXPECT_THAT(types(),
                ElementsAre("ComplianceStarted", "ConfigurationChanged", "ConfigurationChanged",
                            "ComplianceStarted", "ConfigurationChanged"));
}

TEST_F(AuditRecorder, ARefusedAppendIsRecordedByItself) {
    start().value();
    close_bad_streams();
    refuse("bad-1");
    EXPECT_THAT(types(), ElementsAre("ComplianceStarted", "AppendRefused"));
    const auto refused = event_as<append_refused>(recorded()[1]).value();
    EXPECT_EQ(refused.stream, "bad-1");
    EXPECT_EQ(refused.events, 1U);
    EXPECT_THAT(refused.reason, HasSubstr("are closed"));
    ASSERT_THAT(heard_, SizeIs(1)) << "the program hears of it too";
    EXPECT_THAT(heard_.front().message, HasSubstr("refused to append to bad-1"));
}

TEST_F(AuditRecorder, ManyRefusalsAreASum) {
    start().value();
    close_bad_streams();
    for (int i = 0; i < 500; ++i) refuse("bad-" + std::to_string(i % 2));
    for (int i = 0; i < 200; ++i) refuse("bad-many" + std::to_string(i));
    audit_.stop();
    log_->set_admissions({});
    std::uint64_t sum = 0;
    std::size_t count = 0;
    for (const auto& one : recorded()) {
        if (one.type() != "AppendRefused") continue;
        sum += event_as<append_refused>(one).value().events;
        ++count;
    }
    EXPECT_EQ(sum, 700U) << "none is lost";
    EXPECT_LT(count, 200U);
}

TEST_F(AuditRecorder, WhatWasAskedForWronglyIsNoRefusal) {
    start().value();
    EXPECT_EQ(log_->append("no name", expected::any(), {simple_event("T")}).error().code,
              errc::invalid_argument);
    log_->append("task-1", expected::any(), {simple_event("T")}).value();
    EXPECT_EQ(log_->append("task-1", expected::no_stream(), {simple_event("T")}).error().code,
              errc::conflict);
    EXPECT_THAT(types(), ElementsAre("ComplianceStarted"));
    EXPECT_THAT(heard_, IsEmpty());
}

TEST_F(AuditRecorder, VerificationsExportsAndSettingsAreRecorded) {
    start().value();
    audit_.verified(book_->verify().value(), "schedule").value();
    audit_.exported({.what = "report", .format = "html", .events = 1}).value();
    audit_.changed({.setting = "quota", .after = "9"}).value();
    EXPECT_THAT(types(), ElementsAre("ComplianceStarted", "VerificationDone", "AuditExported",
                                     "ConfigurationChanged"));
    const auto done = event_as<verification_done>(recorded()[1]).value();
    EXPECT_EQ(done.verdict, "verified");
    EXPECT_EQ(done.trigger, "schedule");
    for (const auto& one : recorded()) EXPECT_EQ(one.view().actor().id, "billing-1");
}

TEST_F(AuditRecorder, SaysWhyItDoesNotRecord) {
    EXPECT_EQ(audit_.verified({}, "demand").error().code, errc::refused);
    EXPECT_EQ(audit_.start(*log_, how_, *book_, {.tool = "t"}).error().code,
              errc::invalid_argument);
    auto keyless = how_;
    keyless.key = nullptr;
    EXPECT_EQ(audit_.start(*log_, keyless, *book_, {.by = service}).error().code, errc::refused);
    start().value();
    EXPECT_EQ(start().error().code, errc::refused);
    audit_.stop();
    EXPECT_EQ(audit_.exported({}).error().code, errc::refused);
    start().value();
}

TEST_F(AuditRecorder, StoppingNeverFailsAndRefusalsBeforeAndAfterAreNotWaitedFor) {
    close_bad_streams();
    refuse("bad-1");
    EXPECT_THAT(types(), IsEmpty());
    start().value();
    EXPECT_THAT(types(), ElementsAre("ComplianceStarted"));
    log_->set_admissions({std::make_shared<no_bad_streams>()});
    audit_.stop("a");
    refuse("bad-2");
    EXPECT_EQ(types().back(), "ComplianceStopped");
}

TEST_F(AuditRecorder, IsHeardFromManyThreads) {
    start().value();
    close_bad_streams();
    std::vector<std::thread> all;
    for (int i = 0; i < 4; ++i) {
        all.emplace_back([&] {
            for (int j = 0; j < 50; ++j) audit_.refused("bad-1", 1, "closed");
        });
    }
    for (auto& one : all) one.join();
    audit_.stop();
    std::uint64_t sum = 0;
    for (const auto& one : recorded()) {
        if (one.type() == "AppendRefused") sum += event_as<append_refused>(one).value().events;
    }
    EXPECT_EQ(sum, 200U);
}

TEST(AuditListener, MayOutliveItsRecorder) {
    log_callback listener;
    int passed = 0;
    {
        audit_recorder audit;
        listener = audit.listener([&](const log_entry&) { ++passed; });
    }
    listener({log_level::warning,
              "x",
              {{"operation", "append"}, {"stream", "a-1"}, {"events", "1"}, {"refused", "no"}}});
    EXPECT_EQ(passed, 1);
}

}  // namespace
}  // namespace daybook::test
