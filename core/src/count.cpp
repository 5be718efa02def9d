// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "count.hpp"

#include "postings.hpp"
#include "raw_find.hpp"
#include "sources.hpp"
#include "text.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace daybook {
namespace {

using kind = grouping::kind;

bool is_time(kind by) { return by == kind::hour || by == kind::day || by == kind::month; }

/// Where a group of a time starts and ends, in microseconds, and its name.
struct time_bucket {
    std::int64_t first = 0;
    std::int64_t end = 0;  ///< Not including.
    std::string name;
};

time_bucket bucket_of(kind by, std::int64_t microseconds) {
    using namespace std::chrono;
    const timestamp time{std::chrono::microseconds{microseconds}};
    const auto day = floor<days>(time);
    const auto us = [](auto at) {
        return duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
    };
    // "2025-12-22T10:30:00.123Z": the name is as much of it as the group is long.
    const auto text = to_string(time);
    if (by == kind::hour) {
        const auto hour = floor<hours>(time);
        return {us(hour), us(hour + hours{1}), text.substr(0, 13)};
    }
    if (by == kind::day) return {us(day), us(day + days{1}), text.substr(0, 10)};
    const year_month_day date{day};
    const sys_days first{date.year() / date.month() / 1};
    const sys_days next{(date.year() / date.month() + months{1}) / 1};
    return {us(first), us(next), text.substr(0, 7)};
}

/// Counts by time. Neighbours nearly always share a group, so the last one is kept at hand.
class time_counter {
public:
    explicit time_counter(kind by) : by_{by} {}

    void add(std::int64_t time, std::uint64_t count = 1) {
        if (!last_ || time < last_->first || time >= last_->end) {
            last_ = bucket_of(by_, time);
            at_ = &counts_[last_->first];
            at_->key = last_->name;
        }
        at_->count += count;
    }
    bool one_group(timestamp first, timestamp last) const {
        const auto bucket = bucket_of(by_, first.time_since_epoch().count());
        return last.time_since_epoch().count() < bucket.end;
    }
    std::vector<group_count> take() {
        std::vector<group_count> all;
        for (auto& [first, group] : counts_) all.push_back(std::move(group));
        return all;
    }

private:
    kind by_;
    std::optional<time_bucket> last_;
    group_count* at_ = nullptr;
    std::map<std::int64_t, group_count> counts_;
};

class text_counter {
public:
    void add(std::string_view key, std::uint64_t count = 1) {
        if (count == 0) return;
        const auto at = counts_.find(key);
        if (at != counts_.end()) {
            at->second += count;
        } else {
            counts_.emplace(key, count);
        }
    }
    std::vector<group_count> take() {
        std::vector<group_count> all;
        for (auto& [key, count] : counts_) all.push_back({key, count});
        std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
            return a.count != b.count ? a.count > b.count : a.key < b.key;
        });
        return all;
    }

private:
    std::unordered_map<std::string, std::uint64_t, text_hash, std::equal_to<>> counts_;
};

/// How a value of a payload field is shown as a group: without the letter of its kind.
std::string shown(std::string_view indexed) {
    if (indexed == "z") return "null";
    if (indexed.starts_with('b')) return indexed == "b1" ? "true" : "false";
    return std::string{indexed.substr(1)};
}

/// The keyed field that a grouping walks over, what its terms begin with, and where the name
/// starts.
struct keyed_group {
    field in{};
    std::string prefix;
    bool is_value = false;

    std::string name(std::string_view term) const {
        return is_value ? shown(term) : std::string{term.substr(prefix.size())};
    }
};

std::optional<keyed_group> keyed(const grouping& by, const term_rules& rules) {
    switch (by.by) {
        case kind::type: return keyed_group{field::type, {}, false};
        case kind::category: return keyed_group{field::category, {}, false};
        case kind::actor: return keyed_group{field::actor, {}, false};
        case kind::tag: return keyed_group{field::tag, by.key + ':', false};
        case kind::field: {
            const auto& fields = rules.indexed_fields;
            const auto at = std::find(fields.begin(), fields.end(), by.key);
            if (at == fields.end()) return std::nullopt;
            return keyed_group{
                payload_field(static_cast<std::size_t>(at - fields.begin())), {}, true};
        }
        default: return std::nullopt;
    }
}

