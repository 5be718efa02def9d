// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/progress.hpp"

#include "cli/text.hpp"

#include <algorithm>

namespace daybook::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 500ms;
constexpr auto redraw_after = 100ms;
constexpr std::size_t bar_columns = 24;

std::string bar_of(std::uint64_t done, std::uint64_t total, bool utf8) {
    const std::size_t filled = done >= total ? bar_columns : bar_columns * done / total;
    std::string bar = "[";
    for (std::size_t i = 0; i < bar_columns; ++i) {
        if (i < filled) {
            bar += utf8 ? "\xE2\x96\x88" : "#";
        } else {
            bar += utf8 ? "\xE2\x96\x91" : ".";
        }
    }
    return bar + "]";
}

}  // namespace

progress_bar::progress_bar(console& on, std::string label)
    : on_{on},
      label_{std::move(label)},
      wanted_{on.err_screen.terminal && !on.quiet},
      next_draw_{clock::now() + patience},
      started_{clock::now()} {}

progress_bar::~progress_bar() {
    if (!shown_) return;
    on_.err.write("\r\x1b[K");
    static_cast<void>(on_.err.flush());
}

void progress_bar::update(std::uint64_t done, std::uint64_t total, const std::string& detail) {
    if (!wanted_) return;
    const auto now = clock::now();
    if (now < next_draw_) return;
    next_draw_ = now + redraw_after;
    shown_ = true;
    draw(done, total, detail);
}

void progress_bar::draw(std::uint64_t done, std::uint64_t total, const std::string& detail) {
    std::string line = label_ + " ";
    if (total > 0) {
        done = std::min(done, total);
        line += bar_of(done, total, on_.utf8) + " " + std::to_string(done * 100 / total) + "%";
        const std::chrono::duration<double> spent = clock::now() - started_;
        if (done > 0 && done < total) {
            const double left =
                spent.count() * static_cast<double>(total - done) / static_cast<double>(done);
            line += ", " + std::to_string(static_cast<std::uint64_t>(left) + 1) + " s left";
        }
    }
    if (!detail.empty()) line += ", " + detail;
    line = fitted(line, std::max<std::size_t>(on_.err_screen.width, 20) - 1, on_.utf8);
    on_.err.write("\r" + line + "\x1b[K");
    static_cast<void>(on_.err.flush());
}

}  // namespace daybook::cli
