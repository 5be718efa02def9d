// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"

#include <cerrno>
#include <clocale>
#include <cstdlib>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <system_error>
#include <unistd.h>

namespace daybook::cli {
namespace {

constexpr std::size_t buffer_bytes = 64U << 10U;

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view{} : std::string_view{value};
}

std::size_t columns_of(int descriptor) {
    if (const auto given = std::strtoul(std::string{environment("COLUMNS")}.c_str(), nullptr, 10);
        given >= 20 && given <= 10'000)
        return given;
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 80;
}

/// CLICOLOR_FORCE colours pipes too; NO_COLOR wins over everything.
bool wants_colours(bool terminal) {
    if (!environment("NO_COLOR").empty()) return false;
    const auto force = environment("CLICOLOR_FORCE");
    if (!force.empty() && force != "0") return true;
    return terminal && environment("TERM") != "dumb" && environment("CLICOLOR") != "0";
}

screen look_at(int descriptor) {
    screen seen;
    seen.terminal = ::isatty(descriptor) == 1;
    seen.colours = wants_colours(seen.terminal);
    if (seen.terminal) seen.width = columns_of(descriptor);
    return seen;
}

std::string_view escape_of(tone t) {
    switch (t) {
        case tone::plain: return "";
        case tone::strong: return "\x1b[1m";
        case tone::faint: return "\x1b[2m";
        case tone::good: return "\x1b[32m";
        case tone::bad: return "\x1b[31m";
        case tone::warning: return "\x1b[33m";
        case tone::accent: return "\x1b[36m";
    }
    return "";
}

}  // namespace

void output::write(std::string_view text) {
    if (failure_ != 0) return;
    buffer_ += text;
    if (buffer_.size() >= buffer_bytes) static_cast<void>(flush());  // `failure_` remembers.
}

result<void> output::flush() {
    std::string_view left = buffer_;
    while (failure_ == 0 && !left.empty()) {
        const auto written = ::write(descriptor_, left.data(), left.size());
        if (written > 0) {
            left.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            failure_ = errno;
        }
    }
    buffer_.clear();
    if (failure_ == 0) return {};
    return fail(errc::io, "cannot write to " + std::string{name_} + ": " +
                              std::generic_category().message(failure_));
}

std::string painted(std::string_view text, tone t, bool colours) {
    if (!colours || t == tone::plain) return std::string{text};
    return std::string{escape_of(t)}.append(text).append("\x1b[0m");
}

void console::look_around(console& at) {
    std::setlocale(LC_CTYPE, "");
    at.utf8 = std::string_view{::nl_langinfo(CODESET)} == "UTF-8";
    // Widths of characters are wanted in any locale; nothing else depends on the classification.
    if (!at.utf8) std::setlocale(LC_CTYPE, "C.UTF-8");
    at.out_screen = look_at(STDOUT_FILENO);
    at.err_screen = look_at(STDERR_FILENO);
}

void console::say(std::string_view line) {
    if (quiet) return;
    err.write(std::string{line}.append(1, '\n'));
    static_cast<void>(err.flush());  // There is nowhere left to tell of a failure.
}

void console::warn(std::string_view line) {
    say(painted("warning: ", tone::warning, err_screen.colours).append(line));
}

}  // namespace daybook::cli
