// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// For tests of projections. Needs no test framework.
namespace daybook::projections {

namespace detail {

struct given_event {
    std::string stream;
    new_event event;
};

using rows_by_key = std::map<std::string, std::string, std::less<>>;

/// Stores `given` in a temporary store and replays it, `replays` times over, in batches of 1 and of
/// 1000, without and with a crash at every cursor write. The rows, or the first difference as an
/// error.
result<rows_by_key> fold_given(const any_projection& of, const std::vector<given_event>& given,
                               std::size_t replays = 2);

/// What a runner makes of events that are not all taken.
struct parked_replay {
    rows_by_key rows;
    std::set<std::optional<std::string>> parked;  ///< Keys; nothing: that of an event without one.
    friend bool operator==(const parked_replay&, const parked_replay&) = default;
};

/// Stores `given` in a temporary store and builds the view in batches of 1 and of 1000; what came
/// of it, or that the two differ as an error.
result<parked_replay> run_given(const any_projection& of, const std::vector<given_event>& given);

}  // namespace detail

/// What rows a projection makes of given events.
///
///     EXPECT_EQ(projection_spec<open_orders>()
///                   .given("order-7", order_placed{"7", 500})
///                   .given("order-7", order_paid{"7", 200})
///                   .then("7", 300)
///                   .failures(),
///               "");
///
/// The events are stored in a temporary store and replayed in batches of 1 and of 1000, without and
/// with a crash right before and right after every cursor write, each twice or as often as said
/// with `replays`. All must give the same bytes.
template <class P>
class projection_spec {
public:
    using row = row_of<P>;

    /// Appends an event to `stream`. Events without a time of their own happen at midnight of
    /// 2026-01-01 (UTC), one second after the other.
    projection_spec& given(std::string stream, new_event event) {
        if (!event.occurred_at) event.occurred_at = clock_;
        clock_ = *event.occurred_at + std::chrono::seconds{1};
        given_.push_back({std::move(stream), std::move(event)});
        return *this;
    }

    /// Appends an event from its struct: type, payload and version as `make_event` says.
    template <daybook::detail::readable_event E>
    requires(!std::same_as<E, new_event>) projection_spec& given(std::string stream,
                                                                 const E& event) {
        return given(std::move(stream), make_event(event));
    }

    /// What is given is upcast as in a view of `any_projection::with_upcasters`.
    projection_spec& upcast_by(std::shared_ptr<const upcasters> by) {
        of_ = any_projection::of<P>().with_upcasters(std::move(by));
        return *this;
    }

    /// The next event happens at `time`.
    projection_spec& at(timestamp time) {
        clock_ = time;
        return *this;
    }

    /// How often each way to replay is taken; at least once.
    projection_spec& replays(std::size_t times) {
        replays_ = std::max<std::size_t>(times, 1);
        return *this;
    }

    /// Expects this row.
    projection_spec& then(std::string key, row expected) {
        expected_.emplace_back(std::move(key), std::move(expected));
        return *this;
    }
    /// Expects no row of this key.
    projection_spec& then_nothing(std::string key) {
        absent_.push_back(std::move(key));
        return *this;
    }
    /// Expects this many rows in all.
    projection_spec& then_rows(std::size_t count) {
        rows_count_ = count;
        return *this;
    }

    /// Expects that an event is parked for this key (see park.hpp), or one without a key; without
    /// this, a projection that throws fails. What is expected like this must be all that is parked.
    projection_spec& then_parked(std::optional<std::string> key) {
        parked_.insert(std::move(key));
        return *this;
    }

    /// Replays; the row of `key`, for a look at some of its fields. Fails with `not_found`, or as
    /// the replay does.
    [[nodiscard]] result<row> get(const std::string& key) const {
        const auto got = replayed();
        if (!got) return got.error();
        const auto found = got->find(key);
        if (found == got->end()) return fail(errc::not_found, "no row \"" + key + '"');
        return decode_value<row>(found->second);
    }

    /// Replays; the rows as they are kept, one per line, for `then` to be written from.
    [[nodiscard]] std::string rows() const {
        const auto got = replayed();
        if (!got) return got.error().message;
        std::string text;
        for (const auto& [key, bytes] : *got) text += key + ": " + shown(bytes) + '\n';
        return text;
    }

    /// Replays and compares: empty if all holds, else one line for each thing that does not.
    [[nodiscard]] std::string failures() const {
        const auto got = replayed();
        if (!got) return got.error().message;
        std::string text;
        for (const auto& [key, wanted] : expected_) text += compare(*got, key, wanted);
        for (const auto& key : absent_) {
            const auto found = got->find(key);
            if (found != got->end())
                text += key + ": wanted no row, found " + shown(found->second) + '\n';
        }
        if (rows_count_ && got->size() != *rows_count_) {
            text += "wanted " + std::to_string(*rows_count_) + " rows, found " +
                    std::to_string(got->size()) + '\n';
        }
        return text;
    }

private:
    [[nodiscard]] result<detail::rows_by_key> replayed() const {
        if (parked_.empty()) return detail::fold_given(of_, given_, replays_);
        auto got = detail::run_given(of_, given_);
        if (!got) return got.error();
        if (got->parked == parked_) return std::move(got->rows);
        return fail(errc::projection_failed,
                    "wanted parked: " + listed(parked_) + "; found: " + listed(got->parked));
    }

    static std::string listed(const std::set<std::optional<std::string>>& keys) {
        std::string text;
        for (const auto& key : keys) {
            if (!text.empty()) text += ", ";
            text += key ? '"' + *key + '"' : std::string{"an event without a key"};
        }
        return text.empty() ? "nothing" : text;
    }

    static std::string shown(std::string_view bytes) {
        const auto decoded = decode_value<row>(bytes);
        return decoded ? value_to_json(*decoded) : decoded.error().message;
    }

    static std::string compare(const detail::rows_by_key& got, const std::string& key,
                               const row& wanted) {
        std::string bytes;
        encode_value(wanted, bytes);
        const auto found = got.find(key);
        if (found != got.end() && found->second == bytes) return {};
        const auto what = found == got.end() ? std::string{"no row"} : shown(found->second);
        return key + ": wanted " + value_to_json(wanted) + ", found " + what + '\n';
    }

    any_projection of_ = any_projection::of<P>();
    timestamp clock_ = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
    std::vector<detail::given_event> given_;
    std::vector<std::pair<std::string, row>> expected_;
    std::vector<std::string> absent_;
    std::set<std::optional<std::string>> parked_;
    std::optional<std::size_t> rows_count_;
    std::size_t replays_ = 2;
};

}  // namespace daybook::projections
