// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/check.hpp>
#include <daybook/projections/park.hpp>

#include "log_feed.hpp"
#include "parting.hpp"
#include "replay.hpp"
#include "row_digest.hpp"
#include "row_walk.hpp"
#include "view_layout.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <utility>

namespace daybook::projections {
namespace {

using detail::checked_way;
using detail::crashes;
using detail::disagreement;
using detail::parting_search;
using detail::replay;
using detail::rows_by_key;
using detail::take_in;

// Rows are compared so often, and so many events are folded again where they differ.
constexpr std::size_t stretch_events_max = 4096;
constexpr std::size_t stretch_bytes_max = std::size_t{16} << 20U;
constexpr std::size_t rows_cached_max = 16'384;
constexpr std::size_t keys_apart = 4;  // In each stretch.
constexpr std::size_t shares_max = 5;
// Events of one row that are looked through for the first one that shows a difference.
constexpr std::size_t row_events_max = 65'536;
constexpr std::size_t row_events_bytes_max = 4 * stretch_bytes_max;

checked_way plain_way() {
    return {check_run::plain,
            {.batch_events_max = stretch_events_max, .rows_cached_max = rows_cached_max},
            "folded from the log"};
}

std::vector<checked_way> other_ways(const any_projection& of) {
    auto again = plain_way();
    again.run = check_run::again;
    again.words = "folded once more";
    std::vector<checked_way> ways{
        again,
        {check_run::one_by_one,
         {.batch_events_max = 1, .rows_cached_max = rows_cached_max},
         "in batches of one event"},
        {check_run::odd_batches,
         {.batch_events_max = 100, .odd_sizes = true, .rows_cached_max = rows_cached_max},
         "in batches of 1 to 100 events"},
        {check_run::interrupted,
         {.batch_events_max = 32,
          .odd_sizes = true,
          .crashes = crashes::by_chance,
          .rows_cached_max = rows_cached_max},
         "interrupted"}};
    if (of.divides_by_key()) {
        auto divided = plain_way();
        divided.run = check_run::divided;
        divided.way.shares_max = shares_max;
        divided.words = "with keys divided among several folds";
        ways.push_back(divided);
    }
    return ways;
}

/// A way that keeps nothing in memory between events, for `other` way, which does so now and then.
checked_way forgetting_like(const checked_way& other, const std::string& key) {
    return {
        other.run,
        {.batch_events_max = 1, .crashes = crashes::always, .rows_cached_max = 0, .only_key = key},
        other.words};
}

checked_way way_apart(std::string key) {
    auto way = plain_way();
    way.run = check_run::apart;
    way.way.only_key = std::move(key);
    way.words = "folded without other keys";
    return way;
}

view_digest digest_of_rows(const rows_by_key& rows, position cursor) {
    row_digest digest;
    for (const auto& [key, row] : rows) digest.add(key, row);
    return {.cursor = cursor, .rows = digest.rows(), .digest = digest.hex()};
}

/// A run beside the plain one, until they differ.
struct other_run {
    other_run(const any_projection& of, checked_way chosen, const rows_by_key& below,
              std::uint64_t seed)
        : way{std::move(chosen)}, made{of, way.way, below, seed} {}

    checked_way way;
    replay made;
    std::optional<check_difference> difference;
};

/// Folds the log every way at once. All runs that still agree share the rows up to the stretch at
/// hand.
class side_by_side {
public:
    /// Gives all events of one row up to a position, or none if it cannot.
    using row_events = std::function<std::vector<event>(const std::string& key, position last)>;

    side_by_side(const any_projection& of, std::uint64_t seed, row_events events_of_row)
        : of_{of},
          seed_{seed},
          events_of_row_{std::move(events_of_row)},
          plain_{of, plain_way().way, rows_} {
        for (auto& way : other_ways(of)) {
            const auto run_seed = seed + static_cast<std::uint64_t>(way.run);
            others_.push_back(std::make_unique<other_run>(of, std::move(way), rows_, run_seed));
        }
    }

    void run(std::span<const event> stretch) {
        plain_.run(stretch);
        for (auto& other : others_) {
            if (!other->difference) run_other(*other, stretch);
        }
        if (!apart_) run_apart(stretch);
        for (auto& other : others_) other->made.settle();
        note_refused();
        take_in(plain_.changes(), rows_);
        plain_.settle();
    }

