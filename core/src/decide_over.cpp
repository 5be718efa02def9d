// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/decide_over.hpp>
#include <daybook/query_matcher.hpp>
#include <daybook/upcasters.hpp>

#include "text.hpp"

#include <exception>

namespace daybook::detail {
namespace {

/// What is folded, and how.
struct boundary {
    boundary(const query& over, const boundary_options& options,
             const std::function<void(const json_event&)>& fold)
        : stored{options.upcasters ? options.upcasters->widen(over) : over},
          upcaster{options.upcasters},
          apply{fold} {
        if (options.upcasters) asked.emplace(over);
    }

    query stored;                        ///< Finds all that is asked for.
    std::optional<query_matcher> asked;  ///< If `stored` finds others, too.
    event_upcaster upcaster;
    const std::function<void(const json_event&)>& apply;
    json_event current;

    result<void> fold(const event_view& event);
};

result<void> boundary::fold(const event_view& event) {
    const auto cannot = [&](std::string_view why) {
        return fail(errc::projection_failed, cat("event at position ", event.position().value, " (",
                                                 event.type(), ") cannot be applied: ", why));
    };
    const auto parts = upcaster.upcast(event);
    if (!parts) return fail(errc::projection_failed, parts.error().message);
    for (const auto& part : *parts) {
        if (asked && !asked->matches(part)) continue;
        current.move_to(part);
        try {
            apply(current);
        } catch (const std::exception& thrown) {
            return cannot(thrown.what());
        } catch (...) {
            return cannot("apply threw something that is no std::exception");
        }
    }
    return {};
}

result<void> fold_new(const store& log, boundary& in, position from, position& end) {
    auto events = log.read(in.stored, {.from = from.value});
    if (!events) return events.error();
    while (true) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more) return {};
        if (auto folded = in.fold(**events); !folded) return folded;
        end = std::max(end, position{(*events)->position().value + 1});
    }
}

boundary_decision guarded(const std::function<boundary_decision()>& decide) {
    try {
        return decide();
    } catch (const std::exception& thrown) {
        return fail(errc::projection_failed, cat("the decider threw: ", thrown.what()));
    } catch (...) {
        return fail(errc::projection_failed,
                    "the decider threw something that is no std::exception");
    }
}

}  // namespace

result<boundary_outcome> decide_over(store& log, const query& over, const boundary_options& options,
                                     const std::function<void(const json_event&)>& apply,
                                     const std::function<boundary_decision()>& decide) {
    boundary in{over, options, apply};
    boundary_outcome outcome;
    position read;
    while (true) {
        // A reader sees at least what is below the watermark now, and maybe more.
        auto end = std::max(read, log.watermark());
        if (auto folded = fold_new(log, in, read, end); !folded) return folded.error();
        read = end;
        auto decided = guarded(decide);
        if (!decided) return decided.error();
        if (decided->empty()) return outcome;
        append_condition nothing_new{.fail_if_match = in.stored};
        if (read.value > 0) nothing_new.after = position{read.value - 1};
        auto done = log.commit({.streams = *std::move(decided),
                                .conditions = {std::move(nothing_new)},
                                .durability = options.durability});
        if (done) {
            outcome.receipt = *std::move(done);
            return outcome;
        }
        const bool again = done.error().code == errc::conflict &&
                           done.error().conflict->what == conflict::kind::condition;
        if (!again || outcome.retries >= options.conflict_retries_max) return done.error();
        ++outcome.retries;
    }
}

}  // namespace daybook::detail
