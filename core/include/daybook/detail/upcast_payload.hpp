// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event_codec.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

/// What upcasters hand on from one to the next; see upcasters.hpp.
namespace daybook::detail {

/// A payload on its way, as JSON or as a struct: whichever the last upcaster gave. It is made the
/// other only if the next one asks for that.
class upcast_payload {
public:
    explicit upcast_payload(boost::json::value&& json) { json_.emplace(std::move(json)); }
    explicit upcast_payload(boost::json::object&& json) { json_.emplace(std::move(json)); }

    template <readable_event E>
    static upcast_payload of(E made) {
        upcast_payload payload;
        payload.typed_ = std::make_shared<E>(std::move(made));
        payload.type_ = &typeid(E);
        payload.print_ = [](const void* from) {
            return event_to_json(*static_cast<const E*>(from));
        };
        return payload;
    }

    /// As JSON, to be changed. Throws `payload_mismatch` if it is not an object.
    boost::json::object& object();

    /// As a struct. Throws `payload_mismatch`.
    template <readable_event E>
    const E& as() {
        if (type_ == nullptr || *type_ != typeid(E)) {
            auto read = std::make_shared<E>();
            object();
            read_value(*json_, *read);
            typed_ = std::move(read);
        }
        return *static_cast<const E*>(typed_.get());
    }

    /// Appends it as JSON text.
    void print(std::string& out) const;

private:
    upcast_payload() = default;

    std::optional<boost::json::value> json_;  ///< Counts, if it is there.
    std::shared_ptr<const void> typed_;
    const std::type_info* type_ = nullptr;  ///< Of `typed_`, if there is no JSON.
    std::string (*print_)(const void*) = nullptr;
};

/// What came of a step: the how manieth of the kinds that it declares, and its payload.
struct upcast_product {
    std::size_t to = 0;
    upcast_payload payload;
};

using upcast_function = std::function<void(upcast_payload&&, const event_view& stored,
                                           std::vector<upcast_product>& made)>;

template <class F, class From>
concept upcasts_with = std::copy_constructible<F> &&
    (std::is_invocable_v<const F&, From> || std::is_invocable_v<const F&, From, const event_view&>);

template <class F, class From>
decltype(auto) call_upcast(const F& upcast, From& from, const event_view& stored) {
    if constexpr (std::is_invocable_v<const F&, From&, const event_view&>) {
        return upcast(from, stored);
    } else {
        return upcast(from);
    }
}

}  // namespace daybook::detail