    const rows_by_key& rows() const noexcept { return rows_; }
    std::uint64_t events_applied() const noexcept { return plain_.events_applied(); }
    std::uint64_t events_refused() const noexcept { return events_refused_; }
    const std::string& first_refusal() const noexcept { return first_refusal_; }

    /// Of all runs but the stored one.
    std::vector<check_outcome> outcomes(const view_digest& plain) const {
        std::vector<check_outcome> told{
            {.run = check_run::plain, .verdict = check_verdict::same, .digest = plain}};
        for (const auto& other : others_) {
            told.push_back(outcome_of(other->way.run, other->difference));
            if (!other->difference) told.back().digest = plain;
        }
        if (!of_.divides_by_key()) {
            told.push_back({.run = check_run::divided,
                            .verdict = check_verdict::not_run,
                            .reason = "its keys are not divided: a kind of its rows is made from "
                                      "another, or its own fold does not divide them"});
        }
        told.push_back(outcome_of(check_run::apart, apart_));
        return told;
    }

private:
    static check_outcome outcome_of(check_run run, const std::optional<check_difference>& found) {
        return {.run = run,
                .verdict = found ? check_verdict::differs : check_verdict::same,
                .difference = found};
    }

    void run_other(other_run& other, std::span<const event> stretch) {
        other.made.run(stretch);
        const auto found = compare(plain_, other.made, std::nullopt);
        if (found) other.difference = parting(other.way, stretch, *found, other.made);
    }

    void run_apart(std::span<const event> stretch) {
        std::vector<event> room;
        const auto taken = taken_by(plain_, stretch, room);
        for (auto& key : some_changed_keys(stretch.front().position())) {
            const auto way = way_apart(std::move(key));
            replay alone{of_, way.way, rows_};
            alone.run(taken);
            const auto found = compare(plain_, alone, way.way.only_key);
            if (!found) continue;
            apart_ = parting(way, stretch, *found, alone);
            return;
        }
    }

    check_difference parting(const checked_way& way, std::span<const event> stretch,
                             const disagreement& found, const replay& other) const {
        const auto plain = plain_way();
        const auto seed = seed_ + static_cast<std::uint64_t>(way.run);
        const parting_search search{of_, plain, way, seed};
        if (auto exact = search.among(stretch, rows_)) return *std::move(exact);
        const bool forgets = way.way.crashes != crashes::never || way.way.shares_max > 1;
        if (found.key && forgets) {
            const auto events = events_of_row_(*found.key, stretch.back().position());
            const auto alone = way_apart(*found.key);
            const auto forgetting = forgetting_like(way, *found.key);
            const rows_by_key nothing;
            const parting_search among_all{of_, alone, forgetting, seed};
            if (auto exact = among_all.among(events, nothing)) return *std::move(exact);
        }
        return search.somewhere_in(stretch, rows_, found, plain_.changes(), other.changes());
    }

    std::vector<std::string> some_changed_keys(position first) const {
        std::vector<std::string> chosen;
        std::mt19937_64 random{seed_ ^ first.value};
        std::uint64_t seen = 0;
        for (const auto& [key, row] : plain_.changes()) {
            ++seen;
            if (chosen.size() < keys_apart) {
                chosen.push_back(key);
            } else if (const auto place = random() % seen; place < keys_apart) {
                chosen[static_cast<std::size_t>(place)] = key;
            }
        }
        return chosen;
    }

    void note_refused() {
        if (events_refused_ == 0 && !plain_.refused().empty())
            first_refusal_ = plain_.refused().front().why.message;
        events_refused_ += plain_.refused().size();
    }

