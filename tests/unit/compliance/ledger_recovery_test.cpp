// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a log that was put back to an older state goes on only by decision, under another name, and
// says what was lost; what interrupts that loses nothing. Method: stores swapped for older copies,
// and a key that fails at each of its uses.

#include <daybook/compliance/audit_trail.hpp>
#include <daybook/compliance/compliance_stream.hpp>
#include <daybook/compliance/ledger.hpp>
#include <daybook/event_codec.hpp>

#include "support/matchers.hpp"
#include "support/raw_store.hpp"
#include "support/signed_store.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace daybook::compliance {
namespace {

namespace fs = std::filesystem;
using test::FailsWith;
using test::HoldsValue;
using test::raw_store;
using test::simple_event;
using test::test_log_key;
using test::test_origin;
using test::test_verifier_key;

constexpr std::string_view new_origin = "example.com/daybook-test-2";
const recovery decided{.origin = std::string{new_origin},
                       .reason = "the disk of the first machine broke",
                       .by = {.type = "human", .id = "alice"}};

/// Fails to sign for the `failing`th time.
class weak_signer final : public signer {
public:
    weak_signer(int failing, std::shared_ptr<const signer> key)
        : key_{std::move(key)}, left_{failing} {}
    key_type type() const noexcept override { return key_->type(); }
    std::string_view public_key() const noexcept override { return key_->public_key(); }
    result<std::string> sign(std::string_view message) const override {
        if (--left_ == 0) return fail(errc::io, "the device is gone");
        return key_->sign(message);
    }

private:
    const std::shared_ptr<const signer> key_;
    mutable int left_;
};

std::string words(const verification& all) {
    std::string text{to_string(all.what())};
    for (const auto& one : all.findings) text += "\n" + one.kind + ": " + one.message;
    return text;
}

/// A log of 300 events, put back to its first 200.
class RolledBackLog : public testing::Test {
protected:
    RolledBackLog() {
        {
            auto log = store::open(at_).value();
            auto book = ledger::open(log, options(test_origin)).value();
            append(log, 150);
            book.rotate_key(key_, decided.by).value();
            append(log, 49);
        }
        fs::copy(at_, copy_, fs::copy_options::recursive);
        {
            auto log = store::open(at_).value();
            auto book = ledger::open(log, options(test_origin, key_)).value();
            append(log, 100);
            book.anchor_now().value();
        }
        fs::remove_all(at_);
        fs::rename(copy_, at_);
        log_.emplace(store::open(at_).value());
    }

    /// Few commits, for each is synced.
    static void append(store& log, int count) {
        std::vector<new_event> events;
        for (int i = 0; i < count; ++i) {
            events.push_back(simple_event("T", R"({"n":)" + std::to_string(i) + "}"));
            if (i % 40 != 39 && i + 1 != count) continue;
            log.append("task-" + std::to_string(i % 7), expected::any(), std::exchange(events, {}))
                .value();
        }
    }
    ledger_options options(std::string_view origin,
                           std::shared_ptr<const signer> key = test_log_key()) const {
        return {.origin = std::string{origin},
                .key = std::move(key),
                .trusted = {},
                .anchors = anchor_policy::make({anchors_}, 1).value()};
    }
    ledger_options old_log(std::shared_ptr<const signer> key = nullptr) const {
        auto all = options("", key ? std::move(key) : key_);
        all.trusted = {test_verifier_key()};
        return all;
    }
    void reopen() {
        log_.reset();
        log_.emplace(store::open(at_).value());
    }

