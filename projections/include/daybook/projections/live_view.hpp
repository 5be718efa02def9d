// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/projections/row_reader.hpp>
#include <daybook/store.hpp>

#include <cstddef>

namespace daybook::projections {

struct live_options {
    /// Events that one reading takes at most; it fails with `too_large` beyond.
    std::size_t events_max = 100'000;
};

/// Rows that are folded from the log when they are read: always fresh, nothing stored, no runner.
///
/// `get` reads one stream if the projection is `keyed_by_stream`, else, as `scan` does, every event
/// of the projection's query (by index where there is one). So it costs what the events cost: a
/// few microseconds for a stream, up to a tenth of a second for 100 000 events. For projections
/// with short histories, and to look at a new one before it is built.
///
/// Readings fail with `too_large` (see `live_options`), `projection_failed` (`apply` threw, or a
/// row is larger than `row_bytes_max`), `corrupt` or `io`. Every member may be called from any
/// thread. Must not outlive its store.
class live_view final : public row_reader {
public:
    live_view(const store& log, any_projection of, const live_options& options = {})
        : log_{&log}, projection_{std::move(of)}, options_{options} {}

    result<std::optional<std::string>> get(std::string_view key) const override;
    result<void> scan(const row_range& range, const row_visitor& visit) const override;
    result<void> scan_by(std::string_view index, std::string_view value,
                         const row_visitor& visit) const override;
    /// The end of the log: a reading misses nothing.
    result<position> cursor() const override { return log_->watermark(); }
    result<void> wait_for(at_least wanted, std::chrono::milliseconds patience) const override;

private:
    result<event_reader> read_wanted() const;
    result<void> apply_all(event_reader events, fold& to) const;

    const store* log_;
    any_projection projection_;
    live_options options_;
};

}  // namespace daybook::projections
