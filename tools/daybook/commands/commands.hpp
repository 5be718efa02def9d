// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

// What each file of this folder declares.
namespace daybook::cli {

command append_command();
command archive_attach_command();
command archive_create_command();
command archive_list_command();
command archive_restore_command();
command archive_verify_command();
command audit_bundle_command();
command audit_check_command();
command audit_report_command();
command backup_create_command();
command backup_list_command();
command backup_prune_command();
command backup_restore_command();
command backup_verify_command();
command checkpoint_command();
command completion_command();
command demo_command();
command diff_command();
command doctor_command();
command erase_command();
command export_command();
command fork_command();
command help_command();
command history_command();
command hold_lift_command();
command hold_list_command();
command hold_place_command();
command import_command();
command init_command();
command keys_export_command();
command keys_generate_command();
command keys_list_command();
command keys_revoke_command();
command keys_rotate_command();
command projection_check_command();
command projection_checkpoint_command();
command projection_compare_command();
command projection_drop_command();
command projection_list_command();
command projection_park_command();
command projection_rebuild_command();
command projection_rows_command();
command projection_run_command();
command projection_show_command();
command projection_status_command();
command projection_switch_command();
command proof_command();
command query_command();
command read_command();
command recover_command();
command reindex_command();
command replay_command();
command retention_approve_command();
command retention_check_command();
command retention_run_command();
command retention_set_command();
command retention_show_command();
command schema_add_command();
command schema_check_command();
command schema_list_command();
command schema_mode_command();
command schema_show_command();
command show_command();
command snapshot_create_command();
command snapshot_drop_command();
command snapshot_list_command();
command snapshot_verify_command();
command state_command();
command stats_command();
command summarize_command();
command tail_command();
command timeline_command();
command trace_command();
command validate_command();
command verify_command();
command version_command();
command witness_command();

}  // namespace daybook::cli
