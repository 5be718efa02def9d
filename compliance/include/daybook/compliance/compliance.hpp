// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

/// Everything of the compliance component.
#include <daybook/compliance/actor_signature.hpp>
#include <daybook/compliance/anchor.hpp>
#include <daybook/compliance/archiving.hpp>
#include <daybook/compliance/audit_report.hpp>
#include <daybook/compliance/audit_trail.hpp>
#include <daybook/compliance/bundle.hpp>
#include <daybook/compliance/checkpoint.hpp>
#include <daybook/compliance/compliance_stream.hpp>
#include <daybook/compliance/digest.hpp>
#include <daybook/compliance/dsse.hpp>
#include <daybook/compliance/erasure.hpp>
#include <daybook/compliance/key_file.hpp>
#include <daybook/compliance/key_history.hpp>
#include <daybook/compliance/ledger.hpp>
#include <daybook/compliance/ledger_bundle.hpp>
#include <daybook/compliance/merkle.hpp>
#include <daybook/compliance/note.hpp>
#include <daybook/compliance/policy.hpp>
#include <daybook/compliance/proof_file.hpp>
#include <daybook/compliance/redaction.hpp>
#include <daybook/compliance/report_evidence.hpp>
#include <daybook/compliance/report_writers.hpp>
#include <daybook/compliance/requirements.hpp>
#include <daybook/compliance/retention.hpp>
#include <daybook/compliance/retention_policy.hpp>
#include <daybook/compliance/sealing.hpp>
#include <daybook/compliance/signer.hpp>
#include <daybook/compliance/statement.hpp>
#include <daybook/compliance/subject_keys.hpp>
#include <daybook/compliance/tiles.hpp>
#include <daybook/compliance/timestamp.hpp>
#include <daybook/compliance/verdict.hpp>
#include <daybook/compliance/verify_log.hpp>
#include <daybook/compliance/witness.hpp>
