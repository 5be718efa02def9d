// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// A program outside the tree: appends, reads, queries and projects through the installed headers.
// Usage: consumer DIRECTORY, which must not exist. Ends with 0 if all was as expected.

#include <daybook/daybook.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#if __has_include(<daybook/projections/runner.hpp>)
#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>
#define CONSUMER_PROJECTS 1
#else
#define CONSUMER_PROJECTS 0
#endif

namespace {

/// Ends the program if `holds` is false: each step needs the one before.
void expect(bool holds, std::string_view what) {
    if (holds) return;
    std::cerr << "consumer: not as expected: " << what << '\n';
    std::exit(EXIT_FAILURE);
}

void append(daybook::store& store) {
    using daybook::expected;
    const auto first = store.append(
        "order-7", expected::no_stream(),
        {{.type = "OrderPlaced",
          .payload = R"({"total_cents":1200})",
          .tags = {"customer:ann"},
          .correlation = "checkout-1"},
         {.type = "OrderPaid", .payload = R"({"amount_cents":700})", .correlation = "checkout-1"}});
    expect(first.value().last_sequence == daybook::sequence{2}, "two events appended");
    store
        .append("order-8", expected::any(),
                {{.type = "OrderPlaced", .payload = R"({"total_cents":300})"}})
        .value();
    const auto stale = store.append("order-7", expected::at(daybook::sequence{1}),
                                    {{.type = "OrderPaid", .payload = R"({"amount_cents":1})"}});
    expect(!stale && stale.error().code == daybook::errc::conflict, "a stale append is refused");
}

std::vector<std::string> types(daybook::event_reader reader) {
    std::vector<std::string> all;
    while (reader.next().value()) all.emplace_back(reader->type());
    return all;
}

void read(const daybook::store& store) {
    const std::vector<std::string> order_7{"OrderPlaced", "OrderPaid"};
    expect(types(store.read_stream("order-7").value()) == order_7, "the stream reads back");
    expect(types(store.read_all().value()).size() == 3, "the log has three events");
}

void ask(const daybook::store& store) {
    const std::vector<std::string> placed{"OrderPlaced"};
    daybook::query large{daybook::criteria{.types = placed}};
    large.where.push_back(daybook::parse_payload_condition("/total_cents>1000").value());
    expect(types(store.read(large).value()) == placed, "one order is large");

    const auto of_ann = store.read(daybook::criteria{.tags = {"customer:ann"}}).value().collect();
    expect(of_ann.value().size() == 1, "one event carries the tag");
    const auto groups = store.count(daybook::query::all(), {daybook::grouping::kind::type, {}});
    const std::vector<daybook::group_count> wanted{{"OrderPlaced", 2}, {"OrderPaid", 1}};
    expect(groups.value() == wanted, "the counts by type");
}

#if CONSUMER_PROJECTS
/// What each order still owes.
struct open_orders {
    static constexpr std::string_view name = "open_orders";
    static constexpr std::uint32_t version = 1;
    static constexpr bool keyed_by_stream = true;
    using row = std::int64_t;

    static row apply(row open_cents, const daybook::event_view& event) {
        const auto payload = daybook::payload_json(event).value();
        if (event.type() == "OrderPlaced") {
            return open_cents + payload.at("total_cents").as_int64();
        }
        return open_cents - payload.at("amount_cents").as_int64();
    }
};
static_assert(daybook::projections::projection<open_orders>);

void project(daybook::store& store) {
    namespace projections = daybook::projections;
    auto views =
        projections::runner::open(store, {projections::any_projection::of<open_orders>()}).value();
    views.catch_up().value();
    const auto orders = projections::view<open_orders>::open(store).value();
    expect(orders.get("order-7").value() == 500, "order 7 owes 500");
    expect(orders.get("order-8").value() == 300, "order 8 owes 300");
    expect(!orders.get("order-9").value(), "there is no order 9");
}
#else
void project(daybook::store&) {}
#endif

}  // namespace

int main(int count, char** arguments) {
    expect(count == 2, "one argument, the directory of the store");
    {
        auto store = daybook::store::open(arguments[1]).value();
        append(store);
        read(store);
        ask(store);
        project(store);
    }
    const auto again = daybook::store::open(arguments[1]).value();
    expect(again.watermark() == daybook::position{3}, "the events are there after a reopening");
    std::cout << "consumer: all as expected\n";
    return EXIT_SUCCESS;
}
