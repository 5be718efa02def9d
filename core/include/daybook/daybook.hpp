// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

/// Everything of the core component.
#include <daybook/backup.hpp>
#include <daybook/causality.hpp>
#include <daybook/commit_participant.hpp>
#include <daybook/consumer_group.hpp>
#include <daybook/context.hpp>
#include <daybook/durable_subscription.hpp>
#include <daybook/emitter.hpp>
#include <daybook/emitter_target.hpp>
#include <daybook/event.hpp>
#include <daybook/event_block.hpp>
#include <daybook/event_codec.hpp>
#include <daybook/histogram.hpp>
#include <daybook/json.hpp>
#include <daybook/json_event.hpp>
#include <daybook/jsonl_sink.hpp>
#include <daybook/keyspace.hpp>
#include <daybook/limits.hpp>
#include <daybook/logging.hpp>
#include <daybook/metrics.hpp>
#include <daybook/options.hpp>
#include <daybook/output_file.hpp>
#include <daybook/query.hpp>
#include <daybook/raw_json.hpp>
#include <daybook/reader.hpp>
#include <daybook/repair.hpp>
#include <daybook/result.hpp>
#include <daybook/store.hpp>
#include <daybook/subscription.hpp>
#include <daybook/trace_context.hpp>
#include <daybook/types.hpp>
#include <daybook/value_codec.hpp>
