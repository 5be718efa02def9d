// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/timestamp.hpp>
#include <daybook/compliance/witness.hpp>

#include "witness/witness_url.hpp"

#include <chrono>

namespace daybook::witness_http {

/// Carries requests to a witness at `url`, each over a connection of its own. An answer larger than
/// a note can be is an error. Fails with `timed_out` if connecting, sending and receiving together
/// take longer than `deadline` (looking up a name is not counted), and with `io`.
compliance::witness_transport http_transport(
    witness_url url, std::chrono::milliseconds deadline = std::chrono::seconds{10});

/// Carries requests to the time stamp authority at `url` (RFC 3161, section 3.4). Fails with `io`
/// for an answer other than 200 and `application/timestamp-reply`, and as above.
compliance::time_stamp_transport http_time_stamps(
    witness_url url, std::chrono::milliseconds deadline = std::chrono::seconds{10});

}  // namespace daybook::witness_http
