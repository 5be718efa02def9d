// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Any text as the cursor of a page is refused or read; a cursor that was given out, but with
// another position in it, gives a page of what is there.
#include <daybook/base64.hpp>
#include <daybook/store.hpp>

#include "fuzz.hpp"
#include "support/temp_directory.hpp"

#include <algorithm>

using namespace daybook;
using test::require;

namespace {

constexpr std::size_t events = 10;
constexpr std::size_t position_at = 2;  // In the bytes of a cursor; see page_cursor.hpp.

store some_store() {
    static const test::temp_directory home;
    auto log = store::open(home / "store").value();
    for (std::size_t i = 0; i < events; ++i) {
        new_event one;
        one.type = "A";
        log.append("task-1", expected::any(), {one}, durability::buffered).value();
    }
    return log;
}

std::string as_standard(std::string text) {
    std::replace(text.begin(), text.end(), '-', '+');
    std::replace(text.begin(), text.end(), '_', '/');
    while (text.size() % 4 != 0) text.push_back('=');
    return text;
}

void move_cursor(const store& log, direction dir, std::string_view to) {
    const auto first = log.read_page({}, 1, dir).value();
    auto raw = base64::decode(as_standard(first.next)).value();
    raw.replace(position_at, to.size(), to);
    std::string text;
    base64::append(text, raw);
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    while (text.ends_with('=')) text.pop_back();
    const auto page = log.read_page({}, 3, dir, text);
    require(page.has_value(), "a position outside the log is one");
    require(page->events.size() <= 3, "a page is as large as asked for");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const store log = some_store();
    const auto text = test::as_text(data, size);
    for (const auto dir : {direction::forwards, direction::backwards}) {
        const auto page = log.read_page({}, 2, dir, text);
        require(page || page.error().code == errc::invalid_argument, "the error is as documented");
        if (size >= 8) move_cursor(log, dir, text.substr(0, 8));
    }
    return 0;
}
