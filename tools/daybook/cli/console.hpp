// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace daybook::cli {

/// A buffered writer on a file descriptor. The first failure sticks: later writes do nothing, and
/// `flush` tells it.
class output {
public:
    output(int descriptor, std::string_view name) : descriptor_{descriptor}, name_{name} {}
    output(const output&) = delete;
    output& operator=(const output&) = delete;

    void write(std::string_view text);
    /// Hands over what is buffered. Fails with `io`.
    result<void> flush();

private:
    int descriptor_;
    std::string_view name_;
    std::string buffer_;
    int failure_ = 0;  // An errno.
};

/// What a stream is connected to.
struct screen {
    bool terminal = false;
    bool colours = false;
    std::size_t width = 80;  ///< Columns, if it is a terminal.
};

/// What a piece of text is, for colouring.
enum class tone { plain, strong, faint, good, bad, warning, accent };

/// `text` in the colour of its tone, or as it is.
std::string painted(std::string_view text, tone t, bool colours);

/// Where a command speaks: data goes to `out`, everything else to `err`.
struct console {
    output out{1, "standard output"};
    output err{2, "standard error"};
    screen out_screen;
    screen err_screen;
    bool utf8 = false;   ///< The locale writes UTF-8, so lines and marks may.
    bool quiet = false;  ///< No messages but errors.

    /// Looks at the terminal, the locale, NO_COLOR, CLICOLOR_FORCE, TERM and COLUMNS.
    /// Sets the program's character classification to the locale's.
    static void look_around(console& at);

    /// One line on standard error, unless `quiet`.
    void say(std::string_view line);
    void warn(std::string_view line);
};

}  // namespace daybook::cli
