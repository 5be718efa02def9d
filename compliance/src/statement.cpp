// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/statement.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

namespace daybook::compliance {
namespace {

constexpr std::uint64_t version = 1;
constexpr std::uint64_t number_max = (std::uint64_t{1} << 53U) - 1;
constexpr std::string_view digest_start = "sha256:";

// Writing ---------------------------------------------------------------------------------------

void put_escaped(std::string& out, char c) {
    static constexpr char digits[] = "0123456789abcdef";
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\b': out += "\\b"; return;
        case '\t': out += "\\t"; return;
        case '\n': out += "\\n"; return;
        case '\f': out += "\\f"; return;
        case '\r': out += "\\r"; return;
        default: break;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += "\\u00";
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
}

/// Whether nothing in it has to be escaped. Eight bytes at a time.
bool is_plain(std::string_view text) {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t tops = 0x80U * ones;
    std::uint64_t odd = 0;
    for (std::size_t at = 0; at < text.size(); at += 8) {
        std::uint64_t word = 0x20U * ones;
        std::memcpy(&word, text.data() + at, std::min<std::size_t>(8, text.size() - at));
        const auto quotes = word ^ ('"' * ones);
        const auto slashes = word ^ ('\\' * ones);
        odd |= ((word - 0x20U * ones) & ~word) | ((quotes - ones) & ~quotes) |
               ((slashes - ones) & ~slashes);
    }
    return (odd & tops) == 0;
}

/// RFC 8785, section 3.2.2.2.
void put_text(std::string& out, std::string_view text) {
    out += '"';
    if (is_plain(text)) {
        out += text;
        out += '"';
        return;
    }
    for (const char c : text) {
        if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') {
            out += c;
        } else {
            put_escaped(out, c);
        }
    }
    out += '"';
}

void put_number(std::string& out, std::uint64_t number) {
    char digits[20];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

/// Two digits for each of 256 bytes.
constexpr auto hex_pairs = [] {
    std::array<char, 512> pairs{};
    constexpr std::string_view digits = "0123456789abcdef";
    for (std::size_t byte = 0; byte < 256; ++byte) {
        pairs[2 * byte] = digits[byte >> 4U];
        pairs[2 * byte + 1] = digits[byte & 15U];
    }
    return pairs;
}();

char* write_hex(char* to, std::span<const unsigned char> bytes) {
    for (const auto byte : bytes) {
        std::memcpy(to, &hex_pairs[2 * std::size_t{byte}], 2);
        to += 2;
    }
    return to;
}

void put_hex(std::string& out, const digest& of) {
    char text[2 * digest::size];
    out.append(text, write_hex(text, of.bytes));
}

void put_id(std::string& out, const event_id& id) {
    const std::span<const unsigned char> bytes{id.bytes};
    char text[38];
    char* to = text;
    *to++ = '"';
    std::size_t at = 0;
    for (const std::size_t count : {4U, 2U, 2U, 2U, 6U}) {
        if (at > 0) *to++ = '-';
        to = write_hex(to, bytes.subspan(at, count));
        at += count;
    }
    *to++ = '"';
    out.append(text, to);
}

void write_digits(char* to, std::uint64_t number, int count) {
    for (int i = count; i-- > 0; number /= 10) to[i] = static_cast<char>('0' + number % 10);
}

/// RFC 3339 in UTC, always with six digits of the second's fraction.
void put_time(std::string& out, timestamp time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    char text[] = "\"0000-00-00T00:00:00.000000Z\"";
    const auto put = [&](std::size_t at, auto number, int count) {
        write_digits(text + at, static_cast<std::uint64_t>(number), count);
    };
    put(1, static_cast<int>(date.year()), 4);
    put(6, static_cast<unsigned>(date.month()), 2);
    put(9, static_cast<unsigned>(date.day()), 2);
    put(12, clock.hours().count(), 2);
    put(15, clock.minutes().count(), 2);
    put(18, clock.seconds().count(), 2);
    put(21, clock.subseconds().count(), 6);
    out.append(text, sizeof text - 1);
}

void put_digest(std::string& out, const digest& of) {
    out += '"';
    out += digest_start;
    put_hex(out, of);
    out += '"';
}

template <class All, class Put>
void put_array(std::string& out, const All& all, Put put) {
    out += '[';
    bool first = true;
    for (const auto& one : all) {
        if (!std::exchange(first, false)) out += ',';
        put(out, one);
    }
    out += ']';
}

/// What a statement says, borrowed: from a `statement` or from a stored event.
template <class Causes, class Tags>
struct parts {
    actor_view actor;
    const Causes& causes;
    std::string_view content_type;
    std::string_view correlation;
    const std::optional<digest>& extensions;
    event_id id;
    timestamp occurred_at;
    std::string_view origin;
    const digest& payload;
    daybook::position position;
    const digest* previous;
    timestamp recorded_at;
    std::string_view schema;
    daybook::sequence sequence;
    std::string_view stream;
    const Tags& tags;
    std::string_view type;
};

template <class Causes, class Tags>
void write(std::string& out, const parts<Causes, Tags>& s) {
    const auto text = [&](std::string_view name, std::string_view value) {
        out += name;
        put_text(out, value);
    };
    text(R"({"actor":{"id":)", s.actor.id);
    text(R"(,"model":)", s.actor.model);
    text(R"(,"type":)", s.actor.type);
    out += R"(},"causes":)";
    put_array(out, s.causes, put_id);
    text(R"(,"content_type":)", s.content_type);
    text(R"(,"correlation":)", s.correlation);
    out += R"(,"extensions":)";
    s.extensions ? put_digest(out, *s.extensions) : put_text(out, {});
    out += R"(,"id":)";
    put_id(out, s.id);
    out += R"(,"occurred_at":)";
    put_time(out, s.occurred_at);
    text(R"(,"origin":)", s.origin);
    out += R"(,"payload":)";
    put_digest(out, s.payload);
    out += R"(,"position":)";
    put_number(out, s.position.value);
    out += R"(,"previous":")";
    if (s.previous != nullptr) put_hex(out, *s.previous);
    out += R"(","recorded_at":)";
    put_time(out, s.recorded_at);
    text(R"(,"schema":)", s.schema);
    out += R"(,"sequence":)";
    put_number(out, s.sequence.value);
    out += R"(,"statement":)";
    put_number(out, version);
    text(R"(,"stream":)", s.stream);
    out += R"(,"tags":)";
    put_array(out, s.tags, put_text);
    text(R"(,"type":)", s.type);
    out += '}';
}

