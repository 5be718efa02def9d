// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// CloudEvents 1.0, JSON event format. An attribute that the event's own fields say is written from
// them; everything else that was received is kept as it was written, under its name, in
// `extensions`: {"cloudevents": {"source": "/ci", "dataschema": "...", "time": null}}. There,
// null means that the attribute was not there although the fields would give one.

#include "formats/cloudevents.hpp"

#include <daybook/base64.hpp>
#include <daybook/limits.hpp>
#include <daybook/raw_json.hpp>
#include <daybook/utf8.hpp>

#include "formats/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace daybook::formats {
namespace {

constexpr std::string_view extension_name = "cloudevents";
constexpr std::size_t attribute_name_max = 20;

// The attributes that are written from fields, in the order in which they are written.
enum class attribute {
    specversion,
    id,
    source,
    type,
    subject,
    time,
    recordedtime,
    datacontenttype,
    schemaversion,
    correlationid,
    causationid,
    causationids,
    authtype,
    authid,
    actormodel,
    sequence,
    storeposition,
    streamrevision,
    daybooktags,
    daybookextensions,
    traceparent,
    tracestate,
    none
};

constexpr std::array<std::string_view, 22> attribute_names{"specversion",   "id",
                                                           "source",        "type",
                                                           "subject",       "time",
                                                           "recordedtime",  "datacontenttype",
                                                           "schemaversion", "correlationid",
                                                           "causationid",   "causationids",
                                                           "authtype",      "authid",
                                                           "actormodel",    "sequence",
                                                           "storeposition", "streamrevision",
                                                           "daybooktags",   "daybookextensions",
                                                           "traceparent",   "tracestate"};

constexpr std::size_t attribute_count = attribute_names.size();

attribute attribute_of(std::string_view name) {
    const auto* at = std::find(attribute_names.begin(), attribute_names.end(), name);
    return static_cast<attribute>(at - attribute_names.begin());
}

std::string_view name_of(attribute which) {
    return attribute_names[static_cast<std::size_t>(which)];
}

// What the fields say: a JSON value for each attribute, or nothing.
class written_attributes {
public:
    explicit written_attributes(const event_facts& event);

