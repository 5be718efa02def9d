// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: what is sealed is read by who has the key, at its place alone, and by nobody once the key
// is gone; a repeated append is the same.

#include <daybook/compliance/sealing.hpp>
#include <daybook/event_codec.hpp>
#include <daybook/payload_opener.hpp>
#include <daybook/raw_json.hpp>
#include <daybook/repository.hpp>
#include <daybook/schema_catalog.hpp>
#include <daybook/upcasters.hpp>

#include "sealed_value.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <boost/describe/class.hpp>

namespace daybook::compliance {
namespace {

using test::FailsWith;
using test::fresh_store;
using test::HoldsValue;
using test::numbered_id;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view origin = "example.com/shop";

class Sealing : public testing::Test {
protected:
    void install(std::vector<sealing_rule> rules) {
        log_->set_admissions(
            {sealer::make(keys_, {std::string{origin}, std::move(rules)}).value()});
    }
    /// Stores it, and gives back what is stored.
    event stored(new_event given, std::string_view stream = "customer-1") {
        const auto done = log_->append(stream, expected::any(), {std::move(given)});
        if (!done) {
            ADD_FAILURE() << done.error().message;
            return {};
        }
        return log_->read_one(done->last).value();
    }
    event_opener opener(erased_as how = erased_as::marker) const {
        return event_opener{keys_, std::string{origin}, how};
    }

    test::temp_directory home_;
    std::shared_ptr<subject_keys> keys_ = subject_keys::open(home_ / "keys").value();
    fresh_store log_;
};

const sealing_rule names_of_customers{.types = {"Named"},
                                      .at = {"/name", "/more/*/mail"},
                                      .subject = subject_source::field("/customer")};
constexpr std::string_view named =
    R"({"customer":7,"name":"Ann Canary","more":[{"mail":"a@b.c","x":1}],"n":1.50})";

TEST_F(Sealing, HidesWhatIsMarkedAndOpensItAgainByteForByte) {
    install({names_of_customers});
    const auto one = stored({.type = "Named", .payload = std::string{named}});
    const std::string payload{one.payload()};
    EXPECT_TRUE(check_json(payload).has_value());
    EXPECT_THAT(payload,
                testing::StartsWith(R"({"customer":7,"name":{"$encrypted":{"alg":"A256GCM",)"));
    EXPECT_THAT(payload, Not(HasSubstr("Canary")));
    EXPECT_THAT(payload, Not(HasSubstr("a@b")));
    EXPECT_THAT(payload, testing::EndsWith(R"(,"x":1}],"n":1.50})"));
    EXPECT_TRUE(opener().concerns(one));
    const auto clear = opener().open_fully(one).value();
    EXPECT_EQ(clear.payload, named);
    EXPECT_EQ(clear.opened, 2U);
    EXPECT_THAT(clear.erased, testing::IsEmpty());
    const auto other = stored({.type = "Other", .payload = std::string{named}});
    EXPECT_EQ(other.payload(), named);
    EXPECT_FALSE(opener().concerns(other));
}

TEST_F(Sealing, OfAWholePayloadHidesAllOfItWhateverItIs) {
    install({{.subject = subject_source::tag("who")}});
    for (const auto& [type, payload] :
         {std::pair<std::string, std::string>{"application/json", "\"yes\""},
          {"application/json", "{ }"},
          {"text/plain", "Ann Canary"},
          {"application/octet-stream", std::string("\0\x80\xff", 3)}}) {
        const auto one =
            stored({.type = "A", .payload = payload, .tags = {"who:ann"}, .content_type = type});
        EXPECT_EQ(one.view().content_type(), type);
        EXPECT_THAT(std::string{one.payload()}, testing::StartsWith(R"({"$encrypted":)"));
        EXPECT_EQ(opener().open(one).value(), payload);
    }
    EXPECT_EQ(stored({.type = "A", .payload = "\"yes\"", .tags = {"who:ann"}}).payload().size(),
              stored({.type = "A", .payload = "\"no\"", .tags = {"who:ann"}}).payload().size())
        << "a length would tell yes from no";
}

TEST_F(Sealing, ARepeatedAppendIsTheSameAndNothingElseIs) {
    install({names_of_customers});
    const std::vector<new_event> events{
        {.type = "Named", .payload = std::string{named}, .id = numbered_id(1)}};
    ASSERT_THAT(log_->append("customer-1", expected::any(), events), HoldsValue());
    const auto again = log_->append("customer-1", expected::any(), events);
    ASSERT_THAT(again, HoldsValue());
    EXPECT_TRUE(again->repeated);
    auto other = events;
    other[0].payload = R"({"customer":7,"name":"Ann Other"})";
    EXPECT_THAT(log_->append("customer-1", expected::any(), other), FailsWith(errc::conflict));
    // The same text in two events, or at two places, shows in nothing.
    const std::string twice = R"({"customer":7,"name":"a","more":[{"mail":"a"}]})";
    const std::string first{stored({.type = "Named", .payload = twice}).payload()};
    const std::string second{stored({.type = "Named", .payload = twice}).payload()};
    const auto nonce = [](const std::string& json, std::size_t from) {
        return json.substr(json.find("\"nonce\":", from), 34);
    };
    EXPECT_NE(nonce(first, 0), nonce(second, 0));
    EXPECT_NE(nonce(first, 0), nonce(first, first.find("mail")));
}

TEST_F(Sealing, WhatIsErasedShowsAsErasedAndTheRestIsRead) {
    auto both = names_of_customers;
    both.at = {"/name"};
    install({both, {.types = {"Named"}, .at = {"/boss"}, .subject = subject_source::field("/by")}});
    const auto one =
        stored({.type = "Named", .payload = R"({"customer":7,"name":"Ann","by":8,"boss":"Bob"})"});
    const auto erased = keys_->erase("7").value();
    const auto clear = opener().open_fully(one).value();
    EXPECT_EQ(clear.payload, R"({"customer":7,"name":{"$erased":")" + erased.key_ids[0] +
                                 R"("},"by":8,"boss":"Bob"})");
    EXPECT_THAT(clear.erased, ElementsAre(erased_value{"/name", erased.key_ids[0]}));
    EXPECT_EQ(opener(erased_as::null).open(one).value(),
              R"({"customer":7,"name":null,"by":8,"boss":"Bob"})");
    EXPECT_THAT(log_->append("customer-1", expected::any(),
                             {{.type = "Named", .payload = std::string{named}}}),
                FailsWith(errc::rejected));
}

