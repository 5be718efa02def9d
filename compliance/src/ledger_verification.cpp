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
};

/// Looks at the events from `from` up to `to`.
class part_check {
public:
    part_check(const ledger::impl& of, position from, position to)
        : of_{of}, next_{from}, to_{to} {}

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
        auto events = of_.log.read_all(
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

    /// What cannot be read is a hole; goes on at the next tile.
    void skip(const error& why) {
        note(tampered("hole", next_,
                      "no event can be read at " + at_position(next_.value) + ": " + why.message));
        next_ = {std::min(to_.value, (next_.value / tile_width + 1) * tile_width)};
        found_.last_recorded.reset();
        broken_ = true;
    }

    void look(const event_view& event) {
        const auto at = event.position();
        const auto signed_leaf = of_.tree.leaf(at);
        if (!signed_leaf) {
            return note(tampered(
                "tile", at,
                "the leaf of " + at_position(at.value) + ": " + signed_leaf.error().message));
        }
        const auto leaf = leaf_of(of_.tree, of_.origin, event, signed_leaf->link, scratch_);
        if (!leaf || *leaf != signed_leaf->leaf) {
            return note(tampered(
                "event", at,
                "the event at " + at_position(at.value) + " (" + std::string{event.stream()} + " " +
                    std::to_string(event.sequence().value) + ", " + std::string{event.type()} +
                    ") is not what was signed" + (leaf ? "" : ": " + leaf.error().message)));
        }
        check_time(event);
        check_stream(event, signed_leaf->link);
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

    const ledger::impl& of_;
    position next_;
    const position to_;
    part_result found_;
    std::string scratch_;
    bool broken_ = false;
};

/// Puts the parts together, in order.
class joined_parts {
public:
    explicit joined_parts(bool from_start) : complete_{from_start} {}

    void add(part_result part, std::vector<finding>& findings) {
        for (auto& one : part.findings) findings.push_back(std::move(one));
        if (part.first_recorded && recorded_ && *part.first_recorded < *recorded_) {
            findings.push_back(tampered("order", {}, "a time runs back between two segments"));
        }
        if (part.last_recorded) recorded_ = part.last_recorded;
        if (!part.findings.empty()) complete_ = false;  // Streams have holes then; told already.
        for (auto& [stream, span] : part.streams) join(stream, span, findings);
    }

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
    bool complete_;
};

/// Hands out parts to threads and takes what they found in order.
class parallel_check {
public:
    parallel_check(const ledger::impl& of, position from, position to,
                   const verify_options& options)
        : of_{of}, from_{from}, to_{to}, options_{options} {
        for (auto at = from.value; at < to.value;) {
            const auto end =
                std::min(to.value, (at / limits::segment_events + 1) * limits::segment_events);
            parts_.push_back({{at}, {end}});
            at = end;
        }
        results_.resize(parts_.size());
    }

    std::vector<finding> run() {
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
        return findings;
    }

private:
    void work(bool tells) {
        for (;;) {
            const auto mine = next_.fetch_add(1);
            if (mine >= parts_.size()) return;
            results_[mine] = part_check{of_, parts_[mine].first, parts_[mine].second}.run(done_);
            if (tells && options_.progress) options_.progress(done_, to_.value - from_.value);
        }
    }

    const ledger::impl& of_;
    const position from_;
    const position to_;
    const verify_options& options_;
    std::vector<std::pair<position, position>> parts_;
    std::deque<part_result> results_;
    std::atomic<std::size_t> next_{0};
    std::atomic<std::uint64_t> done_{0};
};

/// Each kept checkpoint is signed, and its tree the beginning of the tree now.
void check_checkpoints(const ledger::impl& of, std::vector<finding>& findings) {
    const auto size = of.tree.size();
    const auto bad = [&](std::uint64_t at, const std::string& why) {
        findings.push_back(tampered("checkpoint", position{at == 0 ? 0 : at - 1},
                                    "the checkpoint of " + std::to_string(at) + " events " + why));
    };
    const auto look = [&](std::string_view, std::string_view note) {
        const auto parsed = signed_note::parse(note);
        const auto claimed = parsed ? checkpoint::parse(parsed->text()) : parsed.error();
        if (!claimed) {
            findings.push_back(tampered("checkpoint", {}, claimed.error().message));
            return findings.size() < findings_max;
        }
        if (claimed->size > size) {
            bad(claimed->size, "is larger than the log");
        } else if (const auto root = tree_root(claimed->size, of.tree.subtrees(claimed->size));
                   !root || *root != claimed->root) {
            bad(claimed->size, "is of another history");
        } else if (!of.trusted.empty()) {
            const auto verified = verified_checkpoint::verify(note, of.origin, of.trusted);
            if (!verified && verdict_of(verified.error()) != verdict::unverifiable) {
                bad(claimed->size, "is not signed: " + verified.error().message);
            }
        }
        return findings.size() < findings_max;
    };
    if (auto ok = of.rows.scan(ledger_rows::checkpoints_start, {}, look); !ok) {
        findings.push_back(tampered("checkpoint", {}, ok.error().message));
    }
}

void check_extent(const ledger::impl& of, verification& all) {
    const auto size = of.tree.size();
    const auto end = of.log.watermark().value;
    if (end > size) {
        all.findings.push_back(tampered("unsigned", position{size},
                                        std::to_string(end - size) + " events from " +
                                            at_position(size) + " on were never signed"));
    }
    if (end < size) {
        all.findings.push_back(tampered("hole", position{end},
                                        "the log ends at " + at_position(end) + ", and " +
                                            std::to_string(size) + " events were signed"));
    }
}

}  // namespace

result<verification> ledger::verify(const verify_options& options) const {
    auto& of = *impl_;
    if (auto ok = of.refresh(); !ok && ok.error().code == errc::io) return ok.error();
    verification all;
    all.origin = of.origin;
    all.signed_to = position{size()};
    const auto end = std::min(of.log.watermark(), *all.signed_to);
    all.from = std::min(options.from, end);
    all.to = std::min(options.to.value_or(end), end);
    // While appends go on, the head is ahead of what is looked at; it was looked at on opening.
    if (!of.writer) {
        all.findings = of.check_head();
        check_extent(of, all);
    } else {
        all.findings = of.opened.findings;
    }
    if (!of.writer) {
        for (auto& one : of.check_anchors(all.anchored_to)) all.findings.push_back(std::move(one));
    } else if (of.anchors) {
        all.anchored_to = of.anchors->anchored();
        if (const auto why = of.anchors->failure()) {
            all.findings.push_back({verdict::unverifiable, "anchor", {}, why->message});
        }
    }
    if (options.checkpoints) check_checkpoints(of, all.findings);
    for (auto& one : parallel_check{of, all.from, all.to, options}.run()) {
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
