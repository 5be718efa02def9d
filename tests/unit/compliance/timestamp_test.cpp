// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Against an authority of our own: the openssl program with certificates made for the test.

#include <daybook/compliance/timestamp.hpp>

#include "support/matchers.hpp"
#include "unit/compliance/time_authority.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace daybook::compliance {
namespace {

using daybook::test::FailsWith;
using daybook::test::HoldsValue;
using test::contents;
using test::time_authority;
using test::write;
using testing::HasSubstr;

class time_stamps : public testing::Test {
protected:
    static void SetUpTestSuite() { shared_ = new time_authority; }
    static void TearDownTestSuite() {
        delete shared_;
        shared_ = nullptr;
    }
    void SetUp() override { ASSERT_TRUE(shared_->ready()) << "needs the openssl program"; }

    static result<obtained_time_stamp> obtained(const std::string& who = "tsa") {
        return obtain_time_stamp(
            of, [&](std::string_view request) { return shared_->answer(request, who); },
            shared_->trust());
    }

    static inline const digest of = sha256("what is stamped");
    static inline time_authority* shared_ = nullptr;
};

TEST_F(time_stamps, say_when_and_by_whom) {
    const auto before =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()) -
        std::chrono::seconds{2};
    const auto made = obtained();
    ASSERT_THAT(made, HoldsValue());
    EXPECT_GE(made->stamp.at, before);
    EXPECT_LE(made->stamp.at, std::chrono::system_clock::now() + std::chrono::seconds{2});
    EXPECT_THAT(made->stamp.authority, HasSubstr("CN = tsa"));
    EXPECT_EQ(made->stamp.policy, "1.2.3.4.1");
    EXPECT_FALSE(made->stamp.serial.empty());
    EXPECT_THAT(verify_time_stamp(made->evidence, of, shared_->trust()), HoldsValue())
        << "again, from what was kept";
}

TEST_F(time_stamps, are_of_one_hash_and_answer_one_request) {
    const auto made = obtained().value().evidence;
    EXPECT_THAT(verify_time_stamp(made, sha256("another"), shared_->trust()),
                FailsWith(errc::corrupt, "another hash"));
    const auto same_hash = time_stamp_request(of).value();
    EXPECT_NE(same_hash, made.request) << "each request has its own nonce";
    EXPECT_THAT(verify_time_stamp({same_hash, made.reply}, of, shared_->trust()),
                FailsWith(errc::corrupt, "nonce"));
    const auto other_hash = time_stamp_request(sha256("another")).value();
    EXPECT_THAT(verify_time_stamp({other_hash, made.reply}, sha256("another"), shared_->trust()),
                FailsWith(errc::corrupt));
}

TEST_F(time_stamps, need_a_nonce) {
    const auto file = shared_->at("plain");
    ASSERT_TRUE(time_authority::run(
        "printf x | openssl ts -query -data /dev/stdin -sha256 -cert -no_nonce -out " + file));
    const auto request = contents(file);
    const auto reply = shared_->answer(request).value();
    EXPECT_THAT(verify_time_stamp({request, reply}, sha256("x"), shared_->trust()),
                FailsWith(errc::corrupt, "no nonce"));
}

TEST_F(time_stamps, lead_to_a_pinned_root) {
    const auto made = obtained().value().evidence;
    EXPECT_THAT(verify_time_stamp(made, of, shared_->trust("other")),
                FailsWith(errc::refused, "does not verify"));
    EXPECT_THAT(verify_time_stamp(made, of, {}), FailsWith(errc::refused, "no certificate"));
    EXPECT_THAT(verify_time_stamp(made, of, {.roots = "-----BEGIN CERTIFICATE-----\nxx"}),
                FailsWith(errc::refused, "no certificate"));
    EXPECT_THAT(verify_time_stamp(made, of,
                                  {.roots = shared_->trust("other").roots,
                                   .others = shared_->trust("root").roots}),
                FailsWith(errc::refused))
        << "a root among the others is not trusted";
}

TEST_F(time_stamps, are_signed_for_time_stamping_alone) {
    // The program itself refuses to sign with such a certificate.
    EXPECT_THAT(obtained("server"), testing::AnyOf(FailsWith(errc::io), FailsWith(errc::rejected),
                                                   FailsWith(errc::refused)));
}

TEST_F(time_stamps, do_not_survive_a_flipped_byte) {
    const auto made = obtained().value().evidence;
    for (std::size_t i = 0; i < made.reply.size(); ++i) {
        auto flipped = made;
        flipped.reply[i] = static_cast<char>(flipped.reply[i] ^ 1);
        const auto verified = verify_time_stamp(flipped, of, shared_->trust());
        // A byte that says nothing, as in an attribute that nothing signs, may differ; the time
        // not.
        if (!verified) continue;
        EXPECT_EQ(verified->at, verify_time_stamp(made, of, shared_->trust())->at) << "byte " << i;
    }
}

TEST_F(time_stamps, that_cannot_be_read_are_told_from_false_ones) {
    const auto made = obtained().value().evidence;
    for (const auto& bad : {std::string{}, std::string{"\x30\x03"}, made.reply + "x",
                            made.reply.substr(0, made.reply.size() - 1), std::string(100, '\0'),
                            std::string(time_stamp_size_max + 1, '\x30')}) {
        EXPECT_THAT(verify_time_stamp({made.request, bad}, of, shared_->trust()),
                    FailsWith(errc::invalid_argument, "reply"));
        EXPECT_THAT(verify_time_stamp({bad, made.reply}, of, shared_->trust()),
                    FailsWith(errc::invalid_argument, "request"));
    }
    // Status 2: rejection, and nothing else.
    EXPECT_THAT(verify_time_stamp({made.request, std::string{"\x30\x05\x30\x03\x02\x01\x02", 7}},
                                  of, shared_->trust()),
                FailsWith(errc::rejected, "status 2"));
}

TEST_F(time_stamps, are_not_obtained_when_the_transport_fails) {
    const auto with = [](const time_stamp_transport& transport) {
        return obtain_time_stamp(of, transport, shared_->trust());
    };
    EXPECT_THAT(with([](std::string_view) -> result<std::string> {
                    return fail(errc::timed_out, "No answer.");
                }),
                FailsWith(errc::timed_out, "No answer"));
    EXPECT_THAT(with([](std::string_view) -> result<std::string> {
                    throw std::runtime_error{"unplugged"};
                }),
                FailsWith(errc::io, "unplugged"));
    EXPECT_THAT(with([](std::string_view) -> result<std::string> { throw 7; }),
                FailsWith(errc::io, "unknown"));
    EXPECT_THAT(with(nullptr), FailsWith(errc::io));
}

/// Made for this test, on 22 November 2026: "stamp" with a certificate that expired a minute later,
/// "late" with one that had expired in 2020.
time_stamp_evidence recorded(const std::string& name) {
    const std::string path = std::string{DAYBOOK_TEST_DATA} + "/" + name;
    return {.request = contents(path + ".tsq"), .reply = contents(path + ".tsr")};
}

TEST_F(time_stamps, are_judged_at_their_own_time_not_today) {
    const time_stamp_trust trust{.roots = contents(DAYBOOK_TEST_DATA "/root.pem")};
    EXPECT_THAT(verify_time_stamp(recorded("stamp"), sha256("kept"), trust), HoldsValue())
        << "the certificate has expired since, which changes nothing";
    EXPECT_THAT(verify_time_stamp(recorded("late"), sha256("kept"), trust),
                FailsWith(errc::refused, "expired"));
}

}  // namespace
}  // namespace daybook::compliance
