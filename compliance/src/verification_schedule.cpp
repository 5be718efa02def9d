// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/verification_schedule.hpp>

#include "repeating.hpp"

#include <utility>

namespace daybook::compliance {

class verification_schedule::impl : public repeating {
    using repeating::repeating;
};

verification_schedule::verification_schedule(const store& log, const ledger& book,
                                             std::chrono::milliseconds every, listener tell,
                                             verify_options options)
    : impl_{std::make_unique<impl>(
          every, [&log, &book, tell = std::move(tell), options = std::move(options)] {
              tell(verify_log(log, book, options));
          })} {}

verification_schedule::~verification_schedule() = default;
verification_schedule::verification_schedule(verification_schedule&&) noexcept = default;
verification_schedule& verification_schedule::operator=(verification_schedule&&) noexcept = default;

}  // namespace daybook::compliance
