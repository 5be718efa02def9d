// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: whatever is done to a store, in whatever order, it answers as a model of a few lines does.
// Method: random operations on both. A failing list is made shorter by leaving out halves, quarters
// and so on as long as it still fails; then the seed and what is left are printed. Repeat a run
// with DAYBOOK_TEST_SEED=<seed>, lengthen it with DAYBOOK_MODEL_ROUNDS=<rounds>.

#include "model/log_model.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <algorithm>
#include <array>
#include <sstream>

namespace daybook::test {
namespace {

enum class action {
    append,
    commit,
    guarded_commit,
    repeat,
    read_all,
    read_stream,
    query,
    pages,
    count,
    read_one,
    head,
    position_after,
    causality,
    reopen,
    reindex,
    seal,
    fill
};

constexpr std::array action_names{
    "append",    "commit", "guarded_commit", "repeat",   "read_all", "read_stream",
    "query",     "pages",  "count",          "read_one", "head",     "position_after",
    "causality", "reopen", "reindex",        "seal",     "fill"};

/// One step, with choices of its own: leaving out others does not change what it tries.
struct operation {
    action what{};
    std::uint64_t seed = 0;
};

using operations = std::vector<operation>;

/// A store and its model, side by side. Every step returns what was wrong, or nothing.
class comparison_run {
public:
    comparison_run() : opened_{options()} {}

    std::string run(const operations& all) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            make_.reseed(all[i].seed);
            auto wrong = step(all[i].what);
            if (!wrong.empty()) {
                return "step " + std::to_string(i) + " (" +
                       action_names[static_cast<std::size_t>(all[i].what)] + "): " + wrong;
            }
        }
        return finish();
    }

private:
    static store_options options() {
        auto made = quick_options();
        made.indexed_fields = indexed_fields_of_tests();
        return made;
    }

    std::string step(action what) {
        switch (what) {
            case action::append: return commit({{some_part()}, {}, some_durability()});
            case action::commit: return commit(some_commit(4));
            case action::guarded_commit: return guarded_commit();
            case action::repeat: return repeat();
            case action::read_all: return read_all();
            case action::read_stream: return read_stream();
            case action::query: return query_once();
            case action::pages: return pages();
            case action::count: return count();
            case action::read_one: return read_one();
            case action::head: return head();
            case action::position_after: return position_after();
            case action::causality: return compare_causality(*opened_, model_.truth(), make_);
            case action::reopen: return reopen();
            case action::reindex: return reindex();
            case action::seal: return opened_->finish_background_work() ? "" : "sealing failed";
            case action::fill: return fill_up();
        }
        return "no such action";
    }

    // Requests -----------------------------------------------------------------------------------

    expected some_expectation(const std::string& stream) {
        const auto head = model_.stream(stream).size();
        switch (random().below(8)) {
            case 0: return expected::no_stream();
            case 1: return expected::stream_exists();
            case 2: return expected::at({random().below(head + 3)});
            case 3:
            case 4:
            case 5: return expected::at({head});
            default: return expected::any();
        }
    }
    stream_events some_part() {
        auto stream = make_.stream();
        const auto at = some_expectation(stream);
        auto events = make_.events(random().chance(5) ? 300 : 4);
        if (random().chance(10)) events.front().id.reset();
        return {std::move(stream), at, std::move(events)};
    }
    commit_request some_commit(std::uint64_t parts_max) {
        commit_request request;
        for (auto left = random().between(1, parts_max); left > 0; --left) {
            request.streams.push_back(some_part());
            if (random().chance(30)) request.streams.back().stream = request.streams.front().stream;
            if (random().chance(50)) request.streams.back().expected = expected::any();
        }
        request.durability = some_durability();
        return request;
    }
    std::optional<durability> some_durability() {
        if (random().chance(70)) return std::nullopt;
        return static_cast<durability>(random().below(random().chance(10) ? 3 : 2));
    }

