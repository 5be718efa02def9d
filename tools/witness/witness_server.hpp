// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/witness.hpp>

#include "witness/witness_url.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

namespace daybook::witness_http {

inline constexpr std::size_t connections_max = 64;
inline constexpr std::uint32_t header_bytes_max = 8U << 10U;

/// Serves one witness over HTTP/1.1: each connection may send as many requests as it likes, one
/// after the other; all of them are served by one thread. Beyond `connections_max` connections,
/// further ones wait. A header or a body that is too large, or a peer that takes longer than the
/// deadline for a request or for taking the answer, loses the connection.
class witness_server {
public:
    struct options {
        listen_address at{};
        std::chrono::milliseconds deadline{10'000};
        /// Called after each request, from the serving thread.
        std::function<void(const compliance::witness_request&, unsigned status)> served{};
    };

    /// Listens from now on. `by` outlives the server. Fails with `io` if the address cannot be had.
    static result<witness_server> listen(compliance::witness& by, options with);

    witness_server(witness_server&&) noexcept;
    witness_server& operator=(witness_server&&) noexcept;
    ~witness_server();

    /// The port it listens on.
    unsigned short port() const;
    /// Serves until `stop` is called or `ended` says so, which is asked several times a second.
    void run(const std::function<bool()>& ended = {});
    /// From any thread.
    void stop();

private:
    struct impl;
    explicit witness_server(std::unique_ptr<impl> made);

    std::unique_ptr<impl> impl_;
};

}  // namespace daybook::witness_http
