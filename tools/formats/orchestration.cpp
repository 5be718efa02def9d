// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// A line is kept as what it means (the fields of the event) and, if writing that down does not give
// the same text, as the text: what stands before the metadata, what stands after it, or both.

#include "formats/orchestration.hpp"

#include <daybook/base64.hpp>
#include <daybook/limits.hpp>
#include <daybook/raw_json.hpp>

#include "formats/text.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace daybook::formats {
namespace {

constexpr std::string_view extension_name = "orchestration";
constexpr std::string_view issue_category = "issue-";

enum class member {
    event_id,
    event_type,
    event_version,
    timestamp,
    event_sequence,
    issue_key,
    session_id,
    correlation_id,
    causation_id,
    actor,
    metadata,
    git_sha,
    branch,
    daybook,
    unknown
};

constexpr std::array<std::string_view, 14> member_names{
    "event_id",  "event_type", "event_version",  "timestamp",    "event_sequence",
    "issue_key", "session_id", "correlation_id", "causation_id", "actor",
    "metadata",  "git_sha",    "branch",         "daybook"};

// Members usually come in the order of the names, so the search starts where the last one ended.
member member_of(std::string_view name, std::size_t& guess) {
    for (std::size_t tried = 0; tried < member_names.size(); ++tried) {
        const auto which = (guess + tried) % member_names.size();
        if (member_names[which] == name) {
            guess = which + 1;
            return static_cast<member>(which);
        }
    }
    return member::unknown;
}

std::string_view name_of(member which) { return member_names[static_cast<std::size_t>(which)]; }

// Writing ----------------------------------------------------------------------------------------

void append_member(std::string& to, std::string_view name, std::string_view text) {
    to += ',';
    to += '"';
    to += name;
    to += "\":";
    append_json_string(to, text);
}

void append_if(std::string& to, std::string_view name, std::string_view text) {
    if (!text.empty()) append_member(to, name, text);
}

// The value of the first tag with this key ("session:").
std::string_view tag_value(const event_facts& event, std::string_view key) {
    for (const auto tag : event.tags) {
        if (tag.starts_with(key)) return tag.substr(key.size());
    }
    return {};
}

constexpr std::array<std::string_view, 3> tag_keys{"session:", "git_sha:", "branch:"};

// Would the members session_id, git_sha and branch give these tags, in this order?
bool has_plain_tags(const event_facts& event) {
    std::size_t key = 0;
    for (const auto tag : event.tags) {
        while (key < tag_keys.size() && !tag.starts_with(tag_keys[key])) ++key;
        if (key == tag_keys.size() || tag.size() == tag_keys[key].size()) return false;
        ++key;
    }
    return true;
}

void append_actor(std::string& to, const actor_view& actor) {
    if (actor.type.empty() && actor.id.empty() && actor.model.empty()) return;
    to += ",\"actor\":{";
    const auto start = to.size();
    append_if(to, "type", actor.type);
    append_if(to, "id", actor.id);
    append_if(to, "model", actor.model);
    to.erase(start, 1);  // The first comma.
    to += '}';
}

bool is_issue(std::string_view stream) { return stream.starts_with(issue_category); }

// Up to and with the colon before the metadata's value.
void append_head(std::string& to, const event_facts& event) {
    to += "{\"event_id\":\"";
    to += to_string(event.id);
    to += '"';
    append_member(to, "event_type", event.type);
    append_if(to, "event_version", event.schema);
    to += ",\"timestamp\":\"";
    if (event.occurred_at) to += daybook::to_string(*event.occurred_at);
    to += "\",\"event_sequence\":";
    append_part(to, event.sequence);
    if (is_issue(event.stream)) {
        append_member(to, "issue_key", event.stream.substr(issue_category.size()));
    } else if (event.stream != global_stream) {
        append_member(to, "issue_key", event.stream);
    }
    append_if(to, "session_id", tag_value(event, tag_keys[0]));
    append_if(to, "correlation_id", event.correlation);
    to += ",\"causation_id\":";
    if (event.causes.empty()) {
        to += "null";
    } else {
        to += '"';
        to += to_string(event.causes.front());
        to += '"';
    }
    append_actor(to, event.actor);
    to += ",\"metadata\":";
}

bool is_inline(const event_facts& event) {
    return event.content_type == json_content_type && fits_in_line(event.payload);
}

void append_metadata(std::string& to, const event_facts& event) {
    if (event.content_type != json_content_type) {
        to += "null";
    } else {
        append_on_one_line(to, event.payload);
    }
}

template <class Items, class Append>
void append_array(std::string& to, std::string_view name, const Items& items, Append append) {
    to += ",\"";
    to += name;
    to += "\":[";
    bool first = true;
    for (const auto& item : items) {
        if (!std::exchange(first, false)) to += ',';
        append(item);
    }
    to += ']';
}

// The member "daybook": what the other members cannot say. Left out when there is nothing.
void append_own(std::string& to, const event_facts& event, std::string_view other_extensions) {
    std::string own;
    if (!is_issue(event.stream) && event.stream != global_stream) {
        append_member(own, "stream", event.stream);
    }
    if (event.causes.size() > 1) {
        append_array(own, "causes", event.causes,
                     [&](const event_id& id) { append_json_string(own, to_string(id)); });
    }
    if (!has_plain_tags(event)) {
        append_array(own, "tags", event.tags,
                     [&](std::string_view tag) { append_json_string(own, tag); });
    }
    if (event.content_type != json_content_type) {
        append_member(own, "content_type", event.content_type);
    }
    if (!is_inline(event)) {
        own += ",\"payload_base64\":\"";
        base64::append(own, event.payload);
        own += '"';
    }
    if (!other_extensions.empty()) {
        own += ",\"extensions\":";
        own += other_extensions;
    }
    if (own.empty()) return;
    own.front() = '{';
    to += ",\"daybook\":";
    to += own;
    to += '}';
}

// What follows the metadata's value.
void append_tail(std::string& to, const event_facts& event, std::string_view other_extensions) {
    append_if(to, "git_sha", tag_value(event, tag_keys[1]));
    append_if(to, "branch", tag_value(event, tag_keys[2]));
    append_own(to, event, other_extensions);
    to += '}';
}

// Reading ----------------------------------------------------------------------------------------

class reader {
public:
    explicit reader(std::string_view line) : line_{line}, found_{line} {}

