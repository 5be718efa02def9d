// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/projections/fold.hpp>
#include <daybook/replay/replay_target.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace daybook::replay {

/// Folds what is replayed into rows of a projection, in memory, beside the store's own view: what
/// the view would show if only these events had happened.
///
/// The same events give the rows that a view has, to the byte. Strict: an event that the projection
/// cannot take ends the replay, also where a view would park it. Memory: all rows. Not thread safe.
class folded_rows final : public replay_target {
public:
    explicit folded_rows(projections::any_projection of);
    folded_rows(const folded_rows&) = delete;
    folded_rows& operator=(const folded_rows&) = delete;
    ~folded_rows() override;

    /// Fails with `projection_failed`.
    result<void> take(const event_view& event) override;
    result<std::string> settle() override;
    result<std::string> foresee(const event_view& event) override;

    const projections::any_projection& projection() const noexcept { return of_; }

    /// The stored bytes of each row, by key, as of the last `settle`; `row_json` reads them.
    const std::map<std::string, std::string, std::less<>>& rows() const noexcept { return rows_; }

private:
    void collect();

    projections::any_projection of_;
    std::map<std::string, std::string, std::less<>> rows_;
    std::unique_ptr<projections::fold> folding_;
    json_event current_;
    std::size_t taken_ = 0;  // Since the last `collect`.
};

}  // namespace daybook::replay
