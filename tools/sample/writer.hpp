// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sample/generator.hpp"
#include "sample/script.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace daybook::sample {

/// What the events of one undertaking have in common.
struct undertaking {
    std::uint64_t number = 0;  ///< Of the issue or the task, from 1.
    std::uint32_t sprint = 0;
    std::uint64_t salt = 0;  ///< For details: shas, sessions.
    std::string_view project;
    std::string key;          ///< "PROJ-123"
    std::string correlation;  ///< A UUID.
    std::string session;      ///< "session:" and eight digits.
    std::size_t topic = 0;    ///< In `topics`.
    std::size_t change = 0;   ///< In `changes`.
    std::size_t person = 0;   ///< In `people`.
};

/// Makes the common part from a number.
undertaking begin_undertaking(std::uint64_t number, std::uint64_t salt, std::string_view project);

/// Writes an event out: everything but id, time and causes. Reuses the memory of `to`.
/// `sequence` is the event's place in its stream, for summaries.
void write_event(sample_event& to, const step& what, const undertaking& of, std::uint64_t sequence);

}  // namespace daybook::sample
