// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#define XXH_INLINE_ALL  // All of the library is in its header.
#include <daybook/json.hpp>
#include <daybook/json_event.hpp>
#include <daybook/replay/compare.hpp>

#include "alignment.hpp"

#include <boost/json/serialize.hpp>

#include <random>
#include <xxhash.h>

namespace daybook::replay {
namespace {

/// An event as far as it is compared: hashes with a seed of this run, which nobody can have
/// foreseen who made the events.
struct shape {
    position at;
    std::uint64_t thing = 0;    ///< Type and key.
    std::uint64_t content = 0;  ///< These, and all that must be the same.
};

class shaper {
public:
    explicit shaper(const event_compare_options& options) : options_{options} {
        std::random_device device;
        seed_ = std::uint64_t{device()} << 32U | device();
    }

    shape operator()(const event_view& event) {
        text_.clear();
        add(event.type());
        if (options_.by_stream) add(event.stream());
        if (!options_.key.empty()) add(key_of(event));
        shape made{.at = event.position(), .thing = hash(), .content = 0};
        add(event.payload());
        add(event.schema());
        add(event.content_type());
        add(event.actor().type);
        add(event.actor().id);
        add(event.actor().model);
        for (const auto tag : event.tags()) add(tag);
        made.content = hash();
        return made;
    }

private:
    void add(std::string_view part) {
        text_ += std::to_string(part.size());
        text_ += ':';
        text_ += part;
    }
    std::uint64_t hash() const { return XXH3_64bits_withSeed(text_.data(), text_.size(), seed_); }

    /// The field as JSON; of an event without it, nothing.
    std::string key_of(const event_view& event) {
        json_.move_to(event);
        const auto* payload = json_.payload();
        const auto* found = payload ? find_pointer(*payload, options_.key) : nullptr;
        return found ? boost::json::serialize(*found) : std::string{};
    }

    const event_compare_options& options_;
    std::uint64_t seed_ = 0;
    std::string text_;
    json_event json_;
};

/// One side, read event by event.
class walk {
public:
    static result<walk> open(const compared_side& side) {
        auto reader = side.log.read(side.which);
        if (!reader) return reader.error();
        return walk{*std::move(reader)};
    }

    /// The next event; nothing at the end.
    result<std::optional<shape>> next(shaper& as) {
        const auto moved = reader_.next();
        if (!moved) return moved.error();
        return *moved ? std::optional{as(*reader_)} : std::nullopt;
    }

    /// `first`, if there is one, and all that is left.
    result<std::vector<shape>> rest(const std::optional<shape>& first, shaper& as,
                                    std::uint64_t most) {
        std::vector<shape> all;
        if (!first) return all;
        all.push_back(*first);
        while (true) {
            const auto one = next(as);
            if (!one) return one.error();
            if (!*one) return all;
            if (all.size() >= most) {
                return fail(errc::too_large,
                            "compare events: more than " + std::to_string(most) +
                                " follow where the sides part; compare one stream or correlation");
            }
            all.push_back(**one);
        }
    }

private:
    explicit walk(event_reader reader) : reader_{std::move(reader)} {}
    event_reader reader_;
};

/// Tells and counts steps.
class teller {
public:
    teller(const std::vector<shape>& a, const std::vector<shape>& b, event_comparison& into,
           const std::function<void(const compared_step&)>& visit)
        : a_{a}, b_{b}, into_{into}, visit_{visit} {}

    void both(step_kind kind, aligned_pair at) {
        (kind == step_kind::same ? into_.same : into_.changed) += 1;
        tell({kind, a_[at.a].at, b_[at.b].at});
    }
    /// What stands in `box` has nothing on the other side.
    void apart(const aligned_box& box) {
        for (auto i = box.from.a; i < box.to.a; ++i, ++into_.only_a) {
            tell({step_kind::only_a, a_[i].at, {}});
        }
        for (auto i = box.from.b; i < box.to.b; ++i, ++into_.only_b) {
            tell({step_kind::only_b, {}, b_[i].at});
        }
    }

private:
    void tell(const compared_step& step) const {
        if (visit_) visit_(step);
    }
    const std::vector<shape>& a_;
    const std::vector<shape>& b_;
    event_comparison& into_;
    const std::function<void(const compared_step&)>& visit_;
};

/// First what is the same on both sides; between, what is for the same thing.
void align(const std::vector<shape>& a, const std::vector<shape>& b, teller& to) {
    alignment same{[&](std::size_t i, std::size_t j) { return a[i].content == b[j].content; }};
    alignment alike{[&](std::size_t i, std::size_t j) { return a[i].thing == b[j].thing; }};
    const auto between = [&](const aligned_box& gap) {
        auto from = gap.from;
        for (const auto& pair : alike.pairs(gap)) {
            to.apart({from, pair});
            to.both(step_kind::changed, pair);
            from = {pair.a + 1, pair.b + 1};
        }
        to.apart({from, gap.to});
    };
    aligned_pair from;
    const aligned_pair end{a.size(), b.size()};
    for (const auto& pair : same.pairs({from, end})) {
        between({from, pair});
        to.both(step_kind::same, pair);
        from = {pair.a + 1, pair.b + 1};
    }
    between({from, end});
}

result<void> check(const event_compare_options& options) {
    if (options.key.empty()) return {};
    query asks;
    asks.where.push_back({.pointer = options.key, .op = comparison::exists, .value = {}});
    return validate(asks);
}

}  // namespace

result<event_comparison> compare_events(
    const compared_side& a, const compared_side& b, const event_compare_options& options,
    const std::function<void(const compared_step& step)>& visit) {
    if (auto ok = check(options); !ok) return ok.error();
    auto left = walk::open(a);
    if (!left) return left.error();
    auto right = walk::open(b);
    if (!right) return right.error();
    shaper as{options};
    event_comparison found;
    std::optional<shape> first_a;
    std::optional<shape> first_b;
    for (;; ++found.shared) {
        auto one = left->next(as);
        if (!one) return one.error();
        auto other = right->next(as);
        if (!other) return other.error();
        first_a = *one;
        first_b = *other;
        if (!first_a || !first_b || first_a->content != first_b->content) break;
    }
    if (first_a) found.parts_a = first_a->at;
    if (first_b) found.parts_b = first_b->at;
    const auto rest_a = left->rest(first_a, as, options.events_max);
    if (!rest_a) return rest_a.error();
    const auto rest_b = right->rest(first_b, as, options.events_max);
    if (!rest_b) return rest_b.error();
    teller to{*rest_a, *rest_b, found, visit};
    align(*rest_a, *rest_b, to);
    return found;
}

result<projections::view_comparison> compare_views(store& a, store& b,
                                                   const projections::any_projection& of,
                                                   const projections::compare_options& options) {
    using projections::as_of;
    using projections::as_of_view;
    const auto rows_a = as_of_view::open(a, of, as_of::before(a.watermark()));
    if (!rows_a) return rows_a.error();
    const auto rows_b = as_of_view::open(b, of, as_of::before(b.watermark()));
    if (!rows_b) return rows_b.error();
    return projections::compare_rows(*rows_a, *rows_b, options);
}

}  // namespace daybook::replay