// Reading ---------------------------------------------------------------------------------------

/// Takes the members out one by one and remembers the first that is not as it must be. What it
/// takes for missing members is spelled otherwise than what was read, so that needs no care here.
class members {
public:
    explicit members(const boost::json::object& all) : all_{all} {}

    std::string text(std::string_view name) {
        const auto* found = all_.if_contains(name);
        const auto* value = found != nullptr ? found->if_string() : nullptr;
        if (value == nullptr) return wrong(name), std::string{};
        return std::string{std::string_view{*value}};
    }
    std::uint64_t number(std::string_view name) {
        const auto* found = all_.if_contains(name);
        if (found == nullptr || !found->is_int64() || found->get_int64() < 0 ||
            static_cast<std::uint64_t>(found->get_int64()) > number_max) {
            return wrong(name), 0;
        }
        return static_cast<std::uint64_t>(found->get_int64());
    }
    event_id id(std::string_view name) {
        const auto found = parse_event_id(text(name));
        if (!found) return wrong(name), event_id{};
        return *found;
    }
    timestamp time(std::string_view name) {
        const auto found = parse_timestamp(text(name));
        if (!found) return wrong(name), timestamp{};
        return *found;
    }
    std::optional<digest> hash(std::string_view name, std::string_view start) {
        const auto found = text(name);
        if (found.empty()) return std::nullopt;
        const auto hex = std::string_view{found}.substr(std::min(found.size(), start.size()));
        auto read = digest::from_hex(hex);
        if (!read) wrong(name);
        return read;
    }
    template <class Read>
    void each_text(std::string_view name, Read read) {
        const auto* found = all_.if_contains(name);
        const auto* array = found != nullptr ? found->if_array() : nullptr;
        if (array == nullptr) return wrong(name);
        for (const auto& one : *array) {
            if (!one.is_string() || !read(std::string_view{one.get_string()})) return wrong(name);
        }
    }
    void wrong(std::string_view name) {
        if (wrong_.empty()) wrong_ = name;
    }
    const std::string& wrong() const noexcept { return wrong_; }

private:
    const boost::json::object& all_;
    std::string wrong_;
};

