// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/acting.hpp"

namespace daybook::cli {

std::vector<option> with_actor(std::vector<option> others) {
    others.push_back({.name = "actor",
                      .value = "ID",
                      .help = "Who does this. Needed: it is written down with the name."});
    others.push_back({.name = "actor-type", .value = "KIND", .help = "Default: user."});
    return others;
}

result<actor> acting(const arguments& given) {
    const auto id = given.value_or("actor", "");
    if (id.empty()) {
        return fail(errc::invalid_argument, "say who does this: --actor ID");
    }
    return actor{given.value_or("actor-type", "user"), id, {}};
}

result<answer> act(invocation& call, const action& what) {
    const auto by = acting(call.given);
    if (!by) return by.error();
    auto log = open_store(call, access::write);
    if (!log) return log.error();
    const auto sink = call.sink();
    if (auto done = what(log, *by, *sink); !done) return done.error();
    sink->end();
    return answer::yes;
}

}  // namespace daybook::cli
