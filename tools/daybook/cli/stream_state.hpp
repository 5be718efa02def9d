// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/orchestration_state.hpp>
#include <daybook/replay/instant.hpp>

#include "cli/record.hpp"

#include <string>

namespace daybook::cli {

struct stream_state {
    std::string stream;
    projections::orchestration_row row;
    const replay::instant* around = nullptr;  ///< What was going on beside, if that is told too.
};

/// Tells a state: its main members, and all of them in JSON.
void tell_state(const stream_state& state, record_sink& to);

/// Tells what was going on in more than one stream.
void tell_instant(const replay::instant& then, record_sink& to);

}  // namespace daybook::cli
