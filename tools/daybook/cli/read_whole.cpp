// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/read_whole.hpp"

#include <daybook/limits.hpp>

#include "cli/text.hpp"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace daybook::cli {
namespace {

error failure(const std::string& shown, int number) {
    const errc code = number == ENOENT ? errc::not_found : errc::io;
    return fail(code, "cannot read " + shown + ": " + std::generic_category().message(number));
}

result<std::string> read_from(int descriptor, const std::string& shown) {
    std::string text;
    std::vector<char> piece(64U << 10U);
    while (true) {
        const auto count = ::read(descriptor, piece.data(), piece.size());
        if (count == 0) return text;
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failure(shown, errno);
        text.append(piece.data(), static_cast<std::size_t>(count));
        if (text.size() > limits::commit_bytes_max_ceiling) {
            return fail(errc::too_large, shown + " has more than the " +
                                             size_text(limits::commit_bytes_max_ceiling) +
                                             " that one commit may hold; use 'daybook import'");
        }
    }
}

}  // namespace

result<std::string> read_whole(const std::string& name) {
    if (name == "-") return read_from(STDIN_FILENO, "standard input");
    const int descriptor = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return failure(printable(name), errno);
    auto text = read_from(descriptor, printable(name));
    ::close(descriptor);
    return text;
}

}  // namespace daybook::cli