    line_result read() {
        collect();
        if (!found_.any()) interpret();
        if (!found_.any()) keep_text();
        if (found_.any()) return found_.take();
        return std::move(parsed_);
    }

private:
    std::string_view raw(member which) const { return values_[static_cast<std::size_t>(which)]; }
    bool has(member which) const { return !raw(which).empty(); }

    void collect();
    void interpret();
    void read_own();
    void read_own_member(std::string_view name, std::string_view value);
    void read_causes(std::string_view array);
    void read_tags(std::string_view array);
    void read_actor();
    void read_sequence();
    void read_time();
    std::string text_to_keep() const;
    void keep_text();

    /// The text of a member; faults if it is required and missing or empty.
    std::string text(member which, std::size_t bytes_max, bool required = false);
    event_id read_id(std::string_view name, std::string_view value);
    std::string checked(std::string_view name, std::string_view value, std::size_t bytes_max);
    void add_tag(std::string_view key, member which);
    void refuse(std::string_view at, std::optional<std::string> problem) {
        if (problem) found_.add(at, std::move(*problem));
    }

    std::string_view line_;
    faults found_;
    std::array<std::string_view, member_names.size()> values_;
    std::string_view payload_at_;  // Of payload_base64.
    parsed_line parsed_;
    std::string other_extensions_;
};

void reader::collect() {
    raw_members members{line_};
    std::size_t guess = 0;
    auto more = members.next();
    for (; more && *more; more = members.next()) {
        const auto which = member_of(members.key(), guess);
        if (which == member::unknown) continue;
        auto& value = values_[static_cast<std::size_t>(which)];
        if (!value.empty()) {
            found_.add(members.value(), join(members.key(), " is there twice"));
            return;
        }
        value = members.value();
    }
    if (!more) found_.add_at(members.offset(), std::string{without_place(more.error().message)});
}

std::string reader::checked(std::string_view name, std::string_view value, std::size_t bytes_max) {
    std::string unescaped;
    const auto found = text_of(name, value, unescaped, found_);
    refuse(value, text_problem(name, found, bytes_max));
    return std::string{found};
}

std::string reader::text(member which, std::size_t bytes_max, bool required) {
    auto found = checked(name_of(which), raw(which), bytes_max);
    if (required && found.empty() && !found_.any()) {
        found_.add(raw(which), join(name_of(which), has(which) ? " is empty" : " is missing"));
    }
    return found;
}

event_id reader::read_id(std::string_view name, std::string_view value) {
    std::string unescaped;
    const auto found = text_of(name, value, unescaped, found_);
    if (found.empty()) {
        found_.add(value, join(name, " is empty"));
        return {};
    }
    const auto id = parse_event_id(found);
    return id ? *id : id_of_text(found);
}

void reader::interpret() {
    auto& event = parsed_.event;
    if (!has(member::event_id) || raw(member::event_id) == "null") {
        found_.add_at(0, "event_id is missing");
        return;
    }
    event.id = read_id("event_id", raw(member::event_id));
    event.type = text(member::event_type, limits::type_bytes_max, true);
    event.schema = text(member::event_version, limits::schema_bytes_max);
    read_time();
    read_sequence();
    const auto key = text(member::issue_key, limits::stream_bytes_max - issue_category.size());
    if (key.empty() && has(member::issue_key) && raw(member::issue_key) != "null") {
        found_.add(raw(member::issue_key), "issue_key is empty");
    }
    parsed_.stream = key.empty() ? std::string{global_stream} : join(issue_category, key);
    add_tag(tag_keys[0], member::session_id);
    event.correlation = text(member::correlation_id, limits::correlation_bytes_max);
    if (has(member::causation_id) && raw(member::causation_id) != "null") {
        event.causes.push_back(read_id("causation_id", raw(member::causation_id)));
    }
    read_actor();
    if (has(member::metadata)) event.payload = raw(member::metadata);
    add_tag(tag_keys[1], member::git_sha);
    add_tag(tag_keys[2], member::branch);
    read_own();
}

void reader::add_tag(std::string_view key, member which) {
    const auto value = text(which, limits::tag_bytes_max - key.size());
    if (!value.empty()) parsed_.event.tags.push_back(join(key, value));
}

void reader::read_time() {
    std::string unescaped;
    const auto found = text_of("timestamp", raw(member::timestamp), unescaped, found_);
    if (found.empty()) {
        found_.add(raw(member::timestamp), "timestamp is missing");
        return;
    }
    const auto time = parse_time(found);
    if (!time) {
        found_.add(raw(member::timestamp), time.error().message);
        return;
    }
    parsed_.event.occurred_at = *time;
}

void reader::read_sequence() {
    const auto value = raw(member::event_sequence);
    if (value.empty() || value == "null") return;
    sequence at;
    const char* end = value.data() + value.size();
    const auto read = std::from_chars(value.data(), end, at.value);
    if (read.ec != std::errc{} || read.ptr != end || at.value == 0) {
        found_.add(value,
                   join("event_sequence is ", shown(value), ", must be a whole number from 1"));
        return;
    }
    parsed_.at = at;
}

void reader::read_actor() {
    const auto value = raw(member::actor);
    if (value.empty() || value == "null") return;
    if (kind_of(value) != json_kind::object) {
        found_.add(value, join("actor is ", to_string(kind_of(value)), ", must be an object"));
        return;
    }
    auto& actor = parsed_.event.actor;
    raw_members members{value};
    for (auto more = members.next(); more && *more; more = members.next()) {
        if (members.key() == "type") {
            actor.type = checked("actor.type", members.value(), limits::actor_type_bytes_max);
        } else if (members.key() == "id") {
            actor.id = checked("actor.id", members.value(), limits::actor_id_bytes_max);
        } else if (members.key() == "model") {
            actor.model = checked("actor.model", members.value(), limits::actor_model_bytes_max);
        }
    }
}

// A member "daybook" that is not an object is somebody else's.
void reader::read_own() {
    const auto value = raw(member::daybook);
    if (value.empty() || kind_of(value) != json_kind::object) return;
    raw_members members{value};
    for (auto more = members.next(); more && *more; more = members.next()) {
        read_own_member(members.key(), members.value());
    }
    const auto& event = parsed_.event;
    if (!payload_at_.empty() && event.content_type == json_content_type) {
        if (const auto sound = check_json(event.payload); !sound) {
            found_.add(payload_at_,
                       join("daybook.payload_base64 is not JSON: ", sound.error().message));
        }
    }
}

void reader::read_own_member(std::string_view name, std::string_view value) {
    auto& event = parsed_.event;
    if (name == "stream") {
        parsed_.stream = checked("daybook.stream", value, limits::stream_bytes_max);
        refuse(value, stream_problem(parsed_.stream));
    } else if (name == "causes") {
        read_causes(value);
    } else if (name == "tags") {
        read_tags(value);
    } else if (name == "content_type") {
        event.content_type = checked("daybook.content_type", value, limits::content_type_bytes_max);
    } else if (name == "payload_base64") {
        std::string unescaped;
        auto bytes = base64::decode(text_of("daybook.payload_base64", value, unescaped, found_));
        if (!bytes) found_.add(value, "daybook.payload_base64 is not base64");
        event.payload = std::move(bytes).value_or(std::string{});
        payload_at_ = value;
    } else if (name == "extensions") {
        if (kind_of(value) != json_kind::object) {
            found_.add(value, "daybook.extensions must be an object");
        }
        other_extensions_ = extensions_without(value, {extension_name});
    }
}

void reader::read_causes(std::string_view array) {
    auto& causes = parsed_.event.causes;
    causes.clear();
    raw_elements elements{array};
    auto more = elements.next();
    for (; more && *more; more = elements.next()) {
        causes.push_back(read_id("daybook.causes", elements.value()));
    }
    if (!more) found_.add(array, "daybook.causes must be an array of ids");
    if (causes.size() > limits::causes_max) {
        found_.add(array, join("daybook.causes has ", causes.size(), " ids, at most ",
                               limits::causes_max, " are allowed"));
    }
}

void reader::read_tags(std::string_view array) {
    auto& tags = parsed_.event.tags;
    tags.clear();
    raw_elements elements{array};
    auto more = elements.next();
    for (; more && *more; more = elements.next()) {
        tags.push_back(checked("daybook.tags", elements.value(), limits::tag_bytes_max));
        refuse(elements.value(), tag_problem(tags.back()));
    }
    if (!more) found_.add(array, "daybook.tags must be an array of \"key:value\"");
    if (tags.size() > limits::tags_max) {
        found_.add(array, join("daybook.tags has ", tags.size(), " tags, at most ",
                               limits::tags_max, " are allowed"));
    }
}

void append_kept(std::string& to, std::string_view name, std::string_view text) {
    to += to.empty() ? "{\"" : ",\"";
    to += name;
    to += "\":";
    append_json_string(to, text);
}

// Compares what the event would be written as with what was received.
std::string reader::text_to_keep() const {
    std::string kept;
    const auto metadata = raw(member::metadata);
    if (metadata.empty()) {
        append_kept(kept, "line", line_);
        return kept;
    }
    const auto facts = facts_of(parsed_);
    const auto begin = static_cast<std::size_t>(metadata.data() - line_.data());
    std::string written;
    append_head(written, facts);
    if (const auto before = line_.substr(0, begin); written != before) {
        append_kept(kept, "before", before);
    }
    if (!payload_at_.empty() || !is_inline(facts)) {
        written.clear();
        append_metadata(written, facts);
        if (written != metadata) append_kept(kept, "metadata", metadata);
    }
    written.clear();
    append_tail(written, facts, other_extensions_);
    if (const auto after = line_.substr(begin + metadata.size()); written != after) {
        append_kept(kept, "after", after);
    }
    return kept;
}

void reader::keep_text() {
    if (auto kept = text_to_keep(); !kept.empty()) {
        add_extension(other_extensions_, extension_name, kept + '}');
    }
    if (other_extensions_.size() > limits::extensions_bytes_max) {
        found_.add_at(0, join("besides its metadata the line has more than ",
                              limits::extensions_bytes_max, " bytes"));
    }
    parsed_.event.extensions = std::move(other_extensions_);
}

// What `text_to_keep` found.
struct kept_text {
    std::optional<std::string> line;
    std::optional<std::string> before;
    std::optional<std::string> metadata;
    std::optional<std::string> after;
};

kept_text read_kept(std::string_view object) {
    kept_text kept;
    raw_members members{object};
    for (auto more = members.next(); more && *more; more = members.next()) {
        auto text = unescape_json_string(members.value());
        if (!text) continue;
        if (members.key() == "line") kept.line = std::move(*text);
        if (members.key() == "before") kept.before = std::move(*text);
        if (members.key() == "metadata") kept.metadata = std::move(*text);
        if (members.key() == "after") kept.after = std::move(*text);
    }
    return kept;
}

}  // namespace

line_result parse_orchestration(std::string_view line) { return reader{line}.read(); }

void append_orchestration(std::string& to, const event_facts& event) {
    if (event.extensions.empty()) {
        append_head(to, event);
        append_metadata(to, event);
        append_tail(to, event, {});
        return;
    }
    const auto own = extension(event.extensions, extension_name);
    const auto kept = own ? read_kept(*own) : kept_text{};
    if (kept.line) {
        to += *kept.line;
        return;
    }
    if (kept.before) {
        to += *kept.before;
    } else {
        append_head(to, event);
    }
    if (kept.metadata) {
        to += *kept.metadata;
    } else {
        append_metadata(to, event);
    }
    if (kept.after) {
        to += *kept.after;
    } else {
        append_tail(to, event, extensions_without(event.extensions, {extension_name}));
    }
}

}  // namespace daybook::formats
