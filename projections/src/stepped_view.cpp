// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "stepped_view.hpp"

namespace daybook::projections {

stepped_view::stepped_view(any_projection of, layout::cursor_record start, row_source rows,
                           const fold_options& options)
    : projection_{std::move(of)},
      stored_{start},
      fold_{projection_.make_fold(std::move(rows), options)} {}

result<void> stepped_view::offer(const json_event& event) {
    if (event.view().position() < stored_.next) return {};
    const auto wanted = fold_->apply(event);
    if (!wanted) return wanted.error();
    if (*wanted) ++applied_in_batch_;
    return {};
}

void stepped_view::close(position reached, const row_sink& sink) {
    std::string key;
    fold_->collect([&](std::string_view row, const std::optional<std::string_view>& bytes) {
        key.assign(1, layout::row_prefix);
        key += row;
        sink(key, bytes);
    });
    closing_ = stored_;
    closing_->next = reached;
    closing_->events_applied += applied_in_batch_;
    const auto cursor = layout::encode_cursor(*closing_);
    sink(layout::cursor_key, std::optional<std::string_view>{cursor});
}

void stepped_view::written() {
    stored_ = *closing_;
    closing_.reset();
    applied_in_batch_ = 0;
}

void stepped_view::abandon() {
    fold_->discard();
    closing_.reset();
    applied_in_batch_ = 0;
}

}  // namespace daybook::projections
