// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/causality.hpp>
#include <daybook/event.hpp>
#include <daybook/query.hpp>
#include <daybook/reader.hpp>
#include <daybook/store.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace daybook::test {

/// Answers every question about a log the slow and obvious way: by looking at each event.
class oracle {
public:
    oracle() = default;
    /// The events of a log from position 0 on, in order.
    explicit oracle(std::vector<event> log);

    /// The next event of the log.
    void add(event next);

    const std::vector<event>& log() const { return log_; }
    /// Where the event with this id is.
    std::optional<std::uint64_t> find(const event_id& id) const;

    /// Positions of what matches, in reading order.
    std::vector<std::uint64_t> matching(const query& q, const read_options& options = {}) const;
    std::map<std::string, std::uint64_t> counts(const query& q, const grouping& by) const;

    // What is wrong with an answer about causality; empty if nothing is.
    std::string judge_causes(const event_id& of, const causal_graph& answer) const;
    std::string judge_effects(const event_id& of, const causal_graph& answer) const;
    std::string judge_tree(std::string_view correlation, const causal_graph& answer) const;
    std::string judge_path(std::string_view correlation, const critical_path& answer) const;

private:
    using positions = std::vector<std::uint64_t>;
    positions causes_of(std::uint64_t at) const;
    positions effects_of(std::uint64_t at) const;
    template <class Neighbours>
    std::string judge_walk(const positions& starts, const causal_graph& answer,
                           const Neighbours& neighbours) const;
    std::string judge_missing(const causal_graph& answer) const;

    std::vector<event> log_;
    struct id_hash {
        std::size_t operator()(const event_id& id) const noexcept {
            return std::hash<std::string_view>{}(
                {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()});
        }
    };
    std::unordered_map<event_id, std::uint64_t, id_hash> by_id_;
    std::unordered_map<event_id, positions, id_hash> named_by_;  ///< Who names it as a cause.
};

class event_maker;

/// Compares a store's answers with an oracle's: every kind of query and grouping `rounds` times,
/// both directions, from places and with limits. Returns what was wrong first, or nothing.
std::string compare_answers(const store& asked, const oracle& truth, event_maker& make,
                            std::uint64_t rounds);
/// The same for one query and for one grouping.
std::string compare_query(const store& asked, const oracle& truth, const query& q,
                          const read_options& options);
std::string compare_counts(const store& asked, const oracle& truth, const query& q,
                           const grouping& by);
std::string compare_pages(const store& asked, const oracle& truth, const query& q, direction dir,
                          std::size_t limit);
std::string compare_causality(const store& asked, const oracle& truth, event_maker& make);

}  // namespace daybook::test
