// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/merkle.hpp>
#include <daybook/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace daybook::compliance {

inline constexpr std::string_view add_checkpoint_path = "/add-checkpoint";

/// What POST add-checkpoint carries.
struct add_checkpoint_body {
    std::uint64_t old_size = 0;
    proof_path proof{};
    std::string note{};

    std::string text() const;
    static result<add_checkpoint_body> parse(std::string_view text);
};

/// The path of the newest checkpoint of a log.
std::string checkpoint_path(std::string_view origin);

}  // namespace daybook::compliance