    std::string_view operator[](attribute which) const {
        return values_[static_cast<std::size_t>(which)];
    }
    void set(attribute which, std::string_view text) {
        if (!text.empty()) append_json_string(values_[static_cast<std::size_t>(which)], text);
    }

private:
    std::array<std::string, attribute_count> values_;
};

std::string json_array(const std::vector<std::string_view>& texts) {
    std::string array{'['};
    for (const auto text : texts) {
        if (array.size() > 1) array += ',';
        append_json_string(array, text);
    }
    return array + ']';
}

written_attributes::written_attributes(const event_facts& event) {
    set(attribute::specversion, "1.0");
    set(attribute::id, to_string(event.id));
    set(attribute::type, event.type);
    set(attribute::subject, event.stream);
    if (event.occurred_at) set(attribute::time, daybook::to_string(*event.occurred_at));
    set(attribute::datacontenttype, event.content_type);
    set(attribute::schemaversion, event.schema);
    set(attribute::correlationid, event.correlation);
    if (!event.causes.empty()) set(attribute::causationid, to_string(event.causes.front()));
    if (event.causes.size() > 1) {
        std::string ids;
        for (const auto& id : event.causes) {
            if (!ids.empty()) ids += ' ';
            ids += to_string(id);
        }
        set(attribute::causationids, ids);
    }
    set(attribute::authtype, event.actor.type);
    set(attribute::authid, event.actor.id);
    set(attribute::actormodel, event.actor.model);
    if (!event.tags.empty()) set(attribute::daybooktags, json_array(event.tags));
    if (!event.extensions.empty()) {
        set(attribute::daybookextensions,
            event.trace.empty()
                ? extensions_without(event.extensions, {extension_name})
                : extensions_without(event.extensions,
                                     {extension_name, name_of(attribute::traceparent),
                                      name_of(attribute::tracestate)}));
    }
    set(attribute::traceparent, event.trace.traceparent);
    set(attribute::tracestate, event.trace.tracestate);
}

// Sorts as text in the order of the numbers.
std::string padded(std::uint64_t number) {
    const auto digits = join(number);
    constexpr std::size_t width = 20;
    return std::string(width - digits.size(), '0') + digits;
}

// What only the store that an event was born in says of it.
void set_place(written_attributes& to, event_view event, const render_options& options) {
    to.set(attribute::source, options.source.empty() ? "urn:daybook:store" : options.source);
    to.set(attribute::recordedtime, daybook::to_string(event.recorded_at()));
    to.set(attribute::sequence, padded(event.position().value));
    to.set(attribute::storeposition, join(event.position().value));
    to.set(attribute::streamrevision, join(event.sequence()));
}

// How the payload is written.
enum class data_form { json, text, base64, absent };

data_form usual_form(std::string_view content_type, std::string_view payload) {
    if (is_json_type(content_type)) {
        // The store checks the payloads of application/json alone.
        const bool sound = content_type == json_content_type || check_json(payload);
        return sound && fits_in_line(payload) ? data_form::json : data_form::base64;
    }
    return utf8::valid(payload) ? data_form::text : data_form::base64;
}

void append_data(std::string& to, data_form form, std::string_view payload) {
    switch (form) {
        case data_form::json:
            to += ",\"data\":";
            to += payload;
            return;
        case data_form::text:
            to += ",\"data\":";
            append_json_string(to, payload);
            return;
        case data_form::base64:
            to += ",\"data_base64\":\"";
            base64::append(to, payload);
            to += '"';
            return;
        case data_form::absent: return;
    }
}

// The members of extensions.cloudevents, by name.
class kept_attributes {
public:
    explicit kept_attributes(std::string_view extensions) {
        const auto object = extension(extensions, extension_name);
        if (!object) return;
        raw_members members{*object};
        for (auto more = members.next(); more && *more; more = members.next()) {
            const auto which = attribute_of(members.key());
            if (which != attribute::none) {
                known_[static_cast<std::size_t>(which)] = members.value();
            } else if (members.key() == "data") {
                form_ = members.value();
            } else {
                others_.emplace_back(members.key(), members.value());
            }
        }
    }

    std::string_view operator[](attribute which) const {
        return known_[static_cast<std::size_t>(which)];
    }
    const auto& others() const { return others_; }
    data_form form(data_form usual) const {
        if (form_ == "\"base64\"") return data_form::base64;
        return form_ == "\"absent\"" ? data_form::absent : usual;
    }

private:
    std::array<std::string_view, attribute_count> known_;
    std::vector<std::pair<std::string, std::string_view>> others_;
    std::string_view form_;
};

void append_attribute(std::string& to, std::string_view name, std::string_view value) {
    if (value.empty() || value == "null") return;
    to += to.back() == '{' ? "\"" : ",\"";
    to += name;
    to += "\":";
    to += value;
}

// Reading ----------------------------------------------------------------------------------------

// "a/b" and "a-b" are the same stream; what cannot be a stream's name gets one from the digest of
// source and subject.
std::string stream_of(std::string_view source, std::string_view subject) {
    std::string name{subject};
    if (const auto slash = name.find('/'); slash != std::string::npos && name.find('-') > slash) {
        name[slash] = '-';
    }
    if (!stream_problem(name)) return name;
    return join("events-", to_string(id_of_text(subject, source)));
}

class reader {
public:
    explicit reader(std::string_view line) : line_{line}, found_{line} {}

    line_result read() {
        collect();
        if (!found_.any()) interpret();
        if (!found_.any()) read_data();
        if (!found_.any()) keep();
        if (found_.any()) return found_.take();
        return std::move(parsed_);
    }

private:
    struct other {
        std::string name;
        std::string_view value;
    };

    std::string_view raw(attribute which) const {
        return received_[static_cast<std::size_t>(which)];
    }

    void collect();
    void collect_one(std::string_view name, std::string_view value);
    void collect_other(std::string_view name, std::string_view value);
    void store_once(std::string_view& to, std::string_view name, std::string_view value);
    void interpret();
    void read_version();
    void read_time();
    void read_causes();
    void read_tags();
    void read_trace();
    void read_extensions();
    void read_data();
    void read_json_data();
    void keep();

