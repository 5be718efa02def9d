// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Everything is looked at: segments in parallel, then how they join.

#include <daybook/compliance/ledger.hpp>
#include <daybook/limits.hpp>

#include "ledger_impl.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <thread>

namespace daybook::compliance {
namespace {

constexpr std::size_t findings_max = 1000;

std::string at_position(std::uint64_t at) { return "position " + std::to_string(at); }

/// Where a stream begins and ends in one part of the log.
struct stream_span {
    daybook::sequence first;
    std::uint64_t first_link;
    position first_at;
    daybook::sequence last;
    position last_at;
};
using stream_spans = std::unordered_map<std::string, stream_span, text_hash, std::equal_to<>>;

/// What was found in one part.
struct part_result {
    std::vector<finding> findings;
    stream_spans streams;
    std::optional<timestamp> first_recorded;
    std::optional<timestamp> last_recorded;
    std::vector<event> about_keys;
};

/// Looks at the events from `from` up to `to`.
class part_check {
public:
    part_check(const store& log, std::shared_ptr<const ledger_tree> tree, const std::string& origin,
               position from, position to)
        : log_{log}, check_{std::move(tree), origin}, next_{from}, to_{to} {}

    part_result run(std::atomic<std::uint64_t>& done) {
        while (next_ < to_) {
            const auto before = next_;
            walk();
            done += next_.value - before.value;
        }
        return std::move(found_);
    }

private:
    /// Up to the end, or behind a hole.
    void walk() {
        auto events = log_.read_all(
            {.from = next_.value, .limit = to_.value - next_.value, .unchecked = true});
        if (!events) return skip(events.error());
        while (next_ < to_) {
            const auto more = events->next();
            if (!more) return skip(more.error());
            if (!*more) return skip(fail(errc::corrupt, "the log ends"));
            look(**events);
            ++next_.value;
        }
    }

    /// What cannot be read is a hole; goes on at the next tile. An archive that is not attached
    /// is none, and away as a whole.
    void skip(const error& why) {
        const bool away = why.code == errc::not_found;
        const auto message =
            "no event can be read at " + at_position(next_.value) + ": " + why.message;
        note(away ? finding{verdict::unverifiable, "archive", next_, message}
                  : tampered("hole", next_, message));
        const auto step = away ? limits::segment_events : std::uint64_t{tile_width};
        next_ = {std::min(to_.value, (next_.value / step + 1) * step)};
        found_.last_recorded.reset();
        broken_ = true;
    }

    void look(const event_view& event) {
        if (auto wrong = check_.look(event)) return note(*std::move(wrong));
        check_time(event);
        check_stream(event, check_.link());
        if (is_about_keys(event)) found_.about_keys.emplace_back(event);
    }

    void check_time(const event_view& event) {
        const auto recorded = event.recorded_at();
        if (!found_.first_recorded) found_.first_recorded = recorded;
        if (found_.last_recorded && recorded < *found_.last_recorded) {
            note(tampered("order", event.position(),
                          at_position(event.position().value) +
                              " was recorded before the event that comes before it"));
        }
        found_.last_recorded = recorded;
    }

    void check_stream(const event_view& event, std::uint64_t link) {
        const auto at = event.position();
        const auto known = found_.streams.find(event.stream());
        if (known == found_.streams.end()) {
            found_.streams.emplace(event.stream(),
                                   stream_span{event.sequence(), link, at, event.sequence(), at});
            return;
        }
        auto& span = known->second;
        if (!broken_ && (event.sequence().value != span.last.value + 1 ||
                         at.value - link != span.last_at.value)) {
            note(tampered("order", at,
                          at_position(at.value) + " is " + std::string{event.stream()} + " " +
                              std::to_string(event.sequence().value) + ", and follows " +
                              std::to_string(span.last.value)));
        }
        span.last = event.sequence();
        span.last_at = at;
    }

    void note(finding one) {
        if (found_.findings.size() < findings_max) found_.findings.push_back(std::move(one));
    }

    const store& log_;
    leaf_check check_;
    position next_;
    const position to_;
    part_result found_;
    bool broken_ = false;
};

/// Puts the parts together, in order.
class joined_parts {
public:
    explicit joined_parts(bool from_start) : complete_{from_start} {}

