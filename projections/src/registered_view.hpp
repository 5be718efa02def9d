// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "claims.hpp"
#include "kept_view.hpp"
#include "pace.hpp"
#include "view_catalog.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace daybook::projections {

/// A generation that a runner keeps up to date.
struct kept_generation {
    catalog::generation_record record;
    std::unique_ptr<kept_view> rows;
    pace speed{};
    std::optional<position> last_checkpoint{};  ///< Nothing: not looked up yet.
};

/// A projection that a runner keeps: the generation that readers get, and the one that is built
/// beside it. Every change is recorded in the store before it is made here, so that after a crash
/// `open` finds one or the other and nothing between.
class registered_view {
public:
    struct settings {
        keeping rows;
        bool switches_over;  ///< What is built serves by itself when it has caught up.
    };

    /// Fails if `open` would refuse what is stored: another query or other rows under this version.
    /// Changes nothing.
    static result<void> check_stored(store& log, const any_projection& of);

    /// Opens what there is of this version, or begins it: as what serves if nothing of that name
    /// does, else beside. Fails as `runner::open`.
    static result<std::unique_ptr<registered_view>> open(store& log, any_projection of,
                                                         const settings& chosen);

    registered_view(const registered_view&) = delete;
    registered_view& operator=(const registered_view&) = delete;

    const any_projection& projection() const noexcept { return projection_; }

    /// Null while the first generation of this version is built beside another version.
    kept_view* serving() const noexcept { return serving_ ? serving_->rows.get() : nullptr; }
    kept_view* beside() const noexcept { return beside_ ? beside_->rows.get() : nullptr; }

    /// Those that are kept up to date, what serves first.
    std::vector<kept_view*> generations() const;

    const std::optional<kept_generation>& serving_generation() const noexcept { return serving_; }
    const std::optional<kept_generation>& generation_beside() const noexcept { return beside_; }
    bool paused() const noexcept { return beside_ && beside_->record.paused; }
    bool switches_over() const noexcept { return beside_ && beside_->record.switches_over; }
    /// What is built beside may serve by itself as far as parked events go: it has no more of them
    /// than what serves, or it was asked for.
    bool parks_no_more() const;

    /// Why readers get nothing newer, if there is a reason.
    const std::optional<error>& failure() const noexcept;

    /// Begins a generation beside; drops all others of this version but the one that serves.
    result<void> begin_beside();

    /// Goes on with a generation that was kept, or is being built, so that it serves when it has
    /// caught up; of the one that serves, makes its version the active one.
    result<void> bring_back(std::uint32_t generation);

    /// Drops what is built beside.
    result<void> abandon();

    /// What is built beside waits, or goes on.
    result<void> pause(bool wait);

    /// What was built beside serves from now on; what served is kept.
    result<void> switch_over();

    /// Of each generation that has moved so far since its last checkpoint, makes one, and drops the
    /// oldest of the view's but `keep` of each generation. Fails as `keep_checkpoint`.
    result<void> keep_checkpoints(std::uint64_t every_events, std::size_t keep);

    /// What was built beside stands at `cursor` now.
    void note_pace(pace::time now);

private:
    registered_view(store& log, any_projection of, claim right, const settings& chosen)
        : log_{log},
          projection_{std::move(of)},
          right_to_write_{std::move(right)},
          chosen_{chosen} {}

    result<void> open_recorded(const catalog::view_record& record);
    result<std::optional<kept_generation>> open_rows(const catalog::generation_record* of);
    result<void> drop_unrecorded(const catalog::view_record& record);
    error nothing_beside(std::string_view doing) const;

    store& log_;
    any_projection projection_;
    claim right_to_write_;
    settings chosen_;
    std::optional<kept_generation> serving_;
    std::optional<kept_generation> beside_;
    bool was_asked_for_ = false;  ///< What is built beside, by its number.
};

}  // namespace daybook::projections
