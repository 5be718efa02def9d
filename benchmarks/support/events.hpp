// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include "sample/generator.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::bench {

enum class event_shape {
    /// What the published figures are about: sample events with their tags `phase`, `agent` and
    /// `severity`, one cause, correlation and actor; the store makes the ids.
    figures,
    /// Sample events as they come: also the tags `project`, `session`, `git_sha` and `branch` (two
    /// of them nearly unique), and all causes. The store makes the ids.
    full,
    /// As `full`, and with ids, as in an import: each is looked for before it is stored.
    identified
};

/// Makes events, one at a time. See daybook::sample::generator.
class event_source {
public:
    event_source(const sample::generator_options& options, event_shape shape)
        : generator_{options}, shape_{shape} {}

    bool next(sample::sample_event& to);

private:
    sample::generator generator_;
    event_shape shape_;
};

struct pool_options {
    std::uint64_t events = 0;
    std::size_t per_commit = 1;
    event_shape shape = event_shape::figures;
    /// All events of a commit go to the stream of its first one; else each to its own.
    bool one_stream = true;
    /// Each payload becomes a JSON array of sample payloads of at least so many bytes.
    std::size_t payload_bytes = 0;
    sample::shape pattern = sample::shape::sprint;
    std::uint64_t seed = 1;
};

/// Commits, made before anything is measured.
std::vector<commit_request> make_commits(const pool_options& options);

/// What a store wrote, byte for byte.
class record_pool {
public:
    /// Reads every record of `log`.
    explicit record_pool(const store& log);

    std::size_t size() const noexcept { return records_.size(); }
    const std::vector<std::string_view>& records() const noexcept { return records_; }
    double bytes_mean() const;

private:
    std::string bytes_;
    std::vector<std::string_view> records_;
};

}  // namespace daybook::bench
