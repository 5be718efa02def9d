// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/orchestration/tags.hpp>

#include <boost/describe/class.hpp>
#include <boost/mp11/list.hpp>

#include <string>
#include <string_view>

/// What is missing and must be added: tests, documentation, protection.
namespace daybook::orchestration {

/// A gap was found.
struct gap_identified {
    static constexpr std::string_view type_name = "GapIdentified";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr daybook::orchestration::severity usual_severity =
        daybook::orchestration::severity::warning;
    std::string gap_id{};
    std::string gap_type{};  ///< "missing_tests" ...
    gap_severity severity{};
    std::string description{};
    optional_text phase{};
    text_list affected_modules{};
    text_list recommended_actions{};
    bool blocking{};  ///< Work cannot go on before it is closed.
};
BOOST_DESCRIBE_STRUCT(gap_identified, (),
                      (gap_id, gap_type, severity, description, phase, affected_modules,
                       recommended_actions, blocking))

/// A gap was closed.
struct gap_resolved {
    static constexpr std::string_view type_name = "GapResolved";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::success;
    std::string gap_id{};
    optional_text resolution{};
    optional_text resolved_by{};
    optional_text phase{};
};
BOOST_DESCRIBE_STRUCT(gap_resolved, (), (gap_id, resolution, resolved_by, phase))

/// A person must look at a gap.
struct gap_escalated {
    static constexpr std::string_view type_name = "GapEscalated";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::error;
    std::string gap_id{};
    std::string reason{};
    optional_text escalated_to{};
    optional_text phase{};
};
BOOST_DESCRIBE_STRUCT(gap_escalated, (), (gap_id, reason, escalated_to, phase))

/// The life of a gap.
struct gap_group {
    static constexpr std::string_view name = "Gaps";
    using events = boost::mp11::mp_list<gap_identified, gap_resolved, gap_escalated>;
};

}  // namespace daybook::orchestration
