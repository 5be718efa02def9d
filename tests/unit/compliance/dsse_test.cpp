// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/base64.hpp>
#include <daybook/compliance/dsse.hpp>

#include "support/matchers.hpp"
#include "unit/compliance/hex.hpp"

#include <gtest/gtest.h>

namespace daybook::compliance {
namespace {

using daybook::test::FailsWith;
using daybook::test::HoldsValue;
using test::from_hex;

constexpr auto type = "application/vnd.in-toto+json";
constexpr auto body = R"({"_type":"https://in-toto.io/Statement/v1"})";

std::unique_ptr<signer> first_signer() {
    return ed25519_signer(
               from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
        .value();
}
public_key key_of(const signer& from) {
    return public_key::make(from.type(), from.public_key()).value();
}
std::string signature(const dsse_envelope& envelope) {
    std::string text;
    base64::append(text, envelope.signatures.front().bytes);
    return text;
}

TEST(dsse, signs_type_and_body_with_their_lengths) {
    EXPECT_EQ(dsse_message("a b", "c"), "DSSEv1 3 a b 1 c");
    EXPECT_EQ(dsse_message(type, ""), "DSSEv1 28 application/vnd.in-toto+json 0 ");
    EXPECT_EQ(signature(sign_dsse(type, body, *first_signer()).value()),
              "2WAfaHm5jluo0w+0rk8uVkluELJYWjSmU9x7EUzx+AyteDGJ4/nqyJXfmAUVFIAoQafWm7AxBZNw5M9ixNHi"
              "CA==");
    EXPECT_EQ(signature(sign_dsse(type, "", *first_signer()).value()),
              "gSggCAaTLTYyRH6FIDBem6meyIynsYy8RTHVzwx9tnTb7Bg/1jMWnuVgI/gffqmbsC2VX5/jHfkkDqsj7CDb"
              "Dg==");
}

TEST(dsse, reads_what_it_writes) {
    const auto made = sign_dsse(type, body, *first_signer()).value();
    const auto read = dsse_envelope::parse(made.text());
    ASSERT_THAT(read, HoldsValue());
    EXPECT_EQ(read->type, type);
    EXPECT_EQ(read->body, body);
    EXPECT_EQ(read->signatures, made.signatures);
    EXPECT_EQ(made.signatures.front().key_id, fingerprint(key_of(*first_signer())));
}

TEST(dsse, is_not_verified_with_another_type_body_or_key) {
    const auto key = first_signer();
    const auto made = sign_dsse(type, body, *key).value();
    const std::vector keys{key_of(*key)};
    EXPECT_EQ(made.verified_by(keys), 1U);
    auto other = made;
    other.type = "application/json";
    EXPECT_EQ(other.verified_by(keys), 0U);
    other = made;
    other.body += " ";
    EXPECT_EQ(other.verified_by(keys), 0U);
    const std::vector others{key_of(*temporary_signer(key_type::ed25519).value())};
    EXPECT_EQ(made.verified_by(others), 0U);
    EXPECT_EQ(made.verified_by({}), 0U);
}

TEST(dsse, counts_each_key_once) {
    const auto key = first_signer();
    auto made = sign_dsse(type, body, *key).value();
    made.signatures.push_back({"another name for it", made.signatures.front().bytes});
    const auto known = key_of(*key);
    EXPECT_EQ(made.verified_by(std::vector{known}), 1U) << "signed twice";
    EXPECT_EQ(made.verified_by(std::vector{known, known}), 1U) << "believed twice";
    const auto second = temporary_signer(key_type::ecdsa_p256).value();
    made.signatures.push_back(sign_dsse(type, body, *second)->signatures.front());
    EXPECT_EQ(made.verified_by(std::vector{known, key_of(*second)}), 2U);
}

TEST(dsse, takes_the_key_id_for_a_hint) {
    const auto key = first_signer();
    auto made = sign_dsse(type, body, *key).value();
    made.signatures.front().key_id = "sha256:somebody";
    EXPECT_EQ(made.verified_by(std::vector{key_of(*key)}), 1U);
}

TEST(dsse, refuses_what_is_no_envelope) {
    EXPECT_THAT(sign_dsse("", body, *first_signer()), FailsWith(errc::invalid_argument, "type"));
    for (const auto* bad :
         {"", "[]", "{}", R"({"payload":"","payloadType":"","signatures":[{"sig":"QQ=="}]})",
          R"({"payload":"","payloadType":"t","signatures":[]})",
          R"({"payload":"","payloadType":"t"})",
          R"({"payload":"QQ","payloadType":"t","signatures":[{"sig":"QQ=="}]})",
          R"({"payload":"QR==","payloadType":"t","signatures":[{"sig":"QQ=="}]})",
          R"({"payload":"","payloadType":"t","signatures":[{"sig":""}]})",
          R"({"payload":"","payloadType":"t","signatures":[{"sig":"QQ==","keyid":7}]})",
          R"({"payload":"","payloadType":"t","payloadType":"u","signatures":[{"sig":"QQ=="}]})",
          R"({"payload":"","payloadType":"t","signatures":["QQ=="]})"}) {
        EXPECT_THAT(dsse_envelope::parse(bad), FailsWith(errc::invalid_argument, "no DSSE")) << bad;
    }
    EXPECT_THAT(dsse_envelope::parse(
                    R"({"payload":"","payloadType":"t","x":1,"signatures":[{"sig":"QQ=="}]})"),
                HoldsValue())
        << "unknown members are passed over";
    EXPECT_THAT(dsse_envelope::parse(std::string(dsse_bytes_max + 1, ' ')),
                FailsWith(errc::too_large));
    std::string many = R"({"payload":"","payloadType":"t","signatures":[{"sig":"QQ=="})";
    for (std::size_t i = 0; i < dsse_signatures_max; ++i) many += R"(,{"sig":"QQ=="})";
    EXPECT_THAT(dsse_envelope::parse(many + "]}"), FailsWith(errc::too_large));
}

}  // namespace
}  // namespace daybook::compliance