class counter {
public:
    counter(engine& e, std::shared_ptr<const compiled_query> q, const grouping& by)
        : engine_{e},
          query_{q},
          by_{by},
          list_{e.all.current()},
          end_{e.end()},
          evaluator_{e, q, false},
          times_{by.by} {}

    result<std::vector<group_count>> run() {
        const auto group = keyed(by_, engine_.rules);
        const bool read = query_->needs_check() || by_.by == kind::stream ||
                          by_.by == kind::correlation || (by_.by == kind::field && !group);
        auto done = read ? count_events() : group ? count_terms(*group) : count_offsets();
        if (!done) return done.error();
        if (by_.by == kind::none) return std::vector{group_count{"", total_}};
        return is_time(by_.by) ? times_.take() : texts_.take();
    }

private:
    std::uint32_t visible(std::uint32_t segment) const {
        const auto first = position_of(segment, 0).value;
        return static_cast<std::uint32_t>(
            std::min<std::uint64_t>(end_.value - first, limits::segment_events));
    }
    std::uint32_t segment_count() const {
        return end_.value == 0 ? 0 : segment_of({end_.value - 1}) + 1;
    }

    // By reading.
    result<void> count_events() {
        query_walk walk{engine_, query_, direction::forwards, {}, end_};
        for (;;) {
            const auto event = walk.next();
            if (!event) return event.error();
            if (!*event) return {};
            add(**event);
        }
    }
    void add(event_view event) {
        switch (by_.by) {
            case kind::none: ++total_; return;
            case kind::type: texts_.add(event.type()); return;
            case kind::category: texts_.add(event.category()); return;
            case kind::stream: texts_.add(event.stream()); return;
            case kind::correlation:
                if (!event.correlation().empty()) texts_.add(event.correlation());
                return;
            case kind::actor:
                if (!event.actor().id.empty()) texts_.add(event.actor().id);
                return;
            case kind::tag: add_tags(event); return;
            case kind::field: add_field(event); return;
            default: times_.add(event.occurred_at().time_since_epoch().count());
        }
    }
    void add_tags(event_view event) {
        std::vector<std::string_view> seen;  // A tag given twice counts once.
        for (const std::string_view tag : event.tags()) {
            if (tag.size() <= by_.key.size() || tag[by_.key.size()] != ':' ||
                !tag.starts_with(by_.key) ||
                std::find(seen.begin(), seen.end(), tag) != seen.end()) {
                continue;
            }
            seen.push_back(tag);
            texts_.add(tag.substr(by_.key.size() + 1));
        }
    }
    void add_field(event_view event) {
        const auto value = find_raw(event.payload(), by_.key);
        if (!value) return;
        std::string unescaped;
        const auto there = read_scalar(*value, unescaped);
        if (const auto* text = std::get_if<std::string_view>(&there)) {
            texts_.add(*text);
        } else if (const auto spelled = indexed_text(there)) {
            texts_.add(shown(*spelled));
        }
    }

    // From candidates alone: totals and times.
    result<void> count_offsets() {
        if (by_.by == kind::none && query_->everything()) {
            total_ = end_.value;
            return {};
        }
        offset_set set;
        for (std::uint32_t segment = 0; segment < segment_count(); ++segment) {
            const auto some = evaluator_.evaluate(*list_, segment, visible(segment), set);
            if (!some) return some.error();
            if (!*some) continue;
            if (by_.by == kind::none) {
                total_ += set.count();
            } else if (auto ok = add_times(segment, set); !ok) {
                return ok;
            }
        }
        return {};
    }
    result<void> add_times(std::uint32_t segment, const offset_set& set) {
        if (list_->is_sealed(segment)) {
            const auto& summary = list_->sealed[segment];
            if (times_.one_group(summary.occurred_min, summary.occurred_max)) {
                times_.add(summary.occurred_min.time_since_epoch().count(), set.count());
                return {};
            }
        }
        if (auto ok = evaluator_.load_times(*list_, segment, column_); !ok) return ok;
        set.for_each([&](std::uint16_t offset) { times_.add(column_[offset]); });
        return {};
    }

