// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/orchestration/tags.hpp>

#include <boost/describe/class.hpp>
#include <boost/mp11/list.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// What comes out of the work: commits, pull requests, entries in the issue tracker, documents.
namespace daybook::orchestration {

/// A commit was made.
struct commit_created {
    static constexpr std::string_view type_name = "CommitCreated";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string sha{};
    std::string message{};
    optional_text branch{};
    optional_text phase{};
    optional_count files_changed{};
    optional_count insertions{};
    optional_count deletions{};
};
BOOST_DESCRIBE_STRUCT(commit_created, (),
                      (sha, message, branch, phase, files_changed, insertions, deletions))

/// A pull request was opened.
struct pr_created {
    static constexpr std::string_view type_name = "PRCreated";
    static constexpr std::string_view schema_version = "1.0.0";
    std::uint64_t pr_number{};
    std::string title{};
    optional_text source_branch{};
    optional_text target_branch{};
    optional_text url{};
    optional_count commits{};
};
BOOST_DESCRIBE_STRUCT(pr_created, (),
                      (pr_number, title, source_branch, target_branch, url, commits))

/// A pull request was merged.
struct pr_merged {
    static constexpr std::string_view type_name = "PRMerged";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::success;
    std::uint64_t pr_number{};
    optional_text merge_sha{};
    optional_text merged_by{};
    optional_text title{};
};
BOOST_DESCRIBE_STRUCT(pr_merged, (), (pr_number, merge_sha, merged_by, title))

/// A pull request was closed and not merged.
struct pr_closed {
    static constexpr std::string_view type_name = "PRClosed";
    static constexpr std::string_view schema_version = "1.0.0";
    static constexpr severity usual_severity = severity::warning;
    std::uint64_t pr_number{};
    optional_text reason{};
    optional_text title{};
};
BOOST_DESCRIBE_STRUCT(pr_closed, (), (pr_number, reason, title))

/// Commits and pull requests.
struct git_group {
    static constexpr std::string_view name = "Git";
    using events = boost::mp11::mp_list<commit_created, pr_created, pr_merged, pr_closed>;
};

/// An issue moved to another state.
struct issue_transitioned {
    static constexpr std::string_view type_name = "IssueTransitioned";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string issue_key{};
    optional_text from_status{};
    std::string to_status{};  ///< The tracker's word.
};
BOOST_DESCRIBE_STRUCT(issue_transitioned, (), (issue_key, from_status, to_status))

/// A comment was written.
struct comment_posted {
    static constexpr std::string_view type_name = "CommentPosted";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string issue_key{};
    std::string body{};
};
BOOST_DESCRIBE_STRUCT(comment_posted, (), (issue_key, body))

/// Time was booked.
struct worklog_added {
    static constexpr std::string_view type_name = "WorklogAdded";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string issue_key{};
    std::uint64_t time_spent_seconds{};
    optional_text comment{};
};
BOOST_DESCRIBE_STRUCT(worklog_added, (), (issue_key, time_spent_seconds, comment))

/// What was done in the issue tracker.
struct tracker_group {
    static constexpr std::string_view name = "Issue tracker";
    using events = boost::mp11::mp_list<issue_transitioned, comment_posted, worklog_added>;
};

/// A file of documentation was written.
struct documentation_created {
    static constexpr std::string_view type_name = "DocumentationCreated";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string title{};
    optional_text path{};
    optional_text agent_name{};
    optional_text agent_type{};
};
BOOST_DESCRIBE_STRUCT(documentation_created, (), (title, path, agent_name, agent_type))

/// A page of a wiki was written.
struct confluence_page_created {
    static constexpr std::string_view type_name = "ConfluencePageCreated";
    static constexpr std::string_view schema_version = "1.0.0";
    std::string title{};
    optional_count page_id{};
    optional_text space{};
    optional_text url{};
    optional_text agent_name{};
    optional_text agent_type{};
};
BOOST_DESCRIBE_STRUCT(confluence_page_created, (),
                      (title, page_id, space, url, agent_name, agent_type))

/// What was written for readers.
struct documentation_group {
    static constexpr std::string_view name = "Documentation";
    using events = boost::mp11::mp_list<documentation_created, confluence_page_created>;
};

}  // namespace daybook::orchestration
