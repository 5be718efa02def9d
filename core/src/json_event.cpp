// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/json_event.hpp>
#include <daybook/raw_json.hpp>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>

#include <array>
#include <cstddef>
#include <optional>

namespace daybook {
namespace {

// Most payloads fit, so that parsing one does not go to the heap.
constexpr std::size_t arena_bytes = 16 * 1024;

/// As deep as payloads may be: see `check_json`.
boost::json::parse_options parse_options() {
    boost::json::parse_options options;
    options.max_depth = json_depth_max;
    return options;
}

bool says_json(std::string_view content_type) {
    return content_type.find("json") != std::string_view::npos;
}

}  // namespace

struct json_event::impl {
    std::array<unsigned char, arena_bytes> arena;
    // Made anew for each payload: `release` would keep the size that the last large one made it
    // grow to, and double it with the next.
    std::optional<boost::json::monotonic_resource> memory;
    boost::json::parser parser{boost::json::storage_ptr{}, parse_options()};
    std::optional<boost::json::value> value;
    const boost::json::object none;
    bool parsed = false;

    void forget() {
        value.reset();
        memory.reset();
        parsed = false;
    }

    void parse(const event_view& event) {
        parsed = true;
        if (!says_json(event.content_type())) return;
        memory.emplace(arena.data(), arena.size());
        parser.reset(&*memory);
        boost::json::error_code failed;
        parser.write(event.payload(), failed);
        if (!failed) {
            value.emplace(parser.release());
        } else {
            parser.reset();  // What it had read so far lies in `memory`.
        }
    }
};

json_event::json_event() : impl_{std::make_unique<impl>()} {}
json_event::json_event(event_view event) : json_event{} { event_ = event; }
json_event::json_event(json_event&&) noexcept = default;
json_event& json_event::operator=(json_event&&) noexcept = default;
json_event::~json_event() = default;

void json_event::move_to(event_view event) {
    if (impl_->parsed) impl_->forget();
    event_ = event;
}

const boost::json::value* json_event::payload() const {
    if (!impl_->parsed) impl_->parse(event_);
    return impl_->value ? &*impl_->value : nullptr;
}

const boost::json::object& json_event::fields() const {
    const auto* value = payload();
    return value != nullptr && value->is_object() ? value->get_object() : impl_->none;
}

}  // namespace daybook