    void add(part_result part, std::vector<finding>& findings) {
        std::move(part.about_keys.begin(), part.about_keys.end(), std::back_inserter(about_keys_));
        for (auto& one : part.findings) findings.push_back(std::move(one));
        if (part.first_recorded && recorded_ && *part.first_recorded < *recorded_) {
            findings.push_back(tampered("order", {}, "a time runs back between two segments"));
        }
        if (part.last_recorded) recorded_ = part.last_recorded;
        if (!part.findings.empty()) complete_ = false;  // Streams have holes then; told already.
        for (auto& [stream, span] : part.streams) join(stream, span, findings);
    }

    const std::vector<event>& about_keys() const { return about_keys_; }

private:
    void join(const std::string& stream, const stream_span& span, std::vector<finding>& findings) {
        const auto known = streams_.find(stream);
        const std::uint64_t before = known == streams_.end() ? 0 : known->second.last.value;
        const bool linked = known == streams_.end() ? span.first_link == 0
                                                    : span.first_at.value - span.first_link ==
                                                          known->second.last_at.value;
        if (complete_ && (span.first.value != before + 1 || !linked)) {
            findings.push_back(tampered("order", span.first_at,
                                        at_position(span.first_at.value) + " is " + stream + " " +
                                            std::to_string(span.first.value) + ", and follows " +
                                            std::to_string(before)));
        }
        streams_.insert_or_assign(stream, span);
    }

    stream_spans streams_;
    std::optional<timestamp> recorded_;
    std::vector<event> about_keys_;
    bool complete_;
};

/// Hands out parts to threads and takes what they found in order.
class parallel_check {
public:
    parallel_check(const store& log, const std::string& origin, const signed_edge& edge,
                   position from, position to, const verify_options& options)
        : log_{log}, origin_{origin}, tree_{edge.tree}, from_{from}, to_{to}, options_{options} {
        for (auto at = from.value; at < to.value;) {
            const auto end =
                std::min(to.value, (at / limits::segment_events + 1) * limits::segment_events);
            parts_.push_back({{at}, {end}});
            at = end;
        }
        results_.resize(parts_.size());
    }

    /// What was found, and the events about keys.
    std::pair<std::vector<finding>, std::vector<event>> run() {
        const auto cores = std::max(1U, std::thread::hardware_concurrency());
        const auto wanted = options_.threads == 0 ? cores : options_.threads;
        const auto count = std::min<std::size_t>(wanted, parts_.size());
        std::vector<std::thread> others;
        for (std::size_t i = 1; i < count; ++i) others.emplace_back([this] { work(false); });
        work(true);
        for (auto& one : others) one.join();
        joined_parts joined{from_.value == 0};
        std::vector<finding> findings;
        for (auto& part : results_) joined.add(std::move(part), findings);
        return {std::move(findings), joined.about_keys()};
    }

private:
    void work(bool tells) {
        for (;;) {
            const auto mine = next_.fetch_add(1);
            if (mine >= parts_.size()) return;
            const auto& [from, to] = parts_[mine];
            results_[mine] = part_check{log_, tree_, origin_, from, to}.run(done_);
            if (tells && options_.progress) options_.progress(done_, to_.value - from_.value);
        }
    }

