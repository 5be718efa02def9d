// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"

#include "commands/commands.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace daybook::cli {

namespace {

/// What one does with a log every day, and with its views.
std::vector<command> using_commands() {
    return {
        demo_command(),
        init_command(),
        import_command(),
        append_command(),
        read_command(),
        query_command(),
        tail_command(),
        stats_command(),
        show_command(),
        trace_command(),
        state_command(),
        history_command(),
        diff_command(),
        timeline_command(),
        snapshot_create_command(),
        snapshot_list_command(),
        snapshot_verify_command(),
        snapshot_drop_command(),
        summarize_command(),
        projection_list_command(),
        projection_status_command(),
        projection_show_command(),
        projection_rows_command(),
        projection_run_command(),
        projection_rebuild_command(),
        projection_check_command(),
        projection_compare_command(),
        projection_checkpoint_command(),
        projection_switch_command(),
        projection_drop_command(),
        projection_park_command(),
    };
}

/// Moving, checking and proving.
std::vector<command> keeping_commands() {
    return {
        export_command(),
        replay_command(),
        fork_command(),
        doctor_command(),
        validate_command(),
        verify_command(),
        checkpoint_command(),
        proof_command(),
        recover_command(),
        reindex_command(),
        schema_list_command(),
        schema_show_command(),
        schema_check_command(),
        schema_add_command(),
        schema_mode_command(),
        audit_report_command(),
        audit_bundle_command(),
        audit_check_command(),
        keys_generate_command(),
        keys_export_command(),
        keys_list_command(),
        keys_revoke_command(),
        keys_rotate_command(),
        backup_create_command(),
        backup_list_command(),
        backup_verify_command(),
        backup_restore_command(),
        backup_prune_command(),
        witness_command(),
        erase_command(),
        archive_create_command(),
        archive_list_command(),
        archive_attach_command(),
        archive_verify_command(),
        archive_restore_command(),
        retention_set_command(),
        retention_show_command(),
        retention_run_command(),
        retention_approve_command(),
        retention_check_command(),
        hold_place_command(),
        hold_lift_command(),
        hold_list_command(),
        help_command(),
        version_command(),
        completion_command(),
    };
}

}  // namespace

const std::vector<command>& all_commands() {
    static const std::vector<command> all = [] {
        auto both = using_commands();
        auto more = keeping_commands();
        std::move(more.begin(), more.end(), std::back_inserter(both));
        return both;
    }();
    return all;
}

const command* find_command(std::string_view name) {
    const auto& all = all_commands();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const command& c) { return c.name == name; });
    return found == all.end() ? nullptr : &*found;
}

std::vector<const command*> commands_of_group(std::string_view group) {
    std::vector<const command*> members;
    const std::string start = std::string{group} + " ";
    for (const auto& c : all_commands()) {
        if (c.name.starts_with(start)) members.push_back(&c);
    }
    return members;
}

std::vector<std::string> first_words() {
    std::vector<std::string> words;
    for (const auto& c : all_commands()) {
        const std::string word{c.name.substr(0, c.name.find(' '))};
        if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
    }
    return words;
}

std::vector<std::string> second_words(std::string_view group) {
    std::vector<std::string> words;
    for (const auto* c : commands_of_group(group))
        words.emplace_back(c->name.substr(group.size() + 1));
    return words;
}

}  // namespace daybook::cli
