// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "sources.hpp"

#include "plan_text.hpp"

#include <algorithm>

namespace daybook {

query_walk::query_walk(engine& e, std::shared_ptr<const compiled_query> q, direction dir,
                       std::optional<std::uint64_t> from, position end,
                       const staged_records* staged)
    : engine_{e},
      query_{q},
      list_{e.all.current()},
      evaluator_{e, std::move(q), dir == direction::backwards},
      reader_{e.log},
      staged_{staged},
      backwards_{dir == direction::backwards},
      end_{end} {
    if (end.value == 0) return;
    const auto last = segment_of({end.value - 1});
    if (backwards_) {
        from_ = std::min(from.value_or(end.value - 1), end.value - 1);
        segment_ = segment_of({from_});
        segments_left_ = segment_ + 1;
    } else {
        from_ = from.value_or(0);
        if (from_ >= end.value) return;
        segment_ = segment_of({from_});
        segments_left_ = last - segment_ + 1;
    }
}

result<bool> query_walk::next_segment() {
    while (segments_left_ > 0) {
        if (started_) backwards_ ? --segment_ : ++segment_;
        started_ = true;
        --segments_left_;
        const auto visible = segment_ == segment_of(end_)
                                 ? offset_of(end_)
                                 : static_cast<std::uint32_t>(limits::segment_events);
        const auto some = evaluator_.evaluate(*list_, segment_, visible, candidates_);
        if (!some) return some;
        if (!*some) continue;
        if (segment_ == segment_of({from_})) {
            const auto edge = offset_of({from_});
            backwards_ ? candidates_.clip(0, edge) : candidates_.clip(edge, 65'535);
        }
        cursor_ = backwards_ ? 65'536 : 0;
        skip_in_segment();
        const auto count = candidates_.count();
        if (count == 0) continue;
        ++counts_.segments_read;
        // Where at least every eighth event is wanted, going through the log beats looking up.
        if (count * 8 >= visible && staged_ == nullptr) {
            const auto first =
                backwards_ ? *candidates_.at_or_before(65'535) : *candidates_.at_or_after(0);
            if (!scanner_) {
                scanner_.emplace(*engine_.db, position_of(segment_, first), end_, backwards_);
            }
        } else {
            scanner_.reset();
        }
        return true;
    }
    return false;
}

void query_walk::skip_in_segment() {
    if (to_skip_ == 0) return;
    const auto here = candidates_.count();
    if (to_skip_ >= here) {
        to_skip_ -= here;
        candidates_.clear();
        return;
    }
    const auto skipped = static_cast<std::uint32_t>(to_skip_);
    backwards_ ? candidates_.clip(0, candidates_.nth(here - 1 - skipped))
               : candidates_.clip(candidates_.nth(skipped), 65'535);
    to_skip_ = 0;
}

std::optional<std::uint16_t> query_walk::next_offset() {
    if (backwards_ ? cursor_ == 0 : cursor_ > 65'535) return std::nullopt;
    const auto offset =
        backwards_ ? candidates_.at_or_before(cursor_ - 1) : candidates_.at_or_after(cursor_);
    if (offset) cursor_ = backwards_ ? *offset : *offset + 1U;
    return offset;
}

result<event_view> query_walk::read(position at) {
    if (staged_ != nullptr) {
        if (const auto staged = staged_->find(at)) return *staged;
    }
    if (!scanner_) return reader_.at(at);
    scanner_->skip_to(at);
    auto next = scanner_->next();
    if (!next) return next.error();
    return **next;
}

result<std::optional<event_view>> query_walk::next() {
    for (;;) {
        if (!in_segment_) {
            const auto more = next_segment();
            if (!more) return more.error();
            if (!*more) return std::optional<event_view>{};
            in_segment_ = true;
        }
        const auto offset = next_offset();
        if (!offset) {
            in_segment_ = false;
            continue;
        }
        ++counts_.candidates;
        const auto event = read(position_of(segment_, *offset));
        if (!event) return event.error();
        if (query_->needs_check() && !query_->matches(*event)) continue;
        ++counts_.matches;
        return std::optional{*event};
    }
}

namespace {

class all_source : public event_reader::source {
public:
    all_source(engine& e, const read_options& options, position end)
        : left_{end.value == 0 ? 0 : options.limit},
          scanner_{*e.database_now(), start(options, end), end,
                   options.direction == direction::backwards, options.unchecked} {}

    result<std::optional<event_view>> next() override {
        if (left_ == 0) return std::optional<event_view>{};
        --left_;
        return scanner_.next();
    }

private:
    static position start(const read_options& options, position end) {
        if (options.direction == direction::forwards) return {options.from.value_or(0)};
        const auto last = end.value == 0 ? 0 : end.value - 1;
        return {std::min(options.from.value_or(last), last)};
    }

    std::uint64_t left_;
    log_scanner scanner_;
};

/// What every walk tells the slow log.
void describe_walk(engine& e, const query_walk& walk, std::vector<log_field>& fields) {
    const std::shared_lock reading{e.index_mutex};
    fields.push_back({"plan", to_text(plan_of(walk, e.rules))});
}

class query_source : public event_reader::source {
public:
    query_source(engine& e, std::shared_ptr<const compiled_query> q, const read_options& options)
        : engine_{e},
          walk_{e, std::move(q), options.direction, options.from, e.end()},
          left_{options.limit} {}

    result<std::optional<event_view>> next() override {
        if (left_ == 0) return std::optional<event_view>{};
        --left_;
        const std::shared_lock reading{engine_.index_mutex};
        return walk_.next();
    }
    void describe(std::vector<log_field>& fields) const override {
        fields.push_back({"query", to_text(walk_.asked().source())});
        describe_walk(engine_, walk_, fields);
    }

private:
    engine& engine_;
    query_walk walk_;
    std::uint64_t left_;
};

/// Events of one stream. A walk finds them; here sequences decide where it starts and ends.
class stream_source : public event_reader::source {
public:
    stream_source(engine& e, std::shared_ptr<const compiled_query> q, const read_options& options,
                  std::uint64_t first, stream_head head, std::optional<std::uint64_t> from)
        : engine_{e},
          walk_{e, std::move(q), options.direction, from, {head.at.value + 1}},
          backwards_{options.direction == direction::backwards},
          first_{first},
          head_{head.last.value},
          left_{options.limit} {
        // Candidates can be too many (equal hashes), never too few: this never skips too far.
        walk_.skip(backwards_ ? head_ - first_ : first_ - 1);
    }

    result<std::optional<event_view>> next() override {
        if (left_ == 0) return std::optional<event_view>{};
        const std::shared_lock reading{engine_.index_mutex};
        while (left_ > 0) {
            auto event = walk_.next();
            if (!event || !*event) return event;
            const auto at = (*event)->sequence().value;
            if (backwards_ ? at > first_ : at < first_) continue;
            --left_;
            if (at == (backwards_ ? 1 : head_)) left_ = 0;  // Nothing of the stream is beyond.
            return event;
        }
        return std::optional<event_view>{};
    }
    void describe(std::vector<log_field>& fields) const override {
        fields.push_back({"stream", walk_.asked().source().any_of.front().stream});
        describe_walk(engine_, walk_, fields);
    }

private:
    engine& engine_;
    query_walk walk_;
    bool backwards_;
    std::uint64_t first_;
    std::uint64_t head_;
    std::uint64_t left_;
};

struct no_source : event_reader::source {
    result<std::optional<event_view>> next() override { return std::optional<event_view>{}; }
};

struct failed_source : event_reader::source {
    explicit failed_source(error e) : why{std::move(e)} {}
    result<std::optional<event_view>> next() override { return why; }
    error why;
};

}  // namespace

std::unique_ptr<event_reader::source> make_all_source(engine& e, const read_options& options) {
    return std::make_unique<all_source>(e, options, e.end());
}

std::unique_ptr<event_reader::source> make_query_source(engine& e,
                                                        std::shared_ptr<const compiled_query> q,
                                                        const read_options& options) {
    return std::make_unique<query_source>(e, std::move(q), options);
}

result<std::unique_ptr<event_reader::source>> make_stream_source(engine& e, std::string_view stream,
                                                                 const read_options& options) {
    const bool backwards = options.direction == direction::backwards;
    const auto place = find_stream(e, stream, e.end());
    if (!place) return place.error();
    const auto last = place->head.last.value;
    const auto first = backwards ? std::min(options.from.value_or(last), last)
                                 : std::max<std::uint64_t>(options.from.value_or(1), 1);
    if (last == 0 || first == 0 || first > last) {
        return std::unique_ptr<event_reader::source>{std::make_unique<no_source>()};
    }
    auto q = compiled_query::make(criteria{.stream = std::string{stream}}, e.rules);
    if (!q) return q.error();
    std::optional<std::uint64_t> from;
    if (!backwards) from = place->start.value;
    return std::unique_ptr<event_reader::source>{
        std::make_unique<stream_source>(e, std::move(*q), options, first, place->head, from)};
}

event_reader::event_reader(std::unique_ptr<source> from) : source_{std::move(from)} {}
event_reader::event_reader(event_reader&&) noexcept = default;
event_reader& event_reader::operator=(event_reader&& from) noexcept {
    if (this != &from) {
        if (source_) source_->finish();
        source_ = std::move(from.source_);
        current_ = from.current_;
    }
    return *this;
}
event_reader::~event_reader() {
    if (source_) source_->finish();
}

void event_reader::source::finish() noexcept {
    if (!watched) return;
    const auto [at, into, operation, began] = *watched;
    watched.reset();
    const auto took = latency_recorder::clock::now() - began;
    into->record(took);
    at->meters.events_read.add(given);
    if (!at->slow.applies(took)) return;
    try {
        std::vector<log_field> fields{{"events", std::to_string(given)}};
        describe(fields);
        at->slow.tell(operation, took, std::move(fields));
    } catch (const std::bad_alloc&) {
        // Nothing can be told without memory, and the read itself went well.
    }
}

result<bool> event_reader::next() {
    auto event = source_->next();
    if (!event) {
        source_->finish();
        source_ = std::make_unique<failed_source>(event.error());
        return event.error();
    }
    if (!*event) {
        source_->finish();
        return false;
    }
    ++source_->given;
    current_ = **event;
    return true;
}

result<std::vector<event>> event_reader::collect() {
    std::vector<event> events;
    for (;;) {
        const auto more = next();
        if (!more) return more.error();
        if (!*more) return events;
        events.emplace_back(current_);
    }
}

}  // namespace daybook