    std::string text(attribute which, std::size_t bytes_max);
    std::string required(attribute which, std::size_t bytes_max);
    std::optional<event_id> id_from(std::string_view text) const {
        if (text.empty()) return std::nullopt;
        const auto id = parse_event_id(text);
        return id ? id : id_of_text(text, source_);
    }

    std::string_view line_;
    faults found_;
    std::array<std::string_view, attribute_count> received_;
    std::vector<other> others_;
    std::string_view data_;
    std::string_view data_base64_;
    std::string source_;
    std::string other_extensions_;
    trace_context trace_;
    parsed_line parsed_;
};

void reader::collect() {
    raw_members members{line_};
    auto more = members.next();
    for (; more && *more && !found_.any(); more = members.next()) {
        collect_one(members.key(), members.value());
    }
    if (!more) found_.add_at(members.offset(), std::string{without_place(more.error().message)});
}

void reader::store_once(std::string_view& to, std::string_view name, std::string_view value) {
    if (!to.empty()) found_.add(value, join(name, " is there twice"));
    to = value;
}

void reader::collect_one(std::string_view name, std::string_view value) {
    if (name == "data") return store_once(data_, name, value);
    if (name == "data_base64") return store_once(data_base64_, name, value);
    const auto which = attribute_of(name);
    if (which == attribute::none) return collect_other(name, value);
    auto& place = received_[static_cast<std::size_t>(which)];
    if (value == "null") return;  // The same as not being there.
    store_once(place, name, value);
    // Older producers write a number.
    const bool may_be_number = which == attribute::sequence;
    const auto kind = kind_of(value);
    if (kind != json_kind::string && !(may_be_number && kind == json_kind::number)) {
        found_.add(value, join(name, " is ", to_string(kind), ", must be a string"));
    }
}

std::optional<std::string> integer_problem(std::string_view name, std::string_view value) {
    std::int32_t number = 0;
    const char* end = value.data() + value.size();
    const auto read = std::from_chars(value.data(), end, number);
    if (read.ec == std::errc{} && read.ptr == end) return std::nullopt;
    return join("attribute ", name, " is ", shown(value),
                ", a number must be whole and fit in 32 bits: use a string");
}

void reader::collect_other(std::string_view name, std::string_view value) {
    const bool named_well =
        !name.empty() && name.size() <= attribute_name_max &&
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string_view::npos;
    if (!named_well) {
        found_.add(value, join("attribute name ", shown(name), " is not 1 to ", attribute_name_max,
                               " of a-z and 0-9"));
        return;
    }
    switch (kind_of(value)) {
        case json_kind::null: return;
        case json_kind::object:
        case json_kind::array:
            found_.add(value, join("attribute ", name, " is ", to_string(kind_of(value)),
                                   ", must be a string, a boolean or a whole number"));
            return;
        case json_kind::number:
            if (auto problem = integer_problem(name, value)) found_.add(value, std::move(*problem));
            break;
        case json_kind::boolean:
        case json_kind::string: break;
    }
    const bool twice = std::any_of(others_.begin(), others_.end(),
                                   [&](const other& one) { return one.name == name; });
    if (twice) found_.add(value, join(name, " is there twice"));
    others_.push_back({std::string{name}, value});
}

std::string reader::text(attribute which, std::size_t bytes_max) {
    std::string unescaped;
    const auto found = text_of(name_of(which), raw(which), unescaped, found_);
    if (auto problem = text_problem(name_of(which), found, bytes_max)) {
        found_.add(raw(which), std::move(*problem));
    }
    return std::string{found};
}

std::string reader::required(attribute which, std::size_t bytes_max) {
    auto found = text(which, bytes_max);
    if (found.empty()) {
        found_.add(raw(which),
                   join(name_of(which), raw(which).empty() ? " is missing" : " is empty"));
    }
    return found;
}

void reader::read_version() {
    const auto version = required(attribute::specversion, 16);
    if (version != "1.0" && !version.empty()) {
        found_.add(raw(attribute::specversion),
                   join("specversion is ", shown(version), ", only \"1.0\" is read"));
    }
}

void reader::interpret() {
    constexpr std::size_t uri_bytes_max = 4096;
    auto& event = parsed_.event;
    read_version();
    source_ = required(attribute::source, uri_bytes_max);
    event.id = id_from(required(attribute::id, uri_bytes_max));
    event.type = required(attribute::type, limits::type_bytes_max);
    parsed_.stream = stream_of(source_, text(attribute::subject, uri_bytes_max));
    read_time();
    event.schema = text(attribute::schemaversion, limits::schema_bytes_max);
    event.correlation = text(attribute::correlationid, limits::correlation_bytes_max);
    read_causes();
    event.actor.type = text(attribute::authtype, limits::actor_type_bytes_max);
    event.actor.id = text(attribute::authid, limits::actor_id_bytes_max);
    event.actor.model = text(attribute::actormodel, limits::actor_model_bytes_max);
    read_tags();
    read_trace();
    read_extensions();
}

// A trace that is not valid is no reason to refuse an event: it is kept as it is, like other
// attributes, and is no trace.
void reader::read_trace() {
    trace_context found{text(attribute::traceparent, limits::extensions_bytes_max),
                        text(attribute::tracestate, limits::extensions_bytes_max)};
    if (!validate(found)) found.tracestate.clear();
    if (validate(found)) trace_ = std::move(found);
}

void reader::read_time() {
    const auto found = text(attribute::time, 64);
    if (found.empty()) {
        if (!raw(attribute::time).empty()) found_.add(raw(attribute::time), "time is empty");
        return;
    }
    const auto time = parse_time(found);
    if (!time) {
        found_.add(raw(attribute::time), time.error().message);
        return;
    }
    parsed_.event.occurred_at = *time;
}

void reader::read_causes() {
    constexpr std::size_t id_bytes_max = 4096;
    auto& causes = parsed_.event.causes;
    const auto ids = text(attribute::causationids, limits::causes_max * id_bytes_max);
    std::string_view rest = ids;
    while (!rest.empty()) {
        const auto end = std::min(rest.find(' '), rest.size());
        if (const auto id = id_from(rest.substr(0, end))) causes.push_back(*id);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    const auto first = id_from(text(attribute::causationid, id_bytes_max));
    if (first && (causes.empty() || causes.front() != *first)) {
        causes.insert(causes.begin(), *first);
    }
    if (causes.size() > limits::causes_max) {
        found_.add(raw(attribute::causationids),
                   join("causationids has ", causes.size(), " ids, at most ", limits::causes_max,
                        " are allowed"));
    }
}

void reader::read_tags() {
    constexpr std::size_t bytes_max = limits::tags_max * (limits::tag_bytes_max * 6 + 3);
    const auto array = text(attribute::daybooktags, bytes_max);
    if (array.empty()) return;
    auto& tags = parsed_.event.tags;
    raw_elements elements{array};
    auto more = elements.next();
    for (; more && *more; more = elements.next()) {
        auto tag = unescape_json_string(elements.value());
        const auto problem = tag ? tag_problem(*tag) : std::optional<std::string>{"not a string"};
        if (problem) found_.add(raw(attribute::daybooktags), join("daybooktags: ", *problem));
        if (tag) tags.push_back(std::move(*tag));
    }
    if (!more || tags.size() > limits::tags_max) {
        found_.add(raw(attribute::daybooktags), join("daybooktags is not a JSON array of at most ",
                                                     limits::tags_max, " strings"));
    }
}

void reader::read_extensions() {
    const auto object = text(attribute::daybookextensions, limits::extensions_bytes_max);
    if (object.empty()) return;
    if (kind_of(object) != json_kind::object || !check_json(object)) {
        found_.add(raw(attribute::daybookextensions), "daybookextensions is not a JSON object");
        return;
    }
    other_extensions_ =
        trace_.empty()
            ? extensions_without(object, {extension_name})
            : extensions_without(object, {extension_name, name_of(attribute::traceparent),
                                          name_of(attribute::tracestate)});
}

void reader::read_json_data() {
    auto& payload = parsed_.event.payload;
    if (data_base64_.empty()) {
        payload = data_;
        return;
    }
    // The store checks the payloads of application/json alone.
    if (parsed_.event.content_type != json_content_type) return;
    if (const auto sound = check_json(payload); !sound) {
        found_.add(data_base64_,
                   join("data_base64 is not JSON, but datacontenttype is application/json: ",
                        sound.error().message));
    }
}

void reader::read_data() {
    auto& event = parsed_.event;
    if (!data_.empty() && !data_base64_.empty()) {
        found_.add(data_base64_, "data and data_base64 are both there, only one may be");
        return;
    }
    const auto type = text(attribute::datacontenttype, limits::content_type_bytes_max);
    if (!type.empty()) event.content_type = type;
    if (!data_base64_.empty()) {
        if (type.empty()) event.content_type = "application/octet-stream";
        std::string unescaped;
        auto bytes = base64::decode(text_of("data_base64", data_base64_, unescaped, found_));
        if (!bytes || kind_of(data_base64_) != json_kind::string) {
            found_.add(data_base64_, "data_base64 is not base64");
            return;
        }
        event.payload = std::move(*bytes);
    }
    if (data_.empty() && data_base64_.empty()) return;  // The payload stays "{}".
    if (is_json_type(event.content_type)) return read_json_data();
    if (data_.empty()) return;
    if (kind_of(data_) != json_kind::string) {
        found_.add(data_, join("data is ", to_string(kind_of(data_)), ", must be a string because ",
                               "datacontenttype is ", event.content_type));
        return;
    }
    std::string unescaped;
    event.payload = text_of("data", data_, unescaped, found_);
}

// Keeps what the fields do not say.
void reader::keep() {
    auto facts = facts_of(parsed_);
    facts.trace = trace_;
    written_attributes written{facts};
    written.set(attribute::daybookextensions, other_extensions_);
    std::string kept{'{'};
    for (std::size_t i = 0; i < attribute_count; ++i) {
        const auto which = static_cast<attribute>(i);
        // Without a time the event gets that of the append, which is not to be written.
        const bool no_time = which == attribute::time && raw(which).empty();
        if (raw(which) == written[which] && !no_time) continue;
        if (kept.size() > 1) kept += ',';
        kept += join('"', name_of(which), "\":");
        append_on_one_line(kept, raw(which).empty() ? "null" : raw(which));
    }
    for (const auto& one : others_) append_attribute(kept, one.name, one.value);
    const auto usual = usual_form(parsed_.event.content_type, parsed_.event.payload);
    if (data_.empty() && data_base64_.empty()) append_attribute(kept, "data", "\"absent\"");
    if (!data_base64_.empty() && usual != data_form::base64) {
        append_attribute(kept, "data", "\"base64\"");
    }
    add_extension(other_extensions_, extension_name, kept + '}');
    other_extensions_ = with_trace(other_extensions_, trace_);
    if (other_extensions_.size() > limits::extensions_bytes_max) {
        found_.add_at(0, join("besides its data the event has more than ",
                              limits::extensions_bytes_max, " bytes"));
    }
    parsed_.event.extensions = std::move(other_extensions_);
}

}  // namespace

line_result parse_cloudevent(std::string_view line) { return reader{line}.read(); }

void append_cloudevent(std::string& to, event_view event, const render_options& options) {
    const auto facts = facts_of(event);
    written_attributes written{facts};
    const kept_attributes kept{facts.extensions};
    if (kept[attribute::source].empty()) set_place(written, event, options);
    to += '{';
    for (std::size_t i = 0; i < attribute_count; ++i) {
        const auto which = static_cast<attribute>(i);
        append_attribute(to, name_of(which), kept[which].empty() ? written[which] : kept[which]);
    }
    for (const auto& [name, value] : kept.others()) append_attribute(to, name, value);
    append_data(to, kept.form(usual_form(facts.content_type, facts.payload)), facts.payload);
    to += '}';
}

}  // namespace daybook::formats
