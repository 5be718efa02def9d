// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: what the rules name is not in what is stored, whatever it is dressed up as, and everything
// else is, byte for byte.

#include <daybook/compliance/redaction.hpp>
#include <daybook/raw_json.hpp>
#include <daybook/schema_catalog.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace daybook::compliance {
namespace {

using test::FailsWith;
using test::HoldsValue;
using testing::HasSubstr;
using testing::Not;

std::shared_ptr<redactor> usual() { return redactor::make({}).value(); }

std::shared_ptr<redactor> with(redaction_rule rule) {
    return redactor::make({.rules = {std::move(rule)}, .token_key = "0123456789abcdef"}).value();
}

/// The payload as it would be stored.
std::string stored(redactor& by, std::string_view json, std::string_view type = "T") {
    auto made = by.redact(type, json).value();
    const auto text = made ? *made : std::string{json};
    EXPECT_TRUE(check_json(text).has_value()) << text;
    return text;
}

// Put together here, so that nobody who searches this file for secrets finds any.
std::string glued(std::initializer_list<const char*> parts) {
    std::string text;
    for (const auto* part : parts) text += part;
    return text;
}
const std::string aws = glued({"AK", "IA", "ABCDEFGH", "IJKLMNOP"});
const std::string github = glued({"gh", "p_", "abcdefghijklmnopqrst", "uvwxyz0123456789"});
const std::string gitlab = glued({"gl", "pat-", "abcdefghij0123456789"});
const std::string slack = glued({"xo", "xb-", "123456789012-abcdefABCDEF"});
const std::string jwt =
    glued({"ey", "JhbGciOiJIUzI1NiJ9.", "ey", "JzdWIiOiIxIn0.", "c2lnbmF0dXJl"});
const std::string api = glued({"sk", "-ant-", "abcdefghij0123456789"});
const std::string pem =
    glued({"-----BEGIN RSA PRI", "VATE KEY-----\nMIIabc\n", "-----END RSA PRI", "VATE KEY-----"});

TEST(Redaction, FindsTheCommonSecretsInTextsAndKeepsTheRest) {
    const std::pair<std::string, std::string> cases[] = {
        {"key " + aws + ".", "key [redacted:aws-key]."},
        {"git clone https://x:" + github + "@h/r",
         "git clone https://x:[redacted:connection-string]@h/r"},
        {github, "[redacted:github-token]"},
        {"(" + gitlab + ")", "([redacted:gitlab-token])"},
        {slack + " posts", "[redacted:slack-token] posts"},
        {"t=" + jwt + ";", "t=[redacted:jwt];"},
        {api, "[redacted:api-key]"},
        {"a " + pem + " b", "a [redacted:private-key] b"},
        {pem.substr(0, 50), "[redacted:private-key]"},
        {"Authorization: Bearer abcDEF123456", "Authorization: Bearer [redacted:authorization]"},
        {"authorization: basic dXNlcjpwYXNz", "authorization: basic [redacted:authorization]"},
        {"run --password=hunter2 now", "run --password=[redacted:password] now"},
        {"PGPASSWORD=hunter2", "PGPASSWORD=[redacted:password]"},
        {R"(he said "api_key": "abc" there)", R"(he said "api_key": "[redacted:password]" there)"},
        {R"({\"password\": \"a b\"} x)", R"({\"password\": \"[redacted:password]\"} x)"},
        {"password => 'x y'", "password => '[redacted:password]'"},
        {"postgres://joe:hunter2@db/x", "postgres://joe:[redacted:connection-string]@db/x"},
        {"Endpoint=x;AccountKey=abc==;y", "Endpoint=x;AccountKey=[redacted:password];y"},
    };
    const auto by = usual();
    for (const auto& [text, wanted] : cases) {
        const auto made = by->redact_text("T", text).value();
        EXPECT_EQ(made.value_or(text), wanted);
        std::string json{R"({"message":)"};
        append_json_string(json, text);
        json += '}';
        std::string json_wanted{R"({"message":)"};
        append_json_string(json_wanted, wanted);
        EXPECT_EQ(stored(*by, json), json_wanted + '}');
    }
}

TEST(Redaction, LeavesWhatIsNoSecretByteForByte) {
    const auto by = usual();
    for (const std::string_view text :
         {R"({ "tokens" : 12345, "token_count":99,"model":"m-1","key":"value" })",
          R"({"password":null,"secret":false,"apiKey":""})",
          R"({"text":"the bearer of this letter, a basic question: password"})",
          R"({"url":"https://example.com:8080/a?b=c","time":"12:30:45","ratio":"3:2"})",
          R"({"sha":"0123456789abcdef0123456789abcdef01234567","id":"AKIAshort"})",
          R"({"e":"aAKIAABCDEFGHIJKLMNOP","f":"AKIAABCDEFGHIJKLMNOPQ","j":"eyJ.eyJ.x"})",
          R"({"key":"the-quick-brown-fox-jumps","\u0041":1.50,"deep":[[[{"a":[]}]]]})",
          R"("-----BEGIN PUBLIC KEY-----")", "0", "[]", "{}"}) {
        EXPECT_EQ(by->redact("T", text).value(), std::nullopt) << text;
    }
}

TEST(Redaction, MembersNamedAsSecretsGoWholeHoweverTheyAreWritten) {
    const auto by = usual();
    constexpr std::string_view gone = R"({"$redacted":"secret-member"})";
    for (const std::string_view name : {"password", "dbPassword", "X-Api-Key", "client_secret",
                                        "\\u0070assword", "PASSWD", "pass\\u0077ord"}) {
        for (const std::string_view value :
             {R"("hunter2")", "12", R"({"a":{"b":1}})", R"(["x"])"}) {
            const auto json = "{\"" + std::string{name} + "\":" + std::string{value} + ",\"x\":1}";
            EXPECT_EQ(stored(*by, json),
                      "{\"" + std::string{name} + "\":" + std::string{gone} + ",\"x\":1}");
        }
    }
    EXPECT_EQ(
        stored(*by, R"({"password":"a","password":"b"})"),
        R"({"password":{"$redacted":"secret-member"},"password":{"$redacted":"secret-member"}})");
    EXPECT_EQ(stored(*by, R"({"token":"c2VjcmV0LXRva2VuLTEyMzQ1"})"),
              R"({"token":{"$redacted":"random-value"}})");
    EXPECT_EQ(stored(*by, R"({"token":"an ordinary word"})"), R"({"token":"an ordinary word"})");
}

TEST(Redaction, DoingItAgainChangesNothing) {
    const auto by = usual();
    const auto once = stored(*by, R"({"password":"x","m":"pwd=abc )" + aws + R"("})");
    EXPECT_EQ(by->redact("T", once).value(), std::nullopt) << once;
    const auto all = redactor::make({.rules = {{.name = "x", .at = {"/*", "/*/*"}}}}).value();
    EXPECT_EQ(all->redact("T", R"({"a":{"$redacted":"secret-member"}})").value(), std::nullopt);
    const auto named = stored(*by, R"({"password=1556677gggg88":{"v":3}})");
    EXPECT_EQ(named, R"({"password=[redacted:password]":{"v":3}})");
    EXPECT_EQ(by->redact("T", named).value(), std::nullopt) << "what stands there names no secret";
    EXPECT_EQ(by->redact("T", R"({"pass=[redacted:password]\n":"x"})").value(), std::nullopt);
    EXPECT_NE(by->redact("T", R"({"[redacted:x] password":"x"})").value(), std::nullopt);
    // What only looks like it is looked at.
    EXPECT_EQ(stored(*by, R"({"secret":{"$redacted":"x","v":"hunter2"}})"),
              R"({"secret":{"$redacted":"secret-member"}})");
    EXPECT_EQ(stored(*by, R"({"secret":{"$redacted":"Hunter 2"}})"),
              R"({"secret":{"$redacted":"secret-member"}})");
}

TEST(Redaction, FindsPlacesByPointerWithWildcardsAndType) {
    const auto by = with({.name = "pin",
                          .types = {"Paid"},
                          .at = {"/card/pin", "/items/*/code", "/list/1", "/**/cvc", "/a~1b/~0"}});
    constexpr std::string_view gone = R"({"$redacted":"pin"})";
    const auto all = R"({"card":{"pin":1,"x":2},"items":[{"code":3},{"code":[4],"d":5}],)"
                     R"("list":[6,7,8],"p":{"q":[{"cvc":9}]},"cvc":10,"a/b":{"~":11}})";
    const std::string r{gone};
    EXPECT_EQ(stored(*by, all, "Paid"), R"({"card":{"pin":)" + r + R"(,"x":2},"items":[{"code":)" +
                                            r + R"(},{"code":)" + r + R"(,"d":5}],"list":[6,)" + r +
                                            R"(,8],"p":{"q":[{"cvc":)" + r + R"(}]},"cvc":)" + r +
                                            R"(,"a/b":{"~":)" + r + "}}");
    EXPECT_EQ(by->redact("Other", all).value(), std::nullopt);
    EXPECT_EQ(stored(*by, R"({"c\u0061rd":{"p\u0069n":1}})", "Paid"),
              R"({"c\u0061rd":{"p\u0069n":)" + r + "}}");
}

TEST(Redaction, TokensAreEqualForEqualValuesAndKeys) {
    const auto by = with({.name = "mail", .at = {"/mail"}, .action = redaction_action::token});
    const auto one = stored(*by, R"({"mail":"a@b.c"})");
    EXPECT_EQ(one, stored(*by, R"({"mail":"a\u0040b.c"})"));
    EXPECT_NE(one, stored(*by, R"({"mail":"A@b.c"})"));
    EXPECT_EQ(by->redact("T", one).value(), std::nullopt) << "a token stays as it is";
    EXPECT_THAT(one, HasSubstr("token:"));
    const auto other =
        redactor::make(
            {.rules = {{.name = "mail", .at = {"/mail"}, .action = redaction_action::token}},
             .token_key = "another key of 16"})
            .value();
    EXPECT_NE(one, stored(*other, R"({"mail":"a@b.c"})"));
}

TEST(Redaction, RefusalNamesRuleAndPlaceAndShowsNothing) {
    const auto by =
        with({.name = "keys", .detectors = {"all"}, .action = redaction_action::refuse});
    const auto refused = by->redact("T", R"({"a":[{"b":")" + aws + R"("}]})");
    EXPECT_THAT(refused, FailsWith(errc::rejected));
    EXPECT_EQ(refused.error().message, R"(the redaction rule "keys" refuses what is at /a/0/b)");
    const auto named = by->redact("T", "{\"" + aws + "\":{\"password\":\"x\"}}");
    EXPECT_THAT(named, FailsWith(errc::rejected));
    EXPECT_THAT(named.error().message, Not(HasSubstr(aws)));
    EXPECT_EQ(by->counts()[0].refused, 2U);
    const auto broken = by->redact("T", "{\"a\\nb\":{\"password\":\"x\"}}");
    EXPECT_THAT(broken, FailsWith(errc::rejected, "at /a?b/password"));
}

TEST(Redaction, NamesOfMembersAreLookedAtToo) {
    const auto by = usual();
    EXPECT_EQ(stored(*by, "{\"" + aws + "\":1}"), R"({"[redacted:aws-key]":1})");
}

TEST(Redaction, CountsWhatItDid) {
    const auto by = with({.name = "pin", .members = {"P-I-N"}});
    EXPECT_EQ(stored(*by, R"({"pin":1,"x":{"Pin":"2"}})"),
              R"({"pin":{"$redacted":"pin"},"x":{"Pin":{"$redacted":"pin"}}})");
    ASSERT_EQ(by->counts().size(), 1U);
    EXPECT_EQ(by->counts()[0].replaced, 2U);
    EXPECT_THAT(metrics_text(*by),
                HasSubstr("daybook_redactions_total{rule=\"pin\",did=\"replaced\"} 2\n"));
}

TEST(Redaction, StandsHostilePayloads) {
    const auto by = usual();
    std::string deep;
    for (int i = 0; i < 255; ++i) deep += R"({"a":)";
    deep += "\"" + aws + "\"" + std::string(255, '}');
    EXPECT_THAT(stored(*by, deep), Not(HasSubstr(aws)));
    EXPECT_THAT(by->redact("T", std::string(300, '[') + std::string(300, ']')),
                FailsWith(errc::invalid_argument));
    EXPECT_THAT(by->redact("T", "{\"a\":"), FailsWith(errc::invalid_argument));
    // Long texts made of beginnings of secrets are read once.
    for (const std::string_view bait : {"-----BEGIN ", "eyJ", "password=", "://", "a:b@", "sk-"}) {
        std::string text{"\""};
        while (text.size() < 1'000'000) text += bait;
        (void)stored(*by, text + '"');
    }
    std::string states = R"({"rules":[{"name":"x","at":["/**/a/**/a/**/a/**/b"]}],"common":false})";
    const auto slow = redactor::make({.rules = parse_redaction_rules(states).value()}).value();
    std::string chain;
    for (int i = 0; i < 250; ++i) chain += R"({"a":)";
    EXPECT_EQ(slow->redact("T", chain + '1' + std::string(250, '}')).value(), std::nullopt);
}

TEST(Redaction, WhateverComesStaysJsonAndLosesItsCanary) {
    const auto by = usual();
    const auto seed = test::seed_from_environment();
    test::randomness random{seed};
    SCOPED_TRACE(test::how_to_repeat(seed));
    for (int i = 0; i < 300; ++i) {
        std::string json{"{"};
        const auto members = random.below(6) + 1;
        for (std::uint64_t m = 0; m < members; ++m) {
            if (m > 0) json += ',';
            json += random.below(2) == 0 ? R"( "api\u004bey" : )" : R"("x":[)";
            const bool list = json.ends_with('[');
            json += list ? "\"pre password='canary-42'\"" : "\"canary-42\"";
            if (list) json += ']';
        }
        json += '}';
        const auto made = stored(*by, json);
        EXPECT_THAT(made, Not(HasSubstr("canary-42")));
    }
}

TEST(RedactionRules, AreReadFromData) {
    const auto rules = parse_redaction_rules(
        R"({"common":false,"rules":[{"name":"a","types":["T"],"at":["/x"],"members":["pin"],)"
        R"("detect":["jwt"],"do":"token"}]})");
    ASSERT_THAT(rules, HoldsValue());
    EXPECT_EQ(rules->at(0), (redaction_rule{.name = "a",
                                            .types = {"T"},
                                            .at = {"/x"},
                                            .members = {"pin"},
                                            .detectors = {"jwt"},
                                            .action = redaction_action::token}));
    EXPECT_EQ(parse_redaction_rules(R"({"rules":[]})").value(), common_secret_rules());
    for (const std::string_view wrong :
         {"", "[]", "{\"rule\":[]}", R"({"common":1})", R"({"rules":{}})", R"({"rules":[1]})",
          R"({"rules":[{}]})", R"({"rules":[{"name":"A","at":["/x"]}]})",
          R"({"rules":[{"name":"a"}]})", R"({"rules":[{"name":"a","at":["x"]}]})",
          R"({"rules":[{"name":"a","at":["/~2"]}]})", R"({"rules":[{"name":"a","at":"x"}]})",
          R"({"rules":[{"name":"a","at":["/x"],"do":"drop"}]})",
          R"({"rules":[{"name":"a","detect":["none"]}]})",
          R"({"rules":[{"name":"a","members":["-"]}]})", R"({"rules":[{"name":"a","what":[]}]})"}) {
        EXPECT_THAT(parse_redaction_rules(wrong), FailsWith(errc::invalid_argument)) << wrong;
    }
    EXPECT_THAT(
        redactor::make({.rules = {{.name = "a", .at = {"/x"}, .action = redaction_action::token}},
                        .token_key = "short"}),
        FailsWith(errc::invalid_argument));
}

TEST(RedactionRules, SayWhatIsWrongOnOneLine) {
    for (const std::string_view wrong :
         {R"({"a\nb":1})", R"({"rules":[{"name":"a\nb","at":["/x"]}]})",
          R"({"rules":[{"name":"a\nb","do":1}]})", R"({"rules":[{"name":"a","a\nb":[]}]})",
          R"({"rules":[{"name":"a","at":["a\nb"]}]})",
          R"({"rules":[{"name":"a","detect":["a\nb"]}]})",
          R"({"rules":[{"name":"a","members":["-\n"]}]})"}) {
        const auto found = parse_redaction_rules(wrong);
        ASSERT_THAT(found, FailsWith(errc::invalid_argument)) << wrong;
        EXPECT_THAT(found.error().message, Not(HasSubstr("\n"))) << wrong;
    }
}

TEST(RedactionRules, AreMadeOfMarksInSchemas) {
    test::fresh_store opened;
    auto schemas = schema_catalog::open(*opened).value();
    ASSERT_THAT(schemas.add("T", "1.0.0",
                            R"({"type":"object","definitions":{"n":{"type":"object","properties":{)"
                            R"("pin":{"type":"string","x-daybook-secret":true},)"
                            R"("next":{"$ref":"#/definitions/n"}}}},"properties":{)"
                            R"("list":{"type":"array","items":{"$ref":"#/definitions/n"}},)"
                            R"("mail":{"type":"string","x-daybook-secret":"token"},)"
                            R"("open":{"type":"string","x-daybook-secret":false}}})"),
                HoldsValue());
    const auto rules = redaction_rules_of(schemas).value();
    const auto by = redactor::make({.rules = rules, .token_key = "0123456789abcdef"}).value();
    const auto made = stored(*by, R"({"list":[{"pin":"a","next":{"next":{"next":{"pin":"b"}}}}],)"
                                  R"("mail":"c@d","open":"e"})");
    EXPECT_THAT(made, testing::StartsWith(
                          R"({"list":[{"pin":{"$redacted":"schema"},"next":{"next":{"next":{"pin":)"
                          R"({"$redacted":"schema"}}}}}],"mail":"token:)"));
    EXPECT_THAT(made, testing::EndsWith(R"(,"open":"e"})"));
    EXPECT_EQ(by->redact("Other", R"({"mail":"c@d"})").value(), std::nullopt);
}

/// Every file below a directory, one after the other.
std::string raw_bytes(const std::filesystem::path& directory) {
    std::ostringstream all;
    for (const auto& one : std::filesystem::recursive_directory_iterator{directory}) {
        if (!one.is_regular_file()) continue;
        all << std::ifstream{one.path(), std::ios::binary}.rdbuf();
        all.clear();  // Copying an empty file counts as a failure.
    }
    return all.str();
}

TEST(Redaction, OfAStoreKeepsSecretsOutOfEveryFile) {
    auto options = test::quick_options();
    options.log_compression = compression::none;
    const auto by = usual();
    options.admissions = {by};
    test::fresh_store opened{options};
    const std::string canary = "canary-9f31";
    ASSERT_THAT(opened->append(
                    "task-1", expected::any(),
                    {{.type = "A",
                      .payload = R"({"password":")" + canary + R"(","kept":"kept-77"})",
                      .tags = {"password:" + canary},
                      .extensions = R"({"apikey":")" + canary + R"("})"},
                     {.type = "B", .payload = "password=" + canary, .content_type = "text/plain"}}),
                HoldsValue());
    const auto first = opened->read_one(position{0}).value();
    EXPECT_EQ(first.view().tag("password"), "[redacted:password]");
    EXPECT_EQ(first.view().extensions(), R"({"apikey":{"$redacted":"secret-member"}})");
    EXPECT_EQ(opened->read_one(position{1})->payload(), "password=[redacted:password]");
    for (const auto& event : {new_event{.type = "A", .correlation = aws}, new_event{.type = github},
                              new_event{.type = "A", .actor = {"user", jwt, ""}}}) {
        const auto refused = opened->append("task-1", expected::any(), {event});
        EXPECT_THAT(refused, FailsWith(errc::rejected));
        EXPECT_THAT(refused.error().message, HasSubstr("which cannot be replaced"));
    }
    ASSERT_THAT(opened->sync(), HoldsValue());
    auto bytes = raw_bytes(opened.directory());
    EXPECT_THAT(bytes, HasSubstr("kept-77"));
    EXPECT_EQ(bytes.find(canary), std::string::npos);
    opened.reopen();
    bytes = raw_bytes(opened.directory());
    EXPECT_EQ(bytes.find(canary), std::string::npos);
}

}  // namespace
}  // namespace daybook::compliance
