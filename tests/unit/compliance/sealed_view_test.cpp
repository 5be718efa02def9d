// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a view shows what was encrypted for as long as the key of its subject is there, and says
// afterwards that it was erased. Method: a view of customers by name, before and after an erasure.

#include <daybook/compliance/erasure.hpp>
#include <daybook/compliance/sealing.hpp>
#include <daybook/event_codec.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>
#include <daybook/upcasters.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <boost/describe.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <variant>

namespace daybook::compliance {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr std::string_view origin = "example.com/customers";

struct customer_named {
    static constexpr std::string_view type_name = "Named";
    std::int64_t customer = 0;
    std::optional<std::string> name;  ///< Nothing: it was erased.
};
BOOST_DESCRIBE_STRUCT(customer_named, (), (customer, name))

struct names_by_customer {
    static constexpr std::string_view name = "names_by_customer";
    static constexpr std::uint32_t version = 1;
    using row = std::string;
    using events = std::variant<customer_named>;
    static std::string key(const customer_named& event) { return std::to_string(event.customer); }
    static row apply(const row&, const customer_named& event) {
        return event.name.value_or("(erased)");
    }
};

using shown_rows = std::map<std::string, std::string>;

class SealedView : public testing::Test {
protected:
    SealedView() {
        log_->set_admissions(
            {sealer::make(keys_, {std::string{origin},
                                  {{.types = {"Named"},
                                    .at = {"/name"},
                                    .subject = subject_source::field("/customer")}}})
                 .value()});
        for (const auto* payload :
             {R"({"customer":1,"name":"Ann-Canary"})", R"({"customer":2,"name":"Bob"})"}) {
            log_->append("customers-1", expected::any(), {{.type = "Named", .payload = payload}})
                .value();
        }
    }
    projections::any_projection opened() const {
        upcaster_builder chain;
        chain.open_with(
            std::make_shared<event_opener>(keys_, std::string{origin}, erased_as::null));
        return projections::any_projection::of<names_by_customer>().with_upcasters(
            chain.build().value());
    }
    shown_rows built() {
        projections::runner::open(*log_, {opened()}).value().catch_up().value();
        const auto shown = projections::view<names_by_customer>::over(
            projections::open_rows(*log_, opened(), projections::view_mode::async).value());
        shown_rows all;
        shown
            .for_each(
                "", [&](std::string_view key, const std::string& name) { all.emplace(key, name); })
            .value();
        return all;
    }

    const test::temp_directory home_;
    const std::shared_ptr<subject_keys> keys_ = subject_keys::open(home_ / "keys").value();
    test::fresh_store log_;
};

TEST_F(SealedView, ShowsWhatIsEncryptedUntilItIsErased) {
    EXPECT_THAT(built(), ElementsAre(Pair("1", "Ann-Canary"), Pair("2", "Bob")));
    const auto report =
        erase_subject(*log_, *keys_, "1", {.reason = "asked for it", .canaries = {"Ann-Canary"}})
            .value();
    EXPECT_TRUE(report.proven) << testing::PrintToString(report.not_reached);
    EXPECT_THAT(report.views_dropped, ElementsAre("names_by_customer version 1"));
    EXPECT_THAT(built(), ElementsAre(Pair("1", "(erased)"), Pair("2", "Bob")));
    EXPECT_THAT(find_in_store(*log_, std::vector<std::string>{"Ann-Canary"})->found, IsEmpty());
}

}  // namespace
}  // namespace daybook::compliance
