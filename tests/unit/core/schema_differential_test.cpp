// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: what a schema says means here what it means elsewhere.
// Method: random schemas and payloads, in small numbers of words and whole numbers so that both
// answers are frequent, are also given to the validator of valijson. Left out is where it is known
// to differ: numbers beyond 2^53, whole numbers written as decimals, formats, and uniqueItems of
// equal numbers in two spellings.

#include "payload_schema.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace daybook {
namespace {

namespace json = boost::json;
using adapter = valijson::adapters::BoostJsonAdapter;

constexpr std::array<std::string_view, 3> names{"a", "b", "c"};
constexpr std::array<std::string_view, 5> texts{"", "a", "ab",
                                                "\xC3\xBC"
                                                "b",
                                                "abcd"};

/// A payload, or a value in one.
json::value random_value(test::randomness& random, int depth) {
    switch (random.below(depth > 0 ? 8 : 5)) {
        case 0: return nullptr;
        case 1: return random.chance(50);
        case 2: return static_cast<std::int64_t>(random.below(7)) - 2;
        case 3: return static_cast<double>(random.below(4)) + 0.5;
        case 4: return json::string{random.pick(texts)};
        case 5: {
            json::array made;
            for (auto more = random.below(4); more > 0; --more)
                made.push_back(random_value(random, depth - 1));
            return made;
        }
        default: {
            json::object made;
            for (const auto name : names) {
                if (random.chance(60)) made[name] = random_value(random, depth - 1);
            }
            return made;
        }
    }
}

class random_schema {
public:
    explicit random_schema(test::randomness& random) : random_{random} {}

    json::value make() {
        json::object root;
        for (auto more = random_.between(1, 2); more > 0; --more) add_keyword(root, 3);
        json::object definitions;
        definitions["x"] = schema(1);
        definitions["y"] = schema(2);
        root["definitions"] = std::move(definitions);
        return root;
    }

private:
    /// Of another value than the schema it stands in.
    json::value inner(int depth) {
        constexpr std::array<std::string_view, 3> known{"#", "#/definitions/x", "#/definitions/y"};
        if (random_.chance(15)) return json::object{{"$ref", json::string{random_.pick(known)}}};
        return schema(depth);
    }

    json::value schema(int depth) {
        if (random_.chance(8)) return random_.chance(80);
        json::object made;
        for (auto more = random_.between(1, 3); more > 0; --more) add_keyword(made, depth);
        return made;
    }

    void add_keyword(json::object& to, int depth) {
        switch (random_.below(depth > 0 ? 5 : 3)) {
            case 0: add_type(to); break;
            case 1: add_values(to); break;
            case 2: add_bound(to); break;
            case 3: random_.chance(70) ? add_members(to, depth) : add_items(to, depth); break;
            default: add_combination(to, depth); break;
        }
    }

    void add_type(json::object& to) {
        constexpr std::array<std::string_view, 7> types{"null",   "boolean", "integer", "number",
                                                        "string", "array",   "object"};
        if (random_.chance(60)) {
            to["type"] = random_.pick(types);
            return;
        }
        json::array some;
        for (const auto type : types) {
            // Whoever is a number is not told to be an integer, too.
            if (random_.chance(50) && type != "number") some.push_back(json::string{type});
        }
        if (some.empty()) some.push_back("object");
        to["type"] = std::move(some);
    }

    void add_values(json::object& to) {
        if (random_.chance(30)) {
            to["const"] = random_value(random_, 0);
            return;
        }
        json::array some{nullptr, "a", 1, 2.5, false};
        some.erase(some.begin() + static_cast<std::ptrdiff_t>(random_.below(some.size())));
        some.erase(some.begin() + static_cast<std::ptrdiff_t>(random_.below(some.size())));
        to["enum"] = std::move(some);
    }

    void add_bound(json::object& to) {
        constexpr std::array<std::string_view, 10> counts{
            "minimum",   "maximum",  "exclusiveMinimum", "exclusiveMaximum", "minLength",
            "maxLength", "minItems", "maxItems",         "minProperties",    "maxProperties"};
        constexpr std::array<std::string_view, 4> patterns{"^a", "b$", "^[a-z]{2,3}$", "b|^$"};
        if (random_.chance(15)) {
            to["pattern"] = random_.pick(patterns);
        } else if (random_.chance(15)) {
            to["uniqueItems"] = true;
        } else {
            to[random_.pick(counts)] = static_cast<std::int64_t>(random_.below(4));
        }
    }

    void add_members(json::object& to, int depth) {
        json::object members;
        json::array required;
        for (const auto name : names) {
            if (random_.chance(60)) members[name] = inner(depth - 1);
            if (random_.chance(30)) required.push_back(json::string{name});
        }
        if (random_.chance(70)) to["properties"] = std::move(members);
        if (!required.empty()) to["required"] = std::move(required);
        if (random_.chance(30)) to["additionalProperties"] = inner(depth - 1);
    }

    void add_items(json::object& to, int depth) {
        if (random_.chance(60)) {
            to["items"] = inner(depth - 1);
            return;
        }
        to["items"] = json::array{inner(depth - 1), inner(depth - 1)};
        if (random_.chance(60)) to["additionalItems"] = inner(depth - 1);
    }

    void add_combination(json::object& to, int depth) {
        constexpr std::array<std::string_view, 3> ways{"allOf", "anyOf", "oneOf"};
        if (random_.chance(25)) {
            to["not"] = schema(depth - 1);
            return;
        }
        json::array all{schema(depth - 1), schema(depth - 1)};
        if (random_.chance(30)) all.push_back(schema(depth - 1));
        to[random_.pick(ways)] = std::move(all);
    }

    test::randomness& random_;
};

TEST(SchemaDifferential, AgreesWithTheValidatorOfValijson) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    std::uint64_t fitting = 0;
    std::uint64_t refused = 0;
    const auto schemas = test::count_from_environment("DAYBOOK_TEST_SCHEMAS", 500);
    for (std::uint64_t i = 0; i < schemas; ++i) {
        const auto schema = random_schema{random}.make();
        const auto text = json::serialize(schema);
        const auto own = payload_schema::make(text);
        ASSERT_TRUE(own) << own.error().message << "\n" << text;
        valijson::Schema theirs;
        valijson::SchemaParser{valijson::SchemaParser::kDraft7}.populateSchema(adapter{schema},
                                                                               theirs);
        for (int k = 0; k < 20; ++k) {
            const auto payload = random_value(random, 3);
            const auto found = (*own)->check(json::serialize(payload));
            ASSERT_TRUE(found) << found.error().message << "\n" << text;
            valijson::Validator validator{valijson::Validator::kStrongTypes};
            const bool fits = validator.validate(theirs, adapter{payload}, nullptr);
            ASSERT_EQ(found->empty(), fits)
                << json::serialize(payload) << "\n"
                << text << "\n"
                << (found->empty() ? "fits here" : to_string(found->front()));
            ++(fits ? fitting : refused);
        }
    }
    EXPECT_GT(fitting, schemas);
    EXPECT_GT(refused, schemas);
}

}  // namespace
}  // namespace daybook
