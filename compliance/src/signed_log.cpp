// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "signed_log.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace daybook::compliance {
namespace {

/// A reader's view of the store may be moved on by another thread while it is looked at. Then what
/// is read does not fit, and is read again.
constexpr int tries_while_moving = 16;

/// The position at which a checkpoint of `size` events stands: the last that it covers.
position stand_of(std::uint64_t size) { return {size == 0 ? 0 : size - 1}; }

std::vector<verifier_key> log_keys_of(const key_history& keys) {
    std::vector<verifier_key> all;
    for (const auto& one : keys.keys()) {
        if (one.purpose == key_purpose::log) all.push_back(one.key);
    }
    return all;
}

bool is_grave(const finding& one) { return one.what != verdict::unverifiable; }

}  // namespace

// What is believed ------------------------------------------------------------------------------

signed_log::signed_log(const store& log, keyspace area, std::string origin,
                       std::vector<verifier_key> pinned)
    : rows{std::move(area)}, origin_{std::move(origin)}, log_{log}, pinned_{std::move(pinned)} {
    start_empty();
}

void signed_log::start_empty() {
    believe({std::make_shared<ledger_tree>(rows), std::make_shared<key_history>(pinned_)});
}

signed_edge signed_log::now() const {
    const std::lock_guard lock{mutex_};
    return now_;
}

std::shared_ptr<ledger_tree> signed_log::tree() const {
    const std::lock_guard lock{mutex_};
    return now_.tree;
}

std::vector<verifier_key> signed_log::log_keys() const { return log_keys_of(*now().keys); }

void signed_log::believe(signed_edge checked) {
    const std::lock_guard lock{mutex_};
    now_ = std::move(checked);
}

void signed_log::believe(std::shared_ptr<const key_history> keys) {
    const std::lock_guard lock{mutex_};
    now_.keys = std::move(keys);
}

result<signed_edge> signed_log::load_checked() const {
    std::vector<finding> wrong;
    auto loaded = look(wrong);
    if (!loaded) return loaded;
    const auto bad = std::find_if(wrong.begin(), wrong.end(), is_grave);
    if (bad != wrong.end()) return fail(errc::corrupt, bad->message);
    return loaded;
}

result<void> signed_log::start_again() {
    auto loaded = load_checked();
    if (!loaded) return loaded.error();
    believe(*std::move(loaded));
    return {};
}

result<void> signed_log::refresh() {
    const std::lock_guard lock{refreshing_};
    auto loaded = load_checked();
    if (!loaded) return loaded.error();
    const auto before = tree()->head();
    const auto root = tree_root(before.size, loaded->tree->subtrees(before.size));
    if (loaded->tree->size() < before.size || !root || *root != before.root) {
        return fail(errc::corrupt, "the log " + origin_ + " was rewritten while it was read: its " +
                                       "first " + std::to_string(before.size) +
                                       " events are not those of before");
    }
    loaded->tree->keep_tiles_of(*tree());
    believe(*std::move(loaded));
    return {};
}

// Loading ---------------------------------------------------------------------------------------

result<signed_edge> signed_log::look(std::vector<finding>& wrong) const {
    std::optional<finding> key_event;
    auto loaded = load(key_event);
    if (!loaded) {
        if (loaded.error().code == errc::io) return loaded;
        wrong.push_back(tampered("tile", {}, loaded.error().message));
        return signed_edge{std::make_shared<ledger_tree>(rows),
                           std::make_shared<key_history>(pinned_)};
    }
    wrong = check_head(*loaded);
    if (key_event) wrong.push_back(*std::move(key_event));
    return loaded;
}

result<signed_edge> signed_log::look_at_extent(std::vector<finding>& wrong) const {
    for (int i = 1;; ++i) {
        wrong.clear();
        auto edge = look(wrong);
        if (!edge) return edge;
        auto extent = check_extent(*edge);
        if (extent && i < tries_while_moving) {
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
            continue;
        }
        if (extent) wrong.push_back(*std::move(extent));
        return edge;
    }
}

