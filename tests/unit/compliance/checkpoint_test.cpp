// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/checkpoint.hpp>

#include "composed_log.hpp"
#include "support/matchers.hpp"
#include "textbook_tree.hpp"

#include <array>

namespace daybook::compliance {
namespace {

using daybook::test::FailsWith;
using daybook::test::HoldsValue;
using namespace test;

checkpoint of_size(std::uint64_t size) {
    textbook_tree tree{composed_leaves()};
    return {composed_origin, size, tree.root(size), {}};
}

verified_checkpoint verified(std::uint64_t size) {
    const auto note = sign_checkpoint(of_size(size), *log_signer()).value();
    return verified_checkpoint::verify(note, composed_origin, std::array{log_key()}).value();
}

TEST(Checkpoint, IsReadAndWritten) {
    const auto read = checkpoint::parse(composed_text);
    ASSERT_THAT(read, HoldsValue());
    EXPECT_EQ(*read, of_size(8));
    EXPECT_EQ(read->text(), composed_text);
    const auto more = composed_text + "one\nand two\n";
    EXPECT_EQ(checkpoint::parse(more).value().text(), more);
    EXPECT_EQ(checkpoint::parse(more).value().extensions,
              (std::vector<std::string>{"one", "and two"}));
}

TEST(Checkpoint, IsSignedAsOtherProgramsSignIt) {
    EXPECT_EQ(sign_checkpoint(of_size(8), *log_signer()).value(), composed_text + "\n" + log_line);
    EXPECT_EQ(
        sign_checkpoint(of_size(0), *log_signer()).value(),
        "example.com/esdb-test\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n" +
            std::string{dash} +
            "example.com/esdb-test 4ay9KFKcIZLvaCvBiHqAUT4A4NZX1O1WSTddMHkcNcsY4MAnglsRmwgqRCve"
            "FFsMozx7B140KxdVw5SsIIYym/4ufg8=\n");
}

TEST(Checkpoint, IsRefusedUnlessItIsSpelledRight) {
    const std::string root = "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=";
    const std::string name = "example.com/log\n";
    for (const auto& text : {std::string{},
                             std::string{"\n"},
                             name,
                             name + "8\n",
                             name + "8\n" + root,
                             "\n8\n" + root + "\n",
                             name + "08\n" + root + "\n",
                             name + "+8\n" + root + "\n",
                             name + "8 \n" + root + "\n",
                             name + " 8\n" + root + "\n",
                             name + "-1\n" + root + "\n",
                             name + "\n" + root + "\n",
                             name + "8.0\n" + root + "\n",
                             name + "0x8\n" + root + "\n",
                             name + "9223372036854775808\n" + root + "\n",
                             name + "18446744073709551616\n" + root + "\n",
                             name + "8\n\n",
                             name + "8\n" + root.substr(1) + "\n",
                             name + "8\n" + root + " \n",
                             name + "8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQy==\n",
                             name + "8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyh=\n",
                             name + "8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz-Nw7_RgQyg=\n",
                             name + "8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg\n",
                             name + "8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQygA\n",
                             name + "8\n" + root + "\n\n",
                             name + "8\n" + root + "\n\nmore\n",
                             name + "8\n" + root + "\nmore",
                             "example.com/log\r\n8\r\n" + root + "\r\n",
                             name + "8\n" + root + "\n\xFF\n"}) {
        EXPECT_THAT(checkpoint::parse(text), FailsWith(errc::invalid_argument)) << text;
    }
    EXPECT_EQ(checkpoint::parse(name + "9223372036854775807\n" + root + "\n").value().size,
              tree_size_max);
}

TEST(Checkpoint, IsSignedOnlyIfItCanBeRead) {
    auto what = of_size(8);
    what.origin = "";
    EXPECT_THAT(sign_checkpoint(what, *log_signer()), FailsWith(errc::invalid_argument));
    what.origin = "has a space";
    EXPECT_THAT(sign_checkpoint(what, *log_signer()), FailsWith(errc::invalid_argument));
    what = of_size(8);
    what.extensions = {""};
    EXPECT_THAT(sign_checkpoint(what, *log_signer()), FailsWith(errc::invalid_argument));
    what.extensions = {"two\nlines"};
    EXPECT_THAT(sign_checkpoint(what, *log_signer()), FailsWith(errc::invalid_argument));
    what.extensions = {"fine"};
    EXPECT_THAT(sign_checkpoint(what, *log_signer()), HoldsValue());
    what.size = tree_size_max + 1;
    EXPECT_THAT(sign_checkpoint(what, *log_signer()), FailsWith(errc::invalid_argument));
}

TEST(Origin, HasAtMost200BytesAndNoSpaces) {
    EXPECT_TRUE(is_origin(composed_origin));
    EXPECT_TRUE(is_origin(std::string(200, 'x')));
    EXPECT_FALSE(is_origin(std::string(201, 'x')));
    EXPECT_FALSE(is_origin(""));
    EXPECT_FALSE(is_origin("a b"));
    EXPECT_FALSE(is_origin("a+b"));
    EXPECT_FALSE(is_origin("a\n"));
}

TEST(VerifiedCheckpoint, IsWhatAKnownKeyOfTheLogSigned) {
    const auto made =
        verified_checkpoint::verify(composed_note, composed_origin, std::array{log_key()});
    ASSERT_THAT(made, HoldsValue());
    EXPECT_EQ(made->contents(), of_size(8));
    EXPECT_EQ(made->size(), 8);
    EXPECT_EQ(made->origin(), composed_origin);
    EXPECT_EQ(made->head(), (tree_head{8, made->root()}));
    EXPECT_EQ(made->note(), composed_note);
    EXPECT_EQ(made->signed_by(), log_key());
}

TEST(VerifiedCheckpoint, IsNotMadeOfAnythingElse) {
    const auto verify = [](std::string_view note, std::string_view origin,
                           std::vector<verifier_key> keys) {
        return verified_checkpoint::verify(note, origin, keys);
    };
    EXPECT_THAT(verify(composed_note, "example.com/other", {log_key()}),
                FailsWith(errc::invalid_argument, "example.com/other"));
    const auto other = verifier_key::of(composed_origin, *witness_signer()).value();
    EXPECT_THAT(verify(composed_note, composed_origin, {other}), FailsWith(errc::not_found));
    EXPECT_THAT(verify(composed_note, composed_origin, {}), FailsWith(errc::not_found));
    EXPECT_THAT(verify(composed_note, composed_origin, {witness_key()}), FailsWith(errc::not_found))
        << "a witness does not speak for the log";
    auto forged = composed_note;
    forged[composed_origin.size() + 1] = '9';
    EXPECT_THAT(verify(forged, composed_origin, {log_key()}), FailsWith(errc::corrupt));
    EXPECT_THAT(verify(composed_text, composed_origin, {log_key()}),
                FailsWith(errc::invalid_argument));
    const auto no_checkpoint = sign_note("hello\n", composed_origin, *log_signer()).value();
    EXPECT_THAT(verify(no_checkpoint, composed_origin, {log_key()}),
                FailsWith(errc::invalid_argument));
}

TEST(VerifiedCheckpoint, AnyByteOfWhichIsChangedIsRefused) {
    const auto note = composed_text + "\n" + log_line;
    for (std::size_t at = 0; at < note.size(); ++at) {
        for (const unsigned bit : {0U, 5U}) {
            auto bad = note;
            bad[at] = static_cast<char>(static_cast<unsigned char>(bad[at]) ^ (1U << bit));
            EXPECT_FALSE(verified_checkpoint::verify(bad, composed_origin, std::array{log_key()}))
                << at;
        }
    }
}

TEST(VerifiedCheckpoint, TakesProofs) {
    textbook_tree tree{composed_leaves()};
    const auto now = verified(8);
    const auto before = verified(5);
    EXPECT_TRUE(now.includes(tree.inclusion(5, 8), tree.leaves()[5], {5}));
    EXPECT_FALSE(now.includes(tree.inclusion(5, 8), tree.leaves()[5], {4}));
    EXPECT_FALSE(before.includes(tree.inclusion(5, 8), tree.leaves()[5], {5}));
    EXPECT_TRUE(now.continues(before, tree.consistency(5, 8)));
    EXPECT_TRUE(now.continues(now, {}));
    EXPECT_FALSE(before.continues(now, tree.consistency(5, 8)));
    EXPECT_FALSE(now.continues(verified(0), {}));
}

TEST(VerifiedCheckpoint, DoesNotContinueThatOfAnotherLog) {
    auto what = of_size(8);
    what.origin = "example.com/other";
    const auto note = sign_checkpoint(what, *log_signer()).value();
    const auto key = verifier_key::of("example.com/other", *log_signer()).value();
    const auto other = verified_checkpoint::verify(note, what.origin, std::array{key}).value();
    EXPECT_FALSE(other.continues(verified(8), {}));
}

}  // namespace
}  // namespace daybook::compliance
