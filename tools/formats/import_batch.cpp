// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "formats/import_batch.hpp"

#include "formats/text.hpp"

#include <algorithm>
#include <cstring>
#include <span>

namespace daybook::formats {
namespace {

// Places of streams that are remembered; beyond that they are asked for again.
constexpr std::size_t places_max = 200'000;
// A stream that others write to at the same time is looked at again this often.
constexpr int attempts_max = 8;

void mark_bad(pending_line& line, conflict details, std::string reason) {
    line.becomes = pending_line::fate::bad;
    line.problem = {1, std::move(reason)};
    line.conflict = std::make_shared<const conflict>(std::move(details));
}

// The line belongs at a place where its stream is not.
conflict wrong_place(const pending_line& line, sequence actual) {
    return {conflict::kind::expectation,
            line.line.stream,
            expected::at({line.line.at->value - 1}),
            actual,
            {}};
}

// The id of the line is taken.
conflict taken_id(const pending_line& line, sequence actual, event stored) {
    return {conflict::kind::id, line.line.stream, expected::any(), actual, {std::move(stored)}};
}

bool any_bad(const std::vector<pending_line>& lines) {
    return std::any_of(lines.begin(), lines.end(), [](const pending_line& line) {
        return line.becomes == pending_line::fate::bad;
    });
}

}  // namespace

std::size_t hash_event_id::operator()(const event_id& id) const noexcept {
    std::uint64_t halves[2];
    std::memcpy(halves, id.bytes.data(), sizeof halves);
    return static_cast<std::size_t>(halves[0] * 0x9E3779B97F4A7C15U ^ halves[1]);
}

result<import_batches::stream_place*> import_batches::place_of(const std::string& stream) {
    const auto [at, is_new] = places_.try_emplace(stream);
    if (is_new) {
        const auto head = into_.head(stream);
        if (!head) {
            places_.erase(at);
            return head.error();
        }
        at->second.stored = head->last;
    }
    return &at->second;
}

void import_batches::add(pending_line& line, stream_place& place) {
    auto& parts = request_.streams;
    if (parts.empty() || parts.back().stream != line.line.stream) {
        const sequence before{place.stored.value + place.staged.size()};
        parts.push_back(
            {line.line.stream, line.line.at ? expected::at(before) : expected::any(), {}});
    }
    if (place.staged.empty()) touched_.push_back(&place);
    place.staged.push_back(*line.line.event.id);
    staged_ids_.insert(*line.line.event.id);
    parts.back().events.push_back(std::move(line.line.event));
    staged_lines_.push_back(&line);
    line.becomes = pending_line::fate::added;
}

// The line says where it belongs.
result<void> import_batches::stage_placed(pending_line& line, stream_place& place) {
    const auto at = *line.line.at;
    const auto next = place.stored.value + place.staged.size() + 1;
    if (at.value == next && staged_ids_.contains(*line.line.event.id)) {
        mark_bad(line, {.what = conflict::kind::id, .stream = line.line.stream},
                 join("event ", daybook::to_string(*line.line.event.id),
                      " is in a line before it, at another place"));
        return {};
    }
    if (at.value == next) {
        add(line, place);
        return {};
    }
    if (at.value > next) {
        mark_bad(line, wrong_place(line, {next - 1}),
                 join("the sequence in ", line.line.stream, " is ", at, ", expected ", next));
        return {};
    }
    line.becomes = pending_line::fate::repeated;
    if (at.value <= place.stored.value) {
        checks_.push_back({line.line.stream, at, &line});
    } else if (place.staged[at.value - place.stored.value - 1] != *line.line.event.id) {
        mark_bad(line, wrong_place(line, {next - 1}),
                 join("another line before it has sequence ", at, " in ", line.line.stream));
    }
    return {};
}

// The line does not say where it belongs: only its id tells whether it is new.
result<void> import_batches::stage_unplaced(pending_line& line, stream_place& place) {
    const auto& id = *line.line.event.id;
    if (staged_ids_.contains(id)) {
        line.becomes = pending_line::fate::repeated;
        return {};
    }
    const bool surely_new = place.stored.value == 0 || place.growing;
    if (surely_new && !look_up_all_ids_) {
        add(line, place);
        return {};
    }
    auto stored = into_.read_one(id);
    if (!stored && stored.error().code != errc::not_found) return stored.error();
    if (!stored) {
        place.growing = true;
        add(line, place);
    } else if (stored->stream() == line.line.stream) {
        line.becomes = pending_line::fate::repeated;
    } else {
        auto reason = join("event ", daybook::to_string(id), " is in the store already, in ",
                           stored->stream(), " at sequence ", stored->sequence());
        mark_bad(line, taken_id(line, place.stored, std::move(*stored)), std::move(reason));
    }
    return {};
}

result<void> import_batches::stage_line(pending_line& line) {
    const auto place = place_of(line.line.stream);
    if (!place) return place.error();
    return line.line.at ? stage_placed(line, **place) : stage_unplaced(line, **place);
}

result<void> import_batches::stage(std::vector<pending_line>& lines, bool go_on) {
    if (places_.size() > places_max) forget_places();
    for (auto& line : lines) {
        if (line.becomes == pending_line::fate::open) {
            if (auto staged = stage_line(line); !staged) return staged;
        }
        if (line.becomes == pending_line::fate::bad && !go_on) break;
    }
    return check_stored();
}

// Are the events that repeated lines claim to be really there? Read stream by stream, not one by
// one.
result<void> import_batches::check_stored() {
    std::stable_sort(checks_.begin(), checks_.end(), [](const auto& a, const auto& b) {
        return std::pair{a.stream, a.at} < std::pair{b.stream, b.at};
    });
    for (auto begin = checks_.begin(); begin != checks_.end();) {
        const auto end = std::find_if(begin, checks_.end(), [&](const stored_check& one) {
            return one.stream != begin->stream;
        });
        if (auto checked = check_stream({begin, end}); !checked) return checked;
        begin = end;
    }
    checks_.clear();
    return {};
}

result<void> import_batches::check_stream(std::span<stored_check> checks) {
    constexpr std::uint64_t gap_max = 64;  // Beyond that, looking for the place is cheaper.
    std::optional<event_reader> reader;
    std::uint64_t read_up_to = 0;
    for (const auto& check : checks) {
        if (!reader || check.at.value > read_up_to + gap_max) {
            auto opened = into_.read_stream(check.stream, {.from = check.at.value});
            if (!opened) return opened.error();
            reader = std::move(*opened);
            read_up_to = check.at.value - 1;
        }
        for (; read_up_to < check.at.value; ++read_up_to) {
            const auto more = reader->next();
            if (!more) return more.error();
            if (!*more) {
                return fail(errc::corrupt,
                            join(check.stream, ": sequence ", check.at, " cannot be read"));
            }
        }
        if ((*reader)->id() != *check.line->line.event.id) {
            const auto& stored = **reader;
            mark_bad(*check.line, taken_id(*check.line, check.at, event{stored}),
                     join("sequence ", check.at, " in ", check.stream, " is event ",
                          daybook::to_string(stored.id()), " in the store, not ",
                          daybook::to_string(*check.line->line.event.id)));
        }
    }
    return {};
}

// Gives the events back to their lines, so that staging can begin again.
void import_batches::unstage() {
    std::size_t which = 0;
    for (auto& part : request_.streams) {
        for (auto& event : part.events) {
            auto& line = *staged_lines_[which++];
            line.line.event = std::move(event);
            line.becomes = pending_line::fate::open;
        }
    }
    request_.streams.clear();
    staged_lines_.clear();
    staged_ids_.clear();
    for (auto* place : touched_) place->staged.clear();
    touched_.clear();
}

void import_batches::forget_places() {
    places_.clear();
    touched_.clear();
}

// After a commit that failed: can it be tried again, with what is known now?
result<bool> import_batches::settle(std::vector<pending_line>& lines, const error& why) {
    if (why.code != errc::conflict || !why.conflict || ++attempts_ > attempts_max) return false;
    for (auto& line : lines) {
        if (line.becomes == pending_line::fate::repeated) line.becomes = pending_line::fate::open;
    }
    forget_places();
    if (why.conflict->what != conflict::kind::id) return true;
    if (!look_up_all_ids_) {
        look_up_all_ids_ = true;
        return true;
    }
    for (const auto& stored : why.conflict->events) {
        for (auto& line : lines) {
            if (line.becomes == pending_line::fate::open && line.line.event.id == stored.id()) {
                mark_bad(
                    line, *why.conflict,
                    join("event ", daybook::to_string(stored.id()), " is in the store already, in ",
                         stored.stream(), " at sequence ", stored.sequence()));
                attempts_ = 0;
                return true;
            }
        }
    }
    return false;
}

result<void> import_batches::commit() {
    if (request_.streams.empty()) return {};
    request_.durability = durable_;
    const auto receipt = into_.commit(request_);
    if (!receipt) return receipt.error();
    for (auto* place : touched_) {
        place->stored.value += place->staged.size();
        place->staged.clear();
        place->growing = true;
    }
    if (receipt->repeated) {
        // The store had all of it: lines without a place were taken for new, or another import
        // was faster. Where the streams are is to be asked again.
        for (auto* line : staged_lines_) line->becomes = pending_line::fate::repeated;
        forget_places();
    }
    touched_.clear();
    staged_ids_.clear();
    staged_lines_.clear();
    request_.streams.clear();
    return {};
}

result<void> import_batches::store_lines(std::vector<pending_line>& lines, bool go_on) {
    look_up_all_ids_ = false;
    attempts_ = 0;
    for (;;) {
        if (auto staged = stage(lines, go_on); !staged) {
            unstage();
            return staged;
        }
        if (any_bad(lines) && !go_on) {
            unstage();
            return {};
        }
        const auto committed = commit();
        if (committed) return {};
        unstage();
        const auto again = settle(lines, committed.error());
        if (!again) return again.error();
        if (!*again) return committed.error();
    }
}

}  // namespace daybook::formats
