// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/ledger.hpp>
#include <daybook/compliance/statement.hpp>

#include "ledger_impl.hpp"

#include <algorithm>
#include <utility>

namespace daybook::compliance {
namespace {

constexpr std::size_t rows_at_once = 4096;

/// Takes no commit, and says why.
class refusing final : public commit_participant {
public:
    explicit refusing(std::string why) : why_{std::move(why)} {}
    result<void> begin(position) override { return {}; }
    result<void> take(std::span<const event_view>, keyspace_batch&) override {
        return fail(errc::refused, why_);
    }
    void undo() noexcept override {}
    void settle(bool) noexcept override {}

private:
    std::string why_;
};

/// Before the first commit: gives every event its leaf, then hands over to the writer.
class beginning final : public commit_participant {
public:
    explicit beginning(ledger::impl& of) : of_{of} {}

    result<void> begin(position next) override {
        if (auto ok = clear(); !ok) return ok;
        auto events = of_.log.read_all({.unchecked = true});
        if (!events) return events.error();
        ledger_writer writer{of_.log, of_.tree, of_.origin, of_.options.key};
        keyspace_batch writes;
        std::vector<event> block;
        while (of_.tree.size() < next.value) {
            block.clear();
            writes.clear();
            while (block.size() < rows_at_once) {
                const auto more = events->next();
                if (!more) return more.error();
                if (!*more) break;
                block.emplace_back(**events);
            }
            if (block.empty()) break;
            if (auto ok = sign(writer, block, writes); !ok) return ok;
        }
        return end();
    }
    result<void> take(std::span<const event_view>, keyspace_batch&) override {
        return fail(errc::refused, "the ledger is being made");
    }
    void undo() noexcept override {}
    void settle(bool) noexcept override {}

private:
    /// What a making that was interrupted has left.
    result<void> clear() {
        keyspace_batch erased;
        auto scanned = of_.rows.scan({}, {}, [&](std::string_view key, std::string_view) {
            erased.erase(key);
            return true;
        });
        if (!scanned) return scanned;
        if (auto ok = of_.rows.write(erased); !ok) return ok;
        return of_.tree.load();
    }
    result<void> sign(ledger_writer& writer, const std::vector<event>& block,
                      keyspace_batch& writes) {
        std::vector<event_view> views{block.begin(), block.end()};
        if (auto ok = writer.take(views, writes); !ok) return ok;
        if (auto ok = writer.finish(writes); !ok) return ok;
        auto written = of_.rows.write(writes);
        writer.settle(written.has_value());
        return written;
    }
    /// The origin comes last: without it the rest does not count.
    result<void> end() {
        const auto note = sign_head(of_.tree, of_.origin, *of_.options.key);
        if (!note) return note.error();
        const auto size = of_.tree.size();
        keyspace_batch last;
        last.put(ledger_rows::checkpoint_key(size == 0 ? 0 : (size - 1) / tile_width), *note);
        last.put(ledger_rows::origin_key, of_.origin);
        if (auto ok = of_.rows.write(last); !ok) return ok;
        return {};
    }

    ledger::impl& of_;
};

/// How reads are verified.
class event_check final : public read_check {
public:
    explicit event_check(ledger::impl& of) : of_{of} {}

    result<void> look(std::span<const event_view> events) const override {
        if (events.back().position().value >= of_.tree.size()) {
            if (auto ok = of_.refresh(); !ok) return ok;
        }
        thread_local std::string scratch;
        for (const auto& event : events) {
            const auto signed_leaf = of_.tree.leaf(event.position());
            if (!signed_leaf) return bad(event, signed_leaf.error().message);
            const auto leaf = leaf_of(of_.tree, of_.origin, event, signed_leaf->link, scratch);
            if (!leaf) return bad(event, leaf.error().message);
            if (*leaf != signed_leaf->leaf) return bad(event, "it is not what was signed");
        }
        return {};
    }

private:
    static error bad(const event_view& event, const std::string& why) {
        return fail(errc::corrupt, "tampered: the event at position " +
                                       std::to_string(event.position().value) + ": " + why +
                                       "; run `daybook verify`");
    }

