// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/compliance_stream.hpp>
#include <daybook/compliance/verdict.hpp>
#include <daybook/event_codec.hpp>
#include <daybook/store.hpp>

#include <boost/describe.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// The audit of the audit: what is done to a log is an event of the same log, in a stream of its
/// own, with the actor who did it. A report lists these; `doctor --compliance` looks for them.
namespace daybook::compliance {

/// Every event type of that stream. The payloads of those that are not below are described where
/// they are made: keys, erasure, retention, archives.
inline constexpr std::array<std::string_view, 17> audit_trail_types{"ComplianceStarted",
                                                                    "ComplianceStopped",
                                                                    "KeyAdded",
                                                                    "KeyRotated",
                                                                    "KeyRevoked",
                                                                    "ConfigurationChanged",
                                                                    "AppendRefused",
                                                                    "VerificationDone",
                                                                    "AuditExported",
                                                                    "SubjectErased",
                                                                    "RetentionPolicyChanged",
                                                                    "LegalHoldPlaced",
                                                                    "LegalHoldLifted",
                                                                    "SegmentArchived",
                                                                    "SegmentDeleted",
                                                                    "SegmentRestored",
                                                                    "LogRecovered"};

/// From here on, what is appended is signed.
struct compliance_started {
    static constexpr std::string_view type_name = "ComplianceStarted";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string origin{};       ///< Of the log.
    std::string key_id{};       ///< Of the key that signs, 8 hexadecimal digits.
    std::string reading{};      ///< How reads are verified: "off" or "hash".
    std::string clock{};        ///< What the times of recording come from.
    std::string tool{};         ///< What started it, with its version.
    std::uint64_t anchors = 0;  ///< How many are asked to remember how far the log has come.
};
BOOST_DESCRIBE_STRUCT(compliance_started, (), (origin, key_id, reading, clock, tool, anchors))

/// From here on, what is appended is not signed.
struct compliance_stopped {
    static constexpr std::string_view type_name = "ComplianceStopped";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string reason{};
};
BOOST_DESCRIBE_STRUCT(compliance_stopped, (), (reason))

/// A setting is another one.
struct configuration_changed {
    static constexpr std::string_view type_name = "ConfigurationChanged";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string setting{};
    std::optional<std::string> before{};
    std::optional<std::string> after{};
    std::optional<std::string> reason{};
};
BOOST_DESCRIBE_STRUCT(configuration_changed, (), (setting, before, after, reason))

/// Somebody wanted to append and was not let.
struct append_refused {
    static constexpr std::string_view type_name = "AppendRefused";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string stream{};
    std::uint64_t events = 0;
    std::string reason{};
};
BOOST_DESCRIBE_STRUCT(append_refused, (), (stream, events, reason))

/// The log was verified, and this is what came of it.
struct verification_done {
    static constexpr std::string_view type_name = "VerificationDone";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string verdict{};  ///< As `to_string(verdict)`.
    std::string trigger{};  ///< "open", "schedule" or "demand".
    position from{};        ///< The events that were looked at: from here
    position to{};          ///< up to, not including, this.
    std::uint64_t findings = 0;
    std::optional<position> first_bad{};
    std::optional<position> signed_to{};
    std::optional<position> anchored_to{};
};
BOOST_DESCRIBE_STRUCT(verification_done, (),
                      (verdict, trigger, from, to, findings, first_bad, signed_to, anchored_to))

/// Somebody took evidence out.
struct audit_exported {
    static constexpr std::string_view type_name = "AuditExported";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string what{};    ///< "report" or "bundle".
    std::string format{};  ///< "html", "json", "csv" or "tar".
    std::string filter{};  ///< What was asked for, in words.
    position from{};
    position to{};
    std::uint64_t events = 0;
    std::string sha256{};  ///< Of the file, 64 hexadecimal digits.
    std::optional<std::string> reason{};
};
BOOST_DESCRIBE_STRUCT(audit_exported, (), (what, format, filter, from, to, events, sha256, reason))

/// The log was put back to an older state, and goes on under another name.
struct log_recovered {
    static constexpr std::string_view type_name = "LogRecovered";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string origin{};       ///< Its name until then.
    std::uint64_t restored{};   ///< How many events were left.
    std::uint64_t lost{};       ///< How many more an anchor remembers.
    std::string checkpoint{};   ///< The signed note over what was left.
    std::string anchored{};     ///< The signed note that the anchor has.
    std::string anchor{};       ///< Its name.
    std::string reason{};
};
BOOST_DESCRIBE_STRUCT(log_recovered, (),
                      (origin, restored, lost, checkpoint, anchored, anchor, reason))

/// What a `verification` is as an event.
verification_done action_of(const verification& checked, std::string trigger);

/// Appends what was done to the log. `by` says who; an empty one is that of the ambient context.
/// Any thread. Fails as `store::append` does.
template <daybook::detail::readable_event E>
result<append_receipt> record_action(store& log, const E& what, actor by = {}) {
    auto made = make_event(what);
    made.actor = std::move(by);
    return log.append(compliance_stream, expected::any(), {std::move(made)});
}

}  // namespace daybook::compliance
