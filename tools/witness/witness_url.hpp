// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <string>
#include <string_view>

namespace daybook::witness_http {

/// Where a witness is reached: "http://host:port/prefix".
struct witness_url {
    std::string host{};
    std::string port{};    ///< "80" if it is not in the text.
    std::string prefix{};  ///< "" or "/w1": what comes before "/add-checkpoint".

    /// Fails with `unsupported` for https, and with `invalid_argument` for what is no such text.
    static result<witness_url> parse(std::string_view text);
};

/// "ADDRESS:PORT", the address numeric: "127.0.0.1:8080", "[::1]:0".
struct listen_address {
    std::string address{};
    unsigned short port = 0;  ///< 0: any that is free.

    static result<listen_address> parse(std::string_view text);
};

}  // namespace daybook::witness_http
