// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "crash/crash_batch.hpp"

#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"

namespace daybook::test {

std::string own_stream(std::uint64_t thread) { return "own-" + std::to_string(thread); }

commit_request make_batch(const batch_name& name) {
    event_maker make{randomness{name.seed ^ (name.thread << 56U)}.next() + name.number};
    auto& random = make.random();
    commit_request request;
    // Many events now and then, so that rounds cross the ends of segments.
    const auto most = random.chance(3) ? 1500U : 4U;
    request.streams.push_back(
        {own_stream(name.thread), expected::at({name.head}), make.events(most)});
    if (random.chance(40)) {
        request.streams.push_back(
            {"shared-" + std::to_string(random.below(3)), expected::any(), make.events(3)});
    }
    const auto kind = random.below(20);
    request.durability = kind == 0   ? durability::synced
                         : kind < 16 ? durability::written
                                     : durability::buffered;
    return request;
}

store_options crash_options() {
    auto options = quick_options();
    options.indexed_fields = indexed_fields_of_tests();
    options.memtable_bytes = 2U << 20U;  // Flushes must be interrupted too.
    return options;
}

bool reindexes(std::uint64_t seed) { return randomness{seed}.below(6) == 0; }

}  // namespace daybook::test