error not_a_statement(std::string_view what) {
    return fail(errc::invalid_argument, "not a statement of daybook: " + std::string{what});
}

result<statement> from_members(const boost::json::object& object) {
    members all{object};
    statement s;
    const auto* by = object.if_contains("actor");
    if (by == nullptr || !by->is_object()) return not_a_statement("\"actor\" is not as it must be");
    members actor{by->get_object()};
    s.actor = {actor.text("type"), actor.text("id"), actor.text("model")};
    if (!actor.wrong().empty()) all.wrong("actor");
    all.each_text("causes", [&](std::string_view text) {
        const auto id = parse_event_id(text);
        if (id) s.causes.push_back(*id);
        return id.has_value();
    });
    s.content_type = all.text("content_type");
    s.correlation = all.text("correlation");
    s.extensions = all.hash("extensions", digest_start);
    s.id = all.id("id");
    s.occurred_at = all.time("occurred_at");
    s.origin = all.text("origin");
    s.payload = all.hash("payload", digest_start).value_or(digest{});
    s.position = {all.number("position")};
    s.previous = all.hash("previous", {});
    s.recorded_at = all.time("recorded_at");
    s.schema = all.text("schema");
    s.sequence = {all.number("sequence")};
    s.stream = all.text("stream");
    all.each_text("tags", [&](std::string_view text) {
        s.tags.emplace_back(text);
        return true;
    });
    s.type = all.text("type");
    if (!all.wrong().empty()) {
        return not_a_statement("\"" + all.wrong() + "\" is missing or not as it must be");
    }
    return s;
}

}  // namespace

std::string to_string(const statement& s) {
    std::string out;
    write(out, parts<std::vector<event_id>, std::vector<std::string>>{
                   .actor = {s.actor.type, s.actor.id, s.actor.model},
                   .causes = s.causes,
                   .content_type = s.content_type,
                   .correlation = s.correlation,
                   .extensions = s.extensions,
                   .id = s.id,
                   .occurred_at = s.occurred_at,
                   .origin = s.origin,
                   .payload = s.payload,
                   .position = s.position,
                   .previous = s.previous ? &*s.previous : nullptr,
                   .recorded_at = s.recorded_at,
                   .schema = s.schema,
                   .sequence = s.sequence,
                   .stream = s.stream,
                   .tags = s.tags,
                   .type = s.type});
    return out;
}

result<statement> parse_statement(std::string_view text) {
    if (text.size() > statement_bytes_max) {
        return not_a_statement("it has " + std::to_string(text.size()) + " bytes, the limit is " +
                               std::to_string(statement_bytes_max));
    }
    boost::json::error_code failed;
    const auto value = boost::json::parse(text, failed, {}, {.max_depth = 3});
    if (failed || !value.is_object()) return not_a_statement("it is not a JSON object");
    auto s = from_members(value.get_object());
    // One spelling only: what is signed must not be said in two ways.
    if (s && to_string(*s) != text) {
        return not_a_statement("it is not in canonical form, or has other members");
    }
    return s;
}

void append_statement(std::string& out, std::string_view origin, const event_view& e,
                      const digest* previous) {
    const auto extensions =
        e.extensions().empty() ? std::nullopt : std::optional{sha256(e.extensions())};
    const auto gone = e.deleted_payload();
    const auto kept = gone ? digest::from_bytes(gone->digest) : std::nullopt;
    const auto payload = kept ? *kept : sha256(e.payload());
    const auto causes = e.causes();
    const auto tags = e.tags();
    write(out, parts<std::span<const event_id>, tag_range>{.actor = e.actor(),
                                                           .causes = causes,
                                                           .content_type = e.content_type(),
                                                           .correlation = e.correlation(),
                                                           .extensions = extensions,
                                                           .id = e.id(),
                                                           .occurred_at = e.occurred_at(),
                                                           .origin = origin,
                                                           .payload = payload,
                                                           .position = e.position(),
                                                           .previous = previous,
                                                           .recorded_at = e.recorded_at(),
                                                           .schema = e.schema(),
                                                           .sequence = e.sequence(),
                                                           .stream = e.stream(),
                                                           .tags = tags,
                                                           .type = e.type()});
}

}  // namespace daybook::compliance
