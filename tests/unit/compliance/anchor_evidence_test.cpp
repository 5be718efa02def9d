// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: what witnesses and time stamp authorities gave is kept, can be read back as it was, and is
// no more than that: it is verified by whoever uses it. Method: real witnesses in the process, and
// an authority that is the openssl program.

#include <daybook/compliance/anchor_evidence.hpp>
#include <daybook/compliance/policy_anchor.hpp>

#include "growing_log.hpp"
#include "support/matchers.hpp"
#include "support/temp_directory.hpp"
#include "time_authority.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace daybook::compliance {
namespace {

namespace fs = std::filesystem;
using daybook::test::FailsWith;
using daybook::test::HoldsValue;
using daybook::test::temp_directory;
using test::growing_log;
using test::time_authority;
using testing::HasSubstr;
using testing::SizeIs;

const std::string origin = "example.com/a";

std::chrono::sys_seconds noon() {
    return std::chrono::sys_seconds{std::chrono::seconds{1'700'000'000}};
}

/// Witnesses of one log, reached without a network.
class witnesses {
public:
    explicit witnesses(const verifier_key& log) : log_{log} {}

    witness& add(char name) {
        witness::options with;
        with.directory = home_ / std::string{name};
        with.name = std::string{"witness.example/"} + name;
        with.key = ed25519_signer(std::string(32, name)).value();
        with.logs = {log_};
        with.clock = [this] { return now; };
        all_.push_back(std::make_unique<witness>(witness::open(std::move(with)).value()));
        return *all_.back();
    }
    witness_transport way_to(witness& one) {
        return [this, &one](const witness_request& asked) -> result<witness_answer> {
            if (silent.contains(one.key().name())) return fail(errc::timed_out, "no answer");
            return one.answer(asked);
        };
    }
    witness_transport way_to(const std::string& name) {
        for (auto& one : all_) {
            if (one->key().name() == name) return way_to(*one);
        }
        return {};
    }

    std::set<std::string> silent{};
    std::chrono::sys_seconds now = noon();

private:
    verifier_key log_;
    temp_directory home_;
    std::vector<std::unique_ptr<witness>> all_{};
};

class CosignedEvidence : public testing::Test {
protected:
    std::unique_ptr<anchor> kept(witness& by) {
        return evidence_keeping_anchor(witness_anchor(by.key(), witnesses_.way_to(by)).value(),
                                       folder_);
    }
    std::vector<anchor_evidence> all() const { return folder_->of(origin).value(); }
    bool remember(anchor& at, std::size_t size) {
        return static_cast<bool>(at.remember(log_.at(size), log_.prove()));
    }

    growing_log log_{origin};
    witnesses witnesses_{log_.key()};
    temp_directory home_;
    std::shared_ptr<evidence_folder> folder_ =
        std::make_shared<evidence_folder>(home_ / "kept", std::chrono::hours{1});
};

TEST_F(CosignedEvidence, IsASignedNoteWithTheLinesOfAllWitnesses) {
    auto& one = witnesses_.add('v');
    auto& other = witnesses_.add('w');
    EXPECT_THAT(folder_->of(origin), FailsWith(errc::not_found, "kept")) << "nothing was kept yet";
    ASSERT_TRUE(remember(*kept(one), 3));
    ASSERT_TRUE(remember(*kept(other), 3));
    ASSERT_TRUE(remember(*kept(other), 3)) << "again";
    ASSERT_THAT(all(), SizeIs(1));
    EXPECT_FALSE(all().front().stamp);
    const auto note = signed_note::parse(all().front().note).value();
    EXPECT_THAT(note.signatures(), SizeIs(3));
    for (const auto& by : {one.key(), other.key()}) {
        EXPECT_THAT(note.verified_by(std::array{by}), HoldsValue());
    }
    EXPECT_THAT(verified_checkpoint::verify(all().front().note, origin, log_.keys()), HoldsValue());
    EXPECT_THAT(folder_->of("example.com/b").value(), SizeIs(0)) << "of another log";
}

TEST_F(CosignedEvidence, IsThinnedOutButTheNewestIsThere) {
    auto& by = witnesses_.add('w');
    const auto anchor = kept(by);
    std::vector<std::uint64_t> sizes;
    for (std::size_t size = 1; size <= 9; ++size) {
        ASSERT_TRUE(remember(*anchor, size));
        witnesses_.now += std::chrono::minutes{20};
    }
    for (const auto& one : all()) {
        sizes.push_back(
            checkpoint::parse(signed_note::parse(one.note).value().text()).value().size);
    }
    EXPECT_THAT(sizes, testing::ElementsAre(1, 4, 7, 9)) << "one in each hour, and the newest";
}

TEST_F(CosignedEvidence, ThatCannotBeKeptIsAnError) {
    auto& by = witnesses_.add('w');
    test::write(home_ / "kept", "a file in its place");
    EXPECT_THAT(kept(by)->remember(log_.at(3), log_.prove()),
                FailsWith(errc::io, "what it signed is not kept"));
    EXPECT_TRUE(by.newest(origin)) << "the witness remembers all the same";
}

TEST_F(CosignedEvidence, OfWitnessesThatRefuseIsNone) {
    auto& by = witnesses_.add('w');
    ASSERT_TRUE(remember(*kept(by), 5));
    EXPECT_FALSE(remember(*kept(by), 3));
    EXPECT_THAT(all(), SizeIs(1));
    EXPECT_EQ(kept(by)->newest(origin).value(), by.newest(origin));
    EXPECT_EQ(kept(by)->name(), "witness witness.example/w");
}

TEST_F(CosignedEvidence, ThatIsTooLargeToBeAnyIsToldWithItsFile) {
    auto& by = witnesses_.add('w');
    ASSERT_TRUE(remember(*kept(by), 5));
    for (const auto& file : fs::directory_iterator{folder_->directory()}) {
        test::write(file.path(), std::string(note_bytes_max + 1, 'x'));
    }
    EXPECT_THAT(folder_->of(origin), FailsWith(errc::corrupt, "cosigned.note"));
}

TEST_F(CosignedEvidence, ThatWasDamagedIsReplacedByTheNext) {
    auto& by = witnesses_.add('w');
    ASSERT_TRUE(remember(*kept(by), 5));
    for (const auto& file : fs::directory_iterator{folder_->directory()}) {
        test::write(file.path(), "nonsense");
    }
    EXPECT_EQ(all().front().note, "nonsense") << "who uses it will see";
    ASSERT_TRUE(remember(*kept(by), 5));
    EXPECT_THAT(verified_checkpoint::verify(all().front().note, origin, log_.keys()), HoldsValue());
}

class StampedEvidence : public testing::Test {
protected:
    static void SetUpTestSuite() { authority_ = new time_authority; }
    static void TearDownTestSuite() {
        delete authority_;
        authority_ = nullptr;
    }
    void SetUp() override { ASSERT_TRUE(authority_->ready()) << "needs the openssl program"; }

    time_stamp_anchor_options options() {
        return {.name = "time stamps of here",
                .transport =
                    [this](std::string_view request) {
                        ++asked_;
                        return authority_->answer(request);
                    },
                .trust = authority_->trust(),
                .folder = folder_,
                .clock = [this] { return now_; }};
    }
    std::unique_ptr<anchor> made() { return time_stamp_anchor(options()).value(); }

    static inline time_authority* authority_ = nullptr;
    growing_log log_{origin};
    temp_directory home_;
    std::shared_ptr<evidence_folder> folder_ = std::make_shared<evidence_folder>(home_ / "kept");
    timestamp now_ =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    int asked_ = 0;
};

TEST_F(StampedEvidence, IsKeptAsOtherProgramsReadIt) {
    EXPECT_THAT(made()->newest(origin), FailsWith(errc::not_found));
    ASSERT_THAT(made()->remember(log_.at(3), log_.prove()), HoldsValue());
    const auto all = folder_->of(origin).value();
    ASSERT_THAT(all, SizeIs(1));
    ASSERT_TRUE(all.front().stamp);
    EXPECT_EQ(all.front().note, log_.note(3));
    EXPECT_THAT(verify_time_stamp(*all.front().stamp, sha256(log_.note(3)), authority_->trust()),
                HoldsValue());
    EXPECT_EQ(made()->newest(origin).value(), log_.note(3));
    EXPECT_TRUE(time_authority::run("cd " + folder_->directory().string() +
                                    " && openssl ts -verify -queryfile *.tsq -in *.tsr -CAfile " +
                                    authority_->at("root.crt")));
}

TEST_F(StampedEvidence, ComesNoOftenerThanItShould) {
    const auto anchor = made();
    ASSERT_THAT(anchor->remember(log_.at(3), log_.prove()), HoldsValue());
    ASSERT_THAT(anchor->remember(log_.at(4), log_.prove()), HoldsValue());
    EXPECT_EQ(asked_, 1);
    ASSERT_THAT(made()->remember(log_.at(5), log_.prove()), HoldsValue()) << "another process";
    EXPECT_EQ(asked_, 1);
    now_ += std::chrono::hours{2};
    ASSERT_THAT(anchor->remember(log_.at(6), log_.prove()), HoldsValue());
    EXPECT_EQ(asked_, 2);
    EXPECT_THAT(folder_->of(origin).value(), SizeIs(2));
    EXPECT_EQ(anchor->newest(origin).value(), log_.note(6));
}

TEST_F(StampedEvidence, RefusesALogThatWentBackOrForked) {
    ASSERT_THAT(made()->remember(log_.at(5), log_.prove()), HoldsValue());
    growing_log other{origin, 'b'};
    EXPECT_THAT(made()->remember(log_.at(3), log_.prove()), FailsWith(errc::rejected, "went back"));
    EXPECT_THAT(made()->remember(other.at(5), other.prove()), FailsWith(errc::corrupt, "forked"));
    EXPECT_THAT(made()->remember(other.at(7), other.prove()),
                FailsWith(errc::corrupt, "does not continue"));
}

TEST_F(StampedEvidence, IsNoMemoryWhenItsStampsAreFalse) {
    ASSERT_THAT(made()->remember(log_.at(5), log_.prove()), HoldsValue());
    for (const auto& file : fs::directory_iterator{folder_->directory()}) {
        if (file.path().extension() == ".note") test::write(file.path(), log_.note(9));
    }
    EXPECT_THAT(made()->newest(origin), FailsWith(errc::corrupt, "none of its stamps is good"));
    for (const auto& file : fs::directory_iterator{folder_->directory()}) {
        if (file.path().extension() == ".tsr") fs::remove(file.path());
    }
    EXPECT_EQ(made()->newest(origin).value(), std::nullopt) << "a stamp without reply is none";
}

TEST_F(StampedEvidence, NeedsAnAuthorityThatAnswersAndIsBelieved) {
    auto silent = options();
    silent.transport = [](std::string_view) -> result<std::string> {
        return fail(errc::timed_out, "no answer");
    };
    EXPECT_THAT(time_stamp_anchor(silent).value()->remember(log_.at(3), log_.prove()),
                FailsWith(errc::timed_out, "time stamps of here: no answer"));
    auto strange = options();
    strange.trust = authority_->trust("other");
    EXPECT_THAT(time_stamp_anchor(strange).value()->remember(log_.at(3), log_.prove()),
                FailsWith(errc::refused));
    EXPECT_FALSE(fs::exists(folder_->directory())) << "nothing was kept";
    EXPECT_THAT(time_stamp_anchor({}), FailsWith(errc::invalid_argument, "needed"));
}

class PolicyAnchor : public testing::Test {
protected:
    PolicyAnchor() {
        std::string text = "log " + log_.key().text() + "\n";
        for (const char name : {'v', 'w', 'x'}) {
            text += std::string{"witness "} + name + " " + witnesses_.add(name).key().text() + "\n";
        }
        text += "group two 2 v w x\nquorum two\n";
        policy_ = policy::parse(text).value();
        anchor_ = policy_anchor(*policy_, [this](const policy::witness& one) {
                      return result<witness_transport>{witnesses_.way_to(one.key.name())};
                  }).value();
    }
    growing_log log_{origin};
    witnesses witnesses_{log_.key()};
    std::optional<policy> policy_;
    std::unique_ptr<anchor> anchor_;
};

TEST_F(PolicyAnchor, IsContentWithAQuorum) {
    EXPECT_THAT(anchor_->remember(log_.at(3), log_.prove()).value(), SizeIs(3));
    witnesses_.silent = {"witness.example/v"};
    EXPECT_THAT(anchor_->remember(log_.at(5), log_.prove()).value(), SizeIs(2));
    EXPECT_EQ(checkpoint::parse(signed_note::parse(*anchor_->newest(origin).value()).value().text())
                  .value()
                  .size,
              5U);
    witnesses_.silent = {"witness.example/v", "witness.example/x"};
    EXPECT_THAT(anchor_->remember(log_.at(7), log_.prove()),
                FailsWith(errc::timed_out, "no quorum"));
    EXPECT_THAT(anchor_->newest(origin), FailsWith(errc::timed_out, "no quorum"));
}

TEST_F(PolicyAnchor, IsNotContentWhenOneSawAnotherHistory) {
    ASSERT_THAT(anchor_->remember(log_.at(3), log_.prove()), HoldsValue());
    growing_log other{origin, 'b'};
    EXPECT_THAT(anchor_->remember(other.at(3), other.prove()), FailsWith(errc::corrupt));
    EXPECT_THAT(anchor_->remember(log_.at(2), log_.prove()), FailsWith(errc::rejected));
}

TEST_F(PolicyAnchor, NeedsWitnessesAndWaysToThem) {
    const auto none = policy::parse("log " + log_.key().text() + "\nquorum none\n").value();
    const auto nowhere = [](const policy::witness&) -> result<witness_transport> {
        return fail(errc::invalid_argument, "no URL");
    };
    EXPECT_THAT(policy_anchor(none, nowhere), FailsWith(errc::invalid_argument, "no witness"));
    EXPECT_THAT(policy_anchor(*policy_, nowhere), FailsWith(errc::invalid_argument, "no URL"));
    EXPECT_EQ(anchor_->newest("example.com/unknown").value(), std::nullopt);
}

}  // namespace
}  // namespace daybook::compliance
