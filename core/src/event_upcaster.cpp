// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Upcasting one event: its payload is parsed once, led from step to step, and encoded at the end.

#include <daybook/raw_json.hpp>
#include <daybook/upcasters.hpp>

#include "event_rules.hpp"
#include "record.hpp"
#include "text.hpp"
#include "upcast_graph.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <optional>

namespace daybook {
namespace {

constexpr std::size_t arena_bytes = std::size_t{16} * 1024;
// Memory that one large event needed is not kept for the small ones after it.
constexpr std::size_t kept_bytes_max = std::size_t{1} << 20U;

error failed(errc code, const event_view& stored, std::string_view why) {
    const auto version = stored.schema().empty() ? unversioned : stored.schema();
    auto message = cat("stream ", in_quotes(stored.stream()), ", sequence ",
                       stored.sequence().value, " (position ", stored.position().value, ", ",
                       shown({std::string{stored.type()}, std::string{version}}), "): ", why);
    std::replace(message.begin(), message.end(), '\n', ' ');
    return fail(code, std::move(message));
}

void drop_if_large(std::string& memory) {
    if (memory.capacity() > kept_bytes_max) std::string{}.swap(memory);
    memory.clear();
}

/// Appends `stored` with another type, schema and payload. The bytes between schema and payload
/// stay as they are.
void restate(std::string& out, const event_view& stored, const versioned_type& kind,
             std::string_view payload) {
    const auto record = stored.record();
    const auto schema = stored.schema();
    const auto before =
        record.substr(0, static_cast<std::size_t>(stored.type().data() - record.data()));
    const auto middle = static_cast<std::size_t>(schema.data() - record.data()) + schema.size();
    const auto kept = record.substr(
        middle, static_cast<std::size_t>(stored.payload().data() - record.data()) - middle);
    const auto start = out.size();
    out += before;
    out += kind.type;
    out += kind.version;
    out += kept;
    out += payload;
    auto* header = out.data() + start;
    bytes::store(header + record::at_schema_size, static_cast<std::uint8_t>(kind.version.size()));
    bytes::store(header + record::at_type_size, static_cast<std::uint16_t>(kind.type.size()));
    bytes::store(header + record::at_payload_size, static_cast<std::uint32_t>(payload.size()));
    bytes::store(header + record::at_record_size, static_cast<std::uint32_t>(out.size() - start));
}

}  // namespace

struct event_upcaster::impl {
    using graph = upcasters::graph;

    explicit impl(const graph& of) : all{of} {
        boost::json::parse_options options;
        options.max_depth = json_depth_max;
        parser.emplace(boost::json::storage_ptr{}, options);
    }

    struct pending {
        std::size_t at;
        detail::upcast_payload payload;
    };

    const graph& all;
    std::array<unsigned char, arena_bytes> arena;
    std::optional<boost::json::monotonic_resource> memory;
    std::optional<boost::json::parser> parser;
    std::vector<pending> open;  ///< The next one last.
    std::vector<detail::upcast_product> made;
    std::string text;
    std::string opened;  ///< The record with its payload in the clear.
    std::string records;
    std::vector<std::size_t> ends;
    std::vector<event_view> parts;

