// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/orchestration/tags.hpp>

#include <boost/describe/class.hpp>
#include <boost/mp11/list.hpp>

#include <optional>
#include <string>
#include <string_view>

/// Checks and test runs.
namespace daybook::orchestration {

/// A check begins.
struct quality_check_started {
    static constexpr std::string_view type_name = "QualityCheckStarted";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string check_type{};  ///< "lint", "code_review" ...
    optional_text check_id{};
    optional_text target{};
};
BOOST_DESCRIBE_STRUCT(quality_check_started, (), (check_type, check_id, target))

/// A check passed.
struct quality_check_completed {
    static constexpr std::string_view type_name = "QualityCheckCompleted";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::success;
    std::string check_type{};
    optional_text check_id{};
    std::optional<double> score{};
    optional_count issues_found{};
    optional_count duration_ms{};
};
BOOST_DESCRIBE_STRUCT(quality_check_completed, (),
                      (check_type, check_id, score, issues_found, duration_ms))

/// A check failed.
struct quality_check_failed {
    static constexpr std::string_view type_name = "QualityCheckFailed";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::error;
    std::string check_type{};
    optional_text check_id{};
    std::optional<double> score{};
    optional_count issues_found{};
    optional_text error_message{};
    optional_count duration_ms{};
};
BOOST_DESCRIBE_STRUCT(quality_check_failed, (),
                      (check_type, check_id, score, issues_found, error_message, duration_ms))

/// A test run begins.
struct test_run_started {
    static constexpr std::string_view type_name = "TestRunStarted";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string suite{};
    optional_text test_run_id{};  ///< Tells runs of one suite apart.
    optional_count tests{};       ///< Tests in all.
};
BOOST_DESCRIBE_STRUCT(test_run_started, (), (suite, test_run_id, tests))

/// All tests passed.
struct test_run_completed {
    static constexpr std::string_view type_name = "TestRunCompleted";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::success;
    std::string suite{};
    optional_text test_run_id{};  ///< Tells runs of one suite apart.
    optional_count tests{};       ///< Tests in all.
    optional_count passed{};
    optional_count failed{};
    optional_count skipped{};
    optional_count duration_ms{};
    std::optional<double> coverage_percent{};  ///< 0 to 100.
};
BOOST_DESCRIBE_STRUCT(test_run_completed, (),
                      (suite, test_run_id, tests, passed, failed, skipped, duration_ms,
                       coverage_percent))

/// Tests failed.
struct test_run_failed {
    static constexpr std::string_view type_name = "TestRunFailed";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::error;
    std::string suite{};
    optional_text test_run_id{};  ///< Tells runs of one suite apart.
    optional_count tests{};       ///< Tests in all.
    optional_count passed{};
    optional_count failed{};
    optional_count skipped{};
    optional_count duration_ms{};
    std::optional<double> coverage_percent{};  ///< 0 to 100.
    text_list failing_tests{};
    optional_text error_message{};
};
BOOST_DESCRIBE_STRUCT(test_run_failed, (),
                      (suite, test_run_id, tests, passed, failed, skipped, duration_ms,
                       coverage_percent, failing_tests, error_message))

/// The life of checks and of test runs.
struct quality_group {
    static constexpr std::string_view name = "Quality";
    using events =
        boost::mp11::mp_list<quality_check_started, quality_check_completed, quality_check_failed,
                             test_run_started, test_run_completed, test_run_failed>;
};

}  // namespace daybook::orchestration
