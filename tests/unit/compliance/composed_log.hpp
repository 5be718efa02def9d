// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/checkpoint.hpp>
#include <daybook/compliance/merkle.hpp>
#include <daybook/compliance/signer.hpp>

#include "hex.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// A log of eight leaves whose checkpoint another program signed: the leaves of the published tree
/// vectors, the keys of the tests of RFC 8032.
namespace daybook::compliance::test {

inline constexpr std::string_view dash = "\xE2\x80\x94 ";

inline const std::string composed_origin = "example.com/esdb-test";
inline const std::string witness_name = "witness.example/w1";
inline const std::string log_vkey =
    "example.com/esdb-test+e1acbd28+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
inline const std::string witness_vkey =
    "witness.example/w1+04d2d833+BD1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM";
inline constexpr std::int64_t composed_time = 1'700'000'000;

inline const std::string composed_text =
    "example.com/esdb-test\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n";
inline const std::string log_line =
    std::string{dash} +
    "example.com/esdb-test 4ay9KLUdTd2643kziqfa3vGRvx86PKw8nt6NeBaeqsTqDEl44MhWDhKTq8+E0J86BUdgZpY3"
    "juMvXWGzXHk8pFwydQg=\n";
inline const std::string witness_line =
    std::string{dash} +
    "witness.example/w1 "
    "BNLYMwAAAABlU/EAwEtwr57PMV1e1HKeg0dli7vMvFYdgv9lPpodQAFv5btZkC7pWAKQP46W8ivI"
    "vxQ/naJvFHiORC7gDKYbVFwFDA==\n";
inline const std::string composed_note = composed_text + "\n" + log_line + witness_line;

inline std::unique_ptr<signer> log_signer() {
    return ed25519_signer(
               from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
        .value();
}
inline std::unique_ptr<signer> witness_signer() {
    return ed25519_signer(
               from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
        .value();
}
inline verifier_key log_key() { return verifier_key::parse(log_vkey).value(); }
inline verifier_key witness_key() { return verifier_key::parse(witness_vkey).value(); }

/// The hashes of the eight leaves.
inline std::vector<digest> composed_leaves() {
    std::vector<digest> leaves;
    for (const auto* data : {"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                             "606162636465666768696a6b6c6d6e6f"}) {
        leaves.push_back(leaf_hash(from_hex(data)));
    }
    return leaves;
}

}  // namespace daybook::compliance::test
