// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/following.hpp"

#include "cli/interruption.hpp"
#include "cli/looks.hpp"
#include "cli/open_store.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace daybook::cli {
namespace {

/// How many events there are, as seen beside whoever writes.
result<position> end_of(const invocation& call) {
    const auto log = open_store(call, access::read);
    if (!log) return log.error();
    return log->watermark();
}

result<void> follow(const invocation& call, const std::function<result<position>()>& once,
                    std::chrono::milliseconds every) {
    catch_interruptions();
    std::optional<position> seen;
    bool waits = false;
    while (!interrupted()) {
        const auto end = end_of(call);
        if (!end) return end.error();
        if (seen != *end) {
            const auto done = once();
            if (!done && done.error().code != errc::locked) return done.error();
            if (done) seen = *done;
            if (!done && !std::exchange(waits, true))
                call.at.say("another process writes to the store; waiting for it to end");
            if (done) waits = false;
        }
        wait_for_next_look(every);
    }
    return {};
}

}  // namespace

result<answer> once_or_following(const invocation& call,
                                 const std::function<result<position>()>& once) {
    if (!call.given.has("follow")) {
        if (call.given.has("every")) return fail(errc::invalid_argument, "--every is for --follow");
        const auto done = once();
        return done ? result<answer>{answer::yes} : done.error();
    }
    if (call.format == output_format::json) {
        return fail(errc::invalid_argument,
                    "--follow has no end, and so no JSON document; give -o jsonl");
    }
    const auto every = every_of(call.given);
    if (!every) return every.error();
    const auto done = follow(call, once, *every);
    return done ? result<answer>{answer::yes} : done.error();
}

}  // namespace daybook::cli
