// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: JSON is taken apart and put together byte for byte, and what is not JSON is refused.
// Method: known answers, and Boost.JSON as the reference on random and damaged documents.
#include <daybook/raw_json.hpp>

#include "random_json.hpp"
#include "support/matchers.hpp"

#include <boost/json/serialize.hpp>

#include <map>
#include <vector>

namespace daybook {
namespace {

using test::FailsWith;
using test::Holds;
using test::HoldsValue;
using testing::ElementsAre;
using testing::Optional;
using testing::Pair;

auto Refuses(std::string part) { return FailsWith(errc::invalid_argument, std::move(part)); }

using member_list = std::vector<std::pair<std::string, std::string>>;

result<member_list> members_of(std::string_view object) {
    member_list all;
    raw_members members{object};
    while (true) {
        const auto more = members.next();
        if (!more) return more.error();
        if (!*more) return all;
        all.emplace_back(members.key(), members.value());
    }
}

result<std::vector<std::string>> elements_of(std::string_view array) {
    std::vector<std::string> all;
    raw_elements elements{array};
    while (true) {
        const auto more = elements.next();
        if (!more) return more.error();
        if (!*more) return all;
        all.emplace_back(elements.value());
    }
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

// Checking ---------------------------------------------------------------------------------------

TEST(CheckJson, AcceptsEveryKindOfValueWithSpaceAround) {
    for (const char* text : {"null",
                             "true",
                             "false",
                             "0",
                             "-0",
                             "-1.5e+10",
                             "1E400",
                             "\"\"",
                             "\"a\\u00e9\\n\"",
                             "[]",
                             "[ ]",
                             "{}",
                             "{ }",
                             "[1,[2],{\"a\":{}}]",
                             " \t\r\n1 \n",
                             "{\"a\":1,\"a\":2}",
                             "\"\\ud83d\\ude00\"",
                             "\"\x7F\"",
                             "1e999999999",
                             "123456789012345678901234567890"}) {
        EXPECT_THAT(check_json(text), HoldsValue()) << text;
    }
}

TEST(CheckJson, SaysWhereAndWhatIsWrong) {
    const std::map<std::string, std::string> faults{
        {"", "byte 1: expected a value, found the end"},
        {"  ", "byte 3: expected a value, found the end"},
        {"tru", "byte 1: expected a value, found \"t\""},
        {"nil", "byte 1: expected a value, found \"n\""},
        {"True", "byte 1: expected a value, found \"T\""},
        {"nullx", "byte 5: expected nothing more, found \"x\""},
        {"1 2", "byte 3: expected nothing more, found \"2\""},
        {"01", "byte 2: expected nothing more, found \"1\""},
        {"-", "byte 2: expected a digit, found the end"},
        {"+1", "byte 1: expected a value, found \"+\""},
        {".5", "byte 1: expected a value, found \".\""},
        {"1.", "byte 3: expected a digit, found the end"},
        {"1.e5", "byte 3: expected a digit, found \"e\""},
        {"1e", "byte 3: expected a digit, found the end"},
        {"1e+", "byte 4: expected a digit, found the end"},
        {"1e1234567890", "byte 3: expected an exponent of at most nine digits"},
        {"[1", "byte 3: expected ',' or ']', found the end"},
        {"[1,]", "byte 4: expected a value, found \"]\""},
        {"[1 2]", "byte 4: expected ',' or ']', found \"2\""},
        {"[", "byte 2: expected a value, found the end"},
        {"{\"a\"}", "byte 5: expected ':', found \"}\""},
        {"{\"a\":}", "byte 6: expected a value, found \"}\""},
        {"{\"a\":1,}", "byte 8: expected a string, found \"}\""},
        {"{a:1}", "byte 2: expected a string, found \"a\""},
        {"{\"a\":1", "byte 7: expected ',' or '}', found the end"},
        {"\"a", "byte 3: expected '\"' at the end of the string, found the end"},
        {"\"a\nb\"", "byte 3: expected an escape instead of a control character, found \"\\x0a\""},
        {"\"\\x\"", "byte 3: expected one of \"\\/bfnrtu after '\\', found \"x\""},
        {"\"\\", "byte 3: expected one of \"\\/bfnrtu after '\\', found the end"},
        {"\"\\u12g4\"", "byte 6: expected four hexadecimal digits after \\u, found \"g\""},
        {"\"\\ud800\"", "byte 4: expected a pair of surrogates"},
        {"\"\\udc00\\ud800\"", "byte 4: expected a pair of surrogates"},
        {"\"\\ud800\\u0041\"", "byte 4: expected a pair of surrogates"},
        {"\"\xC3(\"", "byte 2: expected UTF-8, found \"\\xc3\""},
        {"\"\xED\xA0\x80\"", "byte 2: expected UTF-8"},
        {"\xEF\xBB\xBF{}", "byte 1: expected a value"},
        {"// c\n1", "byte 1: expected a value, found \"/\""},
        {"NaN", "byte 1: expected a value, found \"N\""}};
    for (const auto& [text, part] : faults) {
        EXPECT_THAT(check_json(text), Refuses(part)) << text;
    }
    EXPECT_THAT(check_json(std::string_view{"1\0", 2}), Refuses("byte 2: expected nothing more"));
    EXPECT_THAT(check_json(std::string_view{"\"\0\"", 3}), Refuses("byte 2: expected an escape"));
}

TEST(CheckJson, LimitsNesting) {
    EXPECT_THAT(check_json(nested(json_depth_max)), HoldsValue());
    EXPECT_THAT(check_json(nested(json_depth_max + 1)),
                Refuses("byte 257: expected at most 256 nested arrays and objects"));
    EXPECT_THAT(check_json(std::string(1'000'000, '[')), Refuses("byte 257"));
    std::string objects;
    for (int i = 0; i < 300; ++i) objects += "{\"a\":";
    EXPECT_THAT(check_json(objects), Refuses("at most 256"));
}

TEST(CheckJson, AgreesWithBoostOnRandomAndDamagedDocuments) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    test::random_json json{random};
    int refused = 0;
    for (int i = 0; i < 20'000; ++i) {
        auto text = json.space() + json.value() + json.space();
        if (random.chance(60)) text = test::damaged(std::move(text), random);
        boost::json::error_code error;
        (void)test::parsed_by_boost(text, error);
        const auto checked = check_json(text);
        refused += checked ? 0 : 1;
        // The one thing that Boost may take and check_json does not.
        if (!checked && checked.error().message.find("nine digits") != std::string::npos) continue;
        ASSERT_EQ(checked.has_value(), !error) << text << '\n' << error.message();
    }
    EXPECT_GT(refused, 1'000);
}

TEST(CheckJson, AgreesWithBoostOnHowDeepIsTooDeep) {
    for (std::size_t depth = json_depth_max - 2; depth <= json_depth_max + 2; ++depth) {
        boost::json::error_code error;
        (void)test::parsed_by_boost(nested(depth), error);
        EXPECT_EQ(check_json(nested(depth)).has_value(), !error) << depth;
    }
}

// Taking apart -----------------------------------------------------------------------------------

TEST(RawMembers, ComeInOrderWithTheirValuesAsWritten) {
    EXPECT_THAT(members_of(R"( { "b" : 1.50 , "a":{ "x": [1, 2] },"s":"q\u0041" , "b":null } )"),
                Holds(ElementsAre(Pair("b", "1.50"), Pair("a", R"({ "x": [1, 2] })"),
                                  Pair("s", R"("q\u0041")"), Pair("b", "null"))));
    EXPECT_THAT(members_of("{}"), Holds(ElementsAre()));
    EXPECT_THAT(members_of(" { } "), Holds(ElementsAre()));
}

TEST(RawMembers, HaveUnescapedNames) {
    EXPECT_THAT(
        members_of(R"({"pay\u006Coad":1,"\"\\\/\b\f\n\r\t":2,"\ud83d\ude00\u00fc\u20ac":3,"":4})"),
        Holds(ElementsAre(Pair("payload", "1"), Pair("\"\\/\b\f\n\r\t", "2"),
                          Pair("\xF0\x9F\x98\x80\xC3\xBC\xE2\x82\xAC", "3"), Pair("", "4"))));
}

TEST(RawMembers, PointIntoTheText) {
    const std::string text = R"({"a":[1,2]})";
    raw_members members{text};
    ASSERT_THAT(members.next(), Holds(true));
    EXPECT_EQ(members.value().data(), text.data() + 5);
    const auto copy =
        members;  // Also of an escaped name, a copy must not borrow from the original.
    EXPECT_EQ(copy.key(), "a");
}

TEST(RawMembers, CheckTheWholeObjectAndStayFailed) {
    const std::map<std::string, std::string> faults{
        {"", "byte 1: expected '{', found the end"},
        {"[]", "byte 1: expected '{', found \"[\""},
        {"{", "byte 2: expected a string, found the end"},
        {"{\"a\":1", "byte 7: expected ',' or '}', found the end"},
        {"{\"a\":1,}", "byte 8: expected a string, found \"}\""},
        {"{\"a\":tru}", "byte 6: expected a value, found \"t\""},
        {"{\"a\" 1}", "byte 6: expected ':', found \"1\""},
        {"{\"a\":1}}", "byte 8: expected nothing more, found \"}\""},
        {"{,}", "byte 2: expected a string, found \",\""}};
    for (const auto& [text, part] : faults) {
        EXPECT_THAT(members_of(text), Refuses(part)) << text;
    }
    raw_members members{"{\"a\":1 x"};
    EXPECT_THAT(members.next(), Holds(true));
    EXPECT_THAT(members.next(), Refuses("byte 8: expected ',' or '}', found \"x\""));
    EXPECT_EQ(members.offset(), 7U);
    EXPECT_THAT(members.next(), Refuses("byte 8"));
}

TEST(RawMembers, EndForGood) {
    raw_members members{"{} "};
    EXPECT_THAT(members.next(), Holds(false));
    EXPECT_THAT(members.next(), Holds(false));
    EXPECT_EQ(members.offset(), 3U);
}

TEST(RawElements, ComeInOrderAsWritten) {
    EXPECT_THAT(elements_of(R"( [ 1.0 , "a,]" ,[ ],{"k" : 2}] )"),
                Holds(ElementsAre("1.0", "\"a,]\"", "[ ]", "{\"k\" : 2}")));
    EXPECT_THAT(elements_of("[ ]"), Holds(ElementsAre()));
    EXPECT_THAT(elements_of("{}"), Refuses("byte 1: expected '[', found \"{\""));
    EXPECT_THAT(elements_of("[1,]"), Refuses("byte 4: expected a value, found \"]\""));
    EXPECT_THAT(elements_of("[1}"), Refuses("byte 3: expected ',' or ']', found \"}\""));
    EXPECT_THAT(elements_of("[1]2"), Refuses("byte 4: expected nothing more"));
    raw_elements elements{"[x"};
    EXPECT_THAT(elements.next(), Refuses("byte 2"));
    EXPECT_THAT(elements.next(), Refuses("byte 2"));
    EXPECT_EQ(elements.offset(), 1U);
}

// What Boost.JSON reads from the raw parts is what it reads from the whole.
TEST(RawMembers, AgreeWithBoostOnRandomObjects) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    test::random_json json{random, test::random_json::numbers::whole};
    for (int i = 0; i < 10'000; ++i) {
        auto text = json.space() + json.object() + json.space();
        if (random.chance(30)) text = test::damaged(std::move(text), random);
        boost::json::error_code error;
        const auto whole = test::parsed_by_boost(text, error);
        const auto members = members_of(text);
        ASSERT_EQ(members.has_value(), !error && whole.is_object()) << text;
        if (!members) continue;
        boost::json::object put_together;
        for (const auto& [key, value] : *members) {
            put_together[key] = test::parsed_by_boost(value, error);
            ASSERT_FALSE(error) << value;
        }
        ASSERT_EQ(boost::json::value(put_together), whole) << text;
    }
}

