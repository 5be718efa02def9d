// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "planner.hpp"

#include "bytes.hpp"
#include "postings.hpp"
#include "text.hpp"

#include <algorithm>

namespace daybook {

bool compiled_query::alternative::timed() const noexcept {
    return since != std::numeric_limits<std::int64_t>::min() ||
           until != std::numeric_limits<std::int64_t>::max();
}

result<std::shared_ptr<const compiled_query>> compiled_query::make(query q,
                                                                   const term_rules& rules) {
    if (auto sound = validate(q); !sound) return sound.error();
    auto made = std::make_shared<compiled_query>();
    made->query_ = std::move(q);
    for (const auto& c : made->query_.any_of) made->add(c, rules);
    if (made->any_of_.empty()) made->any_of_.emplace_back();
    made->use_indexed_fields(rules);
    return std::shared_ptr<const compiled_query>{std::move(made)};
}

void compiled_query::add(const criteria& c, const term_rules& rules) {
    alternative plan;
    const auto need = [&](field in, std::string_view text) {
        plan.all_of.push_back({rules.make(in, text)});
        if (is_packed(in)) needs_check_ = true;
    };
    if (!c.types.empty()) {
        auto& types = plan.all_of.emplace_back();
        for (const auto& type : c.types) types.push_back(rules.make(field::type, type));
    }
    for (const auto& tag : c.tags) need(field::tag, tag);
    if (!c.stream.empty()) need(field::stream, c.stream);
    if (!c.category.empty()) need(field::category, c.category);
    if (!c.correlation.empty()) need(field::correlation, c.correlation);
    if (!c.actor.empty()) need(field::actor, c.actor);
    if (c.id) need(field::id, id_text(*c.id));
    if (c.cause) need(field::cause, id_text(*c.cause));
    if (!c.actor_type.empty()) needs_check_ = true;
    if (c.since) plan.since = c.since->time_since_epoch().count();
    if (c.until) plan.until = c.until->time_since_epoch().count();
    any_of_.push_back(std::move(plan));
}

void compiled_query::use_indexed_fields(const term_rules& rules) {
    std::vector<payload_condition> rest;
    for (const auto& condition : query_.where) {
        const auto declared =
            std::find(rules.indexed_fields.begin(), rules.indexed_fields.end(), condition.pointer);
        std::string unescaped;
        auto text = condition.op == comparison::equal && declared != rules.indexed_fields.end()
                        ? indexed_text(condition_value(condition.value, unescaped))
                        : std::nullopt;
        if (!text) {
            rest.push_back(condition);
            continue;
        }
        if (*text == unspelled_text) rest.push_back(condition);
        const auto place = static_cast<std::size_t>(declared - rules.indexed_fields.begin());
        also_.push_back(rules.make(payload_field(place), texts_.emplace_back(std::move(*text))));
    }
    if (rest.empty()) return;
    where_.emplace(rest);
    needs_check_ = true;
}

bool compiled_query::scans() const noexcept {
    if (!also_.empty()) return false;
    return std::any_of(any_of_.begin(), any_of_.end(),
                       [](const auto& plan) { return plan.all_of.empty(); });
}

bool compiled_query::timed() const noexcept {
    return std::any_of(any_of_.begin(), any_of_.end(),
                       [](const auto& plan) { return plan.timed(); });
}

bool compiled_query::one_packed_term() const noexcept {
    if (any_of_.size() != 1 || !also_.empty() || timed()) return false;
    const auto& all = any_of_.front().all_of;
    return all.size() == 1 && all.front().size() == 1 && is_packed(all.front().front().in);
}

bool compiled_query::matches(event_view event) const {
    return any_criteria_match(query_.any_of, event) && (!where_ || where_->match(event));
}

evaluator::evaluator(engine& e, std::shared_ptr<const compiled_query> q, bool backwards)
    : engine_{e}, query_{std::move(q)}, backwards_{backwards} {
    generation_ = engine_.index_generation;
    for (const auto& plan : query_->any_of()) {
        auto& mine = any_of_.emplace_back();
        mine.plan = &plan;
        for (const auto& any : plan.all_of) {
            auto& terms = mine.all_of.emplace_back();
            for (const auto& t : any) terms.push_back({t, nullptr});
        }
    }
    for (const auto& t : query_->also()) also_.push_back({t, nullptr});
}

result<bool> evaluator::load(looked_up& one, const segment_list& list, std::uint32_t segment,
                             offset_set& out) {
    if (!list.is_sealed(segment)) {
        const auto& tail = *list.in_memory(segment);
        const std::shared_lock lock{tail.mutex};
        tail.load(one.wanted, out);
        return true;
    }
    if (!one.cursor) {
        one.cursor = std::make_unique<index_cursor>(*engine_.db, one.wanted, backwards_);
    }
    const auto value = one.cursor->find(segment);
    if (!value) return value.error();
    if (!*value) return false;
    const bool sound = is_packed(one.wanted.in)
                           ? index_codec::load_packed(**value, one.wanted.hash, out)
                           : postings::decode(**value, out);
    if (!sound) return damaged_index(segment);
    return true;
}

result<bool> evaluator::load_list(looked_up& one, const segment_list& list, std::uint32_t segment,
                                  std::vector<std::uint16_t>& out) {
    if (!list.is_sealed(segment)) {
        const auto& tail = *list.in_memory(segment);
        const std::shared_lock lock{tail.mutex};
        tail.load_packed(one.wanted, out);
        return !out.empty();
    }
    if (!one.cursor) {
        one.cursor = std::make_unique<index_cursor>(*engine_.db, one.wanted, backwards_);
    }
    const auto value = one.cursor->find(segment);
    if (!value) return value.error();
    if (!*value) return false;
    if (!index_codec::load_packed(**value, one.wanted.hash, out)) return damaged_index(segment);
    return !out.empty();
}

result<bool> evaluator::load_any(std::vector<looked_up>& any, const segment_list& list,
                                 std::uint32_t segment, offset_set& out) {
    out.clear();
    bool some = false;
    for (auto& one : any) {
        const auto before = any.size() == 1 ? 0 : out.count();
        const auto loaded = load(one, list, segment, out);
        if (!loaded) return loaded;
        if (!*loaded) continue;
        one.found += out.count() - before;
        some = true;
    }
    return some && !out.empty();
}

result<bool> evaluator::load_alternative(looked_up_alternative& one, const segment_list& list,
                                         std::uint32_t segment, std::uint32_t visible,
                                         offset_set& out) {
    offset_set terms;
    bool first = true;
    for (auto& any : one.all_of) {
        const auto some = load_any(any, list, segment, first ? out : terms);
        if (!some || !*some) return some;
        if (!first) out &= terms;
        first = false;
    }
    if (first) out.fill();
    out.clip(0, visible - 1);
    if (out.empty()) return false;
    return one.plan->timed() ? narrow_by_time(*one.plan, list, segment, out) : result<bool>{true};
}

result<bool> evaluator::narrow_by_time(const compiled_query::alternative& plan,
                                       const segment_list& list, std::uint32_t segment,
                                       offset_set& out) {
    const auto inside = [&](std::int64_t t) { return t >= plan.since && t < plan.until; };
    if (list.is_sealed(segment)) {
        const auto first = list.sealed[segment].occurred_min.time_since_epoch().count();
        const auto last = list.sealed[segment].occurred_max.time_since_epoch().count();
        if (last < plan.since || first >= plan.until) return false;
        if (inside(first) && inside(last)) return true;
    }
    if (auto loaded = load_times(list, segment, times_); !loaded) return loaded.error();
    for (std::size_t word = 0; word < offset_set::words; ++word) {
        for (auto left = out.raw()[word]; left != 0; left &= left - 1) {
            const auto bit = static_cast<std::size_t>(std::countr_zero(left));
            if (!inside(times_[word * 64 + bit])) out.raw()[word] &= ~(std::uint64_t{1} << bit);
        }
    }
    return !out.empty();
}

result<void> evaluator::load_times(const segment_list& list, std::uint32_t segment,
                                   std::vector<std::int64_t>& out) {
    if (!list.is_sealed(segment)) {
        const auto& tail = *list.in_memory(segment);
        const std::shared_lock lock{tail.mutex};
        out = tail.times();
        if (&out == &times_) times_of_.reset();
        return {};
    }
    if (&out == &times_ && times_of_ == segment) return {};
    auto key = index_codec::key_prefix(segment >> index_codec::group_bits, field::times);
    index_codec::append_segment(key, segment);
    rocksdb::PinnableSlice value;
    const auto status = engine_.db->db().Get({}, engine_.db->index(), key, &value);
    if (!status.ok()) return to_error(status, cat("read times of segment ", segment));
    if (!index_codec::decode_times(to_view(value), out)) {
        return fail(errc::corrupt,
                    cat("times of segment ", segment, " are damaged; run `daybook reindex`"));
    }
    if (&out == &times_) times_of_ = segment;
    return {};
}

result<void> evaluator::check(const segment_list& list, std::uint32_t segment) const {
    if (generation_ != engine_.index_generation) {
        return fail(errc::refused, "the index was rebuilt during this read; start it again");
    }
    if (segment >= list.size()) return incomplete_index();
    return {};
}

result<bool> evaluator::evaluate(const segment_list& list, std::uint32_t segment,
                                 std::uint32_t visible, candidates& out) {
    if (!query_->one_packed_term()) return evaluate(list, segment, visible, out.use_set());
    auto& found = out.use_list();
    if (auto ok = check(list, segment); !ok) return ok.error();
    auto& one = any_of_.front().all_of.front().front();
    const auto some = load_list(one, list, segment, found);
    if (!some || !*some) return some;
    if (visible < limits::segment_events) {
        std::erase_if(found, [&](std::uint16_t offset) { return offset >= visible; });
    }
    one.found += found.size();
    return !found.empty();
}

result<bool> evaluator::evaluate(const segment_list& list, std::uint32_t segment,
                                 std::uint32_t visible, offset_set& out) {
    out.clear();
    if (auto ok = check(list, segment); !ok) return ok.error();
    if (visible == 0) return false;
    offset_set one;
    for (auto& alternative : any_of_) {
        const auto some = load_alternative(alternative, list, segment, visible, one);
        if (!some) return some;
        if (*some) out |= one;
    }
    for (auto& t : also_) {
        one.clear();
        const auto some = load(t, list, segment, one);
        if (!some) return some;
        t.found += one.count();
        out &= one;
    }
    return !out.empty();
}

std::vector<evaluator::leaf> evaluator::leaves() const {
    std::vector<leaf> all;
    for (const auto& alternative : any_of_) {
        for (const auto& any : alternative.all_of) {
            for (const auto& one : any) all.push_back({one.wanted, one.found});
        }
    }
    for (const auto& one : also_) all.push_back({one.wanted, one.found});
    return all;
}

}  // namespace daybook
