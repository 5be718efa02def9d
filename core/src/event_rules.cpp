// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "event_rules.hpp"

#include <daybook/limits.hpp>
#include <daybook/raw_json.hpp>

#include "names.hpp"
#include "text.hpp"

namespace daybook::event_rules {

result<void> check_envelope(const record::draft& event) {
    if (auto ok = names::check_type(event.type); !ok) return ok;
    if (const auto tags = record::tag_count(event); tags > limits::tags_max) {
        return fail(
            errc::invalid_argument,
            cat("it has ", tags, " tags", event.session_tag.empty() ? "" : " with its session",
                event.replay_tag.empty() ? "" : " with its replay", "; the limit is ",
                limits::tags_max));
    }
    for (const auto& tag : event.tags) {
        if (auto ok = names::check_tag(tag); !ok) return ok;
    }
    for (const auto tag : {event.session_tag, event.replay_tag}) {
        if (tag.empty()) continue;
        if (auto ok = names::check_tag(tag); !ok) return ok;
    }
    if (event.causes.size() > limits::causes_max) {
        return fail(errc::invalid_argument, cat("it has ", event.causes.size(),
                                                " causes; the limit is ", limits::causes_max));
    }
    struct named {
        std::string_view what;
        std::string_view text;
        std::size_t bytes_max;
    };
    const named texts[] = {{"correlation", event.correlation, limits::correlation_bytes_max},
                           {"actor type", event.actor.type, limits::actor_type_bytes_max},
                           {"actor id", event.actor.id, limits::actor_id_bytes_max},
                           {"actor model", event.actor.model, limits::actor_model_bytes_max},
                           {"schema", event.schema, limits::schema_bytes_max},
                           {"content type", event.content_type, limits::content_type_bytes_max}};
    for (const auto& one : texts) {
        if (auto ok = names::check_text(one.what, one.text, one.bytes_max); !ok) return ok;
    }
    return names::check_time("occurred_at", event.occurred_at);
}

result<void> check_extensions(std::string_view extensions) {
    if (extensions.size() > limits::extensions_bytes_max) {
        return fail(errc::too_large, cat("extensions are ", extensions.size(),
                                         " bytes; the limit is ", limits::extensions_bytes_max));
    }
    if (!extensions.empty()) {
        if (auto ok = check_json(extensions); !ok) {
            return fail(errc::invalid_argument, cat("extensions: ", ok.error().message));
        }
        const auto start = extensions.find_first_not_of(" \t\r\n");
        if (extensions[start] != '{') {
            return fail(errc::invalid_argument, "extensions are not a JSON object");
        }
    }
    return {};
}

result<void> check_bodies(std::string_view content_type, std::string_view payload,
                          std::string_view extensions) {
    if (content_type.empty()) {
        return fail(errc::invalid_argument, "content type is empty");
    }
    if (content_type == json_content_type) {
        if (auto ok = check_json(payload); !ok) {
            return fail(errc::invalid_argument,
                        cat("payload is not JSON: ", ok.error().message,
                            "; give another content_type for other payloads"));
        }
    }
    return check_extensions(extensions);
}

result<void> check(std::string_view stream, const new_event& event) {
    if (auto ok = names::check_stream_name(stream); !ok) return ok;
    const record::draft draft{.stream = stream,
                              .type = event.type,
                              .schema = event.schema,
                              .correlation = event.correlation,
                              .actor = {event.actor.type, event.actor.id, event.actor.model},
                              .content_type = event.content_type,
                              .causes = event.causes,
                              .tags = event.tags,
                              .occurred_at = event.occurred_at.value_or(timestamp{})};
    if (auto ok = check_envelope(draft); !ok) return ok;
    return check_bodies(event.content_type, event.payload, event.extensions);
}

}  // namespace daybook::event_rules
