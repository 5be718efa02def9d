// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/result.hpp>

#include "text.hpp"

namespace daybook {

std::string_view to_string(errc code) noexcept {
    switch (code) {
        case errc::invalid_argument: return "invalid_argument";
        case errc::too_large: return "too_large";
        case errc::conflict: return "conflict";
        case errc::not_found: return "not_found";
        case errc::locked: return "locked";
        case errc::unsupported: return "unsupported";
        case errc::refused: return "refused";
        case errc::corrupt: return "corrupt";
        case errc::io: return "io";
        case errc::projection_failed: return "projection_failed";
        case errc::timed_out: return "timed_out";
        case errc::rejected: return "rejected";
    }
    return "unknown";
}

exception::exception(daybook::error e, const boost::source_location& where)
    : std::runtime_error{cat(to_string(e.code), ": ", e.message, " (", where.file_name(), ":",
                             where.line(), ")")},
      error_{std::move(e)} {}

void throw_exception_from_error(const error& e, const boost::source_location& where) {
    throw exception{e, where};
}

}  // namespace daybook
