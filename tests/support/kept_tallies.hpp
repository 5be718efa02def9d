// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/derived_check.hpp>
#include <daybook/projections/checkpoints.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/repository.hpp>

#include "support/signed_store.hpp"

#include <array>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace daybook::test {

struct tally_added {
    std::string owner;
    std::int64_t amount = 0;
};
BOOST_DESCRIBE_STRUCT(tally_added, (), (owner, amount))

/// A state that snapshots are kept of.
struct tally {
    static constexpr std::string_view name = "tally";
    static constexpr std::uint32_t version = 1;
    using events = std::variant<tally_added>;
    std::int64_t sum = 0;

    void apply(const tally_added& e) { sum += e.amount; }
};
BOOST_DESCRIBE_STRUCT(tally, (), (sum))

/// A view with secondary keys, of which one event may be parked.
struct tallies {
    static constexpr std::string_view name = "tallies";
    static constexpr std::uint32_t version = 1;
    static inline bool takes_negative = false;
    struct row {
        std::int64_t sum = 0;
        std::string size;
    };
    using events = std::variant<tally_added>;

    static std::string key(const tally_added& e) { return e.owner; }
    static row apply(row before, const tally_added& e) {
        if (e.amount < 0 && !takes_negative) throw std::runtime_error{"a negative amount"};
        const auto sum = before.sum + e.amount;
        return {sum, sum >= 100 ? "large" : "small"};
    }
    static std::vector<projections::secondary_key> secondary(const row& r) {
        return {{"size", r.size}};
    }
};
BOOST_DESCRIBE_STRUCT(tallies::row, (), (sum, size))

/// A signed store with two snapshots of `tally`, the view `tallies`, which has the rows "ada" and
/// "bob", both large, and one of its checkpoints.
class kept_tallies {
public:
    static constexpr std::string_view snapshot_rows = "daybook.snapshots";
    static constexpr std::string_view view_rows = "view.tallies.v1";

    kept_tallies() {
        fill();
        build();
        projections::keep_checkpoint(log(), tallies_view()).value();
        fill();
        build();
        repository<tally> states{log()};
        for (const char* id : {"1", "2"}) states.take_snapshot(id).value();
    }

    store& log() { return *signed_.log; }
    compliance::ledger& book() { return *signed_.book; }
    std::filesystem::path directory() const { return signed_.log.directory(); }
    void close() { signed_.close(); }
    void open() { signed_.open(); }

    void add(const std::string& stream, const tally_added& e) {
        log().append(stream, expected::any(), {make_event(e)}).value();
    }
    void build() { projections::runner::open(log(), {tallies_view()}).value().catch_up().value(); }

    static projections::any_projection tallies_view() {
        return projections::any_projection::of<tallies>();
    }
    /// What is found by who knows the code of both.
    compliance::verification verify() {
        auto all = book().verify().value();
        const std::array states{compliance::known_state::of<tally>()};
        const std::array views{tallies_view()};
        add_findings(all, compliance::check_snapshots(log(), states).value().findings);
        add_findings(all, compliance::check_views(log(), views).value().findings);
        return all;
    }

private:
    void fill() {
        for (int i = 0; i < 20; ++i) {
            const bool odd = i % 2 == 1;
            add(odd ? "tally-1" : "tally-2", {odd ? "ada" : "bob", 10});
        }
    }

    signed_store signed_;
};

}  // namespace daybook::test
