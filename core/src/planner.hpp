// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// From a query to the offsets, segment by segment, that can match it.

#include <daybook/query.hpp>

#include "candidates.hpp"
#include "engine.hpp"
#include "index_cursor.hpp"
#include "predicate.hpp"

#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

namespace daybook {

/// A query in terms of the index. Immutable; shared by everything that runs it.
class compiled_query {
public:
    /// Fails with `invalid_argument`, as `validate`.
    static result<std::shared_ptr<const compiled_query>> make(query q, const term_rules& rules);

    /// Terms of which one must hold.
    using any = std::vector<term>;
    struct alternative {
        std::vector<any> all_of;
        std::int64_t since = std::numeric_limits<std::int64_t>::min();
        std::int64_t until = std::numeric_limits<std::int64_t>::max();  ///< Not including.
        bool timed() const noexcept;
    };

    const std::vector<alternative>& any_of() const noexcept { return any_of_; }
    /// Declared payload fields that must have a value, whichever alternative holds.
    const std::vector<term>& also() const noexcept { return also_; }
    /// Candidates must be read to be sure.
    bool needs_check() const noexcept { return needs_check_; }
    /// Nothing narrows the log.
    bool scans() const noexcept;
    /// Matches everything, and needs nothing to be read for it.
    bool everything() const noexcept { return scans() && !needs_check_ && !timed(); }
    bool timed() const noexcept;
    /// Asks for one packed term and nothing else that an index knows.
    bool one_packed_term() const noexcept;

    bool matches(event_view event) const;
    const query& source() const noexcept { return query_; }

private:
    void add(const criteria& c, const term_rules& rules);
    void use_indexed_fields(const term_rules& rules);

    query query_;
    std::deque<std::string> texts_;
    std::vector<alternative> any_of_;
    std::vector<term> also_;
    std::optional<compiled_conditions> where_;  ///< What the index does not decide.
    bool needs_check_ = false;
};

/// Finds candidates, segment by segment in one direction. Not thread safe.
class evaluator {
public:
    evaluator(engine& e, std::shared_ptr<const compiled_query> q, bool backwards);

    /// Sets `out` to the candidates among the first `visible` events of `segment`; false if there
    /// are none. Fails with `corrupt`, `io`, or `refused` if the index was rebuilt meanwhile.
    result<bool> evaluate(const segment_list& list, std::uint32_t segment, std::uint32_t visible,
                          offset_set& out);

    /// The same for a walk, which is served with a list where that is cheaper.
    result<bool> evaluate(const segment_list& list, std::uint32_t segment, std::uint32_t visible,
                          candidates& out);

    /// Microseconds of each event of `segment`.
    result<void> load_times(const segment_list& list, std::uint32_t segment,
                            std::vector<std::int64_t>& out);

    /// Per term, in the order of `steps`: candidates found so far.
    struct leaf {
        term wanted;
        std::uint64_t found = 0;
    };
    std::vector<leaf> leaves() const;

private:
    struct looked_up {
        term wanted;
        std::unique_ptr<index_cursor> cursor;  ///< Made at first need.
        std::uint64_t found = 0;
    };
    struct looked_up_alternative {
        std::vector<std::vector<looked_up>> all_of;
        const compiled_query::alternative* plan = nullptr;
    };

    result<void> check(const segment_list& list, std::uint32_t segment) const;
    result<bool> load_list(looked_up& one, const segment_list& list, std::uint32_t segment,
                           std::vector<std::uint16_t>& out);
    result<bool> load(looked_up& one, const segment_list& list, std::uint32_t segment,
                      offset_set& out);
    result<bool> load_any(std::vector<looked_up>& any, const segment_list& list,
                          std::uint32_t segment, offset_set& out);
    result<bool> load_alternative(looked_up_alternative& one, const segment_list& list,
                                  std::uint32_t segment, std::uint32_t visible, offset_set& out);
    result<bool> narrow_by_time(const compiled_query::alternative& plan, const segment_list& list,
                                std::uint32_t segment, offset_set& out);

    engine& engine_;
    std::shared_ptr<const compiled_query> query_;
    bool backwards_;
    std::uint64_t generation_;
    std::vector<looked_up_alternative> any_of_;
    std::vector<looked_up> also_;
    std::vector<std::int64_t> times_;
    std::optional<std::uint32_t> times_of_;
};

}  // namespace daybook