    static std::string shown_versions(const graph& all, const std::vector<std::size_t>& nodes);
    void begin();
    result<event_view> open_payload(const event_view& stored);
    result<void> run(const event_view& stored, std::size_t first);
    result<void> follow(const event_view& stored);
    result<void> step(const event_view& stored, pending from);
    result<void> emit(const event_view& stored, const pending& what);
    result<detail::upcast_payload> parse(const event_view& stored);
};

std::string event_upcaster::impl::shown_versions(const graph& all,
                                                 const std::vector<std::size_t>& nodes) {
    std::vector<std::string_view> versions;
    for (const auto at : nodes) versions.push_back(all.nodes[at].kind.version);
    std::sort(versions.begin(), versions.end());
    std::string text;
    for (const auto version : versions) text += cat(text.empty() ? "" : ", ", version);
    return text;
}

// Values go before the memory that they lie in.
void event_upcaster::impl::begin() {
    open.clear();
    made.clear();
    parser->reset();
    memory.reset();
    drop_if_large(text);
    drop_if_large(records);
    ends.clear();
    parts.clear();
}

result<event_view> event_upcaster::impl::open_payload(const event_view& stored) {
    const auto clear = all.opener->open(stored);
    if (!clear) return failed(clear.error().code, stored, clear.error().message);
    drop_if_large(opened);
    restate(opened, stored, {std::string{stored.type()}, std::string{stored.schema()}}, *clear);
    return record_access::trusted(opened);
}

result<detail::upcast_payload> event_upcaster::impl::parse(const event_view& stored) {
    const auto content_type = stored.content_type();
    if (content_type.find("json") == std::string_view::npos) {
        return failed(
            errc::projection_failed, stored,
            cat("upcasters read JSON, and its content type is ", in_quotes(content_type)));
    }
    memory.emplace(arena.data(), arena.size());
    parser->reset(&*memory);
    boost::json::error_code wrong;
    parser->write(stored.payload(), wrong);
    if (!wrong) return detail::upcast_payload{parser->release()};
    const auto sound = check_json(stored.payload());
    return failed(errc::projection_failed, stored,
                  cat("its payload is not JSON: ",
                      sound ? std::string_view{wrong.message()} : sound.error().message));
}

result<void> event_upcaster::impl::run(const event_view& stored, std::size_t first) {
    begin();
    if (all.nodes[first].to.empty()) return {};  // It is dropped, whatever its payload is.
    auto payload = parse(stored);
    if (!payload) return payload.error();
    open.push_back({first, *std::move(payload)});
    if (auto done = follow(stored); !done) return done;
    std::size_t start = 0;
    for (const auto end : ends) {
        const auto record = std::string_view{records}.substr(start, end - start);
        parts.push_back(record_access::trusted(record));
        start = end;
    }
    return {};
}

result<void> event_upcaster::impl::follow(const event_view& stored) {
    for (std::size_t steps = 0; !open.empty();) {
        auto next = std::move(open.back());
        open.pop_back();
        if (!all.nodes[next.at].is_upcast) {
            if (auto emitted = emit(stored, next); !emitted) return emitted;
        } else if (++steps > all.limits.steps_max) {
            return failed(errc::too_large, stored,
                          cat("upcasting takes more than ", all.limits.steps_max, " steps"));
        } else if (auto led = step(stored, std::move(next)); !led) {
            return led;
        }
    }
    return {};
}

result<void> event_upcaster::impl::step(const event_view& stored, pending from) {
    const auto& node = all.nodes[from.at];
    if (node.to.empty()) return {};
    const auto threw = [&](std::string_view what) {
        return failed(
            errc::projection_failed, stored,
            cat("upcaster from ", shown(node.kind), " to ", shown(all.nodes[node.to.front()].kind),
                node.to.size() > 1 ? " and others: " : ": ", what));
    };
    made.clear();
    try {
        node.run(std::move(from.payload), stored, made);
    } catch (const std::exception& thrown) {
        return threw(thrown.what());
    } catch (...) {
        return threw("it threw something that is no std::exception");
    }
    if (made.size() >
        all.limits.parts_max - std::min(all.limits.parts_max, ends.size() + open.size())) {
        return failed(errc::too_large, stored,
                      cat("it is split into more than ", all.limits.parts_max, " events"));
    }
    for (auto part = made.rbegin(); part != made.rend(); ++part)
        open.push_back({node.to[part->to], std::move(part->payload)});
    made.clear();
    return {};
}

result<void> event_upcaster::impl::emit(const event_view& stored, const pending& what) {
    text.clear();
    try {
        what.payload.print(text);
    } catch (const std::exception& thrown) {
        return failed(errc::projection_failed, stored, thrown.what());
    }
    const auto& kind = all.nodes[what.at].kind;
    // JSON values hold what JSON text cannot: infinity, which 1e400 is read as, and broken UTF-8.
    if (const auto sound = check_json(text); !sound) {
        return failed(errc::projection_failed, stored,
                      cat("upcast to ", shown(kind), ", it is not JSON: ", sound.error().message,
                          " (a number that no double holds, such as 1e400, cannot be upcast)"));
    }
    const auto kept = stored.record().size() - stored.payload().size() - stored.type().size() -
                      stored.schema().size();
    const auto bytes = kept + text.size() + kind.type.size() + kind.version.size();
    if (bytes > all.limits.bytes_max - std::min(all.limits.bytes_max, records.size())) {
        return failed(errc::too_large, stored,
                      cat("what it is upcast to takes more than ", all.limits.bytes_max, " bytes"));
    }
    restate(records, stored, kind, text);
    ends.push_back(records.size());
    return {};
}

event_upcaster::event_upcaster(std::shared_ptr<const upcasters> by) : by_{std::move(by)} {}
event_upcaster::event_upcaster(event_upcaster&&) noexcept = default;
event_upcaster& event_upcaster::operator=(event_upcaster&&) noexcept = default;
event_upcaster::~event_upcaster() = default;

result<std::span<const event_view>> event_upcaster::upcast(const event_view& stored) {
    plain_ = stored;
    const std::span<const event_view> as_it_is{&plain_, 1};
    if (by_ == nullptr) return as_it_is;
    if (stored.deleted_payload()) return as_it_is;  // Nothing is left to be restated.
    const auto& all = *by_->graph_;
    if (all.opener && all.opener->concerns(stored)) {
        if (!impl_) impl_ = std::make_unique<impl>(all);
        const auto opened = impl_->open_payload(stored);
        if (!opened) return opened.error();
        plain_ = *opened;
    }
    const auto* versions = all.versions_of(plain_.type());
    if (versions == nullptr) return as_it_is;
    const auto at = all.find(*versions, plain_.schema());
    if (at == upcasters::graph::none) {
        return failed(errc::unsupported, stored,
                      cat("its version is not known; known are ",
                          in_quotes(impl::shown_versions(all, *versions)),
                          ": upcaster_builder::add or accept declares others"));
    }
    if (!all.nodes[at].is_upcast) return as_it_is;
    if (!impl_) impl_ = std::make_unique<impl>(all);
    if (auto done = impl_->run(plain_, at); !done) return done.error();
    return std::span<const event_view>{impl_->parts};
}

result<void> for_each_upcast(event_reader& from, const std::shared_ptr<const upcasters>& by,
                             const std::function<result<void>(const event_view&)>& visit) {
    event_upcaster upcaster{by};
    while (true) {
        const auto more = from.next();
        if (!more) return more.error();
        if (!*more) return {};
        const auto parts = upcaster.upcast(*from);
        if (!parts) return parts.error();
        for (const auto& part : *parts) {
            if (auto visited = visit(part); !visited) return visited;
        }
    }
}

namespace detail {

result<event> as_stored(const new_event& given, std::string_view stream) {
    if (auto sound = event_rules::check(stream, given); !sound) return sound.error();
    const auto time = given.occurred_at.value_or(timestamp{});
    record::draft draft{.stream = stream,
                        .type = given.type,
                        .schema = given.schema,
                        .correlation = given.correlation,
                        .actor = {given.actor.type, given.actor.id, given.actor.model},
                        .content_type = given.content_type,
                        .extensions = given.extensions,
                        .payload = given.payload,
                        .causes = given.causes,
                        .tags = given.tags,
                        .session_tag = {},
                        .id = given.id.value_or(event_id{}),
                        .occurred_at = time};
    std::string bytes;
    record::encode(bytes, draft);
    record::place(bytes.data(), position{0}, sequence{1}, time);
    return event{record_access::trusted(bytes)};
}

}  // namespace detail
}  // namespace daybook
