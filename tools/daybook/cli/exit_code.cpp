// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/exit_code.hpp"

namespace daybook::cli {

exit_code exit_code_of(errc code) noexcept {
    switch (code) {
        case errc::invalid_argument: return exit_code::usage;
        case errc::not_found: return exit_code::not_found;
        case errc::too_large:
        case errc::unsupported:
        case errc::refused:
        case errc::rejected:
        case errc::projection_failed: return exit_code::refused;
        case errc::conflict: return exit_code::conflict;
        case errc::locked:
        case errc::timed_out:
        case errc::io: return exit_code::unavailable;
        case errc::corrupt: return exit_code::corrupt;
    }
    return exit_code::refused;
}

exit_code exit_code_of(answer given) noexcept {
    switch (given) {
        case answer::yes: return exit_code::ok;
        case answer::no: return exit_code::no;
        case answer::unknown: break;
    }
    return exit_code::unavailable;
}

std::span<const exit_meaning> exit_meanings() noexcept {
    static constexpr exit_meaning meanings[] = {
        {exit_code::ok, "it was done, or there is an answer"},
        {exit_code::no, "no match, or a check found something; nothing went wrong"},
        {exit_code::usage, "the command line, or a value in it, makes no sense"},
        {exit_code::not_found, "no such store, event, stream, view or file"},
        {exit_code::refused, "too large, a newer format, or writing is not allowed"},
        {exit_code::conflict, "an expectation or an event id did not hold"},
        {exit_code::unavailable,
         "the store is in use, the file system said no, or nobody can tell"},
        {exit_code::corrupt, "stored or compressed bytes are not what was written"},
    };
    return meanings;
}

}  // namespace daybook::cli
