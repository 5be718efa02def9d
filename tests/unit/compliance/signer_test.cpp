// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/signer.hpp>

#include "support/matchers.hpp"
#include "unit/compliance/hex.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <thread>
#include <vector>

namespace daybook::compliance {
namespace {

using daybook::test::FailsWith;
using daybook::test::HoldsValue;
using test::from_hex;
using test::to_hex;

// RFC 8032, section 7.1: seed, public key, message, signature.
struct rfc8032_vector {
    const char* seed;
    const char* key;
    const char* message;
    const char* signature;
};
constexpr std::array rfc8032{
    rfc8032_vector{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                   "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                   "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33b"
                   "acc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    rfc8032_vector{"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                   "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                   "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e1599"
                   "6e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    rfc8032_vector{"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                   "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                   "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f2"
                   "90ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"}};

std::unique_ptr<signer> first_signer() { return ed25519_signer(from_hex(rfc8032[0].seed)).value(); }

TEST(signer, of_ed25519_makes_the_signatures_of_rfc_8032) {
    for (const auto& vector : rfc8032) {
        const auto made = ed25519_signer(from_hex(vector.seed)).value();
        EXPECT_EQ(made->type(), key_type::ed25519);
        EXPECT_EQ(to_hex(made->public_key()), vector.key);
        EXPECT_EQ(to_hex(made->sign(from_hex(vector.message)).value()), vector.signature);
    }
}

TEST(signer, of_p256_has_the_public_key_of_its_secret_and_signs_what_it_verifies) {
    // RFC 6979, appendix A.2.5.
    const auto made = ecdsa_p256_signer(
        from_hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"));
    ASSERT_THAT(made, HoldsValue());
    EXPECT_EQ((*made)->type(), key_type::ecdsa_p256);
    EXPECT_EQ(to_hex((*made)->public_key()),
              "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
              "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
              "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
    const auto key = public_key::make(key_type::ecdsa_p256, (*made)->public_key()).value();
    EXPECT_TRUE(key.verifies("sample", (*made)->sign("sample").value()));
    EXPECT_FALSE(key.verifies("Sample", (*made)->sign("sample").value()));
    EXPECT_TRUE(key.verifies("sample", from_hex("3046022100"
                                                "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991"
                                                "c34d0ea84eaf3716022100"
                                                "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff406"
                                                "4dc4ab2f843acda8")));
}

TEST(signer, refuses_secrets_that_are_none) {
    EXPECT_THAT(ed25519_signer(std::string(31, 'x')), FailsWith(errc::invalid_argument, "not 31"));
    EXPECT_THAT(ecdsa_p256_signer(std::string(32, '\0')),
                FailsWith(errc::invalid_argument, "P-256"));
    EXPECT_THAT(ecdsa_p256_signer(std::string(32, '\xff')),
                FailsWith(errc::invalid_argument, "P-256"));
    EXPECT_THAT(ecdsa_p256_signer(std::string(33, '\1')),
                FailsWith(errc::invalid_argument, "P-256"));
}

TEST(signer, made_for_a_while_is_another_each_time) {
    for (const auto type : {key_type::ed25519, key_type::ecdsa_p256}) {
        const auto one = temporary_signer(type).value();
        const auto other = temporary_signer(type).value();
        EXPECT_NE(one->public_key(), other->public_key()) << to_string(type);
        const auto key = public_key::make(type, one->public_key()).value();
        EXPECT_TRUE(key.verifies("text", one->sign("text").value()));
        EXPECT_FALSE(key.verifies("text", other->sign("text").value()));
    }
}

TEST(signer, signs_from_many_threads) {
    const auto made = first_signer();
    const auto expected = made->sign("text").value();
    std::vector<int> wrong(4);
    std::vector<std::thread> threads;
    for (auto& count : wrong) {
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i) count += made->sign("text").value() == expected ? 0 : 1;
        });
    }
    for (auto& one : threads) one.join();
    EXPECT_THAT(wrong, testing::Each(0));
}

TEST(callback_signer, passes_on_what_the_callback_signs) {
    const auto real = first_signer();
    const auto asking =
        callback_signer(key_type::ed25519, real->public_key(), [&](std::string_view text) {
            return real->sign(text);
        }).value();
    EXPECT_EQ(asking->type(), key_type::ed25519);
    EXPECT_EQ(asking->public_key(), real->public_key());
    EXPECT_EQ(asking->sign("text").value(), real->sign("text").value());
}

TEST(callback_signer, never_passes_on_a_signature_that_does_not_verify) {
    const auto key = first_signer();
    const auto with = [&](sign_callback sign) {
        return callback_signer(key_type::ed25519, key->public_key(), std::move(sign))
            .value()
            ->sign("text");
    };
    EXPECT_THAT(with([&](std::string_view) { return key->sign("another"); }),
                FailsWith(errc::refused, "not a signature of its key"));
    EXPECT_THAT(with([](std::string_view) -> result<std::string> { return std::string{}; }),
                FailsWith(errc::refused, "not a signature of its key"));
    EXPECT_THAT(with([](std::string_view) -> result<std::string> {
                    return fail(errc::timed_out, "The device does not answer.");
                }),
                FailsWith(errc::timed_out, "does not answer"));
    EXPECT_THAT(with([](std::string_view) -> result<std::string> {
                    throw std::runtime_error{"unplugged"};
                }),
                FailsWith(errc::refused, "unplugged"));
    EXPECT_THAT(with([](std::string_view) -> result<std::string> { throw 7; }),
                FailsWith(errc::refused, "unknown"));
    EXPECT_THAT(with(nullptr), FailsWith(errc::refused, "threw"));
}

TEST(callback_signer, needs_an_acceptable_key) {
    EXPECT_THAT(callback_signer(key_type::ed25519, std::string(32, '\0'), nullptr),
                FailsWith(errc::invalid_argument, "small order"));
}

TEST(public_key, verifies_the_signatures_of_rfc_8032_and_no_others) {
    for (const auto& vector : rfc8032) {
        const auto key = public_key::make(key_type::ed25519, from_hex(vector.key)).value();
        const auto message = from_hex(vector.message);
        const auto signature = from_hex(vector.signature);
        EXPECT_TRUE(key.verifies(message, signature));
        EXPECT_FALSE(key.verifies(message + "x", signature));
        for (std::size_t i = 0; i < signature.size(); ++i) {
            auto flipped = signature;
            flipped[i] = static_cast<char>(flipped[i] ^ 1);
            EXPECT_FALSE(key.verifies(message, flipped)) << "byte " << i;
        }
        EXPECT_FALSE(key.verifies(message, signature.substr(1)));
        EXPECT_FALSE(key.verifies(message, signature + "x"));
        EXPECT_FALSE(key.verifies(message, ""));
    }
}

TEST(public_key, does_not_take_a_signature_with_the_order_added) {
    const auto key = public_key::make(key_type::ed25519, from_hex(rfc8032[0].key)).value();
    auto signature = from_hex(rfc8032[0].signature);
    const auto order = from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        carry += static_cast<unsigned char>(signature[32 + i]);
        carry += static_cast<unsigned char>(order[i]);
        signature[32 + i] = static_cast<char>(carry & 255U);
        carry >>= 8U;
    }
    EXPECT_FALSE(key.verifies("", signature));
}

