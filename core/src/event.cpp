// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Reading an event in place. An offset is the sum of the sizes before it: a handful of additions,
// cheaper than keeping a table per view.

#include <daybook/event.hpp>
#include <daybook/limits.hpp>

#include "record.hpp"
#include "stored_trace.hpp"

#include <algorithm>

namespace daybook {
namespace {

using namespace record;

std::size_t u8(const char* r, std::size_t at) { return static_cast<std::uint8_t>(r[at]); }
std::size_t u16(const char* r, std::size_t at) { return bytes::load<std::uint16_t>(r + at); }
std::size_t u32(const char* r, std::size_t at) { return bytes::load<std::uint32_t>(r + at); }

std::size_t stream_offset(const char* r) { return header_size + 16 * u8(r, at_cause_count); }
std::size_t type_offset(const char* r) { return stream_offset(r) + u16(r, at_stream_size); }
std::size_t schema_offset(const char* r) { return type_offset(r) + u16(r, at_type_size); }
std::size_t correlation_offset(const char* r) { return schema_offset(r) + u8(r, at_schema_size); }
std::size_t actor_type_offset(const char* r) {
    return correlation_offset(r) + u16(r, at_correlation_size);
}
std::size_t actor_id_offset(const char* r) {
    return actor_type_offset(r) + u8(r, at_actor_type_size);
}
std::size_t actor_model_offset(const char* r) {
    return actor_id_offset(r) + u16(r, at_actor_id_size);
}
std::size_t content_type_offset(const char* r) {
    return actor_model_offset(r) + u8(r, at_actor_model_size);
}
std::size_t tags_offset(const char* r) {
    return content_type_offset(r) + u8(r, at_content_type_size);
}
std::size_t extensions_offset(const char* r) { return tags_offset(r) + u32(r, at_tags_size); }
std::size_t payload_offset(const char* r) {
    return extensions_offset(r) + u32(r, at_extensions_size);
}

bool is_deleted(const char* r) { return (u8(r, at_flags) & flag_deleted) != 0; }

bool tags_fit(const char* at, std::size_t size, std::size_t count) {
    for (; count > 0; --count) {
        if (size < 2) return false;
        const std::size_t length = bytes::load<std::uint16_t>(at);
        if (size - 2 < length) return false;
        at += 2 + length;
        size -= 2 + length;
    }
    return size == 0;
}

}  // namespace

std::string_view tag_range::iterator::operator*() const noexcept {
    return {at_ + 2, bytes::load<std::uint16_t>(at_)};
}

tag_range::iterator& tag_range::iterator::operator++() noexcept {
    at_ += 2 + bytes::load<std::uint16_t>(at_);
    return *this;
}

result<event_view> event_view::parse(std::string_view bytes_in) {
    const char* r = bytes_in.data();
    if (bytes_in.empty()) return fail(errc::corrupt, "event record is empty");
    if (u8(r, at_version) != version) {
        const auto found = u8(r, at_version);
        return fail(found > version ? errc::unsupported : errc::corrupt,
                    "event record has version " + std::to_string(found) + ", this build reads " +
                        std::to_string(version));
    }
    if (bytes_in.size() < header_size || u32(r, at_record_size) != bytes_in.size()) {
        return fail(errc::corrupt, "event record is " + std::to_string(bytes_in.size()) +
                                       " bytes long and says otherwise");
    }
    // All sizes are at most 32 bits wide, so their sum cannot wrap in 64.
    if (payload_offset(r) + u32(r, at_payload_size) != bytes_in.size()) {
        return fail(errc::corrupt, "event record's parts do not add up to its size");
    }
    if (!tags_fit(r + tags_offset(r), u32(r, at_tags_size), u8(r, at_tag_count))) {
        return fail(errc::corrupt, "event record's tags do not fit their block");
    }
    if (is_deleted(r) && u32(r, at_payload_size) != tombstone_size) {
        return fail(errc::corrupt, "event record's payload is neither there nor a tombstone");
    }
    return event_view{bytes_in};
}

daybook::position event_view::position() const noexcept {
    return {bytes::load<std::uint64_t>(record_.data() + at_position)};
}
daybook::sequence event_view::sequence() const noexcept {
    return {bytes::load<std::uint64_t>(record_.data() + at_sequence)};
}
event_id event_view::id() const noexcept { return bytes::load<event_id>(record_.data() + at_id); }
std::string_view event_view::stream() const noexcept {
    const char* r = record_.data();
    return {r + stream_offset(r), u16(r, at_stream_size)};
}
std::string_view event_view::type() const noexcept {
    const char* r = record_.data();
    return {r + type_offset(r), u16(r, at_type_size)};
}
std::string_view event_view::schema() const noexcept {
    const char* r = record_.data();
    return {r + schema_offset(r), u8(r, at_schema_size)};
}
timestamp event_view::occurred_at() const noexcept {
    return timestamp{
        std::chrono::microseconds{bytes::load<std::int64_t>(record_.data() + at_occurred)}};
}
timestamp event_view::recorded_at() const noexcept {
    return timestamp{
        std::chrono::microseconds{bytes::load<std::int64_t>(record_.data() + at_recorded)}};
}
std::string_view event_view::correlation() const noexcept {
    const char* r = record_.data();
    return {r + correlation_offset(r), u16(r, at_correlation_size)};
}
std::span<const event_id> event_view::causes() const noexcept {
    static_assert(sizeof(event_id) == 16 && alignof(event_id) == 1);
    const char* r = record_.data();
    return {reinterpret_cast<const event_id*>(r + header_size), u8(r, at_cause_count)};
}
actor_view event_view::actor() const noexcept {
    const char* r = record_.data();
    return {.type = {r + actor_type_offset(r), u8(r, at_actor_type_size)},
            .id = {r + actor_id_offset(r), u16(r, at_actor_id_size)},
            .model = {r + actor_model_offset(r), u8(r, at_actor_model_size)}};
}
tag_range event_view::tags() const noexcept {
    const char* r = record_.data();
    return {{r + tags_offset(r), u32(r, at_tags_size)}, u8(r, at_tag_count)};
}
std::optional<std::string_view> event_view::tag(std::string_view key) const noexcept {
    for (const std::string_view one : tags()) {
        if (one.size() > key.size() && one[key.size()] == ':' && one.starts_with(key)) {
            return one.substr(key.size() + 1);
        }
    }
    return std::nullopt;
}
std::string_view event_view::content_type() const noexcept {
    const char* r = record_.data();
    const auto size = u8(r, at_content_type_size);
    return size == 0 ? json_content_type : std::string_view{r + content_type_offset(r), size};
}
std::string_view event_view::extensions() const noexcept {
    const char* r = record_.data();
    return {r + extensions_offset(r), u32(r, at_extensions_size)};
}
std::string_view event_view::payload() const noexcept {
    const char* r = record_.data();
    const auto size = is_deleted(r) ? 0 : u32(r, at_payload_size);
    return {r + payload_offset(r), size};
}

std::optional<tombstone> event_view::deleted_payload() const noexcept {
    const char* r = record_.data();
    if (!is_deleted(r)) return std::nullopt;
    const char* at = r + payload_offset(r);
    return tombstone{.digest = {at, digest_size},
                     .size_bytes = bytes::load<std::uint32_t>(at + digest_size)};
}

namespace record {

std::string with_tombstone(event_view whole, std::string_view digest) {
    const auto payload = whole.payload();
    auto made = std::string{whole.record().substr(0, whole.record().size() - payload.size())};
    made.append(digest);
    bytes::append(made, static_cast<std::uint32_t>(payload.size()));
    made[at_flags] = static_cast<char>(static_cast<std::uint8_t>(made[at_flags]) | flag_deleted);
    bytes::store(made.data() + at_record_size, static_cast<std::uint32_t>(made.size()));
    bytes::store(made.data() + at_payload_size, static_cast<std::uint32_t>(tombstone_size));
    return made;
}

namespace {

std::size_t tags_size(const draft& event) {
    std::size_t size = 0;
    for (const auto tag : {event.session_tag, event.replay_tag}) {
        if (!tag.empty()) size += 2 + tag.size();
    }
    for (const auto& tag : event.tags) size += 2 + tag.size();
    return size;
}

template <class Narrow>
void put_size(char* header, std::size_t at, std::size_t size) {
    bytes::store(header + at, static_cast<Narrow>(size));
}

void fill_header(char* h, const draft& event, std::size_t tag_bytes, std::size_t record_size) {
    put_size<std::uint8_t>(h, at_version, version);
    put_size<std::uint8_t>(h, at_schema_size, event.schema.size());
    put_size<std::uint8_t>(h, at_cause_count, event.causes.size());
    put_size<std::uint8_t>(h, at_tag_count, tag_count(event));
    put_size<std::uint32_t>(h, at_record_size, record_size);
    bytes::store(h + at_occurred, event.occurred_at.time_since_epoch().count());
    bytes::store(h + at_id, event.id);
    put_size<std::uint16_t>(h, at_stream_size, event.stream.size());
    put_size<std::uint16_t>(h, at_type_size, event.type.size());
    put_size<std::uint16_t>(h, at_correlation_size, event.correlation.size());
    put_size<std::uint16_t>(h, at_actor_id_size, event.actor.id.size());
    put_size<std::uint8_t>(h, at_actor_type_size, event.actor.type.size());
    put_size<std::uint8_t>(h, at_actor_model_size, event.actor.model.size());
    put_size<std::uint8_t>(h, at_content_type_size,
                           event.content_type == json_content_type ? 0 : event.content_type.size());
    put_size<std::uint32_t>(h, at_tags_size, tag_bytes);
    put_size<std::uint32_t>(h, at_extensions_size, event.extensions.size());
    put_size<std::uint32_t>(h, at_payload_size, event.payload.size());
}

char* put(char* at, std::string_view part) {
    if (!part.empty()) std::memcpy(at, part.data(), part.size());
    return at + part.size();
}

char* put_tag(char* at, std::string_view tag) {
    bytes::store(at, static_cast<std::uint16_t>(tag.size()));
    return put(at + 2, tag);
}

}  // namespace

void encode(std::string& out, const draft& event) {
    const auto content_type =
        event.content_type == json_content_type ? std::string_view{} : event.content_type;
    const auto tag_bytes = tags_size(event);
    const auto size = header_size + event.causes.size_bytes() + event.stream.size() +
                      event.type.size() + event.schema.size() + event.correlation.size() +
                      event.actor.type.size() + event.actor.id.size() + event.actor.model.size() +
                      content_type.size() + tag_bytes + event.extensions.size() +
                      event.payload.size();
    const auto start = out.size();
    out.resize(start + size);
    fill_header(out.data() + start, event, tag_bytes, size);
    char* at = out.data() + start + header_size;
    at = put(at, {reinterpret_cast<const char*>(event.causes.data()), event.causes.size_bytes()});
    for (const auto part : {event.stream, event.type, event.schema, event.correlation,
                            event.actor.type, event.actor.id, event.actor.model, content_type}) {
        at = put(at, part);
    }
    for (const auto& tag : event.tags) at = put_tag(at, tag);
    for (const auto tag : {event.session_tag, event.replay_tag}) {
        if (!tag.empty()) at = put_tag(at, tag);
    }
    put(put(at, event.extensions), event.payload);
}

namespace {

bool same_tags(event_view a, event_view b) {
    return std::equal(a.tags().begin(), a.tags().end(), b.tags().begin(), b.tags().end());
}
bool same_actor(const actor_view& a, const actor_view& b) {
    return a.type == b.type && a.id == b.id && a.model == b.model;
}

/// A repeat may come from another span than the first try: that is no other content.
bool same_but_for_trace(event_view a, event_view b) {
    return a.id() == b.id() && a.stream() == b.stream() && a.type() == b.type() &&
           a.schema() == b.schema() && a.correlation() == b.correlation() &&
           std::ranges::equal(a.causes(), b.causes()) && same_actor(a.actor(), b.actor()) &&
           same_tags(a, b) && a.content_type() == b.content_type() && a.payload() == b.payload() &&
           stored_trace::same_besides(a.extensions(), b.extensions());
}

}  // namespace

bool same_content(event_view stored, event_view offered, bool compare_times) {
    const auto a = stored.record();
    const auto b = offered.record();
    const auto place_end = at_id;  // Position, sequence and both times stand just before the id.
    const bool same_bytes = a.size() == b.size() &&
                            a.substr(0, at_position) == b.substr(0, at_position) &&
                            a.substr(place_end) == b.substr(place_end);
    return (same_bytes || same_but_for_trace(stored, offered)) &&
           (!compare_times || stored.occurred_at() == offered.occurred_at());
}

}  // namespace record

trace_context event_view::trace() const { return stored_trace::get(extensions()); }

}  // namespace daybook
