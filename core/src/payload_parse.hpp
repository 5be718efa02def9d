// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/raw_json.hpp>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include <cstddef>
#include <string_view>

namespace daybook {

/// The one way in which payloads are parsed: every index, condition and reader must agree on what
/// is JSON.
inline boost::json::value parse_payload(std::string_view text, boost::json::error_code& error,
                                        boost::json::storage_ptr storage = {}) {
    boost::json::parse_options options;
    options.max_depth = json_depth_max;
    return boost::json::parse({text.data(), text.size()}, error, std::move(storage), options);
}

/// What `use(value)` says of the parsed payload; false if `text` is not JSON. The document lives in
/// a buffer on the stack as long as it is small, and only during the call.
template <class Use>
bool with_parsed_payload(std::string_view text, const Use& use) {
    alignas(std::max_align_t) unsigned char buffer[8192];
    boost::json::monotonic_resource arena{buffer, sizeof buffer};
    boost::json::error_code error;
    const auto parsed = parse_payload(text, error, &arena);
    return !error && use(parsed);
}

}  // namespace daybook
