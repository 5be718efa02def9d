// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/report_writers.hpp>
#include <daybook/event_codec.hpp>
#include <daybook/json_schema.hpp>

namespace daybook::compliance {

std::string report_json(const audit_report& report) { return event_to_json(report); }

std::string report_schema() { return json_schema_of<audit_report>(); }

}  // namespace daybook::compliance
