// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/digest.hpp>

#include <gtest/gtest.h>

namespace daybook::compliance {
namespace {

TEST(digest, is_sha_256_as_in_the_examples_of_its_standard) {
    EXPECT_EQ(sha256("abc").hex(),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256("").hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256("a", "bc"), sha256("abc"));
}

TEST(digest, of_leaves_and_nodes_is_that_of_rfc_6962) {
    EXPECT_EQ(leaf_hash("").hex(),
              "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    EXPECT_EQ(leaf_hash("L123456").hex(),
              "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
    EXPECT_EQ(node_hash(leaf_hash(""), leaf_hash(std::string_view{"\0", 1})).hex(),
              "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
    EXPECT_EQ(empty_root(), sha256(""));
}

TEST(digest, reads_exactly_what_it_writes) {
    const auto made = sha256("abc");
    EXPECT_EQ(digest::from_hex(made.hex()), made);
    EXPECT_EQ(digest::from_bytes(made.view()), made);
    EXPECT_FALSE(digest::from_hex(made.hex().substr(1)));
    EXPECT_FALSE(digest::from_hex(made.hex() + "0"));
    EXPECT_FALSE(digest::from_hex("BA" + made.hex().substr(2))) << "upper case is another spelling";
    EXPECT_FALSE(digest::from_hex("g" + made.hex().substr(1)));
    EXPECT_FALSE(digest::from_bytes(made.view().substr(1)));
}

}  // namespace
}  // namespace daybook::compliance