TEST_F(Sealing, OpensAtItsPlaceAlone) {
    install({names_of_customers});
    const auto one = stored({.type = "Named", .payload = std::string{named}, .id = numbered_id(9)});
    log_->set_admissions({});
    const std::string payload{one.payload()};
    const auto copy = [&](new_event given, std::string_view stream) {
        return opener().open(stored(std::move(given), stream));
    };
    EXPECT_THAT(copy({.type = "Named", .payload = payload}, "customer-1"),
                FailsWith(errc::corrupt));
    EXPECT_THAT((event_opener{keys_, "example.com/other"}.open(one)), FailsWith(errc::corrupt));
    // One field in the place of another.
    auto swapped = payload;
    swapped.replace(swapped.find("\"name\""), 6, "\"mane\"");
    const auto put = [&](const std::string& text, std::string type, std::string_view stream) {
        fresh_store fresh;
        const auto done =
            fresh->append(stream, expected::any(),
                          {{.type = std::move(type), .payload = text, .id = numbered_id(9)}});
        return opener().open(fresh->read_one(done.value().last).value());
    };
    EXPECT_EQ(put(payload, "Named", "customer-1").value(), named) << "a copy of the log";
    EXPECT_THAT(put(swapped, "Named", "customer-1"), FailsWith(errc::corrupt));
    EXPECT_THAT(put(payload, "Renamed", "customer-1"), FailsWith(errc::corrupt));
    EXPECT_THAT(put(payload, "Named", "customer-2"), FailsWith(errc::corrupt));
    const auto strangers = subject_keys::open(home_ / "strangers").value();
    EXPECT_THAT((event_opener{strangers, std::string{origin}}.open(one)),
                FailsWith(errc::not_found));
}

TEST_F(Sealing, EveryBitOfAnEnvelopeCounts) {
    const auto key = subject_key{"00112233445566778899aabbccddeeff", secret_key::random()};
    const sealed_place at{origin, numbered_id(1), "customer-1", "Named", "/name"};
    const auto sealed = seal_value(key, at, "\"Ann\"");
    const auto text = sealed.text();
    ASSERT_EQ(sealed_value::parse(text)->text(), text);
    EXPECT_EQ(open_value(key, at, *sealed_value::parse(text)), "\"Ann\"");
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            auto changed = text;
            changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
            const auto parsed = sealed_value::parse(changed);
            EXPECT_FALSE(parsed && open_value(key, at, *parsed)) << i << ' ' << bit;
        }
    }
    // Another key with the same id: GCM alone would let one who makes both open it as he likes.
    const auto other = subject_key{key.id, secret_key::random()};
    EXPECT_EQ(open_value(other, at, sealed), std::nullopt);
}

