// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "archive_record.hpp"

#include "segments.hpp"
#include "text.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace daybook::archive_record {
namespace {

namespace json = boost::json;

constexpr std::size_t hash_digits = 32;
constexpr std::size_t hash_digits_in_name = 16;

std::int64_t micros(timestamp time) { return time.time_since_epoch().count(); }
timestamp time_at(const json::object& in, std::string_view name) {
    return timestamp{std::chrono::microseconds{in.at(name).to_number<std::int64_t>()}};
}
std::uint64_t number_at(const json::object& in, std::string_view name) {
    return in.at(name).to_number<std::uint64_t>();
}
std::string text_at(const json::object& in, std::string_view name) {
    return std::string{std::string_view{in.at(name).as_string()}};
}
event_id id_at(const json::object& in, std::string_view name) {
    return parse_event_id(text_at(in, name)).value();
}

json::object to_object(const archived_segment& segment) {
    json::object notes;
    for (const auto& [name, value] : segment.notes) notes[name] = value;
    return {{"archive", format_version},
            {"store", to_string(segment.store_id)},
            {"segment", segment.segment},
            {"first", segment.first.value},
            {"end", segment.end.value},
            {"deleted", segment.deleted},
            {"record_bytes", segment.record_bytes},
            {"last_id", to_string(segment.last_id)},
            {"recorded_first_us", micros(segment.recorded_first)},
            {"recorded_last_us", micros(segment.recorded_last)},
            {"records_xxh3", segment.content},
            {"notes", std::move(notes)}};
}

bool is_hash(std::string_view text) {
    return text.size() == hash_digits && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

/// Throws if anything is missing or of another kind.
archived_segment segment_of(const json::object& in) {
    archived_segment made;
    made.store_id = id_at(in, "store");
    made.segment = in.at("segment").to_number<std::uint32_t>();
    made.first = {number_at(in, "first")};
    made.end = {number_at(in, "end")};
    made.deleted = number_at(in, "deleted");
    made.record_bytes = number_at(in, "record_bytes");
    made.last_id = id_at(in, "last_id");
    made.recorded_first = time_at(in, "recorded_first_us");
    made.recorded_last = time_at(in, "recorded_last_us");
    made.content = text_at(in, "records_xxh3");
    for (const auto& note : in.at("notes").as_object()) {
        made.notes.emplace(note.key(), note.value().as_string());
    }
    if (in.contains("file")) {
        made.file = text_at(in, "file");
        made.bytes = number_at(in, "bytes");
        made.xxh3 = text_at(in, "xxh3");
    }
    return made;
}

result<void> check(const archived_segment& found) {
    const bool in_place = found.first == position_of(found.segment, 0) &&
                          found.end.value == found.first.value + limits::segment_events;
    const bool hashed = is_hash(found.content) && (found.file.empty() || is_hash(found.xxh3));
    // A name from elsewhere must not lead out of the directory.
    const bool plain = found.file.find('/') == std::string::npos;
    if (in_place && hashed && plain && found.deleted <= limits::segment_events) return {};
    return fail(errc::corrupt, "it says what cannot be");
}

}  // namespace

std::string encode_manifest(const archived_segment& segment) {
    return json::serialize(to_object(segment));
}

std::string encode(const archived_segment& segment) {
    auto all = to_object(segment);
    all["file"] = segment.file;
    all["bytes"] = segment.bytes;
    all["xxh3"] = segment.xxh3;
    return json::serialize(all);
}

result<archived_segment> decode(std::string_view text) {
    try {
        const auto value = json::parse({text.data(), text.size()});
        const auto& in = value.as_object();
        const auto version = in.at("archive").to_number<std::uint32_t>();
        if (version > format_version) {
            return fail(errc::unsupported, cat("its format is ", version, ", this daybook knows ",
                                               format_version, "; use a newer daybook"));
        }
        auto made = segment_of(in);
        if (auto ok = check(made); !ok) return ok.error();
        return made;
    } catch (const std::exception&) {
        return fail(errc::corrupt, "it cannot be understood");
    }
}

bool same_content(const archived_segment& one, const archived_segment& other) {
    return encode_manifest(one) == encode_manifest(other);
}

std::string file_name(const archived_segment& segment) {
    return cat("segment-", segment.segment, "-", to_string(segment.store_id), "-",
               segment.content.substr(0, hash_digits_in_name), ".archive");
}

}  // namespace daybook::archive_record
