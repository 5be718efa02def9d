// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/repository.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <variant>

/// Aggregates that the tests of repositories load.
namespace daybook::test {

struct deposited {
    static constexpr std::string_view type_name = "Deposited";
    std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(deposited, (), (cents))

struct withdrawn {
    static constexpr std::string_view type_name = "Withdrawn";
    static constexpr std::string_view schema_version = "2.1.0";
    std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(withdrawn, (), (cents))

/// A balance that never goes below zero.
struct account {
    static constexpr std::string_view name = "account";
    static constexpr std::uint32_t version = 1;
    using events = std::variant<deposited, withdrawn>;

    std::int64_t cents = 0;
    std::uint64_t changes = 0;

    void apply(const deposited& e) {
        if (e.cents < 0) throw std::invalid_argument{"less than nothing was deposited"};
        cents += e.cents;
        ++changes;
    }
    void apply(const withdrawn& e) {
        cents -= e.cents;
        ++changes;
    }
    friend bool operator==(const account&, const account&) = default;
};
BOOST_DESCRIBE_STRUCT(account, (), (cents, changes))

struct deposit {
    std::int64_t cents = 0;
};
struct withdraw {
    std::int64_t cents = 0;
};

inline decision<account> decide(const account&, const deposit& command) {
    if (command.cents == 0) return events_of<account>{};
    return events_of<account>{deposited{command.cents}};
}

inline decision<account> decide(const account& now, const withdraw& command) {
    if (now.cents < command.cents) return reject("only " + std::to_string(now.cents) + " cents");
    return events_of<account>{withdrawn{command.cents}};
}

}  // namespace daybook::test
