// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/tiles.hpp>

#include "support/matchers.hpp"
#include "textbook_tree.hpp"

#include <map>

namespace daybook::compliance {
namespace {

using daybook::test::FailsWith;
using daybook::test::HoldsValue;
using test::textbook_tree;

/// All tiles of a tree, by path, each made from the leaves below it as the definition says.
class tile_folder {
public:
    explicit tile_folder(textbook_tree& tree, std::uint64_t size) {
        const auto source = tree.source();
        for (unsigned level = 0; size >> (tile_height * level) > 0; ++level) {
            for (std::uint64_t index = 0; const auto one = tile_in(size, level, index); ++index) {
                std::vector<digest> hashes;
                for (unsigned i = 0; i < one->width; ++i) {
                    hashes.push_back(source({tile_height * level, index * tile_width + i}).value());
                }
                files[tile_path(*one)] = tile_bytes(hashes);
            }
        }
    }

    tile_source source() {
        return [this](const tile& one) -> result<std::vector<digest>> {
            ++reads;
            const auto file = files.find(tile_path(one));
            if (file == files.end()) return fail(errc::not_found, "no " + tile_path(one));
            return parse_tile(one, file->second);
        };
    }

    std::map<std::string, std::string> files;
    std::size_t reads = 0;
};

textbook_tree many_leaves(std::size_t count) {
    std::vector<digest> leaves;
    for (std::size_t i = 0; i < count; ++i) leaves.push_back(leaf_hash(std::to_string(i)));
    return textbook_tree{std::move(leaves)};
}

TEST(Tiles, AreNamedAsInTheSpecification) {
    EXPECT_EQ(tile_path({1, 1'234'067, 256}), "tile/1/x001/x234/067");
    EXPECT_EQ(tile_path({0, 0, 256}), "tile/0/000");
    EXPECT_EQ(tile_path({0, 273, 112}), "tile/0/273.p/112");
    EXPECT_EQ(tile_path({0, 1'000, 256}), "tile/0/x001/000");
    EXPECT_EQ(entries_path({0, 1'234'067, 3}), "tile/entries/x001/x234/067.p/3");
}

TEST(Tiles, OfATreeOf70000LeavesAreThoseOfTheSpecification) {
    EXPECT_EQ(tile_in(70'000, 0, 272), (tile{0, 272, 256}));
    EXPECT_EQ(tile_in(70'000, 0, 273), (tile{0, 273, 112}));
    EXPECT_EQ(tile_in(70'000, 0, 274), std::nullopt);
    EXPECT_EQ(tile_in(70'000, 1, 0), (tile{1, 0, 256}));
    EXPECT_EQ(tile_in(70'000, 1, 1), (tile{1, 1, 17}));
    EXPECT_EQ(tile_in(70'000, 2, 0), (tile{2, 0, 1}));
    EXPECT_EQ(tile_in(70'000, 3, 0), std::nullopt);
    EXPECT_EQ(partial_width(0, 70'000), 112);
    EXPECT_EQ(partial_width(1, 70'000), 17);
    EXPECT_EQ(partial_width(2, 70'000), 1);
}

TEST(Tiles, OfATreeThatEndsWithATileHaveNoEmptyOne) {
    EXPECT_EQ(tile_in(256, 0, 0), (tile{0, 0, 256}));
    EXPECT_EQ(tile_in(256, 0, 1), std::nullopt);
    EXPECT_EQ(tile_in(256, 1, 0), (tile{1, 0, 1}));
    EXPECT_EQ(tile_in(0, 0, 0), std::nullopt);
    EXPECT_EQ(tile_in(tree_size_max, 7, 0), (tile{7, 0, 127}));
}

TEST(Tiles, KnowTheLeavesBelowThem) {
    EXPECT_EQ((tile{0, 273, 112}.begin()), 69'888);
    EXPECT_EQ((tile{0, 273, 112}.end()), 70'000);
    EXPECT_EQ((tile{1, 1, 256}.begin()), 65'536);
    EXPECT_EQ((tile{1, 1, 256}.end()), 131'072);
}

TEST(Tiles, AreReadFromTheirPaths) {
    for (const auto& one :
         {tile{0, 0, 256}, tile{0, 0, 1}, tile{0, 999, 255}, tile{0, 1'000, 256},
          tile{1, 1'234'067, 17}, tile{7, 0, 127}, tile{0, tree_size_max / 256, 255}}) {
        EXPECT_EQ(parse_tile_path(tile_path(one)).value(), (tile_name{one, false}));
        if (one.level != 0) continue;
        EXPECT_EQ(parse_tile_path(entries_path(one)).value(), (tile_name{one, true}));
    }
}

TEST(Tiles, HaveOnePathEach) {
    for (const auto* path :
         {"",
          "tile",
          "tile/",
          "tile/0",
          "tile/0/",
          "tile/0/0",
          "tile/0/0000",
          "tile/0/00",
          "tile/0/x000",
          "tile/0/x000/000",
          "tile/0/x000/067",
          "tile/0/001/234",
          "tile/0/x1/234",
          "tile/0/x001/x234",
          "tile/0/X001/234",
          "tile/0/x001//234",
          "tile/0/x001/234/",
          "/tile/0/000",
          "tile/00/000",
          "tile/+1/000",
          "tile/-1/000",
          "tile/8/000",
          "tile/63/000",
          "tile/64/000",
          "tile/a/000",
          "tile/0/abc",
          "tile/0/000.p",
          "tile/0/000.p/",
          "tile/0/000.p/0",
          "tile/0/000.p/256",
          "tile/0/000.p/01",
          "tile/0/000.p/1/",
          "tile/0/000.p/-1",
          "tile/0/000.p/1.p/1",
          "tile/0/000.P/1",
          "tile/entries",
          "tile/entries/",
          "tile/Entries/000",
          "tiles/0/000",
          "tile/0/../000",
          "tile/0/%30%30%30",
          "tile/0/000 ",
          "tile/0/000\n",
          "tile/7/000",
          "tile/7/000.p/128",
          "tile/6/128.p/1",
          "tile/0/x036/x028/x797/x018/x963/968",
          "tile/0/x999/x999/x999/x999/x999/x999/999",
          "tile/0/x000/x000/x000/x000/x000/x000/x000/x000/x000/x000/x000/x000/000"}) {
        EXPECT_THAT(parse_tile_path(path), FailsWith(errc::invalid_argument)) << path;
    }
}

TEST(Tiles, HoldTheirHashesAndNothingElse) {
    const std::vector hashes{leaf_hash("a"), leaf_hash("b"), leaf_hash("c")};
    const auto bytes = tile_bytes(hashes);
    EXPECT_EQ(bytes.size(), 96);
    EXPECT_EQ(parse_tile({0, 5, 3}, bytes).value(), hashes);
    EXPECT_THAT(parse_tile({0, 5, 4}, bytes), FailsWith(errc::invalid_argument, "tile/0/005.p/4"));
    EXPECT_THAT(parse_tile({0, 5, 2}, bytes), FailsWith(errc::invalid_argument));
    EXPECT_THAT(parse_tile({0, 5, 3}, bytes + "x"), FailsWith(errc::invalid_argument));
    EXPECT_THAT(parse_tile({0, 5, 256}, ""), FailsWith(errc::invalid_argument));
}

TEST(EntryBundle, HoldsItsEntriesAndNothingElse) {
    using namespace std::string_view_literals;
    std::string bundle;
    ASSERT_THAT(append_entry(bundle, "abc"), HoldsValue());
    ASSERT_THAT(append_entry(bundle, ""), HoldsValue());
    EXPECT_EQ(bundle,
              "\x00\x03"
              "abc\x00\x00"sv);
    EXPECT_EQ(parse_entries({0, 0, 2}, bundle).value(), (std::vector{"abc"sv, ""sv}));
    EXPECT_THAT(parse_entries({0, 0, 1}, bundle), FailsWith(errc::invalid_argument));
    EXPECT_THAT(parse_entries({0, 0, 3}, bundle), FailsWith(errc::invalid_argument, "entry 2"));
    EXPECT_THAT(parse_entries({0, 0, 1}, "\x00"sv), FailsWith(errc::invalid_argument));
    EXPECT_THAT(parse_entries({0, 0, 1},
                              "\x00\x03"
                              "ab"sv),
                FailsWith(errc::invalid_argument, "too early"));
}

TEST(EntryBundle, TakesEntriesOfUpTo65535Bytes) {
    std::string bundle;
    const std::string most(entry_bytes_max, 'x');
    ASSERT_THAT(append_entry(bundle, most), HoldsValue());
    EXPECT_THAT(append_entry(bundle, most + "x"), FailsWith(errc::too_large));
    EXPECT_EQ(bundle.size(), 2 + entry_bytes_max);
    EXPECT_EQ(parse_entries({0, 0, 1}, bundle).value().front(), most);
}

TEST(SubtreesOfTiles, AreThoseOfTheTree) {
    auto tree = many_leaves(70'000);
    for (const std::uint64_t size : {1U, 2U, 255U, 256U, 257U, 511U, 65'535U, 65'536U, 70'000U}) {
        tile_folder folder{tree, size};
        const auto source = subtrees_of_tiles(size, folder.source());
        EXPECT_EQ(tree_root(size, source).value(), tree.root(size)) << size;
        for (const std::uint64_t at : {std::uint64_t{0}, size / 3, size - 1}) {
            EXPECT_EQ(inclusion_path({at}, size, source).value(), tree.inclusion(at, size));
            EXPECT_EQ(consistency_path({at + 1, size}, source).value(),
                      tree.consistency(at + 1, size));
        }
    }
}

TEST(SubtreesOfTiles, ReadsFewTilesForAProof) {
    auto tree = many_leaves(70'000);
    tile_folder folder{tree, 70'000};
    ASSERT_THAT(inclusion_path({12'345}, 70'000, subtrees_of_tiles(70'000, folder.source())),
                HoldsValue());
    EXPECT_LE(folder.reads, 24);
}

TEST(SubtreesOfTiles, SaysWhatIsMissing) {
    auto tree = many_leaves(300);
    tile_folder folder{tree, 300};
    const auto source = subtrees_of_tiles(300, folder.source());
    EXPECT_THAT(source({9, 0}), FailsWith(errc::invalid_argument, "level 9"));
    EXPECT_THAT(source({0, 300}), FailsWith(errc::invalid_argument));
    EXPECT_THAT(source({2, 75}), FailsWith(errc::invalid_argument));
    EXPECT_THAT(source({64, 0}), FailsWith(errc::invalid_argument));
    const auto beyond = subtrees_of_tiles(600, folder.source());
    EXPECT_THAT(beyond({0, 599}), FailsWith(errc::not_found, "tile/0/002.p/88"));
    const auto few = subtrees_of_tiles(300, [](const tile&) -> result<std::vector<digest>> {
        return std::vector{leaf_hash("only one")};
    });
    EXPECT_THAT(few({0, 5}), FailsWith(errc::corrupt, "tile/0/000"));
}

}  // namespace
}  // namespace daybook::compliance
