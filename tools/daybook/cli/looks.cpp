// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/looks.hpp"

#include "cli/interruption.hpp"
#include "cli/values.hpp"

#include <algorithm>
#include <thread>

namespace daybook::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds every_usual{1000};
constexpr milliseconds every_max{std::chrono::hours{24}};
/// How long it takes at most to notice ctrl-C.
constexpr milliseconds interruption_max{100};

}  // namespace

result<milliseconds> every_of(const arguments& given) {
    const auto text = given.value("every");
    if (!text) return every_usual;
    const auto every = parse_duration("--every", *text);
    if (!every) return every.error();
    if (*every <= milliseconds{0} || *every > every_max)
        return fail(errc::invalid_argument, "--every: " + *text + " is not between 1ms and 24h");
    return *every;
}

void wait_for_next_look(milliseconds pause) {
    const auto until = std::chrono::steady_clock::now() + pause;
    while (!interrupted() && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::min(pause, interruption_max));
}

}  // namespace daybook::cli