/// Fails with `corrupt` if rows of the tree are missing or not whole.
result<signed_edge> signed_log::load(std::optional<finding>& wrong) const {
    // Every commit has a checkpoint of its own: if that is the same, so is everything.
    for (int i = 1;; ++i) {
        wrong.reset();
        auto before = newest_note();
        auto loaded = load_once(wrong);
        const auto after = newest_note();
        const bool same = before.has_value() == after.has_value() && (!before || *before == *after);
        if (!same && i < tries_while_moving) continue;
        if (loaded && before) loaded->note = *std::move(before);
        return loaded;
    }
}

result<signed_edge> signed_log::load_once(std::optional<finding>& wrong) const {
    auto tree = std::make_shared<ledger_tree>(rows);
    if (auto ok = tree->load(); !ok) return ok.error();
    const auto events = events_about_keys(tree, wrong);
    if (!events) return events.error();
    auto keys = keys_after(*events, wrong);
    return signed_edge{std::move(tree), std::move(keys)};
}

bool is_about_keys(const event_view& event) noexcept {
    const auto type = event.type();
    return event.stream() == compliance_stream &&
           (type == "KeyAdded" || type == "KeyRotated" || type == "KeyRevoked");
}

result<std::vector<position>> signed_log::places_about_keys(position from, position to) const {
    std::vector<position> places;
    auto scanned =
        rows.scan(ledger_rows::about_keys_start, {}, [&](std::string_view key, std::string_view) {
            const auto at = ledger_rows::index_of(key, ledger_rows::about_keys_start);
            if (at && *at >= from.value && *at < to.value) places.push_back({*at});
            return true;
        });
    if (!scanned) return scanned.error();
    return places;
}

/// Those that the rows name. A row that is missing is found by `ledger::verify`, which reads all.
result<std::vector<event>> signed_log::events_about_keys(const std::shared_ptr<ledger_tree>& tree,
                                                         std::optional<finding>& wrong) const {
    const auto places = places_about_keys({}, {tree->size()});
    if (!places) return places.error();
    leaf_check check{tree, origin_};
    std::vector<event> all;
    for (const auto at : *places) {
        auto there = log_.read_all({.from = at.value, .limit = 1, .unchecked = true});
        if (!there) return there.error();
        const auto more = there->next();
        if (!more || !*more) {
            wrong = tampered(
                "hole", at,
                "the event about keys at position " + std::to_string(at.value) + " cannot be read");
            return all;
        }
        if ((wrong = check.look(**there))) return all;
        if (is_about_keys(**there)) all.emplace_back(**there);
    }
    return all;
}

std::shared_ptr<const key_history> signed_log::keys_after(const std::vector<event>& about_keys,
                                                          std::optional<finding>& wrong) const {
    const auto roots = with_predecessors(pinned_, about_keys);
    auto keys = std::make_shared<key_history>(roots);
    if (pinned_.empty()) return keys;  // Then nobody is believed, whatever the log says.
    for (const auto& one : about_keys) {
        if (auto ok = keys->take(one); !ok && !wrong) {
            wrong = tampered("key", one.view().position(), ok.error().message);
        }
    }
    return keys;
}

// Checkpoints -----------------------------------------------------------------------------------

result<std::string> signed_log::newest_note() const {
    std::optional<std::string> note;
    auto scanned = rows.scan_back(ledger_rows::checkpoints_start, {},
                                  [&](std::string_view, std::string_view value) {
                                      note = value;
                                      return false;
                                  });
    if (!scanned) return scanned.error();
    if (!note) return fail(errc::not_found, "the ledger of " + origin_ + " has no checkpoint");
    return std::move(*note);
}

result<signed_log::signed_checkpoint> signed_log::read(std::string_view note,
                                                       const key_history& keys) const {
    auto contents = verified_checkpoint::verify(note, origin_, log_keys_of(keys));
    if (!contents) return contents.error();
    const auto standing =
        keys.standing(contents->signed_by(), key_purpose::log, stand_of(contents->size()));
    return signed_checkpoint{*std::move(contents), standing};
}

