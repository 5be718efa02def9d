// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/proof_file.hpp>

#include "composed_log.hpp"
#include "support/matchers.hpp"
#include "textbook_tree.hpp"

namespace daybook::compliance {
namespace {

using daybook::test::FailsWith;
using daybook::test::HoldsValue;
using namespace test;

proof_file proof_of(std::size_t at) {
    textbook_tree tree{composed_leaves()};
    return {{at}, tree.inclusion(at, 8), composed_note, ""};
}

const policy& trusted() {
    static const auto made =
        policy::parse("log " + log_vkey + "\nwitness W " + witness_vkey + "\nquorum W\n").value();
    return made;
}

TEST(ProofFile, IsWrittenAsTheSpecificationSays) {
    EXPECT_EQ(proof_of(5).text(),
              "c2sp.org/tlog-proof@v1\n"
              "index 5\n"
              "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=\n"
              "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=\n"
              "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=\n"
              "\n" +
                  composed_note);
}

TEST(ProofFile, ShowsThatEachLeafIsInTheLog) {
    const auto leaves = composed_leaves();
    for (std::size_t at = 0; at < leaves.size(); ++at) {
        const auto read = proof_file::parse(proof_of(at).text());
        ASSERT_THAT(read, HoldsValue());
        EXPECT_EQ(*read, proof_of(at));
        const auto seen = read->verify(trusted(), leaves[at]);
        ASSERT_THAT(seen, HoldsValue());
        EXPECT_EQ(seen->checkpoint.size(), 8);
        EXPECT_EQ(seen->witnesses.size(), 1);
    }
}

TEST(ProofFile, ShowsNothingOfOtherLeavesPlacesAndTrees) {
    const auto leaves = composed_leaves();
    EXPECT_THAT(proof_of(5).verify(trusted(), leaves[4]), FailsWith(errc::corrupt, "not at 5"));
    auto moved = proof_of(5);
    moved.at = {4};
    EXPECT_THAT(moved.verify(trusted(), leaves[5]), FailsWith(errc::corrupt));
    moved.at = {13};
    EXPECT_THAT(moved.verify(trusted(), leaves[5]), FailsWith(errc::corrupt));
    auto cut = proof_of(5);
    cut.path.pop_back();
    EXPECT_THAT(cut.verify(trusted(), leaves[5]), FailsWith(errc::corrupt));
    auto unseen = proof_of(5);
    unseen.checkpoint = composed_text + "\n" + log_line;
    EXPECT_THAT(unseen.verify(trusted(), leaves[5]), FailsWith(errc::not_found, "quorum"));
    auto own = proof_of(5);
    own.checkpoint =
        sign_checkpoint(checkpoint::parse(composed_text).value(), *witness_signer()).value();
    EXPECT_THAT(own.verify(trusted(), leaves[5]), FailsWith(errc::not_found))
        << "a root that came along with the proof counts for nothing";
}

TEST(ProofFile, KeepsWhatCameAlong) {
    using namespace std::string_literals;
    auto proof = proof_of(0);
    proof.extra = "any bytes \0\xFF"s;
    EXPECT_EQ(proof.text().substr(0, 55),
              "c2sp.org/tlog-proof@v1\nextra YW55IGJ5dGVzIAD/\nindex 0\nl");
    EXPECT_EQ(proof_file::parse(proof.text()).value(), proof);
    proof.extra = std::string(proof_extra_bytes_max, 'x');
    EXPECT_EQ(proof_file::parse(proof.text()).value(), proof);
    proof.extra += 'x';
    EXPECT_THAT(proof_file::parse(proof.text()), FailsWith(errc::invalid_argument, "extra"));
}

TEST(ProofFile, OfATreeOfOneLeafHasNoPath) {
    textbook_tree tree{composed_leaves()};
    const auto note =
        sign_checkpoint({composed_origin, 1, tree.root(1), {}}, *log_signer()).value();
    const auto text = "c2sp.org/tlog-proof@v1\nindex 0\n\n" + note;
    const auto read = proof_file::parse(text);
    ASSERT_THAT(read, HoldsValue());
    EXPECT_EQ(read->text(), text);
    const auto any = policy::parse("log " + log_vkey + "\nquorum none\n").value();
    EXPECT_THAT(read->verify(any, tree.leaves()[0]), HoldsValue());
}

TEST(ProofFile, IsRefusedUnlessItIsSpelledRight) {
    const std::string first = "c2sp.org/tlog-proof@v1\n";
    const std::string hash = "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=\n";
    const auto tail = "\n" + composed_note;
    std::string many;
    for (int i = 0; i < 65; ++i) many += hash;
    for (const auto& text : {std::string{},
                             first,
                             first + "index 5\n",
                             first + "index 5\n" + hash,
                             first + "index 5\n" + hash + composed_note,
                             first + hash + tail,
                             "index 5\n" + hash + tail,
                             "c2sp.org/tlog-proof@v2\nindex 5\n" + hash + tail,
                             first + "index 05\n" + hash + tail,
                             first + "index +5\n" + hash + tail,
                             first + "index -5\n" + hash + tail,
                             first + "index 5 \n" + hash + tail,
                             first + "index\n" + hash + tail,
                             first + "index  5\n" + hash + tail,
                             first + "index 9223372036854775808\n" + hash + tail,
                             first + "extra \nindex 5\n" + hash + tail,
                             first + "extra eA\nindex 5\n" + hash + tail,
                             first + "extra eA==\nextra eA==\nindex 5\n" + hash + tail,
                             first + "index 5\nextra eA==\n" + hash + tail,
                             first + "index 5\nAAAA\n" + tail,
                             first + "index 5\n" + hash.substr(1) + tail,
                             first + "index 5\n " + hash + tail,
                             first + "index 5\n" + many + tail,
                             first + "index 5\n" + hash + "\n",
                             first + "index 5\n" + hash + "\n" + composed_text,
                             first + "index 5\n" + hash + "\nno checkpoint\n\n" + log_line,
                             first + "index 5\r\n" + hash + tail,
                             " " + first + "index 5\n" + hash + tail}) {
        EXPECT_THAT(proof_file::parse(text), FailsWith(errc::invalid_argument, "proof")) << text;
    }
    EXPECT_THAT(proof_file::parse(first + std::string(proof_file_bytes_max, 'x')),
                FailsWith(errc::too_large));
}

}  // namespace
}  // namespace daybook::compliance
