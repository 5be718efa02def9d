// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/base64.hpp>
#include <daybook/json.hpp>
#include <daybook/raw_json.hpp>
#include <daybook/utf8.hpp>

#include "text.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace daybook {
namespace {

// JSON Pointer -----------------------------------------------------------------------------------

// Takes one character, unescaped, off the front of a reference token; false for a '~' that escapes
// nothing.
bool take_character(std::string_view& token, char& c) {
    c = token.front();
    token.remove_prefix(1);
    if (c != '~') return true;
    if (token.empty() || (token.front() != '0' && token.front() != '1')) return false;
    c = token.front() == '0' ? '~' : '/';
    token.remove_prefix(1);
    return true;
}

bool is_token_of(std::string_view token, std::string_view key) {
    char c = '\0';
    for (const char wanted : key) {
        if (token.empty() || !take_character(token, c) || c != wanted) return false;
    }
    return token.empty();
}

const boost::json::value* find_member(const boost::json::object& object, std::string_view token) {
    if (token.find('~') == std::string_view::npos) {
        return object.if_contains({token.data(), token.size()});
    }
    const auto found = std::find_if(object.begin(), object.end(), [&](const auto& member) {
        return is_token_of(token, {member.key().data(), member.key().size()});
    });
    return found == object.end() ? nullptr : &found->value();
}

const boost::json::value* find_element(const boost::json::array& array, std::string_view token) {
    std::size_t index = 0;
    const char* end = token.data() + token.size();
    const auto read = std::from_chars(token.data(), end, index);
    if (read.ec != std::errc{} || read.ptr != end) return nullptr;
    if (token.size() > 1 && token.front() == '0') return nullptr;
    return array.if_contains(index);
}

// Writing ----------------------------------------------------------------------------------------

bool is_json(std::string_view content_type) {
    return content_type == json_content_type || content_type.starts_with("application/json;") ||
           content_type.substr(0, content_type.find(';')).ends_with("+json");
}

// May `text` stand in a line as it is, and be found in it again byte for byte?
bool fits_in_line(std::string_view text) {
    constexpr std::string_view spaces = " \t";
    return !text.empty() && spaces.find(text.front()) == std::string_view::npos &&
           spaces.find(text.back()) == std::string_view::npos &&
           text.find('\n') == std::string_view::npos && text.find('\r') == std::string_view::npos &&
           check_json(text).has_value();
}

// One object, member by member; members without a value are left out by who calls.
class object_writer {
public:
    explicit object_writer(std::string& out) : out_{out} { out_ += '{'; }

    std::string& name(std::string_view name) {
        if (begun_) out_ += ',';
        begun_ = true;
        out_ += '"';
        out_ += name;
        return out_ += "\":";
    }
    void text(std::string_view member, std::string_view value) {
        append_json_string(name(member), value);
    }
    void text_if_any(std::string_view member, std::string_view value) {
        if (!value.empty()) text(member, value);
    }
    template <class Value>
    void in_quotes(std::string_view member, const Value& value) {
        append_text(name(member) += '"', value);
        out_ += '"';
    }
    void close() { out_ += '}'; }

private:
    std::string& out_;
    bool begun_ = false;
};

// What stands after the places and times of an event, stored or not.
struct content {
    std::string_view correlation;
    std::span<const event_id> causes;
    actor_view actor;
    std::string_view content_type;
    std::string_view payload;
    std::string_view extensions;
    std::optional<tombstone> deleted{};  ///< What is left of the payload, if it was deleted.
};

void write_causes(object_writer& object, std::span<const event_id> causes) {
    if (causes.empty()) return;
    auto& out = object.name("causes");
    char before = '[';
    for (const auto& cause : causes) {
        out += before;
        out += '"';
        append_text(out, cause);
        out += '"';
        before = ',';
    }
    out += ']';
}

void write_actor(object_writer& object, const actor_view& actor) {
    if (actor.type.empty() && actor.id.empty() && actor.model.empty()) return;
    object_writer inner{object.name("actor")};
    inner.text_if_any("type", actor.type);
    inner.text_if_any("id", actor.id);
    inner.text_if_any("model", actor.model);
    inner.close();
}

template <class Tags>
void write_tags(object_writer& object, const Tags& tags) {
    if (tags.size() == 0) return;
    auto& out = object.name("tags");
    char before = '[';
    for (const std::string_view tag : tags) {
        append_json_string(out += before, tag);
        before = ',';
    }
    out += ']';
}

void write_payload(object_writer& object, std::string_view content_type, std::string_view payload) {
    if (is_json(content_type) && fits_in_line(payload)) {
        object.name("payload") += payload;
    } else if (utf8::valid(payload)) {
        object.text("payload_text", payload);
    } else {
        auto& out = object.name("payload_base64");
        base64::append(out += '"', payload);
        out += '"';
    }
}

void write_extensions(object_writer& object, std::string_view extensions) {
    if (extensions.empty()) return;
    if (kind_of(extensions) == json_kind::object && fits_in_line(extensions)) {
        object.name("extensions") += extensions;
    } else {
        object.text("extensions_text", extensions);
    }
}

void write_deleted(object_writer& object, const tombstone& payload) {
    constexpr std::string_view digits = "0123456789abcdef";
    auto& out = object.name("payload_deleted");
    out += R"({"digest":")";
    for (const auto byte : payload.digest) {
        out += digits[static_cast<std::uint8_t>(byte) >> 4U];
        out += digits[static_cast<std::uint8_t>(byte) & 15U];
    }
    out += R"(","bytes":)";
    append_text(out, payload.size_bytes);
    out += '}';
}