result<verified_checkpoint> signed_log::verify(std::string_view note,
                                               const key_history& keys) const {
    auto known = read(note, keys);
    if (!known) return known.error();
    if (known->standing != key_standing::valid) {
        return fail(errc::corrupt, "the checkpoint of " + std::to_string(known->contents.size()) +
                                       " events is signed by a key that was " +
                                       std::string{to_string(known->standing)} + " there");
    }
    return std::move(known->contents);
}

result<verified_checkpoint> signed_log::durable_checkpoint(store& of) const {
    // In this order: what is signed after the sync could still be lost.
    const auto note = newest_note();
    if (!note) return note.error();
    if (auto ok = of.sync(); !ok) return ok.error();
    return verify(*note, *now().keys);
}

// Checks ----------------------------------------------------------------------------------------

std::vector<finding> signed_log::check_head(const signed_edge& edge) const {
    if (!edge.note) {
        return {tampered("checkpoint", {}, "the ledger of " + origin_ + " has no checkpoint")};
    }
    const auto head = edge.tree->head();
    const auto parsed = signed_note::parse(*edge.note);
    const auto claimed = parsed ? checkpoint::parse(parsed->text()) : parsed.error();
    if (!claimed) {
        return {tampered("checkpoint", {}, "the newest checkpoint: " + claimed.error().message)};
    }
    if (claimed->head() != head) {
        const auto common = std::min(head.size, claimed->size);
        return {tampered(
            "checkpoint", common == 0 ? std::nullopt : std::optional{position{common - 1}},
            "the newest checkpoint is of " + std::to_string(claimed->size) +
                " events, and the tree of " + std::to_string(head.size) + " has not that root")};
    }
    if (pinned_.empty()) {
        return {{verdict::unverifiable,
                 "key",
                 {},
                 "no key of the log " + origin_ + " is given that could be believed"}};
    }
    const auto verified = verify(*edge.note, *edge.keys);
    if (verified) return {};
    const auto what = verdict_of(verified.error());
    return {{what == verdict::malformed ? verdict::tampered : what,
             "signature",
             {},
             "the newest checkpoint: " + verified.error().message}};
}

std::optional<finding> signed_log::check_extent(const signed_edge& edge) const {
    const auto size = edge.tree->size();
    const auto end = log_.watermark().value;
    if (end > size) {
        return tampered("unsigned", position{size},
                        std::to_string(end - size) + " events from position " +
                            std::to_string(size) + " on were never signed");
    }
    if (end < size) {
        return tampered("hole", position{end},
                        "the log ends at position " + std::to_string(end) + ", and " +
                            std::to_string(size) + " events were signed");
    }
    return std::nullopt;
}

std::vector<finding> signed_log::check_anchors(const signed_edge& edge,
                                               const anchor_policy& anchors,
                                               std::optional<position>& anchored_to) const {
    if (anchors.anchors().empty()) return {};
    const auto known = anchors.newest(origin_, log_keys_of(*edge.keys));
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
    const auto size = edge.tree->size();
    if (anchored.size() > size) {
        return {{verdict::rolled_back, "anchor", position{size},
                 known->anchor + " remembers " + std::to_string(anchored.size()) +
                     " events, the log has " + std::to_string(size)}};
    }
    const auto root = tree_root(anchored.size(), edge.tree->subtrees(anchored.size()));
    if (!root || *root != anchored.root()) {
        return {tampered("anchor", {},
                         "the first " + std::to_string(anchored.size()) +
                             " events are not those that " + known->anchor + " remembers")};
    }
    const auto standing =
        edge.keys->standing(anchored.signed_by(), key_purpose::log, stand_of(anchored.size()));
    if (standing == key_standing::valid) return {};
    return {{verdict::unverifiable, "anchor", position{anchored.size()},
             known->anchor + " remembers a checkpoint of " + std::to_string(anchored.size()) +
                 " events whose key was " + std::string{to_string(standing)} + " there"}};
}

}  // namespace daybook::compliance