    std::string guarded_commit() {
        auto request = some_commit(2);
        for (auto left = random().between(1, 2); left > 0; --left) {
            append_condition condition{make_.some_query()};
            if (random().chance(70)) {
                const auto newest = std::min<std::uint64_t>(model_.size(), 30);
                condition.after = position{model_.size() - random().below(newest + 1)};
            }
            request.conditions.push_back(std::move(condition));
        }
        return commit(request);
    }

    std::string repeat() {
        if (past_.empty()) return {};
        auto request = past_[random().below(past_.size())];
        auto& part = request.streams[random().below(request.streams.size())];
        switch (random().below(8)) {
            case 0: part.events.back().payload = "\"changed\""; break;
            case 1: part.events.front().id = numbered_id(random().next()); break;
            case 2: part.expected = some_expectation(part.stream); break;
            case 3: part.events.push_back(make_.event()); break;
            case 4: part.stream = make_.stream(); break;
            default: break;
        }
        return commit(request);
    }

    std::string commit(const commit_request& request) {
        const auto wanted = model_.judge(request);
        const auto made = opened_->commit(request);
        if (!made) {
            if (made.error().code != errc::conflict) return testing::PrintToString(made.error());
            if (wanted.what != log_model::outcome::conflict) {
                return "refused: " + made.error().message;
            }
            return unchanged();
        }
        if (wanted.what == log_model::outcome::conflict) return "stored in spite of a conflict";
        if (made->repeated != (wanted.what == log_model::outcome::repeated)) {
            return made->repeated ? "said to be a repeat" : "not said to be a repeat";
        }
        if (auto wrong = check_receipt(request, *made, wanted.events); !wrong.empty()) return wrong;
        if (made->repeated) return unchanged();
        past_.push_back(request);
        return take(wanted.events);
    }

    std::string check_receipt(const commit_request& request, const commit_receipt& made,
                              const std::vector<expected_event>& wanted) {
        if (made.first.value != wanted.front().position ||
            made.last.value != wanted.back().position ||
            made.streams.size() != request.streams.size()) {
            return "the receipt tells wrong positions";
        }
        std::size_t at = 0;
        for (std::size_t i = 0; i < made.streams.size(); ++i) {
            const auto& part = made.streams[i];
            const auto& first = wanted[at];
            at += request.streams[i].events.size();
            const auto& last = wanted[at - 1];
            if (part.first.value != first.position || part.last.value != last.position ||
                part.first_sequence.value != first.sequence ||
                part.last_sequence.value != last.sequence || part.repeated != made.repeated) {
                return "the receipt of part " + std::to_string(i) + " tells wrong places";
            }
        }
        return {};
    }

    // Reads back what must now be stored at the end of the log, compares it and adds it.
    std::string take(const std::vector<expected_event>& wanted) {
        auto reader = opened_->read_all({.from = model_.size()}).value();
        for (const auto& w : wanted) {
            if (!reader.next().value()) return "the log ends too early";
            if (auto wrong = difference(*reader, w); !wrong.empty()) return wrong;
            model_.add(event{*reader});
            make_.learn(reader->id());
        }
        return reader.next().value() ? "the log goes on too long" : unchanged();
    }

    std::string unchanged() {
        if (opened_->watermark().value == model_.size()) return {};
        return "the watermark is " + std::to_string(opened_->watermark().value) + ", wanted " +
               std::to_string(model_.size());
    }

    // Questions ----------------------------------------------------------------------------------

    read_options some_options(std::uint64_t end) {
        read_options options;
        if (random().chance(50)) options.direction = direction::backwards;
        if (random().chance(60)) options.from = random().below(end + 3);
        if (random().chance(60)) options.limit = random().below(40);
        return options;
    }

    std::string read_all() {
        const auto options = some_options(model_.size());
        return compare_query(*opened_, model_.truth(), query::all(), options).empty() &&
                       positions_of(opened_->read_all(options)) ==
                           model_.truth().matching(query::all(), options)
                   ? ""
                   : "read_all " + describe(options);
    }