TEST_F(Sealing, TakesNoEnvelopeThatReadersWouldStumbleOver) {
    install({names_of_customers});
    const auto one = stored({.type = "Named", .payload = std::string{named}, .id = numbered_id(3)});
    const auto append = [&](std::string payload) {
        return log_->append("customer-2", expected::any(),
                            {{.type = "Named", .payload = std::move(payload)}});
    };
    for (const std::string& payload :
         {std::string{R"({"x":{"$encrypted":{}}})"},
          std::string{R"([{"$encrypted":{"alg":"none"}}])"}, std::string{one.payload()}}) {
        EXPECT_THAT(append(payload), FailsWith(errc::rejected)) << payload;
    }
    // An export of this log, appended to a copy of it.
    fresh_store copy;
    copy->set_admissions(
        {sealer::make(keys_, {std::string{origin}, {names_of_customers}}).value()});
    const new_event same{
        .type = "Named", .payload = std::string{one.payload()}, .id = numbered_id(3)};
    ASSERT_THAT(copy->append("customer-1", expected::any(), {same}), HoldsValue());
    EXPECT_EQ(copy->read_one(position{0})->payload(), one.payload());
}

TEST_F(Sealing, RefusesWhatHasNoSubject) {
    install({names_of_customers, {.types = {"Tagged"}, .subject = subject_source::tag("who")}});
    const auto tried = [&](new_event given) {
        return log_->append("customer-1", expected::any(), {std::move(given)});
    };
    EXPECT_THAT(tried({.type = "Named", .payload = R"({"name":"Ann"})"}),
                FailsWith(errc::rejected));
    EXPECT_THAT(tried({.type = "Named", .payload = R"({"name":"Ann","customer":""})"}),
                FailsWith(errc::rejected));
    EXPECT_THAT(tried({.type = "Tagged", .tags = {"who:"}}), FailsWith(errc::rejected));
    EXPECT_THAT(tried({.type = "Named", .payload = R"({"nothing":"to hide"})"}), HoldsValue());
    EXPECT_EQ(log_->watermark(), position{1});
    for (const auto& wrong : {sealing_options{"", {}}, sealing_options{std::string(201, 'a'), {}},
                              sealing_options{"o", {{.at = {"x"}}}},
                              sealing_options{"o", {{.subject = subject_source::tag("")}}},
                              sealing_options{"o", {{.subject = subject_source::field("x")}}}}) {
        EXPECT_THAT(sealer::make(keys_, wrong), FailsWith(errc::invalid_argument));
    }
}

TEST_F(Sealing, RulesAreMadeOfMarksInSchemas) {
    auto schemas = schema_catalog::open(*log_).value();
    ASSERT_THAT(schemas.add("Named", "1.0.0",
                            R"({"type":"object","x-daybook-subject":{"field":"/customer"},)"
                            R"("properties":{"customer":{"type":"integer"},)"
                            R"("name":{"type":"string","x-daybook-personal":true}}})"),
                HoldsValue());
    install(sealing_rules_of(schemas).value());
    const auto one = stored({.type = "Named", .payload = R"({"customer":1,"name":"Ann"})"});
    EXPECT_EQ(opener().open_fully(one)->opened, 1U);
    ASSERT_THAT(schemas.add("Bad", "1.0.0", R"({"type":"object","x-daybook-personal":"yes"})"),
                HoldsValue());
    EXPECT_THAT(sealing_rules_of(schemas), FailsWith(errc::invalid_argument));
}

struct customer_named {
    static constexpr std::string_view type_name = "Named";
    std::int64_t customer = 0;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(customer_named, (), (customer, name))

struct customer_renamed {
    static constexpr std::string_view type_name = "Named";
    static constexpr std::string_view schema_version = "2.0.0";
    std::string full_name;
};
BOOST_DESCRIBE_STRUCT(customer_renamed, (), (full_name))

struct customer {
    static constexpr std::string_view name = "customer";
    static constexpr std::uint32_t version = 1;
    using events = std::variant<customer_renamed>;
    std::string known_as;
    void apply(const customer_renamed& e) { known_as = e.full_name; }
};
BOOST_DESCRIBE_STRUCT(customer, (), (known_as))

TEST_F(Sealing, AggregatesAndUpcastersSeeClearPayloads) {
    install({names_of_customers});
    (void)stored({.type = "Named", .payload = R"({"customer":7,"name":"Ann"})"});
    upcaster_builder chain;
    chain.open_with(std::make_shared<event_opener>(keys_, std::string{origin}));
    chain.add<customer_named, customer_renamed>(
        [](const customer_named& old) { return customer_renamed{old.name}; });
    const auto to_today = chain.build().value();
    repository<customer> customers{*log_, {.upcasters = to_today}};
    EXPECT_EQ(customers.load("1").value().state->known_as, "Ann");
    auto reader = log_->read_all().value();
    std::vector<std::string> seen;
    ASSERT_THAT(for_each_upcast(reader, to_today,
                                [&](const event_view& one) -> result<void> {
                                    seen.emplace_back(one.payload());
                                    return {};
                                }),
                HoldsValue());
    EXPECT_THAT(seen, ElementsAre(R"({"full_name":"Ann"})"));
    const auto asked = to_today->widen(query{{}});
    EXPECT_TRUE(asked.where.empty());
}

}  // namespace
}  // namespace daybook::compliance
