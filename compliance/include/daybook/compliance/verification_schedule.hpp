// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/verify_log.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace daybook::compliance {

/// Verifies a log again and again, so that what was changed does not wait for its next reader.
///
///     verification_schedule nightly{log, book, 24h, [&](const result<log_verification>& found) {
///         if (found) audit.verified(found->all, "schedule");
///         if (!found || found->all.what() != verdict::verified) call_somebody(found);
///     }};
///
/// The first one begins `every` after it was made. Each looks at everything that `options` name, in
/// one thread unless they say otherwise, beside whoever appends and reads; what it costs is in
/// `verify_log`. Must not outlive `log` and `book`, and is destroyed only after one that is under
/// way. `tell` is called by one thread at a time, and lets no exception out.
class verification_schedule {
public:
    using listener = std::function<void(const result<log_verification>& found)>;

    verification_schedule(const store& log, const ledger& book, std::chrono::milliseconds every,
                          listener tell, verify_options options = {.threads = 1});
    ~verification_schedule();
    verification_schedule(verification_schedule&&) noexcept;
    verification_schedule& operator=(verification_schedule&&) noexcept;

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook::compliance