    std::string read_stream() {
        const auto stream = random().chance(20) ? filler_stream(random().below(9)) : make_.stream();
        const auto all = model_.stream(stream);
        const auto options = some_options(all.size());
        std::vector<std::uint64_t> wanted;
        const bool forwards = options.direction == direction::forwards;
        for (std::size_t i = 0; i < all.size(); ++i) {
            const auto sequence = forwards ? i + 1 : all.size() - i;
            if (options.from && (forwards ? sequence < *options.from : sequence > *options.from)) {
                continue;
            }
            if (wanted.size() < options.limit) wanted.push_back(all[sequence - 1]);
        }
        if (positions_of(opened_->read_stream(stream, options)) == wanted) return {};
        return "read_stream " + stream + " " + describe(options);
    }

    std::string query_once() {
        const auto q =
            random().chance(50) ? make_.some_query() : make_.query_of_kind(random().next());
        return compare_query(*opened_, model_.truth(), q, some_options(model_.size()));
    }

    std::string pages() {
        const auto dir = random().chance(50) ? direction::forwards : direction::backwards;
        const auto least = std::min<std::uint64_t>(model_.size() / 20 + 1, 10'000);
        return compare_pages(*opened_, model_.truth(), make_.some_query(), dir,
                             random().between(least, 10'000));
    }

    std::string count() {
        const auto q = random().chance(40) ? query::all() : make_.some_query();
        return compare_counts(*opened_, model_.truth(), q, make_.some_grouping());
    }

    std::string read_one() {
        const auto id = make_.known_id();
        const auto wanted = model_.truth().find(id);
        const auto found = opened_->read_one(id);
        if (found.has_value() != wanted.has_value()) return "read_one of " + to_string(id);
        if (!found) return found.error().code == errc::not_found ? "" : found.error().message;
        if (found->position().value != *wanted) return "read_one found another event";
        const auto at = random().below(model_.size() + 2);
        const auto there = opened_->read_one(position{at});
        if (there.has_value() != (at < model_.size())) return "read_one at " + std::to_string(at);
        return there && facts(*there) != facts(model_.truth().log()[at]) ? "read_one differs" : "";
    }

    std::string head() {
        const auto stream = make_.stream();
        const auto all = model_.stream(stream);
        const auto found = opened_->head(stream).value();
        const bool right =
            found.last.value == all.size() && (all.empty() || found.at.value == all.back());
        return right ? "" : "head of " + stream + " is " + std::to_string(found.last.value);
    }

    std::string position_after() {
        const auto& log = model_.truth().log();
        if (log.empty()) return {};
        const auto time = log[random().below(log.size())].view().recorded_at() +
                          std::chrono::microseconds{random().below(3)} -
                          std::chrono::microseconds{1};
        const auto wanted = std::find_if(
            log.begin(), log.end(), [&](const event& e) { return e.view().recorded_at() > time; });
        const auto found = opened_->position_after(time).value();
        return found.value == static_cast<std::uint64_t>(wanted - log.begin())
                   ? ""
                   : "position_after gives " + std::to_string(found.value);
    }

    // The store itself
    // -----------------------------------------------------------------------------

    std::string reopen() {
        opened_.reopen();
        return whole_log();
    }

    std::string reindex() {
        std::optional<std::vector<std::string>> fields;
        if (random().chance(50)) {
            fields = {"/n", "/case/owner"};
            if (random().chance(50)) fields = indexed_fields_of_tests();
        }
        // Groupings by field ask for those of `indexed_fields_of_tests`.
        if (fields && *fields != indexed_fields_of_tests()) {
            if (!opened_->reindex(fields)) return "reindex failed";
            const auto wrong = compare_query(*opened_, model_.truth(), make_.some_query(), {});
            if (!wrong.empty()) return wrong;
            fields = indexed_fields_of_tests();
        }
        return opened_->reindex(fields) ? whole_log() : "reindex failed";
    }

    std::string fill_up() {
        const auto first = filled_;
        filled_ += 100'000;
        return take(test::fill(*opened_, first, random().between(60'000, 75'000)));
    }

    // Nothing lost, doubled, changed or out of order.
    std::string whole_log() {
        auto reader = opened_->read_all().value();
        for (const auto& wanted : model_.truth().log()) {
            if (!reader.next().value()) return "the log ends too early";
            if (reader->record() != wanted.view().record()) {
                return "changed: " + facts(*reader) + "\nwanted: " + facts(wanted);
            }
        }
        return reader.next().value() ? "the log goes on too long" : unchanged();
    }

    std::string finish() {
        if (const auto sound = opened_->check(); !sound) return sound.error().message;
        return reopen();
    }

    randomness& random() { return make_.random(); }

    fresh_store opened_;
    log_model model_;
    event_maker make_{0};
    std::vector<commit_request> past_;
    std::uint64_t filled_ = 0;
};

std::string run(const operations& all) {
    try {
        return comparison_run{}.run(all);
    } catch (const exception& thrown) {
        return testing::PrintToString(thrown.error());
    }
}

operations make_operations(randomness& random, std::size_t count) {
    // Writing and asking are frequent, maintenance is rare.
    constexpr std::array weights{30, 15, 10, 10, 5, 8, 25, 5, 12, 5, 5, 4, 5, 2, 1, 2, 0};
    static_assert(weights.size() == action_names.size());
    operations all;
    while (all.size() < count) {
        auto left = static_cast<int>(random.below(144));
        for (std::size_t i = 0; i < weights.size(); ++i) {
            left -= weights[i];
            if (left >= 0) continue;
            all.push_back({static_cast<action>(i), random.next()});
            break;
        }
    }
    return all;
}

operations shortened(operations failing) {
    int tries_left = 100;
    for (auto size = failing.size() / 2; size > 0; size /= 2) {
        for (std::size_t at = 0; at < failing.size() && tries_left > 0; --tries_left) {
            auto fewer = failing;
            const auto from = fewer.begin() + static_cast<std::ptrdiff_t>(at);
            const auto count = std::min(size, fewer.size() - at);
            fewer.erase(from, from + static_cast<std::ptrdiff_t>(count));
            if (run(fewer).empty())
                at += size;
            else
                failing = std::move(fewer);
        }
    }
    return failing;
}

void expect_agreement(std::uint64_t seed, const operations& all) {
    if (run(all).empty()) return;
    const auto few = shortened(all);
    std::ostringstream steps;
    for (const auto& o : few) {
        steps << "  {action::" << action_names[static_cast<std::size_t>(o.what)] << ", " << o.seed
              << "U},\n";
    }
    ADD_FAILURE() << run(few) << "\nafter:\n" << steps.str() << how_to_repeat(seed);
}

TEST(StoreModel, AgreesOnSmallLogs) {
    const auto rounds = count_from_environment("DAYBOOK_MODEL_ROUNDS", 12);
    const auto seed = seed_from_environment();
    RecordProperty("seed", std::to_string(seed));
    for (std::uint64_t round = 0; round < rounds && !HasFailure(); ++round) {
        randomness random{seed + round};
        expect_agreement(seed + round, make_operations(random, 150));
    }
}

TEST(StoreModel, AgreesAcrossSegments) {
    const auto rounds = count_from_environment("DAYBOOK_MODEL_ROUNDS", 12) / 12;
    const auto seed = seed_from_environment();
    RecordProperty("seed", std::to_string(seed));
    for (std::uint64_t round = 0; round < std::max<std::uint64_t>(rounds, 1) && !HasFailure();
         ++round) {
        randomness random{seed + round};
        auto all = make_operations(random, 240);
        for (const auto at : {40, 60, 150}) {
            all.insert(all.begin() + at, {action::fill, random.next()});
        }
        expect_agreement(seed + round, all);
    }
}

}  // namespace
}  // namespace daybook::test