TEST(RawMember, IsTheFirstOfThatName) {
    EXPECT_THAT(raw_member(R"({"a":1,"b":"x","a":2})", "a"),
                Holds(Optional(std::string_view{"1"})));
    EXPECT_THAT(raw_member(R"({"a":1,"b":"x"})", "b"), Holds(Optional(std::string_view{"\"x\""})));
    EXPECT_THAT(raw_member(R"({"a":1})", "c"), Holds(testing::Eq(std::nullopt)));
    EXPECT_THAT(raw_member(R"({"a":{"c":1}})", "c"), Holds(testing::Eq(std::nullopt)));
    EXPECT_THAT(raw_member(R"({"\u0061":1})", "a"), Holds(Optional(std::string_view{"1"})));
    EXPECT_THAT(raw_member("[]", "a"), Refuses("expected '{'"));
    EXPECT_THAT(raw_member(R"({"b":1,)", "a"), Refuses("byte 8"));
}

TEST(KindOf, IsToldByTheFirstByte) {
    EXPECT_EQ(kind_of("null"), json_kind::null);
    EXPECT_EQ(kind_of("true"), json_kind::boolean);
    EXPECT_EQ(kind_of("false"), json_kind::boolean);
    EXPECT_EQ(kind_of("-1"), json_kind::number);
    EXPECT_EQ(kind_of("0"), json_kind::number);
    EXPECT_EQ(kind_of("\"\""), json_kind::string);
    EXPECT_EQ(kind_of("[]"), json_kind::array);
    EXPECT_EQ(kind_of("{}"), json_kind::object);
    EXPECT_EQ(to_string(json_kind::null), "null");
    EXPECT_EQ(to_string(json_kind::object), "an object");
}

