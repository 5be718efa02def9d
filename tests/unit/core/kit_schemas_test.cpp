// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: one call makes a store refuse what no struct of the orchestration kit can hold.
// Method: an event of every struct, whole and with each of its words, numbers and members spoilt.

#include <daybook/orchestration.hpp>
#include <daybook/orchestration/schemas.hpp>
#include <daybook/schema_catalog.hpp>

#include "support/filled_event.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace daybook::orchestration {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class KitSchemas : public testing::Test {
protected:
    KitSchemas() : schemas{schema_catalog::open(*log).value()} {}

    std::vector<schema_violation> check(std::string_view type, std::string payload) const {
        new_event made{.type = std::string{type}, .payload = std::move(payload)};
        made.schema = "1.0.0";
        return schemas.check(made).value();
    }

    test::fresh_store log;
    schema_catalog schemas;
};

/// Calls `spoilt` for each value in `value` that its schema describes by `keyword`, with something
/// else in its place. Alternatives of variants are left out.
void spoil(const json::value& schema, json::value& value, std::string_view keyword,
           const json::value& by, const std::function<void()>& spoilt) {
    const auto& says = schema.as_object();
    if (says.contains(keyword)) {
        const auto whole = value;
        value = by;
        spoilt();
        value = whole;
    }
    if (const auto* members = says.if_contains("properties"); members && value.is_object()) {
        for (const auto& [name, inner] : members->as_object()) {
            if (auto* held = value.as_object().if_contains(name))
                spoil(inner, *held, keyword, by, spoilt);
        }
    }
    if (const auto* inner = says.if_contains("items"); inner && value.is_array()) {
        for (auto& held : value.as_array()) spoil(*inner, held, keyword, by, spoilt);
    }
}

TEST_F(KitSchemas, AreAllRegisteredByOneCallAndOnce) {
    EXPECT_EQ(register_schemas(schemas).value(), event_type_count);
    const auto kept = schemas.list();
    EXPECT_EQ(kept.size(), event_type_count);
    for_each_event_type([&]<class E>(std::type_identity<E>) {
        const auto found = schemas.get(E::type_name);
        ASSERT_TRUE(found) << E::type_name;
        EXPECT_EQ(found->version, "1.0.0");
        EXPECT_EQ(found->text, json_schema_of<E>());
    });
    EXPECT_EQ(register_schemas(schemas).value(), 0U);
    EXPECT_EQ(schemas.list().size(), event_type_count);
}

TEST_F(KitSchemas, AcceptWhatTheKitMakes) {
    register_schemas(schemas).value();
    schemas.set_mode(schema_mode::strict).value();
    for_each_event_type([&]<class E>(std::type_identity<E>) {
        const std::vector events{event_of(test::filled<E>()).value(), event_of(E{}).value()};
        EXPECT_THAT(log->append("task-1", expected::any(), events), test::HoldsValue())
            << E::type_name;
    });
}

TEST_F(KitSchemas, RefuseAWordThatIsNoEnumerator) {
    register_schemas(schemas).value();
    std::size_t refused = 0;
    for_each_event_type([&]<class E>(std::type_identity<E>) {
        auto value = json::parse(event_to_json(test::filled<E>()));
        spoil(json::parse(json_schema_of<E>()), value, "enum", "no_such_word", [&] {
            ++refused;
            const auto payload = json::serialize(value);
            EXPECT_THAT(check(E::type_name, payload), Not(IsEmpty())) << E::type_name << payload;
        });
    });
    EXPECT_GT(refused, event_type_count / 2);
}

TEST_F(KitSchemas, RefuseWhatIsOfAnotherType) {
    register_schemas(schemas).value();
    for_each_event_type([&]<class E>(std::type_identity<E>) {
        auto value = json::parse(event_to_json(test::filled<E>()));
        std::size_t refused = 0;
        const json::value other{json::array{json::array{}, nullptr}};
        spoil(json::parse(json_schema_of<E>()), value, "type", other, [&] {
            ++refused;
            const auto payload = json::serialize(value);
            EXPECT_THAT(check(E::type_name, payload), Not(IsEmpty())) << E::type_name << payload;
        });
        EXPECT_GT(refused, boost::mp11::mp_size<daybook::detail::members_of<E>>::value / 2);
    });
}

TEST_F(KitSchemas, RefuseWhatLacksAMember) {
    register_schemas(schemas).value();
    for_each_event_type([&]<class E>(std::type_identity<E>) {
        const auto schema = json::parse(json_schema_of<E>());
        const auto* required = schema.as_object().if_contains("required");
        if (required == nullptr) return;
        for (const auto& name : required->as_array()) {
            auto value = json::parse(event_to_json(test::filled<E>()));
            value.as_object().erase(name.as_string());
            EXPECT_THAT(check(E::type_name, json::serialize(value)), Not(IsEmpty()))
                << E::type_name << " without " << name;
        }
    });
}

TEST_F(KitSchemas, HoldPlainWordsAndPartsWhereTheKitDoes) {
    register_schemas(schemas).value();
    const auto conflict = [&](const std::string& told) {
        auto value = json::parse(event_to_json(test::filled<activity_conflict_detected>()));
        value.as_object()["conflict"] = json::parse(told);
        return check(activity_conflict_detected::type_name, json::serialize(value));
    };
    EXPECT_THAT(conflict(R"("both changed the lock")"), IsEmpty());
    EXPECT_THAT(conflict(R"({"type":"merge","severity":"high"})"), IsEmpty());
    EXPECT_THAT(conflict(R"({"type":"merge","severity":"bad"})"), Not(IsEmpty()));
    EXPECT_THAT(conflict("7"), Not(IsEmpty()));
}

TEST_F(KitSchemas, AreRefusedWhereTheStoreHasAnother) {
    schemas.add(gap_identified::type_name, "1.0.0", R"({"type":"object"})").value();
    EXPECT_THAT(register_schemas(schemas),
                test::FailsWith(errc::rejected, std::string{gap_identified::type_name}));
}

TEST_F(KitSchemas, RefuseAppendsOfWhoeverWrites) {
    register_schemas(schemas).value();
    schemas.set_mode(schema_mode::strict).value();
    new_event by_hand{.type = std::string{gap_identified::type_name},
                      .payload = R"({"gap_id":"g","severity":"bad"})"};
    EXPECT_THAT(log->append("task-1", expected::any(), {by_hand}),
                test::FailsWith(errc::invalid_argument, "/severity"));
}

}  // namespace
}  // namespace daybook::orchestration
