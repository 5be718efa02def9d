// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Against an authority of our own: the openssl program with certificates made for the test.

#include <daybook/compliance/timestamp.hpp>

#include "support/matchers.hpp"
#include "support/temp_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace daybook::compliance {
namespace {

using daybook::test::FailsWith;
using daybook::test::HoldsValue;
using daybook::test::temp_directory;
using testing::HasSubstr;

std::string contents(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

void write(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream{path, std::ios::binary} << bytes;
}

constexpr const char* configuration = R"(
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[stamping]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = critical,timeStamping
[serving]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = serverAuth
[tsa]
default_tsa = here
[here]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
clock_precision_digits = 6
accuracy = secs:1
ess_cert_id_alg = sha256
)";

/// Root, authority and a certificate for servers, on P-256; one for all tests.
class authority {
public:
    authority() {
        write(at("conf"), configuration);
        ready_ = root("root") && root("other") && signed_by_root("tsa", "stamping", "30") &&
                 signed_by_root("server", "serving", "30");
    }
    bool ready() const noexcept { return ready_; }
    time_stamp_trust trust(const std::string& root = "root") const {
        return {.roots = contents(at(root + ".crt"))};
    }
    /// What the authority answers, signed as `who`.
    result<std::string> answer(std::string_view request, const std::string& who = "tsa") const {
        write(at("query"), request);
        std::filesystem::remove(at("reply"));
        run("cd " + directory_.path().string() + " && openssl ts -reply -config conf -queryfile " +
            "query -signer " + who + ".crt -inkey " + who + ".key -out reply");
        if (!std::filesystem::exists(at("reply"))) return fail(errc::io, "no reply");
        return contents(at("reply"));
    }
    std::string at(const std::string& name) const { return (directory_ / name).string(); }
    static bool run(const std::string& command) {
        return std::system(("{ " + command + "; } >/dev/null 2>&1").c_str()) == 0;
    }

private:
    static std::string new_key() {
        return "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ";
    }
    bool root(const std::string& name) {
        return run(new_key() + at(name + ".key")) &&
               run("openssl req -x509 -new -config " + at("conf") +
                   " -extensions ca -days 3650 -subj '/CN=" + name + "' -key " + at(name + ".key") +
                   " -out " + at(name + ".crt"));
    }
    bool signed_by_root(const std::string& name, const std::string& what, const std::string& days) {
        return run(new_key() + at(name + ".key")) &&
               run("openssl req -new -config " + at("conf") + " -subj '/O=Example/CN=" + name +
                   "' -key " + at(name + ".key") + " -out " + at(name + ".csr")) &&
               run("openssl x509 -req -in " + at(name + ".csr") + " -CA " + at("root.crt") +
                   " -CAkey " + at("root.key") + " -CAcreateserial -days " + days + " -extfile " +
                   at("conf") + " -extensions " + what + " -out " + at(name + ".crt"));
    }

    temp_directory directory_{};
    bool ready_ = false;
};

class time_stamps : public testing::Test {
protected:
    static void SetUpTestSuite() { shared_ = new authority; }
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
    static inline authority* shared_ = nullptr;
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
    ASSERT_TRUE(authority::run(
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