    const any_projection& of_;
    const std::uint64_t seed_;
    row_events events_of_row_;
    rows_by_key rows_;  ///< After the stretches before.
    replay plain_;
    std::vector<std::unique_ptr<other_run>> others_;
    std::optional<check_difference> apart_;
    std::uint64_t events_refused_ = 0;
    std::string first_refusal_;
};

/// The rows that readers of a store get of a view, as they were when this was made.
class stored_rows {
public:
    static result<stored_rows> find(store& log, const any_projection& of) {
        const auto all = built_views(log);
        if (!all) return all.error();
        stored_rows made{log};
        const auto serves = std::find_if(all->begin(), all->end(), [&](const auto& one) {
            return one.name == of.name() && one.version == of.version() &&
                   one.place == generation_place::serving;
        });
        if (serves == all->end()) {
            made.leave_out("it is not built in this store");
        } else if (serves->cursor > position{} &&
                   (serves->row_fingerprint != of.row_fingerprint() ||
                    serves->query_fingerprint != of.query_fingerprint())) {
            made.leave_out("the store has rows of another projection under this version");
        } else {
            const auto digest = digest_of(log, *serves);
            if (!digest) return digest.error();
            made.of_ = *serves;
            made.digest_ = *digest;
        }
        return made;
    }

    void leave_out(std::string reason) {
        if (reason_.empty()) reason_ = std::move(reason);
    }

    /// Where they are to be compared with rows from the log.
    std::optional<position> awaits() const {
        if (!reason_.empty() || verdict_ != check_verdict::not_run) return std::nullopt;
        return digest_.cursor;
    }

    result<void> compare_with(const any_projection& of, const side_by_side& made) {
        if (digest_of_rows(made.rows(), digest_.cursor) == digest_) {
            verdict_ = check_verdict::same;
        } else if (made.events_refused() > 0) {
            leave_out("events before its cursor that the projection does not take: " +
                      std::to_string(made.events_refused()) +
                      "; its rows depend on what was done about them");
        } else {
            const auto parked = count_parked(*log_, of_->keyspace);
            if (!parked) return parked.error();
            if (parked->events > 0) {
                leave_out("events that are parked or held in it: " +
                          std::to_string(parked->events));
                return {};
            }
            verdict_ = check_verdict::differs;
            return describe_difference(of, made.rows());
        }
        return {};
    }

    check_outcome outcome() const {
        check_outcome told{.run = check_run::stored, .verdict = verdict_};
        if (of_) told.digest = digest_;
        told.difference = difference_;
        told.reason = reason_;
        return told;
    }

private:
    explicit stored_rows(store& log) : log_{&log} {}

    result<void> describe_difference(const any_projection& of, const rows_by_key& rows) {
        difference_.emplace();
        difference_->what = "stored rows are not what the log makes";
        const auto keyspace = log_->open_keyspace(of_->keyspace);
        if (!keyspace) return keyspace.error();
        made_row_walk wanted{rows};
        view_comparison compared;
        if (auto done = compare_walks(wanted, walk_of(*keyspace), 1, compared); !done) return done;
        const auto now = digest_of(*log_, *of_);
        if (!now) return now.error();
        if (*now != digest_ || compared.examples.empty()) {
            difference_->what += "; which ones cannot be told, for the view was moved meanwhile";
            return {};
        }
        const auto& first = compared.examples.front();
        difference_->key = first.key;
        if (first.before) difference_->plain_row = detail::shown_row(of, *first.before);
        if (first.after) difference_->row = detail::shown_row(of, *first.after);
        difference_->what += ": " + detail::told_difference(*difference_, "as stored") +
                             "; rows that differ: " + std::to_string(compared.rows_changed) +
                             ", missing: " + std::to_string(compared.rows_removed) +
                             ", too many: " + std::to_string(compared.rows_added);
        return {};
    }

    store* log_;
    std::optional<built_view> of_;
    view_digest digest_;
    std::string reason_;
    check_verdict verdict_ = check_verdict::not_run;
    std::optional<check_difference> difference_;
};

/// Reads the log in stretches and has them folded.
class checker {
public:
    checker(store& log, const any_projection& of, const check_options& options, position end,
            stored_rows stored)
        : log_{log},
          of_{of},
          options_{options},
          end_{end},
          seed_{options.seed ? *options.seed : std::random_device{}()},
          stored_{std::move(stored)},
          runs_{of, seed_, [this](const std::string& key, position last) {
                    return events_of_row(key, last);
                }} {}