// Strings ----------------------------------------------------------------------------------------

TEST(UnescapeJsonString, GivesTheTextThatIsMeant) {
    EXPECT_THAT(unescape_json_string(R"("")"), Holds(""));
    EXPECT_THAT(unescape_json_string(R"("plain")"), Holds("plain"));
    EXPECT_THAT(unescape_json_string(R"("\u0000x")"), Holds(std::string{"\0x", 2}));
    EXPECT_THAT(unescape_json_string(R"("\\\"")"), Holds("\\\""));
    for (const char* text :
         {"", "x", "1", "\"", "\"a\"b", "\"a\" ", " \"a\"", "\"\\q\"", "\"\n\""}) {
        EXPECT_THAT(unescape_json_string(text), Refuses("byte ")) << text;
    }
}

TEST(UnescapeJsonString, AgreesWithBoostOnRandomStrings) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    test::random_json json{random};
    for (int i = 0; i < 10'000; ++i) {
        const auto text = json.string();
        boost::json::error_code error;
        const auto whole = test::parsed_by_boost(text, error);
        ASSERT_THAT(unescape_json_string(text), Holds(std::string{whole.get_string()})) << text;
    }
    for (unsigned code = 0; code < 0xD800; code += 7) {
        char text[16];
        std::snprintf(text, sizeof text, "\"\\u%04X\"", code);
        boost::json::error_code error;
        const auto whole = test::parsed_by_boost(text, error);
        ASSERT_THAT(unescape_json_string(text), Holds(std::string{whole.get_string()})) << text;
    }
}

TEST(AppendJsonString, EscapesOnlyWhatMustBe) {
    std::string out = "x";
    append_json_string(out, "a\"\\\b\f\n\r\t\x01\x1F/\x7F\xC3\xBC");
    EXPECT_EQ(out, "x\"a\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f/\x7F\xC3\xBC\"");
}

TEST(AppendJsonString, ReplacesBytesThatAreNotUtf8) {
    std::string out;
    append_json_string(out, "a\xFF\xC3(\xED\xA0\x80");
    EXPECT_EQ(out, "\"a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(AppendJsonString, IsReadBack) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    constexpr std::string_view bytes = "abcdefgh \"\\/\b\n\x01\x1F\x7F";
    for (int i = 0; i < 10'000; ++i) {
        std::string text;
        for (auto more = random.below(40); more > 0; --more) text += random.pick(bytes);
        if (random.chance(50)) text += "\xE2\x82\xAC";
        std::string written;
        append_json_string(written, text);
        ASSERT_THAT(check_json(written), HoldsValue());
        ASSERT_THAT(unescape_json_string(written), Holds(text)) << written;
    }
}

}  // namespace
}  // namespace daybook
