// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: roots and proofs are those of RFC 6962 and RFC 9162, and nothing else is taken for one.
// Method: the vectors of google/certificate-transparency and transparency-dev/merkle, digests over
// every proof of every tree of up to 130 leaves that were made by another program, and a textbook
// recursion for every tree of up to 256 leaves.
#include <daybook/compliance/merkle.hpp>

#include "support/matchers.hpp"
#include "textbook_tree.hpp"

#include <array>

namespace daybook::compliance {
namespace {

using daybook::test::FailsWith;
using daybook::test::HoldsValue;
using test::textbook_tree;

constexpr std::size_t largest = 256;

/// The leaves that the published vectors are about.
std::vector<digest> golden_leaves() {
    using namespace std::string_view_literals;
    std::vector<digest> leaves;
    for (const auto data : {""sv, "\x00"sv, "\x10"sv, "\x20\x21"sv, "\x30\x31"sv,
                            "\x40\x41\x42\x43"sv, "\x50\x51\x52\x53\x54\x55\x56\x57"sv,
                            "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"sv}) {
        leaves.push_back(leaf_hash(data));
    }
    return leaves;
}

/// Of the golden leaves: the nodes of each level.
std::vector<std::vector<digest>> golden_levels() {
    std::vector<std::vector<digest>> levels{golden_leaves()};
    while (levels.back().size() > 1) {
        std::vector<digest> above;
        for (std::size_t i = 0; i + 1 < levels.back().size(); i += 2) {
            above.push_back(node_hash(levels.back()[i], levels.back()[i + 1]));
        }
        levels.push_back(std::move(above));
    }
    return levels;
}

constexpr std::array golden_roots{
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

/// A digest of many lines of text, in one go.
class rolling {
public:
    void line(std::initializer_list<std::size_t> numbers, std::span<const digest> hashes) {
        std::string text;
        for (const auto number : numbers)
            text += (text.empty() ? "" : " ") + std::to_string(number);
        for (const auto& hash : hashes) text += " " + hash.hex();
        text_ += text + "\n";
    }
    std::string hex() const { return sha256(text_).hex(); }

private:
    std::string text_;
};

// Vectors ----------------------------------------------------------------------------------------

TEST(Merkle, HashesAsThePublishedVectorsDo) {
    EXPECT_EQ(leaf_hash("L123456").hex(),
              "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
    const auto left = std::string{"N123"} + "N456";  // Not 32 bytes each: the hash does not mind.
    EXPECT_EQ(sha256("\x01", left).hex(),
              "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb");
    const std::array leaves{"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                            "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
                            "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
                            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                            "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
                            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
                            "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1"};
    const auto levels = golden_levels();
    for (std::size_t i = 0; i < leaves.size(); ++i) EXPECT_EQ(levels[0][i].hex(), leaves[i]);
    EXPECT_EQ(levels[1][1].hex(),
              "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e");
    EXPECT_EQ(levels[1][2].hex(),
              "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a");
    EXPECT_EQ(levels[1][3].hex(),
              "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0");
    EXPECT_EQ(levels[2][1].hex(),
              "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4");
}

TEST(Merkle, HasTheRootsOfThePublishedVectors) {
    textbook_tree tree{golden_leaves()};
    tree_frontier edge;
    for (std::size_t size = 0; size < golden_roots.size(); ++size) {
        EXPECT_EQ(edge.root().hex(), golden_roots[size]);
        EXPECT_EQ(edge.size(), size);
        EXPECT_EQ(tree_root(std::span{tree.leaves()}.first(size)).hex(), golden_roots[size]);
        EXPECT_EQ(tree_root(size, tree.source()).value().hex(), golden_roots[size]);
        if (size < tree.leaves().size()) edge.append(tree.leaves()[size]);
    }
}

TEST(Merkle, MakesTheProofsOfThePublishedVectors) {
    textbook_tree tree{golden_leaves()};
    const auto levels = golden_levels();
    const auto l = [&](std::size_t level, std::size_t at) { return levels[level][at]; };
    const auto inclusion = [&](std::uint64_t at, std::uint64_t size) {
        return inclusion_path({at}, size, tree.source()).value();
    };
    EXPECT_EQ(inclusion(0, 8), (proof_path{l(0, 1), l(1, 1), l(2, 1)}));
    EXPECT_EQ(inclusion(5, 8), (proof_path{l(0, 4), l(1, 3), l(2, 0)}));
    EXPECT_EQ(inclusion(2, 3), (proof_path{l(1, 0)}));
    EXPECT_EQ(inclusion(1, 5), (proof_path{l(0, 0), l(1, 1), l(0, 4)}));
    const auto consistency = [&](std::uint64_t older, std::uint64_t newer) {
        return consistency_path({older, newer}, tree.source()).value();
    };
    EXPECT_EQ(consistency(1, 8), (proof_path{l(0, 1), l(1, 1), l(2, 1)}));
    EXPECT_EQ(consistency(2, 5), (proof_path{l(1, 1), l(0, 4)}));
    EXPECT_EQ(consistency(6, 7), (proof_path{l(1, 2), l(0, 6), l(2, 0)}));
    EXPECT_EQ(consistency(6, 8), (proof_path{l(1, 2), l(1, 3), l(2, 0)}));
}

TEST(Merkle, AgreesWithAnotherProgramOnEveryTreeOfUpTo130Leaves) {
    auto tree = textbook_tree::of_bytes(130);
    const auto source = tree.source();
    rolling roots;
    rolling inclusions;
    rolling consistencies;
    for (std::size_t size = 0; size <= 130; ++size) {
        const auto root = tree_root(size, source).value();
        roots.line({size}, {&root, 1});
        for (std::size_t i = 0; i < size; ++i) {
            inclusions.line({i, size}, inclusion_path({i}, size, source).value());
        }
        for (std::size_t older = 1; older <= size; ++older) {
            consistencies.line({older, size}, consistency_path({older, size}, source).value());
        }
    }
    EXPECT_EQ(roots.hex(), "9c67f07f906103b6bf201842a50ff0b8c91fca9b3e211334a6b7aa3133165dec");
    EXPECT_EQ(inclusions.hex(), "893ce6eea61adc33c22c0e3a952498b76dfa3c282e78ac659f6fcc0ea44f9983");
    EXPECT_EQ(consistencies.hex(),
              "2498232e1aebe8d1aa8d339d897fc471f4495fe0b8a55ac08f7dae3d88bc4c2a");
}

// Against the textbook ---------------------------------------------------------------------------

TEST(Merkle, HasTheRootOfTheTextbookForEverySize) {
    auto tree = textbook_tree::of_bytes(largest);
    tree_frontier edge;
    for (std::size_t size = 0; size <= largest; ++size) {
        ASSERT_EQ(edge.root(), tree.root(size)) << size;
        ASSERT_EQ(tree_root(size, tree.source()).value(), tree.root(size)) << size;
        ASSERT_EQ(tree_frontier::at(size, tree.source()).value(), edge) << size;
        if (size < largest) edge.append(tree.leaves()[size]);
    }
}

TEST(Merkle, MakesAndTakesTheInclusionProofsOfTheTextbook) {
    auto tree = textbook_tree::of_bytes(largest);
    const auto source = tree.source();
    for (std::size_t size = 1; size <= largest; ++size) {
        const auto head = tree.head(size);
        for (std::size_t at = 0; at < size; ++at) {
            const auto path = inclusion_path({at}, size, source).value();
            ASSERT_EQ(path, tree.inclusion(at, size)) << at << " of " << size;
            ASSERT_TRUE(proves_inclusion(path, tree.leaves()[at], {at}, head)) << at << " " << size;
        }
    }
}

TEST(Merkle, MakesAndTakesTheConsistencyProofsOfTheTextbook) {
    auto tree = textbook_tree::of_bytes(largest);
    const auto source = tree.source();
    for (std::size_t newer = 1; newer <= largest; ++newer) {
        const auto head = tree.head(newer);
        for (std::size_t older = 1; older <= newer; ++older) {
            const auto path = consistency_path({older, newer}, source).value();
            ASSERT_EQ(path, tree.consistency(older, newer)) << older << " to " << newer;
            ASSERT_TRUE(proves_consistency(path, tree.head(older), head)) << older << " " << newer;
        }
    }
}

// What is no proof -------------------------------------------------------------------------------

/// `path` changed in each of the ways that keep it a list of hashes.
std::vector<proof_path> spoilt(const proof_path& path) {
    std::vector<proof_path> all;
    for (std::size_t i = 0; i < path.size(); ++i) {
        all.push_back(path);
        all.back()[i].bytes[31] ^= 1U;
        all.push_back(path);
        all.back().erase(all.back().begin() + static_cast<std::ptrdiff_t>(i));
    }
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
        all.push_back(path);
        std::swap(all.back()[i], all.back()[i + 1]);
    }
    all.push_back(path);
    all.back().push_back(empty_root());
    all.push_back(path);
    all.back().insert(all.back().begin(), empty_root());
    return all;
}

TEST(Merkle, TakesNoSpoiltInclusionProof) {
    auto tree = textbook_tree::of_bytes(33);
    for (std::size_t size = 1; size <= 33; ++size) {
        const auto head = tree.head(size);
        for (std::size_t at = 0; at < size; ++at) {
            const auto path = tree.inclusion(at, size);
            for (const auto& bad : spoilt(path)) {
                ASSERT_FALSE(proves_inclusion(bad, tree.leaves()[at], {at}, head));
            }
            ASSERT_FALSE(proves_inclusion(path, leaf_hash("other"), {at}, head));
            ASSERT_FALSE(proves_inclusion(path, tree.leaves()[at], {at}, {size, empty_root()}));
            ASSERT_FALSE(proves_inclusion(path, tree.leaves()[at], {at + size}, head));
        }
    }
}

TEST(Merkle, TakesNoSpoiltConsistencyProof) {
    auto tree = textbook_tree::of_bytes(33);
    for (std::size_t newer = 1; newer <= 33; ++newer) {
        for (std::size_t older = 1; older <= newer; ++older) {
            const auto path = tree.consistency(older, newer);
            const auto from = tree.head(older);
            const auto to = tree.head(newer);
            for (const auto& bad : spoilt(path)) {
                ASSERT_FALSE(proves_consistency(bad, from, to)) << older << " to " << newer;
            }
            ASSERT_FALSE(proves_consistency(path, {older, empty_root()}, to));
            ASSERT_FALSE(proves_consistency(path, from, {newer, empty_root()}));
            ASSERT_EQ(proves_consistency(path, to, from), older == newer);
        }
    }
}

TEST(Merkle, TakesNoInclusionProofForAnotherPlace) {
    auto tree = textbook_tree::of_bytes(64);
    for (std::size_t size = 1; size <= 64; ++size) {
        const auto head = tree.head(size);
        for (std::size_t at = 0; at < size; ++at) {
            const auto path = tree.inclusion(at, size);
            for (std::size_t other = 0; other < size; ++other) {
                ASSERT_EQ(proves_inclusion(path, tree.leaves()[at], {other}, head), other == at);
            }
        }
    }
}

// The trap that the header names: were this to change, the header could say something better.
TEST(Merkle, TakesMostInclusionProofsForTheSizesBesideTheRightOneToo) {
    auto tree = textbook_tree::of_bytes(130);
    std::size_t tried = 0;
    std::size_t taken = 0;
    for (std::size_t size = 1; size <= 130; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            const auto path = tree.inclusion(at, size);
            for (const auto other : {size - 1, size + 1}) {
                if (other == 0) continue;
                ++tried;
                if (proves_inclusion(path, tree.leaves()[at], {at}, {other, tree.root(size)})) {
                    ++taken;
                }
            }
        }
    }
    EXPECT_EQ(tried, 17'029);
    EXPECT_EQ(taken, 15'744);
}

TEST(Merkle, NeverTakesThatNothingCameBeforeForAProof) {
    auto tree = textbook_tree::of_bytes(4);
    const tree_head none{0, empty_root()};
    EXPECT_FALSE(proves_consistency({}, none, tree.head(4)));
    EXPECT_FALSE(proves_consistency({}, none, none));
    EXPECT_FALSE(proves_consistency(std::array{tree.root(4)}, none, tree.head(4)));
    EXPECT_FALSE(proves_inclusion({}, empty_root(), {0}, none));
}

TEST(Merkle, TakesTheSameTreeWithAnEmptyPathOnly) {
    auto tree = textbook_tree::of_bytes(5);
    EXPECT_TRUE(proves_consistency({}, tree.head(5), tree.head(5)));
    EXPECT_FALSE(proves_consistency(std::array{tree.root(5)}, tree.head(5), tree.head(5)));
    EXPECT_FALSE(proves_consistency({}, tree.head(5), {5, tree.root(4)}));
    EXPECT_FALSE(proves_consistency({}, tree.head(4), tree.head(5)));
}

TEST(Merkle, HasNoTreesAbove2To63Minus1) {
    const digest some = leaf_hash("x");
    const auto source = [&](subtree) -> result<digest> { return some; };
    const proof_path path(70, some);
    EXPECT_FALSE(proves_inclusion(path, some, {0}, {tree_size_max + 1, some}));
    EXPECT_FALSE(proves_inclusion(path, some, {~0ULL - 1}, {~0ULL, some}));
    EXPECT_FALSE(proves_consistency(path, {1, some}, {tree_size_max + 1, some}));
    EXPECT_THAT(tree_root(tree_size_max + 1, source), FailsWith(errc::invalid_argument));
    EXPECT_THAT(inclusion_path({0}, tree_size_max + 1, source), FailsWith(errc::invalid_argument));
    EXPECT_THAT(consistency_path({1, tree_size_max + 1}, source),
                FailsWith(errc::invalid_argument));
    EXPECT_THAT(tree_frontier::at(tree_size_max + 1, source), FailsWith(errc::invalid_argument));
}

TEST(Merkle, ProvesInTheLargestTree) {
    // All leaves are the same, so all subtrees of a level are.
    std::vector<digest> levels{leaf_hash("x")};
    while (levels.size() < 64) levels.push_back(node_hash(levels.back(), levels.back()));
    std::size_t asked = 0;
    const auto source = [&](subtree wanted) -> result<digest> {
        ++asked;
        return levels.at(wanted.level);
    };
    const tree_head head{tree_size_max, tree_root(tree_size_max, source).value()};
    EXPECT_EQ(asked, 63);
    for (const std::uint64_t at : {std::uint64_t{0}, tree_size_max / 2, tree_size_max - 1}) {
        asked = 0;
        const auto path = inclusion_path({at}, tree_size_max, source).value();
        EXPECT_LE(path.size(), 63);
        EXPECT_LE(asked, 125);
        EXPECT_TRUE(proves_inclusion(path, levels[0], {at}, head));
    }
    for (const std::uint64_t older : {std::uint64_t{1}, tree_size_max / 2, tree_size_max - 1}) {
        asked = 0;
        const auto path = consistency_path({older, tree_size_max}, source).value();
        EXPECT_LE(path.size(), 64);
        EXPECT_LE(asked, 125);
        EXPECT_TRUE(proves_consistency(path, {older, tree_root(older, source).value()}, head));
    }
}

// Errors, and the edge ---------------------------------------------------------------------------

TEST(Merkle, SaysWhatItCannotProve) {
    auto tree = textbook_tree::of_bytes(8);
    EXPECT_THAT(inclusion_path({8}, 8, tree.source()), FailsWith(errc::invalid_argument, "leaf 8"));
    EXPECT_THAT(inclusion_path({0}, 0, tree.source()), FailsWith(errc::invalid_argument));
    EXPECT_THAT(consistency_path({0, 8}, tree.source()),
                FailsWith(errc::invalid_argument, "from 0 to 8"));
    EXPECT_THAT(consistency_path({8, 7}, tree.source()), FailsWith(errc::invalid_argument));
    EXPECT_THAT(consistency_path({8, 8}, tree.source()), HoldsValue());
}

TEST(Merkle, PassesOnWhyASubtreeIsNotThere) {
    auto tree = textbook_tree::of_bytes(8);
    EXPECT_THAT(tree_root(9, tree.source()), FailsWith(errc::not_found));
    EXPECT_THAT(inclusion_path({0}, 9, tree.source()), FailsWith(errc::not_found));
    EXPECT_THAT(consistency_path({3, 9}, tree.source()), FailsWith(errc::not_found));
    EXPECT_THAT(consistency_path({8, 9}, tree.source()), FailsWith(errc::not_found));
    EXPECT_THAT(tree_frontier::at(9, tree.source()), FailsWith(errc::not_found));
}

TEST(TreeFrontier, TellsOfEachSubtreeThatALeafCompletes) {
    auto tree = textbook_tree::of_bytes(16);
    const auto source = tree.source();
    std::vector<subtree> all;
    tree_frontier edge;
    for (const auto& leaf : tree.leaves()) {
        edge.append(leaf, [&](subtree one, const digest& hash) {
            EXPECT_EQ(hash, source(one).value());
            all.push_back(one);
        });
    }
    EXPECT_EQ(all.size(), 31);
    EXPECT_EQ((std::vector(all.begin(), all.begin() + 7)),
              (std::vector<subtree>{{0, 0}, {0, 1}, {1, 0}, {0, 2}, {0, 3}, {1, 1}, {2, 0}}));
    EXPECT_EQ(all.back(), (subtree{4, 0}));
    EXPECT_EQ(edge.subtrees().size(), 1);
}

TEST(TreeFrontier, IsAsItWasWhenACopyIsTakenBack) {
    auto tree = textbook_tree::of_bytes(40);
    auto edge = tree_frontier::at(21, tree.source()).value();
    const auto before = edge;
    for (std::size_t i = 21; i < 40; ++i) edge.append(tree.leaves()[i]);
    EXPECT_EQ(edge.head(), tree.head(40));
    edge = before;
    EXPECT_EQ(edge.head(), tree.head(21));
    edge.append(tree.leaves()[21]);
    EXPECT_EQ(edge.head(), tree.head(22));
}

}  // namespace
}  // namespace daybook::compliance