template <class Tags>
void write_content(object_writer& object, const content& event, const Tags& tags) {
    object.text_if_any("correlation", event.correlation);
    write_causes(object, event.causes);
    write_actor(object, event.actor);
    write_tags(object, tags);
    if (event.content_type != json_content_type) object.text("content_type", event.content_type);
    if (event.deleted) {
        write_deleted(object, *event.deleted);
    } else {
        write_payload(object, event.content_type, event.payload);
    }
    write_extensions(object, event.extensions);
}

// Reading ----------------------------------------------------------------------------------------

error wrong(std::string_view member, std::string_view expected, std::string_view found) {
    return fail(errc::invalid_argument,
                cat("event JSON: member \"", member, "\": expected ", expected, ", found ", found));
}

error wrong_kind(std::string_view member, std::string_view expected, std::string_view value) {
    return wrong(member, expected, to_string(kind_of(value)));
}

error in_event(const error& e) { return fail(e.code, cat("event JSON: ", e.message)); }

// What is read goes into `to`, or nowhere if there is a fault.
using reading = result<void>;

reading read_text(std::string_view member, std::string_view value, std::string& to) {
    if (kind_of(value) != json_kind::string) return wrong_kind(member, "a string", value);
    auto text = unescape_json_string(value);
    if (!text) return in_event(text.error());
    to = std::move(*text);
    return {};
}

reading read_id(std::string_view member, std::string_view value, event_id& to) {
    std::string text;
    if (auto read = read_text(member, value, text); !read) return read;
    const auto id = parse_event_id(text);
    if (!id) return wrong(member, "a UUID", in_quotes(text));
    to = *id;
    return {};
}

reading read_time(std::string_view member, std::string_view value, timestamp& to) {
    std::string text;
    if (auto read = read_text(member, value, text); !read) return read;
    const auto time = parse_timestamp(text);
    if (!time) {
        return fail(errc::invalid_argument,
                    cat("event JSON: member \"", member, "\": ", time.error().message));
    }
    to = *time;
    return {};
}

reading check_place(std::string_view member, std::string_view value, std::uint64_t least) {
    std::uint64_t number = 0;
    const char* end = value.data() + value.size();
    const auto read = std::from_chars(value.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end || number < least) {
        return wrong(member, cat("a whole number from ", least, " on"),
                     kind_of(value) == json_kind::number && value.size() <= 40
                         ? value
                         : to_string(kind_of(value)));
    }
    return {};
}

// Calls `read` with every element of an array.
template <class Read>
reading read_elements(std::string_view member, std::string_view value, const Read& read) {
    if (kind_of(value) != json_kind::array) return wrong_kind(member, "an array", value);
    raw_elements elements{value};
    while (true) {
        const auto more = elements.next();
        if (!more) return in_event(more.error());
        if (!*more) return {};
        if (auto done = read(elements.value()); !done) return done;
    }
}

