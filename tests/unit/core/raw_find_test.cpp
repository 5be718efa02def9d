// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a pointer followed in text finds what it finds in a parsed document, and nothing in text
// that is not JSON.
// Method: known answers; `find_pointer` over Boost.JSON as the reference on random documents.
#include "raw_find.hpp"

#include <daybook/json.hpp>

#include "random_json.hpp"
#include "support/matchers.hpp"

namespace daybook {
namespace {

using testing::ElementsAre;
using testing::Eq;
using testing::Optional;

constexpr std::string_view document = R"( {"a":1.50,"b":{"c":[10, {"d":null}],"":"empty"},"a/b":2,)"
                                      R"("m~n":3,"~1":4,"k\u0065y":5,"a":1.0} )";

TEST(FindRaw, GivesTheValueAsWritten) {
    EXPECT_THAT(find_raw(document, "/b/c"), Optional(Eq("[10, {\"d\":null}]")));
    EXPECT_THAT(find_raw(document, "/b/c/0"), Optional(Eq("10")));
    EXPECT_THAT(find_raw(document, "/b/c/1/d"), Optional(Eq("null")));
    EXPECT_THAT(find_raw(document, "/b/"), Optional(Eq("\"empty\"")));
    EXPECT_THAT(find_raw(document, "/a~1b"), Optional(Eq("2")));
    EXPECT_THAT(find_raw(document, "/m~0n"), Optional(Eq("3")));
    EXPECT_THAT(find_raw(document, "/~01"), Optional(Eq("4")));
    EXPECT_THAT(find_raw(document, "/key"), Optional(Eq("5")));
    EXPECT_THAT(find_raw(" 7 ", ""), Optional(Eq("7")));
}

TEST(FindRaw, TakesTheLastMemberOfAName) {
    EXPECT_THAT(find_raw(document, "/a"), Optional(Eq("1.0")));
    EXPECT_THAT(find_raw(R"({"a":{"b":1},"a":{}})", "/a/b"), Eq(std::nullopt));
}

TEST(FindRaw, FindsNothingElse) {
    for (const char* pointer : {"a", "/x", "/b/c/2", "/b/c/-", "/b/c/00", "/b/c/+1", "/b/c/0/x",
                                "/b/c/", "/m~n", "/m~2n", "/m~", "/~", "/~1", "//", "/a/b"}) {
        EXPECT_EQ(find_raw(document, pointer), std::nullopt) << pointer;
    }
}

TEST(FindRaw, FindsNothingInWhatIsNotJson) {
    for (const char* text : {"", "x", "{\"a\":1", "{\"a\":1}}", "{\"a\":1,\"b\":tru}",
                             "{\"a\":1 \"b\":2}", "{\"a\":1}\xFF", "{\"b\":\"\xFF\",\"a\":1}"}) {
        EXPECT_EQ(find_raw(text, "/a"), std::nullopt) << text;
        EXPECT_EQ(find_raw(text, ""), std::nullopt) << text;
    }
    EXPECT_EQ(find_raw("[1,2", "/0"), std::nullopt);
}

TEST(FindRaw, FollowsSeveralPointersAtOnce) {
    const std::vector<std::string> pointers{"/b/c/0", "/a", "/x",       "",
                                            "a",      "/a", "/b/c/1/d", "/m~2"};
    EXPECT_THAT(
        find_raw(R"({"a":1,"b":{"c":[2,{"d":3}]},"a":4})", pointers),
        ElementsAre(Optional(Eq("2")), Optional(Eq("4")), Eq(std::nullopt),
                    Optional(Eq(R"({"a":1,"b":{"c":[2,{"d":3}]},"a":4})")), Eq(std::nullopt),
                    Optional(Eq("4")), Optional(Eq("3")), Eq(std::nullopt)));
    EXPECT_THAT(find_raw("[5]", std::vector<std::string>{"/0", "/1"}),
                ElementsAre(Optional(Eq("5")), Eq(std::nullopt)));
    EXPECT_THAT(find_raw(R"({"a":1,)", std::vector<std::string>{"/a", ""}),
                ElementsAre(Eq(std::nullopt), Eq(std::nullopt)));
    EXPECT_THAT(find_raw("{}", std::vector<std::string>{}), ElementsAre());
}

TEST(FindRaw, AgreesWithFindPointerOnRandomDocuments) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    test::random_json json{random, test::random_json::numbers::whole};
    const std::vector<std::string> pointers{"",     "/",      "/a",        "/0",   "/key/1",
                                            "/a/a", "/1/key", "/\xC3\xBC", "/A",   "/~1",
                                            "//",   "/a/0/a", "/ /0",      "/akey"};
    int found_values = 0;
    for (int i = 0; i < 20'000; ++i) {
        auto text =
            json.space() + (random.chance(70) ? json.object() : json.value()) + json.space();
        if (random.chance(20)) text = test::damaged(std::move(text), random);
        boost::json::error_code error;
        const auto whole = test::parsed_by_boost(text, error);
        const auto together = find_raw(text, pointers);
        for (std::size_t p = 0; p < pointers.size(); ++p) {
            const auto raw = find_raw(text, pointers[p]);
            ASSERT_EQ(together[p], raw) << text << " at " << pointers[p];
            const auto* value = error ? nullptr : find_pointer(whole, pointers[p]);
            ASSERT_EQ(raw.has_value(), value != nullptr) << text << " at " << pointers[p];
            if (!raw) continue;
            ++found_values;
            ASSERT_EQ(test::parsed_by_boost(*raw, error), *value) << text << " at " << pointers[p];
        }
    }
    EXPECT_GT(found_values, 5'000);
}

}  // namespace
}  // namespace daybook
