// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/limits.hpp>
#include <daybook/query.hpp>
#include <daybook/utf8.hpp>

#include "names.hpp"
#include "predicate.hpp"
#include "text.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace daybook {
namespace {

// Conditions as text -----------------------------------------------------------------------------

struct spelling {
    std::string_view text;
    comparison op;
};

// Longer ones first, so that "<=" is not taken for "<".
constexpr std::array<spelling, 8> spellings{{{"!=", comparison::not_equal},
                                             {"<=", comparison::less_equal},
                                             {">=", comparison::greater_equal},
                                             {"^=", comparison::prefix},
                                             {"*=", comparison::contains},
                                             {"=", comparison::equal},
                                             {"<", comparison::less},
                                             {">", comparison::greater}}};

const spelling* operator_at(std::string_view text) {
    const auto* found = std::find_if(spellings.begin(), spellings.end(), [&](const spelling& one) {
        return text.starts_with(one.text);
    });
    return found == spellings.end() ? nullptr : found;
}

// Validation -------------------------------------------------------------------------------------

// The first check that failed, told with the part of the query it was about.
class check_list {
public:
    explicit check_list(std::string where) : where_{std::move(where)} {}

    void add(const result<void>& checked) {
        if (ok_ && !checked) {
            ok_ = fail(checked.error().code, cat(where_, ": ", checked.error().message));
        }
    }
    result<void> outcome() && { return std::move(ok_); }

private:
    std::string where_;
    result<void> ok_;
};

result<void> check_range(const criteria& item) {
    if (item.since && item.until && *item.since >= *item.until) {
        return fail(errc::invalid_argument,
                    cat("since ", *item.since, " is not before until ", *item.until));
    }
    return {};
}

result<void> check_item(const criteria& item, std::size_t number) {
    check_list checks{cat("query item ", number)};
    for (const auto& type : item.types) checks.add(names::check_type(type));
    for (const auto& tag : item.tags) checks.add(names::check_tag_filter(tag));
    if (!item.stream.empty()) checks.add(names::check_stream_name(item.stream));
    if (!item.category.empty()) checks.add(names::check_category(item.category));
    checks.add(names::check_text("correlation", item.correlation, limits::correlation_bytes_max));
    checks.add(names::check_text("actor", item.actor, limits::actor_id_bytes_max));
    checks.add(names::check_text("actor type", item.actor_type, limits::actor_type_bytes_max));
    if (item.since) checks.add(names::check_time("since", *item.since));
    if (item.until) checks.add(names::check_time("until", *item.until));
    checks.add(check_range(item));
    return std::move(checks).outcome();
}

result<void> check_condition(const payload_condition& condition, std::size_t number) {
    check_list checks{cat("payload condition ", number)};
    checks.add(names::check_pointer(condition.pointer));
    if (!utf8::valid(condition.value)) {
        checks.add(fail(errc::invalid_argument,
                        cat("value ", in_quotes(condition.value), " is not UTF-8")));
    }
    return std::move(checks).outcome();
}

// Fingerprints -----------------------------------------------------------------------------------

// FNV-1a over numbers and length-prefixed texts: no two different queries are spelled the same.
class fnv {
public:
    void add(std::uint64_t number) {
        for (unsigned shift = 0; shift < 64; shift += 8) add_byte(number >> shift & 0xFFU);
    }
    void add(std::string_view text) {
        add(text.size());
        for (const char c : text) add_byte(static_cast<std::uint8_t>(c));
    }
    void add(const std::optional<event_id>& id) {
        add(id ? 1U : 0U);
        if (!id) return;
        for (const auto byte : id->bytes) add_byte(byte);
    }
    void add(const std::optional<timestamp>& time) {
        add(time ? 1U : 0U);
        if (time) add(std::bit_cast<std::uint64_t>(std::int64_t{time->time_since_epoch().count()}));
    }
    /// Sets: neither order nor repetition matters.
    template <class Element>
    void add_set(std::vector<Element> elements) {
        std::sort(elements.begin(), elements.end());
        elements.erase(std::unique(elements.begin(), elements.end()), elements.end());
        add(elements.size());
        for (const auto& element : elements) add(element);
    }
    std::uint64_t value() const { return hash_; }

private:
    void add_byte(std::uint64_t byte) { hash_ = (hash_ ^ byte) * 0x100000001B3U; }

    std::uint64_t hash_ = 0xCBF29CE484222325U;
};

std::uint64_t hash_of(const criteria& item) {
    fnv hash;
    hash.add_set(item.types);
    hash.add_set(item.tags);
    for (const std::string_view name :
         {item.stream, item.category, item.correlation, item.actor, item.actor_type}) {
        hash.add(name);
    }
    hash.add(item.id);
    hash.add(item.cause);
    hash.add(item.since);
    hash.add(item.until);
    return hash.value();
}

std::uint64_t hash_of(const payload_condition& condition) {
    fnv hash;
    hash.add(condition.pointer);
    hash.add(static_cast<std::uint64_t>(condition.op));
    if (condition.op != comparison::exists) hash.add(condition.value);
    return hash.value();
}

template <class Part>
std::vector<std::uint64_t> hashes_of(const std::vector<Part>& parts) {
    std::vector<std::uint64_t> hashes(parts.size());
    std::transform(parts.begin(), parts.end(), hashes.begin(),
                   [](const Part& part) { return hash_of(part); });
    return hashes;
}

}  // namespace

result<payload_condition> parse_payload_condition(std::string_view text) {
    std::size_t at = 0;
    const spelling* found = nullptr;
    while (at < text.size() && (found = operator_at(text.substr(at))) == nullptr) ++at;
    const auto pointer = text.substr(0, at);
    if (text.empty() || (!pointer.empty() && pointer.front() != '/')) {
        return fail(errc::invalid_argument, cat("payload condition ", in_quotes(text),
                                                " does not begin with a field like /agent_name"));
    }
    if (auto checked = names::check_pointer(pointer); !checked) {
        return fail(errc::invalid_argument,
                    cat("payload condition ", in_quotes(text), ": ", checked.error().message));
    }
    payload_condition condition{
        .pointer = std::string{pointer}, .op = comparison::exists, .value = {}};
    if (found != nullptr) {
        condition.op = found->op;
        condition.value = text.substr(at + found->text.size());
    }
    return condition;
}

query query::types(std::vector<std::string> any_of_these) {
    criteria only;
    only.types = std::move(any_of_these);
    return query{std::move(only)};
}

bool query::matches(event_view event) const {
    return any_criteria_match(any_of, event) &&
           (where.empty() || compiled_conditions{where}.match(event));
}

result<void> validate(const query& q) {
    for (std::size_t i = 0; i < q.any_of.size(); ++i) {
        if (auto checked = check_item(q.any_of[i], i + 1); !checked) return checked;
    }
    for (std::size_t i = 0; i < q.where.size(); ++i) {
        if (auto checked = check_condition(q.where[i], i + 1); !checked) return checked;
    }
    return {};
}

std::uint64_t fingerprint(const query& q) {
    fnv hash;
    hash.add_set(hashes_of(q.any_of));
    hash.add_set(hashes_of(q.where));
    return hash.value();
}

}  // namespace daybook