    result<check_report> run() {
        log_feed feed{log_};
        if (auto ready = feed.seek(of_.wants(), options_.from); !ready) return ready.error();
        while (true) {
            const auto next = feed.next();
            if (!next) return next.error();
            if (*next == nullptr || (*next)->position() >= end_) break;
            if (auto cut = cut_before((*next)->position()); !cut) return cut.error();
            stretch_.emplace_back(**next);
            stretch_bytes_ += (*next)->record().size();
        }
        fold_stretch();
        if (auto done = compare_stored(end_); !done) return done.error();
        return report();
    }

private:
    result<void> cut_before(position next) {
        const auto awaited = stored_.awaits();
        const bool meets_stored = awaited && *awaited <= next;
        if (!meets_stored && stretch_.size() < stretch_events_max &&
            stretch_bytes_ < stretch_bytes_max) {
            return {};
        }
        fold_stretch();
        if (options_.progress) options_.progress(next, end_);
        return meets_stored ? compare_stored(next) : result<void>{};
    }

    void fold_stretch() {
        if (!stretch_.empty()) runs_.run(stretch_);
        stretch_.clear();
        stretch_bytes_ = 0;
    }

    result<void> compare_stored(position reached) {
        const auto awaited = stored_.awaits();
        if (!awaited || *awaited > reached) return {};
        return stored_.compare_with(of_, runs_);
    }

    /// Empty if there are too many, or the log cannot be read again.
    std::vector<event> events_of_row(const std::string& key, position last) const {
        const rows_by_key nothing;
        replay alone{of_, way_apart(key).way, nothing};
        std::vector<event> found;
        std::size_t bytes = 0;
        log_feed feed{log_};
        if (!feed.seek(of_.wants(), options_.from)) return {};
        while (true) {
            const auto next = feed.next();
            if (!next || found.size() == row_events_max || bytes > row_events_bytes_max) return {};
            if (*next == nullptr || (*next)->position() > last) return found;
            event one{**next};
            const auto before = alone.events_applied();
            alone.run({&one, 1});
            if (alone.events_applied() == before) continue;
            bytes += (*next)->record().size();
            found.push_back(std::move(one));
        }
    }

    check_report report() const {
        check_report made;
        made.view = of_.name();
        made.version = of_.version();
        made.seed = seed_;
        made.from = options_.from;
        made.digest = digest_of_rows(runs_.rows(), end_);
        made.events_applied = runs_.events_applied();
        made.events_refused = runs_.events_refused();
        made.first_refusal = runs_.first_refusal();
        made.runs = runs_.outcomes(made.digest);
        made.runs.push_back(stored_.outcome());
        return made;
    }

    store& log_;
    const any_projection& of_;
    const check_options& options_;
    const position end_;
    const std::uint64_t seed_;
    stored_rows stored_;
    side_by_side runs_;
    std::vector<event> stretch_;
    std::size_t stretch_bytes_ = 0;
};

error bad_range(const any_projection& of, std::string what) {
    return fail(errc::invalid_argument, "check view \"" + of.name() + "\": " + std::move(what));
}

}  // namespace

bool check_report::passed() const noexcept {
    return std::none_of(runs.begin(), runs.end(), [](const check_outcome& one) {
        return one.verdict == check_verdict::differs;
    });
}

result<check_report> check_projection(store& log, const any_projection& of,
                                      const check_options& options) {
    // Stored rows first: what comes in meanwhile is then behind the end, not before the cursor.
    auto stored = stored_rows::find(log, of);
    if (!stored) return stored.error();
    const auto log_end = log.watermark();
    const auto end = options.at.value_or(log_end);
    if (end > log_end) {
        return bad_range(of, "position " + std::to_string(end.value) +
                                 " is beyond the end of the log, " + std::to_string(log_end.value));
    }
    if (options.from > end) {
        return bad_range(of, "it would begin at position " + std::to_string(options.from.value) +
                                 ", behind its end at " + std::to_string(end.value));
    }
    if (options.from > position{}) stored->leave_out("not folded from the first event");
    if (const auto cursor = stored->awaits(); cursor && *cursor > end) {
        stored->leave_out("it is at position " + std::to_string(cursor->value) +
                          ", beyond the end of the check");
    }
    return checker{log, of, options, end, *std::move(stored)}.run();
}

}  // namespace daybook::projections