    const store& log_;
    const std::string& origin_;
    const std::shared_ptr<const ledger_tree> tree_;
    const position from_;
    const position to_;
    const verify_options& options_;
    std::vector<std::pair<position, position>> parts_;
    std::deque<part_result> results_;
    std::atomic<std::size_t> next_{0};
    std::atomic<std::uint64_t> done_{0};
};

/// Why a kept checkpoint is not one of this log, or nothing.
std::string wrong_with(std::string_view note, const checkpoint& claimed, const signed_log& of,
                       const signed_edge& edge) {
    if (claimed.size > edge.tree->size()) return "is larger than the log";
    const auto root = tree_root(claimed.size, edge.tree->subtrees(claimed.size));
    if (!root || *root != claimed.root) return "is of another history";
    if (edge.keys->keys().empty()) return {};
    const auto known = of.read(note, *edge.keys);
    if (!known) {
        const bool untold = verdict_of(known.error()) == verdict::unverifiable;
        return untold ? "" : "is not signed: " + known.error().message;
    }
    // What a stolen key signed does not count; the newest checkpoint vouches for what it covers.
    if (known->standing == key_standing::valid || known->standing == key_standing::revoked) {
        return {};
    }
    return "is signed by a key that was " + std::string{to_string(known->standing)} + " there";
}

/// Each kept checkpoint is signed, and its tree the beginning of the tree now.
void check_checkpoints(const signed_log& of, const signed_edge& edge,
                       std::vector<finding>& findings) {
    const auto look = [&](std::string_view, std::string_view note) {
        const auto parsed = signed_note::parse(note);
        const auto claimed = parsed ? checkpoint::parse(parsed->text()) : parsed.error();
        if (!claimed) {
            findings.push_back(tampered("checkpoint", {}, claimed.error().message));
        } else if (const auto why = wrong_with(note, *claimed, of, edge); !why.empty()) {
            const auto at = claimed->size == 0 ? 0 : claimed->size - 1;
            findings.push_back(
                tampered("checkpoint", position{at},
                         "the checkpoint of " + std::to_string(claimed->size) + " events " + why));
        }
        return findings.size() < findings_max;
    };
    if (auto ok = of.rows.scan(ledger_rows::checkpoints_start, {}, look); !ok) {
        findings.push_back(tampered("checkpoint", {}, ok.error().message));
    }
}

/// The rows that name the events about keys name those that are there.
void check_keys(const signed_log& of, const verification& looked_at,
                const std::vector<event>& about_keys, std::vector<finding>& findings) {
    const auto listed = of.places_about_keys(looked_at.from, looked_at.to);
    if (!listed) return findings.push_back(tampered("key", {}, listed.error().message));
    std::vector<position> there;
    for (const auto& one : about_keys) there.push_back(one.view().position());
    const auto [row, at] =
        std::mismatch(listed->begin(), listed->end(), there.begin(), there.end());
    if (row == listed->end() && at == there.end()) return;
    const auto first = std::min(row == listed->end() ? looked_at.to : *row,
                                at == there.end() ? looked_at.to : *at);
    findings.push_back(tampered("key", first,
                                "the ledger's list of events about keys and the log differ at " +
                                    at_position(first.value)));
}

/// What is signed, and what is wrong with its newest checkpoint and by what anchors remember.
result<signed_edge> check_edge(const ledger::impl& of, verification& all) {
    const auto& side = *of.signed_side;
    if (of.writer) {
        // While appends go on the edge is ahead of what is looked at; it was looked at on opening.
        all.findings = of.opened.findings;
        if (!of.anchors) return side.now();
        all.anchored_to = of.anchors->anchored();
        if (const auto why = of.anchors->failure()) {
            all.findings.push_back({verdict::unverifiable, "anchor", {}, why->message});
        }
        return side.now();
    }
    auto edge = side.look_at_extent(all.findings);
    if (!edge) return edge;
    for (auto& one : side.check_anchors(*edge, of.options.anchors, all.anchored_to)) {
        all.findings.push_back(std::move(one));
    }
    return edge;
}

}  // namespace

result<verification> ledger::verify(const verify_options& options) const {
    auto& of = *impl_;
    const auto& side = *of.signed_side;
    verification all;
    const auto edge = check_edge(of, all);
    if (!edge) return edge.error();
    all.origin = side.origin();
    all.signed_to = position{of.writer ? of.writer->settled() : edge->tree->size()};
    const auto end = std::min(of.log.watermark(), *all.signed_to);
    all.from = std::min(options.from, end);
    all.to = std::min(options.to.value_or(end), end);
    if (options.checkpoints) check_checkpoints(side, *edge, all.findings);
    auto [found, about_keys] =
        parallel_check{of.log, side.origin(), *edge, all.from, all.to, options}.run();
    if (found.empty()) check_keys(side, all, about_keys, found);
    for (auto& one : found) {
        if (all.findings.size() < findings_max) all.findings.push_back(std::move(one));
    }
    if (options.indexes) {
        // It reads the log too, and would tell what was told already.
        if (auto ok = of.log.check(); !ok && all.findings.empty()) {
            all.findings.push_back(tampered("index", {}, ok.error().message));
        }
    }
    std::stable_sort(all.findings.begin(), all.findings.end(),
                     [](const finding& a, const finding& b) { return a.at < b.at; });
    return all;
}

}  // namespace daybook::compliance