reading read_actor(std::string_view value, actor& to) {
    constexpr std::array<std::string_view, 3> names{"type", "id", "model"};
    const std::array<std::string*, 3> parts{&to.type, &to.id, &to.model};
    std::array<bool, 3> seen{};
    if (kind_of(value) != json_kind::object) return wrong_kind("actor", "an object", value);
    raw_members members{value};
    while (true) {
        const auto more = members.next();
        if (!more) return in_event(more.error());
        if (!*more) return {};
        const auto key = members.key();
        const auto* found = std::find(names.begin(), names.end(), key);
        if (found == names.end()) {
            return fail(errc::invalid_argument,
                        cat("event JSON: member \"actor\" has an unknown member ", in_quotes(key)));
        }
        const auto place = static_cast<std::size_t>(found - names.begin());
        if (std::exchange(seen[place], true)) {
            return fail(errc::invalid_argument,
                        cat("event JSON: member \"actor/", key, "\" is given twice"));
        }
        if (auto read = read_text(cat("actor/", key), members.value(), *parts[place]); !read)
            return read;
    }
}

reading read_base64(std::string_view member, std::string_view value, std::string& to) {
    std::string text;
    if (auto read = read_text(member, value, text); !read) return read;
    auto bytes = base64::decode(text);
    if (!bytes) return wrong(member, "base64", in_quotes(text));
    to = std::move(*bytes);
    return {};
}

// The members in the order in which `to_json` writes them.
enum class member {
    id,
    type,
    schema,
    stream,
    sequence,
    position,
    occurred_at,
    recorded_at,
    correlation,
    causes,
    actor,
    tags,
    content_type,
    payload,
    payload_text,
    payload_base64,
    extensions,
    extensions_text
};

constexpr std::array<std::string_view, 18> member_names{
    "id",           "type",           "schema",       "stream",
    "sequence",     "position",       "occurred_at",  "recorded_at",
    "correlation",  "causes",         "actor",        "tags",
    "content_type", "payload",        "payload_text", "payload_base64",
    "extensions",   "extensions_text"};

// Fills a `native_event` from members as they come.
class event_builder {
public:
    reading take(std::string_view name, std::string_view value);
    result<native_event> finish() &&;

private:
    reading read_envelope(member which, std::string_view name, std::string_view value);
    reading read_content(member which, std::string_view name, std::string_view value);
    bool has(member which) const { return seen_[static_cast<std::size_t>(which)]; }

    native_event made_;
    std::array<bool, member_names.size()> seen_{};
};

reading event_builder::take(std::string_view name, std::string_view value) {
    const auto* found = std::find(member_names.begin(), member_names.end(), name);
    if (found == member_names.end()) {
        return fail(errc::invalid_argument, cat("event JSON: unknown member ", in_quotes(name)));
    }
    const auto place = static_cast<std::size_t>(found - member_names.begin());
    if (std::exchange(seen_[place], true)) {
        return fail(errc::invalid_argument,
                    cat("event JSON: member \"", name, "\" is given twice"));
    }
    return read_envelope(static_cast<member>(place), name, value);
}

reading event_builder::read_envelope(member which, std::string_view name, std::string_view value) {
    auto& event = made_.event;
    timestamp checked;
    switch (which) {
        case member::id: return read_id(name, value, event.id.emplace());
        case member::type: return read_text(name, value, event.type);
        case member::schema: return read_text(name, value, event.schema);
        case member::stream: return read_text(name, value, made_.stream);
        case member::sequence: return check_place(name, value, 1);
        case member::position: return check_place(name, value, 0);
        case member::occurred_at: return read_time(name, value, event.occurred_at.emplace());
        case member::recorded_at: return read_time(name, value, checked);
        case member::correlation: return read_text(name, value, event.correlation);
        default: return read_content(which, name, value);
    }
}