TEST(public_key, of_small_order_or_not_canonical_is_refused_with_either_sign) {
    const std::string zeros(60, '0');
    const std::string ones(60, 'f');
    const std::array bad{
        "00" + zeros + "00",
        "01" + zeros + "00",
        "ec" + ones + "7f",
        "ed" + ones + "7f",
        "ee" + ones + "7f",
        "ff" + ones + "7f",
        std::string{"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"},
        std::string{"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"}};
    for (const auto& hex : bad) {
        auto bytes = from_hex(hex);
        EXPECT_THAT(public_key::make(key_type::ed25519, bytes),
                    FailsWith(errc::invalid_argument, "cannot be used"))
            << hex;
        bytes[31] = static_cast<char>(bytes[31] ^ '\x80');
        EXPECT_THAT(public_key::make(key_type::ed25519, bytes),
                    FailsWith(errc::invalid_argument, "cannot be used"))
            << hex << " with the sign";
    }
    EXPECT_TRUE(public_key::make(key_type::ed25519, from_hex("eb" + ones + "7f")))
        << "one less than the smallest of them is only an ordinary number";
}

TEST(public_key, has_the_size_the_curve_and_the_encoding_of_its_type) {
    const auto p256 = temporary_signer(key_type::ecdsa_p256).value();
    const std::string good{p256->public_key()};
    ASSERT_TRUE(public_key::make(key_type::ecdsa_p256, good));
    EXPECT_THAT(public_key::make(key_type::ed25519, good),
                FailsWith(errc::invalid_argument, "32 bytes; found 91"));
    EXPECT_THAT(public_key::make(key_type::ecdsa_p256, std::string(32, 'x')),
                FailsWith(errc::invalid_argument, "found 32"));
    EXPECT_THAT(public_key::make(key_type::ecdsa_p256, good + "x"),
                FailsWith(errc::invalid_argument, "found 92"));
    auto other_curve = good;
    other_curve[22] = '\x06';
    EXPECT_THAT(public_key::make(key_type::ecdsa_p256, other_curve),
                FailsWith(errc::invalid_argument, "named curve"));
    auto off_curve = good;
    off_curve.back() = static_cast<char>(off_curve.back() ^ 1);
    EXPECT_THAT(public_key::make(key_type::ecdsa_p256, off_curve),
                FailsWith(errc::invalid_argument, "cannot be used"));
    EXPECT_THAT(public_key::make(static_cast<key_type>(4), std::string(32, 'x')),
                FailsWith(errc::invalid_argument, "type 4"));
}

TEST(public_key, takes_no_ecdsa_signature_in_another_encoding) {
    const auto p256 = temporary_signer(key_type::ecdsa_p256).value();
    const auto key = public_key::make(key_type::ecdsa_p256, p256->public_key()).value();
    const auto signature = p256->sign("text").value();
    EXPECT_TRUE(key.verifies("text", signature));
    EXPECT_FALSE(key.verifies("text", signature + "x"));
    EXPECT_FALSE(key.verifies("text", signature.substr(0, signature.size() - 1)));
    EXPECT_FALSE(key.verifies("text", std::string(64, 'x')));
    EXPECT_FALSE(key.verifies("text", ""));
}

TEST(public_key, equals_one_of_the_same_type_and_bytes) {
    const auto one = public_key::make(key_type::ed25519, from_hex(rfc8032[0].key)).value();
    EXPECT_EQ(one, public_key::make(key_type::ed25519, from_hex(rfc8032[0].key)).value());
    EXPECT_FALSE(one == public_key::make(key_type::ed25519, from_hex(rfc8032[1].key)).value());
    EXPECT_EQ(one.bytes(), from_hex(rfc8032[0].key));
    EXPECT_EQ(to_string(one.type()), "ed25519");
    EXPECT_EQ(to_string(key_type::ecdsa_p256), "ecdsa-p256");
}

}  // namespace
}  // namespace daybook::compliance