    // From the postings of the group's field: one walk over its terms per group of segments.
    result<void> count_terms(const keyed_group& group) {
        const auto sealed =
            std::min(static_cast<std::uint32_t>(list_->sealed.size()), segment_count());
        for (std::uint32_t first = 0; first < sealed; first += index_codec::group_segments) {
            if (auto ok = count_sealed(group, first, sealed); !ok) return ok;
        }
        for (auto segment = sealed; segment < segment_count(); ++segment) {
            offset_set set;
            const auto some = evaluator_.evaluate(*list_, segment, visible(segment), set);
            if (!some) return some.error();
            if (!*some) continue;
            const auto unspelled = count_tail(group, *list_->in_memory(segment), set);
            if (auto ok = add_unspelled(segment, unspelled); !ok) return ok;
        }
        return {};
    }
    /// Events whose text is not in the index are read; there are few.
    result<void> add_unspelled(std::uint32_t segment, const offset_set& set) {
        log_reader log{engine_.log};
        for (auto at = set.at_or_after(0); at; at = set.at_or_after(*at + 1U)) {
            const auto event = log.at(position_of(segment, *at));
            if (!event) return event.error();
            add_field(*event);
        }
        return {};
    }
    result<void> count_sealed(const keyed_group& group, std::uint32_t first, std::uint32_t sealed) {
        const bool all = query_->everything();
        const auto last = std::min(first + index_codec::group_segments, sealed);
        std::vector<offset_set> wanted(all ? 0 : last - first);
        for (auto segment = first; !all && segment < last; ++segment) {
            const auto some =
                evaluator_.evaluate(*list_, segment, visible(segment), wanted[segment - first]);
            if (!some) return some.error();
        }
        const auto field_prefix =
            index_codec::key_prefix(first >> index_codec::group_bits, group.in);
        const auto prefix = field_prefix + group.prefix;
        const std::unique_ptr<rocksdb::Iterator> entries{
            engine_.db->db().NewIterator({}, engine_.db->index())};
        std::string term;
        std::uint64_t count = 0;
        offset_set set;
        for (entries->Seek(prefix); entries->Valid(); entries->Next()) {
            const auto key = to_view(entries->key());
            if (!key.starts_with(prefix) || key.size() < field_prefix.size() + 5) break;
            const auto segment = index_codec::segment_of(key);
            if (segment >= last) continue;  // Sealed since the list was taken.
            const auto text = key.substr(field_prefix.size(), key.size() - field_prefix.size() - 5);
            if (text != term) {
                if (count > 0) texts_.add(group.name(term), count);
                term = text;
                count = 0;
            }
            const bool spelled = !group.is_value || text != unspelled_text;
            if (all && spelled) {
                count += postings::count(to_view(entries->value()));
                continue;
            }
            set.clear();
            if (!postings::decode(to_view(entries->value()), set)) {
                return damaged_index(segment);
            }
            if (!all) set &= wanted[segment - first];
            if (spelled) {
                count += set.count();
            } else if (auto ok = add_unspelled(segment, set); !ok) {
                return ok;
            }
        }
        if (!entries->status().ok()) return to_error(entries->status(), "count: read index");
        if (count > 0) texts_.add(group.name(term), count);
        return {};
    }
    /// Gives back the events that must be read.
    offset_set count_tail(const keyed_group& group, const tail_segment& tail,
                          const offset_set& wanted) {
        const std::shared_lock lock{tail.mutex};
        offset_set unspelled;
        offset_set set;
        tail.for_each_term(group.in, [&](const tail_segment::keyed_term& one) {
            const auto text = tail.text(one);
            if (!text.starts_with(group.prefix)) return;
            set.clear();
            tail.collect(one, set);
            if (group.is_value && text == unspelled_text) {
                unspelled = set;
                unspelled &= wanted;
            } else if (const auto count = set.count_common(wanted)) {
                texts_.add(group.name(text), count);
            }
        });
        return unspelled;
    }

    engine& engine_;
    std::shared_ptr<const compiled_query> query_;
    grouping by_;
    std::shared_ptr<const segment_list> list_;
    position end_;
    evaluator evaluator_;
    std::vector<std::int64_t> column_;
    std::uint64_t total_ = 0;
    time_counter times_;
    text_counter texts_;
};

}  // namespace

result<std::vector<group_count>> count_matches(engine& e, std::shared_ptr<const compiled_query> q,
                                               const grouping& by) {
    return counter{e, std::move(q), by}.run();
}

}  // namespace daybook
