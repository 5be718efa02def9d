// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What the writer commits is a function of a few numbers, so that the process that looks at the
// log afterwards can tell what must be in it. The writer says on a pipe, one line per write:
//
//     try <thread> <number> <head>         before a commit; <head> is where its own stream stands
//     done <thread> <number> <position>    after it was acknowledged
//     view <watermark>                     before a keyspace batch made at that watermark
//     reindex                              before a reindex

#include <daybook/store.hpp>

#include <cstdint>
#include <string>

namespace daybook::test {

inline constexpr std::uint64_t crash_threads = 4;
inline constexpr int view_rows = 10;

struct batch_name {
    std::uint64_t seed = 0;  ///< Of the round.
    std::uint64_t thread = 0;
    std::uint64_t number = 0;  ///< 0, 1, 2 ... in this thread and round.
    std::uint64_t head = 0;
};

std::string own_stream(std::uint64_t thread);

/// One to several events to the thread's own stream, often some to streams that all share. Sizes
/// and durability are mixed.
commit_request make_batch(const batch_name& name);

store_options crash_options();

/// Does the writer of the round with this seed reindex while it writes?
bool reindexes(std::uint64_t seed);

}  // namespace daybook::test
