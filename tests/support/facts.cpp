// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "support/facts.hpp"

#include <array>
#include <iterator>
#include <optional>
#include <sstream>

namespace daybook::test {
namespace {

// Payloads may be large or binary: what is printed must still tell two of them apart.
std::string shown(std::string_view text) {
    constexpr std::size_t shown_bytes_max = 400;
    if (text.size() <= shown_bytes_max) return std::string{text};
    return std::string{text.substr(0, shown_bytes_max)} + "... (" + std::to_string(text.size()) +
           " bytes, hash " + std::to_string(std::hash<std::string_view>{}(text)) + ")";
}

std::string joined(const std::vector<std::string>& parts) {
    std::string all;
    for (const auto& part : parts) all += (all.empty() ? "" : " ") + part;
    return all;
}

std::vector<std::string> tags_of(event_view e) {
    std::vector<std::string> tags;
    for (const std::string_view tag : e.tags()) tags.emplace_back(tag);
    return tags;
}

std::vector<event_id> causes_of(event_view e) { return {e.causes().begin(), e.causes().end()}; }

class differences {
public:
    template <class T>
    void compare(std::string_view field, const T& stored, const T& wanted) {
        if (stored == wanted) return;
        std::ostringstream line;
        line << field << " is " << text(stored) << ", wanted " << text(wanted) << "; ";
        found_ += line.str();
    }
    const std::string& found() const { return found_; }

private:
    static std::string text(std::string_view value) { return "\"" + shown(value) + "\""; }
    static std::string text(std::uint64_t value) { return std::to_string(value); }
    static std::string text(const event_id& id) { return to_string(id); }
    static std::string text(timestamp time) { return to_string(time); }
    static std::string text(const std::vector<std::string>& all) { return joined(all); }
    static std::string text(const std::vector<event_id>& all) {
        std::string out;
        for (const auto& id : all) out += to_string(id) + " ";
        return out;
    }

    std::string found_;
};

const char* name_of(comparison op) {
    switch (op) {
        case comparison::equal: return "=";
        case comparison::not_equal: return "!=";
        case comparison::less: return "<";
        case comparison::less_equal: return "<=";
        case comparison::greater: return ">";
        case comparison::greater_equal: return ">=";
        case comparison::exists: return " exists";
        case comparison::prefix: return "^=";
        case comparison::contains: return "*=";
    }
    return "?";
}

void put(std::ostream& out, const char* name, const std::string& value) {
    if (!value.empty()) out << " " << name << "=" << value;
}

std::string describe(const criteria& c) {
    std::ostringstream out;
    out << "(";
    put(out, "types", joined(c.types));
    put(out, "tags", joined(c.tags));
    put(out, "stream", c.stream);
    put(out, "category", c.category);
    put(out, "correlation", c.correlation);
    put(out, "actor", c.actor);
    put(out, "actor_type", c.actor_type);
    if (c.id) put(out, "id", to_string(*c.id));
    if (c.cause) put(out, "cause", to_string(*c.cause));
    if (c.since) put(out, "since", to_string(*c.since));
    if (c.until) put(out, "until", to_string(*c.until));
    out << " )";
    return out.str();
}

}  // namespace

std::string facts(event_view e) {
    std::ostringstream out;
    out << "position " << e.position().value << "\nsequence " << e.sequence().value << "\nid "
        << to_string(e.id()) << "\nstream " << e.stream() << "\ntype " << e.type() << "\nschema "
        << e.schema() << "\noccurred_at " << to_string(e.occurred_at()) << "\nrecorded_at "
        << to_string(e.recorded_at()) << "\ncorrelation " << e.correlation() << "\ncauses";
    for (const auto& cause : e.causes()) out << " " << to_string(cause);
    const auto by = e.actor();
    out << "\nactor " << by.type << "|" << by.id << "|" << by.model << "\ntags";
    for (const std::string_view tag : e.tags()) out << " [" << tag << "]";
    out << "\ncontent_type " << e.content_type() << "\nextensions " << e.extensions()
        << "\npayload " << e.payload();
    return out.str();
}

std::string difference(event_view stored, const expected_event& wanted) {
    const auto& given = wanted.event;
    const auto by = stored.actor();
    differences all;
    all.compare("position", stored.position().value, wanted.position);
    all.compare("sequence", stored.sequence().value, wanted.sequence);
    all.compare("stream", stored.stream(), std::string_view{wanted.stream});
    all.compare("category", stored.category(), category_of(wanted.stream));
    all.compare("type", stored.type(), std::string_view{given.type});
    all.compare("schema", stored.schema(), std::string_view{given.schema});
    all.compare("correlation", stored.correlation(), std::string_view{given.correlation});
    all.compare("causes", causes_of(stored), given.causes);
    all.compare("actor type", by.type, std::string_view{given.actor.type});
    all.compare("actor id", by.id, std::string_view{given.actor.id});
    all.compare("actor model", by.model, std::string_view{given.actor.model});
    all.compare("tags", tags_of(stored), given.tags);
    all.compare("content type", stored.content_type(), std::string_view{given.content_type});
    all.compare("extensions", stored.extensions(), std::string_view{given.extensions});
    all.compare("payload", stored.payload(), std::string_view{given.payload});
    if (given.id) all.compare("id", stored.id(), *given.id);
    if (given.occurred_at) all.compare("occurred_at", stored.occurred_at(), *given.occurred_at);
    return all.found();
}

std::vector<event> read_everything(result<event_reader> reader) {
    return reader.value().collect().value();
}

std::vector<std::uint64_t> positions_of(result<event_reader> reader) {
    std::vector<std::uint64_t> all;
    auto& events = reader.value();
    while (events.next().value()) all.push_back(events->position().value);
    return all;
}

std::vector<std::uint64_t> positions_of(const std::vector<event>& events) {
    std::vector<std::uint64_t> all;
    for (const auto& e : events) all.push_back(e.position().value);
    return all;
}

std::vector<std::uint64_t> sequences_of(const std::vector<event>& events) {
    std::vector<std::uint64_t> all;
    for (const auto& e : events) all.push_back(e.sequence().value);
    return all;
}

std::vector<std::string> types_of(const std::vector<event>& events) {
    std::vector<std::string> all;
    for (const auto& e : events) all.emplace_back(e.type());
    return all;
}

std::string describe(const query& q) {
    std::string text = q.any_of.empty() ? "all" : "";
    for (const auto& c : q.any_of) text += (text.empty() ? "" : " or ") + describe(c);
    for (const auto& w : q.where) {
        text += " where " + w.pointer + name_of(w.op) + shown(w.value);
    }
    return text;
}

std::string describe(const grouping& by) {
    static constexpr std::array names{"none", "type",  "category", "actor",  "tag",        "hour",
                                      "day",  "month", "field",    "stream", "correlation"};
    return std::string{"by "} + names.at(static_cast<std::size_t>(by.by)) +
           (by.key.empty() ? "" : " " + by.key);
}

std::string describe(const read_options& options) {
    std::string text = options.direction == direction::forwards ? "forwards" : "backwards";
    if (options.from) text += " from " + std::to_string(*options.from);
    if (options.limit != read_options{}.limit) text += " limit " + std::to_string(options.limit);
    return text;
}

}  // namespace daybook::test