    test::temp_directory home_;
    const fs::path at_ = home_ / "log";
    const fs::path copy_ = home_ / "copy";
    const std::shared_ptr<anchor> anchors_{anchor_file(home_ / "anchors")};
    const std::shared_ptr<const signer> key_{temporary_signer(key_type::ed25519).value()};
    std::optional<store> log_;
};

TEST_F(RolledBackLog, GoesOnUnderAnotherNameAndSaysWhatWasLost) {
    {
        auto book = ledger::open(*log_, old_log()).value();
        EXPECT_EQ(book.opened().what(), verdict::rolled_back);
        EXPECT_THAT(log_->append("task-1", expected::any(), {simple_event("T")}),
                    FailsWith(errc::refused, "rolled back"));
    }
    auto book = ledger::recover(*log_, old_log(), decided).value();
    EXPECT_EQ(words(book.opened()), "verified");
    EXPECT_EQ(book.origin(), new_origin);
    const auto first = log_->read_one(position{200}).value();
    EXPECT_EQ(first.view().type(), "LogRecovered");
    EXPECT_EQ(first.view().actor().id, "alice");
    const auto said = event_as<log_recovered>(first.view()).value();
    EXPECT_EQ(said.origin, test_origin);
    EXPECT_EQ(said.restored, 200U);
    EXPECT_EQ(said.lost, 100U);
    EXPECT_EQ(said.reason, decided.reason);
    const std::vector keys{verifier_key::of(test_origin, *key_).value()};
    EXPECT_EQ(verified_checkpoint::verify(said.checkpoint, test_origin, keys).value().size(), 200U);
    EXPECT_EQ(verified_checkpoint::verify(said.anchored, test_origin, keys).value().size(), 300U);
    append(*log_, 10);
    book.anchor_now().value();
    EXPECT_EQ(words(book.verify().value()), "verified");
}

TEST_F(RolledBackLog, IsAnOrdinaryLogAfterwards) {
    {
        auto book = ledger::recover(*log_, old_log(), decided).value();
        append(*log_, 10);
    }
    reopen();
    auto book = ledger::open(*log_, options("", key_)).value();
    EXPECT_EQ(words(book.opened()), "verified");
    EXPECT_EQ(words(book.verify().value()), "verified");
    EXPECT_EQ(log_->watermark(), position{211}) << "the recovery is recorded once";
    const auto next = std::shared_ptr<const signer>{temporary_signer(key_type::ed25519).value()};
    EXPECT_THAT(book.rotate_key(next, decided.by), HoldsValue());
    EXPECT_THAT(ledger::recover(*log_, options("", next), decided), FailsWith(errc::refused));
}

TEST_F(RolledBackLog, IsNotRecoveredWithoutAKeyAReasonAndAName) {
    auto how = decided;
    how.origin = "two words";
    EXPECT_THAT(ledger::recover(*log_, old_log(), how), FailsWith(errc::invalid_argument));
    how.origin = test_origin;
    EXPECT_THAT(ledger::recover(*log_, old_log(), how),
                FailsWith(errc::invalid_argument, "another name"));
    how = decided;
    how.reason = "";
    EXPECT_THAT(ledger::recover(*log_, old_log(), how), FailsWith(errc::invalid_argument));
    how = decided;
    how.by = {};
    EXPECT_THAT(ledger::recover(*log_, old_log(), how), FailsWith(errc::invalid_argument));
    auto without = old_log();
    without.key = nullptr;
    EXPECT_THAT(ledger::recover(*log_, without, decided), FailsWith(errc::invalid_argument));
    EXPECT_THAT(ledger::recover(*log_, old_log(test_log_key()), decided),
                FailsWith(errc::refused, "not one that signed"))
        << "it was rotated";
    auto unanchored = old_log();
    unanchored.anchors = {};
    EXPECT_THAT(ledger::recover(*log_, unanchored, decided),
                FailsWith(errc::refused, "is verified; only one that was rolled back"));
    EXPECT_EQ(ledger::open(*log_, old_log()).value().opened().what(), verdict::rolled_back)
        << "nothing has changed";
}

TEST_F(RolledBackLog, IsNotRecoveredIfItWasTamperedWithToo) {
    log_.reset();
    raw_store{at_}.replace("log", R"({"n":20})", R"({"n":99})");
    reopen();
    EXPECT_THAT(ledger::recover(*log_, old_log(), decided),
                FailsWith(errc::refused, "is tampered"));
}

/// At which use the key fails: over the leaves, over the whole tree, over LogRecovered.
class InterruptedRecovery : public RolledBackLog, public testing::WithParamInterface<int> {
protected:
    InterruptedRecovery() {
        EXPECT_FALSE(ledger::recover(*log_, old_log(weak_key()), decided));
        reopen();
    }
    std::shared_ptr<const signer> weak_key() {
        return std::make_shared<weak_signer>(GetParam(), key_);
    }
};

TEST_P(InterruptedRecovery, IsFinishedByCallingItAgain) {
    if (GetParam() < 3) {
        EXPECT_THAT(ledger::open(*log_, old_log()), FailsWith(errc::refused, "daybook recover"));
        EXPECT_THAT(log_->append("task-1", expected::any(), {simple_event("T")}),
                    FailsWith(errc::refused));
        auto other = decided;
        other.origin += "-b";
        EXPECT_THAT(ledger::recover(*log_, old_log(), other), FailsWith(errc::refused, new_origin));
    }
    auto book = ledger::recover(*log_, old_log(), decided).value();
    EXPECT_EQ(words(book.verify().value()), "verified");
    EXPECT_EQ(log_->watermark(), position{201});
    EXPECT_EQ(log_->read_one(position{200}).value().view().type(), "LogRecovered");
}

TEST_P(InterruptedRecovery, DoesNotBlessWhatWasTamperedWithMeanwhile) {
    log_.reset();
    raw_store{at_}.replace("log", R"({"n":20})", R"({"n":99})");
    reopen();
    EXPECT_THAT(ledger::recover(*log_, old_log(), decided), FailsWith(errc::corrupt));
}

INSTANTIATE_TEST_SUITE_P(Steps, InterruptedRecovery, testing::Values(1, 2, 3));

TEST_F(RolledBackLog, RecordsItsRecoveryWhenItIsOpenedAfterAnInterruption) {
    EXPECT_FALSE(ledger::recover(*log_, old_log(std::make_shared<weak_signer>(3, key_)), decided));
    reopen();
    const auto book = ledger::open(*log_, options("", key_)).value();
    EXPECT_EQ(log_->read_one(position{200}).value().view().type(), "LogRecovered");
    EXPECT_EQ(words(book.verify().value()), "verified");
}

}  // namespace
}  // namespace daybook::compliance
