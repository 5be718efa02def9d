// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/projections/generations.hpp>
#include <daybook/store.hpp>

#include <boost/describe/enum.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Is a projection what it must be, a function of the log and of nothing else?
///
///     const auto report = check_projection(store, any_projection::of<workload>()).value();
///     for (const auto& one : report.runs) {
///         if (one.difference) std::puts(one.difference->what.c_str());
///     }
///
/// What can be found like this, and what cannot: projections/docs/checking.md.
namespace daybook::projections {

/// A way to come to rows. All of them must come to the same bytes.
enum class check_run {
    plain,        ///< From the log, in large batches: what the others are compared with.
    again,        ///< The same once more.
    one_by_one,   ///< In batches of one event.
    odd_batches,  ///< In batches of 1 to 100 events, by the seed.
    interrupted,  ///< With all that is not written lost before and after many a batch, by the seed.
    divided,  ///< Keys divided among 2 to 5 folds that do not know of each other; by the seed,
              ///< another number for each stretch. See `any_projection::divides_by_key`.
    apart,    ///< Rows folded alone, from events of which other keys get none: some of them, by the
              ///< seed, in each stretch of the log.
    stored    ///< Those that readers of the store get, against the log up to their cursor.
};
BOOST_DESCRIBE_ENUM(check_run, plain, again, one_by_one, odd_batches, interrupted, divided, apart,
                    stored)

enum class check_verdict {
    same,
    differs,
    not_run  ///< `check_outcome::reason` says why.
};
BOOST_DESCRIBE_ENUM(check_verdict, same, differs, not_run)

/// Where a run and the plain one part.
struct check_difference {
    /// The first event after which they do. Nothing for stored rows, of which only the last is
    /// there.
    std::optional<position> at{};
    std::string type{};
    std::string stream{};
    /// If not: the rows differed after a stretch of the log, and did not when it or all events of
    /// the row were folded again; `at` is the first event of the stretch that came to the row.
    bool repeats = true;
    /// One of the rows that differ. Nothing if one run took the event and the other did not.
    std::optional<std::string> key{};
    std::optional<std::string> plain_row{};  ///< As JSON; nothing: there is none.
    std::optional<std::string> row{};        ///< The same of the run that differs.
    std::string what{};                      ///< All of it in a sentence.
};

struct check_outcome {
    check_run run{};
    check_verdict verdict{};
    /// Of its rows. Nothing if the run came to an end at a difference, or has only some rows.
    std::optional<view_digest> digest{};
    std::optional<check_difference> difference{};
    std::string reason{};
};

struct check_options {
    /// Up to this position (events before it), by default the end of the log.
    std::optional<position> at{};
    /// From this position, as if the log began there: less to read, but these are not the rows of
    /// the view, and nothing can be said of stored ones.
    position from{};
    /// What chance decides, it decides alike for the same seed. Nothing: a fresh one.
    std::optional<std::uint64_t> seed{};
    /// Called now and then with the next position and the end.
    std::function<void(position reached, position end)> progress{};
};

struct check_report {
    std::string view;
    std::uint32_t version = 0;
    std::uint64_t seed = 0;
    position from{};
    /// The plain run's rows: two machines with the same log and code have the same `digest` at the
    /// same position.
    view_digest digest{};
    std::uint64_t events_applied = 0;
    /// Events that the projection does not take (it throws, or they cannot be read). All runs leave
    /// them out.
    std::uint64_t events_refused = 0;
    std::string first_refusal{};
    std::vector<check_outcome> runs{};  ///< Each of `check_run`, in that order.

    /// Nothing differs.
    bool passed() const noexcept;
};

/// Folds the log in every way, side by side, and compares the rows after every few thousand events;
/// where a run differs, that stretch is folded again to find the event, and the run is over.
///
/// Writes nothing. Beside a runner that moves the view, stored rows are taken as they were at the
/// beginning. Cost: the log is read once, each event is applied some 12 times; the rows once in
/// memory, up to 16384 decoded ones for each run, and a stretch of events (16 MiB, or one event);
/// where a run differs, up to 64 MiB of events of one row.
///
/// Not thread safe with regard to the projection's own state, if it has any.
/// Fails with `invalid_argument` if `at` is beyond the log or before `from`, or as reading does.
result<check_report> check_projection(store& log, const any_projection& of,
                                      const check_options& options = {});

}  // namespace daybook::projections
