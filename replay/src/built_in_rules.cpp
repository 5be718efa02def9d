// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "built_in_rules.hpp"

namespace daybook::replay {

// Streams may begin in the middle of a story only where logs of orchestrators do: a task is
// assigned that was made elsewhere, an agent reports that was started elsewhere.
const std::string_view built_in_rules = R"({"machines": [
{"name": "orchestration",
 "about": "An orchestration or workflow is started once, pauses and resumes, and ends once.",
 "key": "$stream", "final": ["completed", "cancelled"],
 "transitions": [
  {"on": ["workflow.created", "orchestration.workflow.created"], "from": "none", "to": "created"},
  {"on": ["OrchestrationStarted", "workflow.started", "orchestration.workflow.started"],
   "from": ["none", "created", "failed"], "to": "running"},
  {"on": ["OrchestrationPaused", "workflow.paused", "orchestration.workflow.paused"],
   "from": "running", "to": "paused"},
  {"on": ["OrchestrationResumed", "workflow.resumed", "orchestration.workflow.resumed"],
   "from": ["paused", "failed"], "to": "running"},
  {"on": ["OrchestrationCompleted", "workflow.completed", "orchestration.workflow.completed"],
   "from": "running", "to": "completed"},
  {"on": ["OrchestrationFailed", "workflow.failed", "orchestration.workflow.failed"],
   "from": ["created", "running", "paused"], "to": "failed"},
  {"on": ["workflow.cancelled", "orchestration.workflow.cancelled"],
   "from": ["none", "created", "running", "paused", "failed"], "to": "cancelled"}]},
{"name": "phase",
 "about": "A phase is started before it ends, and again only after it has ended.",
 "key": ["$stream", "/phase"],
 "transitions": [
  {"on": "PhaseStarted", "from": ["none", "completed", "failed"], "to": "running"},
  {"on": "PhaseCompleted", "from": "running", "to": "completed"},
  {"on": "PhaseFailed", "from": "running", "to": "failed"}]},
{"name": "agent",
 "about": "An agent is spawned before it reports, and is silent once it has ended.",
 "key": ["$stream", "/agent_id"], "final": ["completed", "failed"],
 "transitions": [
  {"on": "AgentSpawned", "from": "none", "to": "working"},
  {"on": "AgentBlocked", "from": ["working", "blocked"], "to": "blocked"},
  {"on": "AgentCompleted", "from": ["working", "blocked"], "to": "completed"},
  {"on": "AgentFailed", "from": ["working", "blocked"], "to": "failed"}]},
{"name": "activity",
 "about": "An agent starts before it reports its activity, and starts anew after it has ended.",
 "key": ["$stream", "/agent_type", "/task_id"],
 "transitions": [
  {"on": ["agent.started", "orchestration.agent.started"],
   "from": ["none", "paused", "completed", "failed"], "to": "working"},
  {"on": ["agent.progress", "orchestration.agent.progress", "agent.conflict_detected",
          "orchestration.agent.conflict_detected"],
   "from": ["working", "paused"], "to": "working"},
  {"on": ["agent.paused", "orchestration.agent.paused"], "from": "working", "to": "paused"},
  {"on": ["agent.completed", "orchestration.agent.completed"],
   "from": ["working", "paused"], "to": "completed"},
  {"on": ["agent.error", "orchestration.agent.error"],
   "from": ["working", "paused"], "to": "failed"}]},
{"name": "task",
 "about": "A task is begun before it progresses or is completed, and reopened before more.",
 "category": "task", "key": "$stream",
 "transitions": [
  {"on": ["task.created", "orchestration.task.created"], "from": "none", "to": "created"},
  {"on": ["task.assigned", "orchestration.task.assigned"],
   "from": ["none", "created", "begun", "blocked"], "to": "begun"},
  {"on": ["task.blocked", "orchestration.task.blocked"],
   "from": ["created", "begun", "blocked"], "to": "blocked"},
  {"on": ["task.progress_updated", "orchestration.task.progress_updated"],
   "from": ["begun", "blocked"], "to": "begun"},
  {"on": ["task.status_changed", "orchestration.task.status_changed"],
   "when": {"/changes/status/after": ["completed", "done"]},
   "from": ["begun", "blocked"], "to": "completed"},
  {"on": ["task.status_changed", "orchestration.task.status_changed"],
   "when": {"/changes/status/after": ["in_progress", "in-progress", "review"]},
   "from": ["created", "begun", "blocked", "completed"], "to": "begun"},
  {"on": ["task.status_changed", "orchestration.task.status_changed"],
   "when": {"/changes/status/after": "blocked"},
   "from": ["created", "begun", "blocked"], "to": "blocked"}]},
{"name": "gap",
 "about": "A gap is identified before it is escalated or resolved.",
 "key": ["$stream", "/gap_id"], "final": "resolved",
 "transitions": [
  {"on": "GapIdentified", "from": "none", "to": "open"},
  {"on": "GapEscalated", "from": "open"},
  {"on": "GapResolved", "from": "open", "to": "resolved"}]},
{"name": "pull_request",
 "about": "A pull request is created before it is merged or closed, and is one of the two.",
 "key": ["$stream", "/pr_number"], "final": "merged",
 "transitions": [
  {"on": "PRCreated", "from": "none", "to": "open"},
  {"on": "PRMerged", "from": "open", "to": "merged"},
  {"on": "PRClosed", "from": "open", "to": "closed"}]},
{"name": "test_run",
 "about": "A test run is started before it ends, once.",
 "key": ["$stream", "/test_run_id"], "final": ["passed", "failed"],
 "transitions": [
  {"on": "TestRunStarted", "from": "none", "to": "running"},
  {"on": "TestRunCompleted", "from": "running", "to": "passed"},
  {"on": "TestRunFailed", "from": "running", "to": "failed"}]},
{"name": "recovery",
 "about": "A recovery is attempted before it succeeds or fails.",
 "key": ["$stream", "/recovery_id"], "final": "recovered",
 "transitions": [
  {"on": "RecoveryAttempted", "from": ["none", "failed"], "to": "tried"},
  {"on": "RecoverySucceeded", "from": "tried", "to": "recovered"},
  {"on": "RecoveryFailed", "from": "tried", "to": "failed"}]},
{"name": "checkpoint",
 "about": "A checkpoint is made, once, before it is restored.",
 "key": ["$stream", "/checkpoint_id"],
 "transitions": [
  {"on": "CheckpointCreated", "from": "none", "to": "kept"},
  {"on": "CheckpointRestored", "from": "kept"}]},
{"name": "session",
 "about": "A session is started, once, before it is resumed.",
 "key": ["$stream", "/session_key"],
 "transitions": [
  {"on": ["session.started", "orchestration.session.started"], "from": "none", "to": "open"},
  {"on": ["session.resumed", "orchestration.session.resumed"], "from": "open"}]}
]})";

}  // namespace daybook::replay
