// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/decide_over.hpp>

#include "text.hpp"

#include <exception>

namespace daybook::detail {
namespace {

result<void> fold_new(const store& log, const query& over, position from,
                      const std::function<void(const json_event&)>& apply, position& end) {
    auto events = log.read(over, {.from = from.value});
    if (!events) return events.error();
    json_event current;
    while (true) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more) return {};
        current.move_to(**events);
        const auto at = current.view().position();
        const auto cannot = [&](std::string_view why) {
            return fail(errc::projection_failed,
                        cat("event at position ", at.value, " (", current.view().type(),
                            ") cannot be applied: ", why));
        };
        try {
            apply(current);
        } catch (const std::exception& thrown) {
            return cannot(thrown.what());
        } catch (...) {
            return cannot("apply threw something that is no std::exception");
        }
        end = std::max(end, position{at.value + 1});
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
    boundary_outcome outcome;
    position read;
    while (true) {
        // A reader sees at least what is below the watermark now, and maybe more.
        auto end = std::max(read, log.watermark());
        if (auto folded = fold_new(log, over, read, apply, end); !folded) return folded.error();
        read = end;
        auto decided = guarded(decide);
        if (!decided) return decided.error();
        if (decided->empty()) return outcome;
        append_condition nothing_new{.fail_if_match = over};
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
