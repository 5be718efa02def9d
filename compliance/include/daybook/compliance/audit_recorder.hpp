// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/audit_trail.hpp>
#include <daybook/compliance/ledger.hpp>
#include <daybook/event.hpp>
#include <daybook/logging.hpp>
#include <daybook/result.hpp>
#include <daybook/store.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace daybook::compliance {

/// What is recorded of starting and stopping.
enum class audit_of {
    sessions,  ///< Each: of a process that serves.
    changes    ///< Only what is not as the log says: of commands that come and go.
};

struct audit_settings {
    actor by{};                          ///< Who runs this. Needed.
    std::string tool{};                  ///< What runs, with its version: "billing 2.3".
    std::string clock = "system clock";  ///< What times of recording come from.
    audit_of starts = audit_of::sessions;
};

/// Writes what is done to a signed log into the log, with who did it: the audit of the audit.
///
///     audit_recorder audit;  // Before the store.
///     auto log = store::open("incidents", {.log = audit.listener()}).value();
///     const ledger_options how{.origin = "example.com/incidents", .key = key};
///     auto book = ledger::open(log, how).value();
///     audit.start(log, how, book, {.by = {"service", "billing-1", ""}, .tool = "billing 2.3"})
///         .value();
///     ...  // Refused appends are recorded by themselves.
///     audit.verified(book.verify().value(), "schedule").value();
///     audit.stop("shutdown");  // Before the ledger and the store go.
///
/// Starting writes ComplianceStarted (with the key that was loaded), and ConfigurationChanged for
/// each setting that is not as the log last said. What this is for and what it costs is in
/// compliance/docs/decisions/audit_trail.md.
///
/// Any thread; `start` and `stop` one at a time.
class audit_recorder {
public:
    audit_recorder();
    ~audit_recorder();  ///< Stops.
    audit_recorder(const audit_recorder&) = delete;
    audit_recorder& operator=(const audit_recorder&) = delete;

    /// For `store_options::log`: hears of refused appends, and passes all on to `next`. May outlive
    /// this.
    log_callback listener(log_callback next = {});

    /// From here on it records. Fails with `invalid_argument` if `settings` names nobody, `refused`
    /// if nothing can be appended (no key, or a log that is not verified) or it records already,
    /// and as an append. Reads the stream of `compliance_stream` back to the last start.
    result<void> start(store& log, const ledger_options& opened, const ledger& book,
                       const audit_settings& settings);

    /// Records what is left to be told and, of sessions, ComplianceStopped. Best effort: what
    /// cannot be appended is not told. Nothing if it does not record.
    void stop(std::string_view reason = "closed") noexcept;

    /// What a verification found. Fails with `refused` if it does not record, and as an append.
    result<void> verified(const verification& found, std::string trigger);
    /// The same for evidence that was taken out, and for a setting that is another one.
    result<void> exported(const audit_exported& what);
    result<void> changed(const configuration_changed& what);

    /// Somebody wanted to append and was not let. Is written at once or, if many are refused,
    /// within the next second's first one or when it stops, as a sum: refusing must not cost more
    /// than appending. What is not let because it was asked for wrongly, or came too late for what
    /// it expected, is not to be told here.
    void refused(std::string_view stream, std::uint64_t events, std::string_view reason) noexcept;

private:
    struct impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace daybook::compliance
