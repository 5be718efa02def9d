// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/ledger_times.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace daybook::compliance {
namespace {

constexpr std::size_t findings_max = 1000;

/// Holds the evidence against the tree of the log.
class inquiry {
public:
    inquiry(const store& log, const ledger& book, const time_inquiry& what)
        : log_{log}, book_{book}, what_{what}, keys_{book.keys()} {
        for (const auto& one : keys_.keys()) {
            if (one.purpose == key_purpose::log) log_keys_.push_back(one.key);
        }
        all_.origin = book.origin();
        all_.to = {book.size()};
    }

    result<verification> run() {
        std::size_t number = 0;
        for (const auto& one : what_.evidence) {
            if (auto looked = look_at(one, ++number); !looked) return looked.error();
        }
        if (auto stale = find_stale(known_, what_.limits)) add(*std::move(stale));
        if (auto read = look_at_events(); !read) return read.error();
        return std::move(all_);
    }

private:
    void add(finding found) {
        if (all_.findings.size() < findings_max) all_.findings.push_back(std::move(found));
    }

    result<void> look_at(const anchor_evidence& evidence, std::size_t number) {
        const auto where = "evidence " + std::to_string(number);
        auto said = times_of(evidence, book_.origin(), log_keys_, what_.trust);
        if (!said) {
            add({verdict_of(said.error()), "anchor", {}, where + ": " + said.error().message});
            return {};
        }
        const auto& seen = said->checkpoint;
        const auto size = std::to_string(seen.size());
        if (seen.size() > book_.size()) {
            add({verdict::rolled_back, "anchor", position{book_.size()},
                 where + " has seen " + size + " events, the log has " +
                     std::to_string(book_.size())});
            return {};
        }
        if (!is_of_its_time(seen)) {
            add({verdict::unverifiable,
                 "key",
                 {},
                 where + ": the key that signed it was not valid at " + size + " events"});
            return {};
        }
        const auto root = book_.root(seen.size());
        if (!root) return root.error();
        if (*root != seen.root()) {
            add({verdict::tampered,
                 "anchor",
                 {},
                 where + ": at " + size + " events the log had another history"});
            return {};
        }
        all_.anchored_to = std::max(all_.anchored_to.value_or(position{}), position{seen.size()});
        std::move(said->times.begin(), said->times.end(), std::back_inserter(known_));
        return {};
    }

    bool is_of_its_time(const verified_checkpoint& seen) const {
        const position at{seen.size() > 0 ? seen.size() - 1 : 0};
        return keys_.standing(seen.signed_by(), key_purpose::log, at) == key_standing::valid;
    }

    result<void> look_at_events() {
        time_check times{known_, what_.limits.skew};
        auto events = log_.read_all();
        if (!events) return events.error();
        constexpr std::uint64_t told_each = 4096;
        while (true) {
            const auto next = events->next();
            if (!next) return next.error();
            if (!*next) return {};
            const event_view& event = **events;
            const auto at = event.position();
            if (at >= all_.to) return {};
            auto found = times.take(at, event.recorded_at(), event.occurred_at());
            if (found) add(*std::move(found));
            if (what_.progress && at.value % told_each == 0)
                what_.progress(at.value, all_.to.value);
        }
    }

    const store& log_;
    const ledger& book_;
    const time_inquiry& what_;
    key_history keys_;
    std::vector<verifier_key> log_keys_;
    verification all_;
    std::vector<witnessed_size> known_;
};

}  // namespace

result<verification> verify_times(const store& log, const ledger& book, const time_inquiry& what) {
    return inquiry{log, book, what}.run();
}

}  // namespace daybook::compliance
