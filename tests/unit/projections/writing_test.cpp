// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: the code of projections/docs/writing.md compiles and does what the page says. The text
// between two marks is the page's, word by word; a test below compares them.

#include <daybook/projections/projections.hpp>
#include <daybook/projections/testing.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace daybook::projections {
namespace {

struct item_added {
    std::string cart;
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(item_added, (), (cart, count))

struct item_taken {
    std::string cart;
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(item_taken, (), (cart, count))

struct cart_closed {
    std::string cart;
};
BOOST_DESCRIBE_STRUCT(cart_closed, (), (cart))

struct ticket_moved {
    std::string id;
    std::string owner;
    std::string state;
};
BOOST_DESCRIBE_STRUCT(ticket_moved, (), (id, owner, state))

// carts begin
struct carts {
    static constexpr std::string_view name = "carts";
    static constexpr std::uint32_t version = 1;
    using row = std::int64_t;
    using events = std::variant<item_added, item_taken, cart_closed>;

    static std::string key(const auto& event) { return event.cart; }
    static row apply(row items, const item_added& e) { return items + e.count; }
    static std::optional<row> apply(row items, const item_taken& e) {
        if (items <= e.count) return std::nullopt;
        return items - e.count;
    }
    static removed apply(row, const cart_closed&) { return {}; }
};
// carts end

// tickets begin
struct tickets {
    static constexpr std::string_view name = "tickets";
    static constexpr std::uint32_t version = 1;
    struct row {
        std::string owner;
        std::string state;
    };
    using events = std::variant<ticket_moved>;

    static std::string key(const ticket_moved& e) { return e.id; }
    static row apply(row, const ticket_moved& e) { return {e.owner, e.state}; }
    static std::vector<secondary_key> secondary(const row& r) {
        return {{"owner", r.owner}, {"state", r.state}};
    }
};
// tickets end
BOOST_DESCRIBE_STRUCT(tickets::row, (), (owner, state))

// board begin
struct open_tickets {
    static constexpr std::string_view name = "open";
    using row = tickets::row;
    using events = std::variant<ticket_moved>;

    static std::string key(const ticket_moved& e) { return e.id; }
    static std::optional<row> apply(row, const ticket_moved& e) {
        if (e.state == "closed") return std::nullopt;
        return row{e.owner, e.state};
    }
};

/// How many open tickets everybody has.
struct load {
    static constexpr std::string_view name = "load";
    using from = open_tickets;
    using row = std::int64_t;

    static std::vector<std::string> key(const row_changed<open_tickets>& change) {
        std::vector<std::string> owners;
        if (change.before != nullptr) owners.push_back(change.before->owner);
        if (change.after != nullptr) owners.push_back(change.after->owner);
        return owners;
    }
    static row apply(row open, const row_changed<open_tickets>& change, std::string_view owner) {
        if (change.before != nullptr && change.before->owner == owner) --open;
        if (change.after != nullptr && change.after->owner == owner) ++open;
        return open;
    }
};

struct board {
    static constexpr std::string_view name = "board";
    static constexpr std::uint32_t version = 1;
    using kinds = std::tuple<open_tickets, load>;
};
// board end

template <class E>
void append(store& log, const E& event) {
    const auto of_type = std::string{event_type_name<E>()};
    log.append("ticket-1", expected::any(), {{.type = of_type, .payload = event_to_json(event)}})
        .value();
}

TEST(Writing, RemovesRows) {
    EXPECT_EQ(projection_spec<carts>()
                  .given("cart-1", item_added{"a", 3})
                  .given("cart-1", item_taken{"a", 1})
                  .given("cart-2", item_added{"b", 1})
                  .given("cart-2", item_taken{"b", 1})
                  .given("cart-3", item_added{"c", 1})
                  .given("cart-3", cart_closed{"c"})
                  .then("a", 2)
                  .then_rows(1)
                  .failures(),
              "");
}

TEST(Writing, FindsRowsByOtherKeys) {
    test::fresh_store log;
    append(*log, ticket_moved{"t1", "ada", "open"});
    append(*log, ticket_moved{"t2", "ada", "closed"});
    runner::open(*log, {any_projection::of<tickets>()}).value().catch_up().value();
    std::string found;
    view<tickets>::open(*log)
        .value()
        .for_each_by("owner", "ada",
                     [&](std::string_view key, const tickets::row& row) {
                         found += std::string{key} + " " + row.state + ", ";
                     })
        .value();
    EXPECT_EQ(found, "t1 open, t2 closed, ");
}

TEST(Writing, CountsTheRowsOfAnotherKind) {
    test::fresh_store log;
    append(*log, ticket_moved{"t1", "ada", "open"});
    append(*log, ticket_moved{"t2", "ada", "open"});
    append(*log, ticket_moved{"t1", "bob", "open"});
    append(*log, ticket_moved{"t2", "ada", "closed"});
    runner::open(*log, {any_projection::of<board>()}).value().catch_up().value();
    const auto rows = view<board>::open(*log).value();
    EXPECT_EQ(rows.get<load>("ada").value(), 0);
    EXPECT_EQ(rows.get<load>("bob").value(), 1);
    EXPECT_FALSE(rows.get<open_tickets>("t2").value());
}

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
    const auto start = text.find(begin);
    if (start == std::string::npos) return {};
    const auto from = start + begin.size();
    return text.substr(from, text.find(end, from) - from);
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in{path};
    return {std::istreambuf_iterator<char>{in}, {}};
}

TEST(Writing, StandsOnThePageAsItIsHere) {
    const std::filesystem::path root{DAYBOOK_SOURCE_DIR};
    const auto own = read_file(root / "tests/unit/projections/writing_test.cpp");
    const auto page = read_file(root / "projections/docs/writing.md");
    for (const std::string part : {"carts", "tickets", "board"}) {
        const auto here = between(own, "// " + part + " begin\n", "// " + part + " end\n");
        EXPECT_EQ(here, between(page, "<!-- writing: " + part + " -->\n```cpp\n", "```"));
        EXPECT_FALSE(here.empty());
    }
}

}  // namespace
}  // namespace daybook::projections