reading event_builder::read_content(member which, std::string_view name, std::string_view value) {
    auto& event = made_.event;
    switch (which) {
        case member::causes:
            return read_elements(name, value, [&](std::string_view cause) {
                return read_id(name, cause, event.causes.emplace_back());
            });
        case member::actor: return read_actor(value, event.actor);
        case member::tags:
            return read_elements(name, value, [&](std::string_view tag) {
                return read_text(name, tag, event.tags.emplace_back());
            });
        case member::content_type: return read_text(name, value, event.content_type);
        case member::payload: event.payload = value; return {};
        case member::payload_text: return read_text(name, value, event.payload);
        case member::payload_base64: return read_base64(name, value, event.payload);
        case member::extensions:
            if (kind_of(value) != json_kind::object) return wrong_kind(name, "an object", value);
            event.extensions = value;
            return {};
        case member::extensions_text: return read_text(name, value, event.extensions);
        default: return {};
    }
}

result<native_event> event_builder::finish() && {
    for (const auto needed : {member::type, member::stream}) {
        if (!has(needed)) {
            return fail(errc::invalid_argument,
                        cat("event JSON: member \"", member_names[static_cast<std::size_t>(needed)],
                            "\" is missing"));
        }
    }
    const int payloads =
        has(member::payload) + has(member::payload_text) + has(member::payload_base64);
    if (payloads > 1) {
        return fail(errc::invalid_argument,
                    "event JSON: the payload is given twice: one of \"payload\", "
                    "\"payload_text\", \"payload_base64\" is allowed");
    }
    if (has(member::extensions) && has(member::extensions_text)) {
        return fail(errc::invalid_argument,
                    "event JSON: the extensions are given twice: one of "
                    "\"extensions\", \"extensions_text\" is allowed");
    }
    return std::move(made_);
}

}  // namespace

result<boost::json::value> payload_json(event_view event) {
    const auto payload = event.payload();
    boost::json::error_code failed;
    boost::json::parse_options options;
    options.max_depth = json_depth_max;
    auto parsed = boost::json::parse({payload.data(), payload.size()}, failed, {}, options);
    if (!failed) return parsed;
    const auto checked = check_json(payload);
    return fail(errc::corrupt,
                cat("payload of event ", event.id(), " at position ", event.position(),
                    " is not JSON: ", checked ? failed.message() : checked.error().message));
}

const boost::json::value* find_pointer(const boost::json::value& document,
                                       std::string_view pointer) noexcept {
    const auto* at = &document;
    while (!pointer.empty()) {
        if (pointer.front() != '/') return nullptr;
        pointer.remove_prefix(1);
        const auto token = pointer.substr(0, pointer.find('/'));
        pointer.remove_prefix(token.size());
        if (const auto* object = at->if_object()) {
            at = find_member(*object, token);
        } else if (const auto* array = at->if_array()) {
            at = find_element(*array, token);
        } else {
            return nullptr;
        }
        if (at == nullptr) return nullptr;
    }
    return at;
}

std::string to_json(event_view event) {
    std::string out;
    out.reserve(event.record().size() + 512);
    object_writer object{out};
    object.in_quotes("id", event.id());
    object.text("type", event.type());
    object.text_if_any("schema", event.schema());
    object.text("stream", event.stream());
    append_text(object.name("sequence"), event.sequence());
    append_text(object.name("position"), event.position());
    object.in_quotes("occurred_at", event.occurred_at());
    object.in_quotes("recorded_at", event.recorded_at());
    write_content(object,
                  {event.correlation(), event.causes(), event.actor(), event.content_type(),
                   event.payload(), event.extensions(), event.deleted_payload()},
                  event.tags());
    object.close();
    return out;
}

void append_json(std::string& out, std::string_view stream, const new_event& event) {
    object_writer object{out};
    if (event.id) object.in_quotes("id", *event.id);
    object.text("type", event.type);
    object.text_if_any("schema", event.schema);
    object.text("stream", stream);
    if (event.occurred_at) object.in_quotes("occurred_at", *event.occurred_at);
    write_content(object,
                  {event.correlation,
                   event.causes,
                   {event.actor.type, event.actor.id, event.actor.model},
                   event.content_type,
                   event.payload,
                   event.extensions},
                  event.tags);
    object.close();
}

result<native_event> event_from_json(std::string_view text) {
    event_builder builder;
    raw_members members{text};
    while (true) {
        const auto more = members.next();
        if (!more) return in_event(more.error());
        if (!*more) return std::move(builder).finish();
        if (auto taken = builder.take(members.key(), members.value()); !taken) return taken.error();
    }
}

}  // namespace daybook
