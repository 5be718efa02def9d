// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/orchestration/tags.hpp>

#include <boost/describe/class.hpp>
#include <boost/mp11/list.hpp>

#include <optional>
#include <string>
#include <string_view>

/// Checkpoints, errors, and how one gets out of them.
namespace daybook::orchestration {

/// A state to go back to was kept.
struct checkpoint_created {
    static constexpr std::string_view type_name = "CheckpointCreated";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string checkpoint_id{};
    optional_text reason{};
    optional_text phase{};
};
BOOST_DESCRIBE_STRUCT(checkpoint_created, (), (checkpoint_id, reason, phase))

/// Work went back to a checkpoint.
struct checkpoint_restored {
    static constexpr std::string_view type_name = "CheckpointRestored";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string checkpoint_id{};
    optional_text reason{};
    optional_text phase{};
};
BOOST_DESCRIBE_STRUCT(checkpoint_restored, (), (checkpoint_id, reason, phase))

/// States to which one can go back.
struct checkpoint_group {
    static constexpr std::string_view name = "Checkpoints";
    using events = boost::mp11::mp_list<checkpoint_created, checkpoint_restored>;
};

/// Something went wrong.
struct error_occurred {
    static constexpr std::string_view type_name = "ErrorOccurred";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::error;
    std::string error_message{};
    optional_text error_type{};
    std::optional<bool> recoverable{};
    optional_text stack{};
    optional_text phase{};
};
BOOST_DESCRIBE_STRUCT(error_occurred, (), (error_message, error_type, recoverable, stack, phase))

/// A way out is tried.
struct recovery_attempted {
    static constexpr std::string_view type_name = "RecoveryAttempted";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::warning;
    std::string strategy{};
    optional_text recovery_id{};
    optional_count attempt{};  ///< 1, 2, 3 ...
    optional_text phase{};
};
BOOST_DESCRIBE_STRUCT(recovery_attempted, (), (strategy, recovery_id, attempt, phase))

/// It worked.
struct recovery_succeeded {
    static constexpr std::string_view type_name = "RecoverySucceeded";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::success;
    optional_text strategy{};
    optional_text recovery_id{};
    optional_count attempt{};  ///< 1, 2, 3 ...
    optional_text phase{};
    optional_count duration_ms{};
};
BOOST_DESCRIBE_STRUCT(recovery_succeeded, (), (strategy, recovery_id, attempt, phase, duration_ms))

/// It did not.
struct recovery_failed {
    static constexpr std::string_view type_name = "RecoveryFailed";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::error;
    std::string error_message{};
    optional_text strategy{};
    optional_text recovery_id{};
    optional_count attempt{};  ///< 1, 2, 3 ...
    optional_text phase{};
};
BOOST_DESCRIBE_STRUCT(recovery_failed, (), (error_message, strategy, recovery_id, attempt, phase))

/// Errors, and what was done about them.
struct recovery_group {
    static constexpr std::string_view name = "Recovery";
    using events = boost::mp11::mp_list<error_occurred, recovery_attempted, recovery_succeeded,
                                        recovery_failed>;
};

}  // namespace daybook::orchestration
