// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What a store must do, said as simply as possible: a vector of events and a map of streams.

#include <daybook/store.hpp>

#include "support/facts.hpp"
#include "support/oracle.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace daybook::test {

class log_model {
public:
    enum class outcome { stored, repeated, conflict };
    struct answer {
        outcome what = outcome::conflict;
        std::vector<expected_event> events;  ///< Where each event of the request is, in order.
    };

    /// What a commit must lead to. Changes nothing: what was stored is added with `add`.
    answer judge(const commit_request& request) const;

    /// The next event of the log, as it was stored.
    void add(event stored);

    std::uint64_t size() const { return oracle_.log().size(); }
    /// Positions of a stream's events, in order.
    std::vector<std::uint64_t> stream(const std::string& name) const;
    const oracle& truth() const { return oracle_; }

private:
    std::vector<expected_event> placed(const commit_request& request) const;
    std::vector<expected_event> place_of_repeat(const commit_request& request) const;
    bool any_id_is_known(const commit_request& request) const;
    bool expectations_hold(const commit_request& request) const;
    bool conditions_hold(const commit_request& request) const;

    oracle oracle_;
    std::map<std::string, std::vector<std::uint64_t>> streams_;
};

}  // namespace daybook::test
