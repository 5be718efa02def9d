// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/upcasters.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// For tests of upcasters. Needs no store and no test framework.
namespace daybook {

/// What old events are read as.
///
///     EXPECT_EQ(upcaster_spec(to_today)
///                   .given(task_opened_v1{"T-1"})
///                   .then(task_opened{"T-1", priority::normal})
///                   .failures(),
///               "");
///
/// Every event is upcast twice, by one `event_upcaster` and by another: upcasters that give other
/// bytes the second time are not pure. What is given and what is wanted goes through JSON to its
/// struct and back, and must stay as it is. Payloads compare as JSON: the order of members does
/// not count.
class upcaster_spec {
public:
    explicit upcaster_spec(std::shared_ptr<const upcasters> by) : by_{std::move(by)} {}

    /// An event as it was appended once.
    upcaster_spec& given(new_event old) {
        given_.push_back(std::move(old));
        return *this;
    }
    template <detail::readable_event E>
    upcaster_spec& given(const E& old) {
        check_struct(old);
        return given(make_event(old));
    }

    /// Expects, of all that was given, these events next, in this order, and no others at the end.
    template <detail::readable_event... E>
    upcaster_spec& then(const E&... wanted) {
        (check_struct(wanted), ...);
        (expect(make_event(wanted)), ...);
        return *this;
    }
    /// Expects an event of this version with this payload next.
    upcaster_spec& then(const versioned_type& kind, std::string payload) {
        new_event event;
        event.type = kind.type;
        event.schema = kind.version;
        event.payload = std::move(payload);
        return expect(std::move(event));
    }
    /// Expects that everything is dropped.
    upcaster_spec& then_nothing() {
        if (!wanted_) wanted_.emplace();
        return *this;
    }
    /// Expects that the last event given cannot be upcast, for a reason that has `why` in it.
    upcaster_spec& then_fails(std::string_view why = {}) {
        failure_ = std::string{why};
        return *this;
    }

    /// Empty if all holds, else what does not, on lines.
    [[nodiscard]] std::string failures() const;

private:
    upcaster_spec& expect(new_event wanted) {
        if (!wanted_) wanted_.emplace();
        wanted_->push_back(std::move(wanted));
        return *this;
    }

    template <class E>
    void check_struct(const E& one) {
        const auto text = event_to_json(one);
        const auto stored = detail::as_stored(make_event(one));
        const auto back = stored ? event_as<E>(*stored) : result<E>{stored.error()};
        if (back && event_to_json(*back) == text) return;
        faults_ += std::string{event_type_name<E>()} + ' ' + text + " comes back from JSON as " +
                   (back ? event_to_json(*back) : back.error().message) + '\n';
    }

    std::string compare(const std::vector<std::string>& found) const;

    std::shared_ptr<const upcasters> by_;
    std::vector<new_event> given_;
    std::optional<std::vector<new_event>> wanted_;
    std::optional<std::string> failure_;
    std::string faults_;
};

}  // namespace daybook
