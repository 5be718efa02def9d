// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: the audit cannot be switched off or thinned out unnoticed (row 40 of the attack catalogue).
// Method: small signed stores, programs that leave the audit out, and edited rows.

#include <daybook/compliance/audit_recorder.hpp>
#include <daybook/compliance/verify_log.hpp>

#include "support/matchers.hpp"
#include "support/raw_store.hpp"
#include "support/signed_store.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using namespace compliance;
using testing::ElementsAre;

const actor service{.type = "service", .id = "billing-1"};

class AuditAttack : public testing::Test {
protected:
    /// A session in which something happens; `while_open` is called before it ends.
    void live(const std::function<void()>& while_open = {}) {
        audit_recorder audit;
        auto log = store::open(directory(), quick_options()).value();
        const auto book = ledger::open(log, how_).value();
        audit.start(log, how_, book, {.by = service, .tool = "billing 1"}).value();
        log.append("task-1", expected::any(), {simple_event("T")}).value();
        log.sync().value();
        if (while_open) while_open();
        audit.stop("shutdown");
    }
    std::vector<std::string> types() {
        const auto log = store::open(directory(), quick_options()).value();
        std::vector<std::string> all;
        for (const auto& one : read_everything(log.read_stream(compliance_stream))) {
            all.emplace_back(one.type());
        }
        return all;
    }
    verification look() {
        auto log = store::open(directory(), quick_options()).value();
        const auto book = ledger::open(log, how_).value();
        return verify_log(log, book).value().all;
    }
    fs::path directory() const { return home_ / name_; }

    temp_directory home_;
    std::string name_ = "store";
    ledger_options how_{.origin = std::string{test_origin}, .key = test_log_key()};
};

TEST_F(AuditAttack, Row40AProgramWithoutTheLedgerCannotAppend) {
    live();
    auto log = store::open(directory(), quick_options()).value();
    EXPECT_EQ(log.append("task-1", expected::any(), {simple_event("T")}).error().code,
              errc::refused);
}

TEST_F(AuditAttack, Row40AnEventOfTheAuditIsEdited) {
    live();
    ASSERT_EQ(raw_store{directory()}.replace("log", "shutdown", "all-fine"), 1U);
    const auto found = look();
    EXPECT_EQ(found.what(), verdict::tampered);
    EXPECT_TRUE(std::any_of(found.findings.begin(), found.findings.end(),
                            [](const finding& one) { return one.at == position{2}; }));
}

TEST_F(AuditAttack, Row40TheLastEventOfTheAuditIsRemoved) {
    live();
    {
        raw_store rows{directory()};
        const auto all = rows.rows("log");
        rows.erase("log", all.back().first);
    }
    const auto log = store::open(directory(), quick_options());
    EXPECT_TRUE(!log || look().what() == verdict::tampered);
}

TEST_F(AuditAttack, Row40AProcessThatWasKilledLeavesAStartWithoutAStop) {
    live([&] { fs::copy(directory(), home_ / "killed", fs::copy_options::recursive); });
    name_ = "killed";
    live();
    EXPECT_THAT(types(),
                ElementsAre("ComplianceStarted", "ComplianceStarted", "ComplianceStopped"));
    EXPECT_EQ(look().what(), verdict::verified);
}

TEST_F(AuditAttack, Row40ReadingUncheckedAndWithoutAnchorsIsAnEvent) {
    how_.anchors = anchor_policy::make({anchor_file(home_ / "anchors")}, 1).value();
    live();
    how_.anchors = {};
    how_.reads = read_verification::off;
    live();
    EXPECT_THAT(types(),
                ElementsAre("ComplianceStarted", "ComplianceStopped", "ComplianceStarted",
                            "ConfigurationChanged", "ConfigurationChanged", "ComplianceStopped"));
}

}  // namespace
}  // namespace daybook::test