    ledger::impl& of_;
};

std::vector<verifier_key> keys_of(const ledger_options& options, const std::string& origin) {
    if (!options.trusted.empty() || !options.key) return options.trusted;
    auto own = verifier_key::of(origin, *options.key);
    return own ? std::vector{std::move(*own)} : std::vector<verifier_key>{};
}

bool has_ledger(const store& log) {
    const auto names = log.keyspaces();
    return names &&
           std::find(names->begin(), names->end(), ledger_rows::keyspace_name) != names->end();
}

}  // namespace

finding tampered(std::string kind, std::optional<position> at, std::string message) {
    return {verdict::tampered, std::move(kind), at, std::move(message)};
}

result<digest> leaf_of(const ledger_tree& tree, std::string_view origin, const event_view& event,
                       std::uint64_t link, std::string& scratch) {
    std::optional<digest> previous;
    if (link > event.position().value) return fail(errc::corrupt, "its link points before the log");
    if (link > 0) {
        const auto before = tree.leaf({event.position().value - link});
        if (!before) return before.error();
        previous = before->leaf;
    }
    scratch.clear();
    append_statement(scratch, origin, event, previous ? &*previous : nullptr);
    return leaf_hash(scratch);
}

// What is believed ------------------------------------------------------------------------------

result<std::string> ledger::impl::newest_note() const {
    std::optional<std::string> note;
    auto scanned = rows.scan_back(ledger_rows::checkpoints_start, {},
                                  [&](std::string_view, std::string_view value) {
                                      note = value;
                                      return false;
                                  });
    if (!scanned) return scanned.error();
    if (!note) return fail(errc::not_found, "the ledger of " + origin + " has no checkpoint");
    return std::move(*note);
}

std::vector<finding> ledger::impl::check_head() const {
    const auto note = newest_note();
    if (!note) return {tampered("checkpoint", {}, note.error().message)};
    const auto head = tree.head();
    const auto parsed = signed_note::parse(*note);
    const auto claimed = parsed ? checkpoint::parse(parsed->text()) : parsed.error();
    if (!claimed)
        return {tampered("checkpoint", {}, "the newest checkpoint: " + claimed.error().message)};
    if (claimed->head() != head) {
        return {tampered("checkpoint",
                         std::min(head.size, claimed->size) == 0
                             ? std::nullopt
                             : std::optional{position{std::min(head.size, claimed->size) - 1}},
                         "the newest checkpoint is of " + std::to_string(claimed->size) +
                             " events, and the tree of " + std::to_string(head.size) +
                             " has not that root")};
    }
    if (trusted.empty()) {
        return {{verdict::unverifiable,
                 "key",
                 {},
                 "no key of the log " + origin + " is given that could be believed"}};
    }
    const auto verified = verified_checkpoint::verify(*note, origin, trusted);
    if (verified) return {};
    return {{verdict_of(verified.error()) == verdict::malformed ? verdict::tampered
                                                                : verdict_of(verified.error()),
             "signature",
             {},
             "the newest checkpoint: " + verified.error().message}};
}

result<verified_checkpoint> ledger::impl::durable_checkpoint() const {
    if (auto ok = log.sync(); !ok) return ok.error();
    const auto note = newest_note();
    if (!note) return note.error();
    return verified_checkpoint::verify(*note, origin, trusted);
}

std::vector<finding> ledger::impl::check_anchors(std::optional<position>& anchored_to) const {
    if (options.anchors.anchors().empty()) return {};
    const auto known = options.anchors.newest(origin, trusted);
    if (!known) {
        // Whether it was never anchored is noted in the store: no more than a hint, for who can
        // change the one can change the other.
        const auto before = rows.get(ledger_rows::anchored_key);
        if (before && !*before && known.error().code == errc::io) return {};
        const auto what =
            known.error().code == errc::corrupt ? verdict::tampered : verdict::unverifiable;
        return {{what, "anchor", {}, known.error().message}};
    }
    if (!known->newest) return {};
    const auto& anchored = *known->newest;
    anchored_to = position{anchored.size()};
    const auto size = tree.size();
    if (anchored.size() > size) {
        return {{verdict::rolled_back, "anchor", position{size},
                 known->anchor + " remembers " + std::to_string(anchored.size()) +
                     " events, the log has " + std::to_string(size)}};
    }
    const auto root = tree_root(anchored.size(), tree.subtrees(anchored.size()));
    if (root && *root == anchored.root()) return {};
    return {tampered("anchor", {},
                     "the first " + std::to_string(anchored.size()) +
                         " events are not those that " + known->anchor + " remembers")};
}

result<void> ledger::impl::refresh() {
    if (writer) return {};
    const std::lock_guard lock{refreshing};
    if (auto ok = tree.load(); !ok) return ok;
    const auto found = check_head();
    const bool bad = std::any_of(found.begin(), found.end(), [](const finding& one) {
        return one.what != verdict::unverifiable;
    });
    return bad ? result<void>{fail(errc::corrupt, found.front().message)} : result<void>{};
}

// Opening ---------------------------------------------------------------------------------------

namespace {

/// The events whose leaves are not in a full tile yet.
std::vector<finding> check_tail(const ledger::impl& of) {
    const auto size = of.tree.size();
    const auto end = of.log.watermark().value;
    std::vector<finding> found;
    if (end > size) {
        found.push_back(tampered("unsigned", position{size},
                                 std::to_string(end - size) + " events from position " +
                                     std::to_string(size) + " on were never signed"));
    }
    if (end < size) {
        found.push_back(tampered("hole", position{end},
                                 "the log ends at position " + std::to_string(end) + ", and " +
                                     std::to_string(size) + " events were signed"));
    }
    auto events =
        of.log.read_all({.from = std::min(end, size) / tile_width * tile_width, .unchecked = true});
    std::string scratch;
    while (events) {
        const auto more = events->next();
        if (!more) {
            found.push_back(tampered("hole", {}, more.error().message));
            return found;
        }
        if (!*more || (**events).position().value >= size) return found;
        const auto& event = **events;
        const auto signed_leaf = of.tree.leaf(event.position());
        const auto leaf = signed_leaf
                              ? leaf_of(of.tree, of.origin, event, signed_leaf->link, scratch)
                              : signed_leaf.error();
        if (!leaf || *leaf != signed_leaf->leaf) {
            found.push_back(
                tampered("event", event.position(),
                         "the event at position " + std::to_string(event.position().value) + " (" +
                             std::string{event.stream()} + " " +
                             std::to_string(event.sequence().value) + ") is not what was signed"));
        }
    }
    return found;
}

void look_at_everything_near(ledger::impl& of) {
    auto& opened = of.opened;
    opened.origin = of.origin;
    opened.to = of.log.watermark();
    if (auto ok = of.tree.load(); !ok) {
        opened.findings.push_back(tampered("tile", {}, ok.error().message));
        return;
    }
    opened.findings = of.check_head();
    opened.signed_to = position{of.tree.size()};
    for (auto& one : check_tail(of)) opened.findings.push_back(std::move(one));
    for (auto& one : of.check_anchors(opened.anchored_to)) {
        opened.findings.push_back(std::move(one));
    }
}

/// From here on the anchors are told how far the log has come. They know of it before this ends.
void begin_anchoring(ledger::impl& of) {
    of.anchors = std::make_unique<anchoring>(
        anchoring::settings{.policy = of.options.anchors,
                            .every = of.options.anchor_every,
                            .newest = [&of] { return of.durable_checkpoint(); },
                            .prove =
                                [&of](tree_sizes sizes) {
                                    return consistency_path(sizes, of.tree.subtrees(sizes.newer));
                                },
                            .size = [&of] { return of.writer->settled(); }});
    if (!of.anchors->anchor_now()) return;
    keyspace_batch noted;
    noted.put(ledger_rows::anchored_key, "1");
    (void)of.rows.write(noted);
}

/// Takes a seat at the commits, to sign them or to refuse them.
result<void> sit_down(ledger::impl& of, const ledger_options& options) {
    if (of.log.status().required_participant.empty()) {
        if (auto ok = of.log.require_participant(ledger_rows::keyspace_name); !ok) return ok;
    }
    commit_participant* who = nullptr;
    const bool bad = of.opened.what() != verdict::verified;
    if (bad && (options.key || of.opened.what() != verdict::unverifiable)) {
        const auto& why = of.opened.findings.front();
        of.refuser = std::make_unique<refusing>(
            "append: the log " + of.origin + " is " + std::string{to_string(of.opened.what())} +
            " (" + why.message + "), so it can only be read; run `daybook verify`");
        who = of.refuser.get();
    } else if (options.key) {
        of.writer = std::make_unique<ledger_writer>(of.log, of.tree, of.origin, options.key);
        who = of.writer.get();
    } else {
        of.refuser =
            std::make_unique<refusing>("append: no key to sign the log " + of.origin +
                                       " with was given (on the command line: DAYBOOK_LOG_KEY)");
        who = of.refuser.get();
    }
    auto seat = of.log.join_commits(ledger_rows::keyspace_name, *who);
    if (!seat) return seat.error();
    of.seat = std::move(*seat);
    if (of.writer && !options.anchors.anchors().empty()) begin_anchoring(of);
    return {};
}

result<void> begin_ledger(ledger::impl& of, const ledger_options& options) {
    if (!is_origin(options.origin)) {
        return fail(errc::invalid_argument,
                    "begin a ledger: its origin must be a name such as example.com/incidents, 1 to "
                    "200 bytes without spaces and '+'");
    }
    of.origin = options.origin;
    beginning all{of};
    const auto seat = of.log.join_commits(ledger_rows::keyspace_name, all);
    return seat ? result<void>{} : result<void>{seat.error()};
}

}  // namespace

bool ledger::is_required(const store& log) {
    return log.status().required_participant == ledger_rows::keyspace_name;
}

result<ledger> ledger::open(store& log, const ledger_options& options) {
    const auto missing = [&] {
        return fail(errc::not_found,
                    "the store " + log.status().directory.string() + " has no ledger" +
                        (is_required(log) ? ", though it had one: tampered"
                                          : "; to begin one, give "
                                            "an origin and a key, and open the store for writing"));
    };
    const bool writes = !log.status().read_only;
    const bool can_begin = writes && options.key && !options.origin.empty() && !is_required(log);
    if (!has_ledger(log) && !can_begin) return missing();
    auto rows = log.open_keyspace(ledger_rows::keyspace_name);
    if (!rows) return rows.error();
    auto made = std::make_unique<impl>(log, std::move(*rows), options);
    auto origin = made->rows.get(ledger_rows::origin_key);
    if (!origin) return origin.error();
    if (!*origin) {
        if (!can_begin) return missing();
        if (auto ok = begin_ledger(*made, options); !ok) return ok.error();
    } else if (!options.origin.empty() && **origin != options.origin) {
        return fail(errc::invalid_argument, "the log is " + **origin + ", not " + options.origin);
    } else {
        made->origin = std::move(**origin);
    }
    made->trusted = keys_of(options, made->origin);
    look_at_everything_near(*made);
    if (writes) {
        if (auto ok = sit_down(*made, options); !ok) return ok.error();
    }
    if (options.reads != read_verification::off) {
        log.check_reads(std::make_shared<event_check>(*made));
    }
    return ledger{std::move(made)};
}

ledger::ledger(std::unique_ptr<impl> opened) : impl_{std::move(opened)} {}
ledger::ledger(ledger&&) noexcept = default;
ledger& ledger::operator=(ledger&&) noexcept = default;
ledger::~ledger() = default;

// Asking ----------------------------------------------------------------------------------------

const std::string& ledger::origin() const noexcept { return impl_->origin; }
const verification& ledger::opened() const noexcept { return impl_->opened; }

std::uint64_t ledger::size() const {
    return impl_->writer ? impl_->writer->settled() : impl_->tree.size();
}

result<std::string> ledger::newest_checkpoint() const { return impl_->newest_note(); }

result<std::vector<std::string>> ledger::checkpoints() const {
    std::vector<std::string> all;
    auto scanned = impl_->rows.scan(ledger_rows::checkpoints_start, {},
                                    [&](std::string_view, std::string_view value) {
                                        all.emplace_back(value);
                                        return true;
                                    });
    if (!scanned) return scanned.error();
    return all;
}

result<digest> ledger::leaf(position at) const {
    const auto found = impl_->tree.leaf(at);
    if (!found) return found.error();
    return found->leaf;
}

result<digest> ledger::computed_leaf(const event_view& event) const {
    const auto known = impl_->tree.leaf(event.position());
    if (!known) return known.error();
    std::string text;
    return leaf_of(impl_->tree, impl_->origin, event, known->link, text);
}

result<std::string> ledger::statement(position at) const {
    const auto link = impl_->tree.leaf(at);
    if (!link) return link.error();
    auto events = impl_->log.read_all({.from = at.value, .limit = 1, .unchecked = true});
    if (!events) return events.error();
    const auto there = events->next();
    if (!there) return there.error();
    if (!*there) return fail(errc::not_found, "no event at position " + std::to_string(at.value));
    std::string text;
    if (auto made = leaf_of(impl_->tree, impl_->origin, **events, link->link, text); !made) {
        return made.error();
    }
    return text;
}

result<position> ledger::anchor_now() {
    if (!impl_->anchors) {
        return fail(errc::refused, "the log " + impl_->origin + " has no anchors here to be told");
    }
    return impl_->anchors->anchor_now();
}

std::optional<error> ledger::anchor_failure() const {
    return impl_->anchors ? impl_->anchors->failure() : std::nullopt;
}

result<digest> ledger::root(std::uint64_t size) const {
    return tree_root(size, impl_->tree.subtrees(size));
}

result<proof_path> ledger::inclusion(position at, std::uint64_t size) const {
    return inclusion_path(at, size, impl_->tree.subtrees(size));
}

result<proof_path> ledger::consistency(const tree_sizes& sizes) const {
    return consistency_path(sizes, impl_->tree.subtrees(sizes.newer));
}

}  // namespace daybook::compliance
