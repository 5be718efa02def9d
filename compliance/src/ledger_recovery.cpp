// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// How a log that was put back to an older state goes on: the old ledger is given up for a new one
// under another name, over the same events, which must be those that the old one had signed. What
// shows what was lost is kept until the new one has recorded it, whatever interrupts.

#include "ledger_recovery.hpp"

#include <daybook/compliance/ledger.hpp>
#include <daybook/compliance/statement.hpp>
#include <daybook/value_codec.hpp>

#include "ledger_beginning.hpp"
#include "ledger_impl.hpp"

#include <unordered_map>
#include <utility>

namespace daybook::compliance {

// What is kept ----------------------------------------------------------------------------------

result<std::optional<kept_recovery>> kept_recovery::read(const keyspace& rows) {
    const auto row = rows.get(ledger_rows::recovery_key);
    if (!row) return row.error();
    if (!*row) return std::optional<kept_recovery>{};
    auto kept = decode_value<kept_recovery>(**row);
    if (!kept) return fail(errc::corrupt, "the ledger: what a recovery kept is damaged");
    return std::optional{*std::move(kept)};
}

result<void> kept_recovery::keep(keyspace& rows) const {
    std::string bytes;
    encode_value(*this, bytes);
    keyspace_batch batch;
    batch.put(ledger_rows::recovery_key, bytes);
    return rows.write(batch);
}

std::string kept_recovery::unfinished() const {
    return "the recovery of the log " + what.origin + " as " + origin +
           " was interrupted; finish it with `daybook recover --origin " + origin + "`";
}

namespace {

/// Is there a LogRecovered behind the first `restored` events?
result<bool> is_recorded(const store& log, std::uint64_t restored) {
    auto events = log.read_stream(compliance_stream, {.direction = direction::backwards});
    if (!events) return events.error();
    for (;;) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more || (**events).position().value < restored) return false;
        if ((**events).type() == log_recovered::type_name) return true;
    }
}

}  // namespace

result<void> kept_recovery::record(store& log, keyspace& rows) const {
    const auto known = is_recorded(log, what.restored);
    if (!known) return known.error();
    if (!*known) {
        auto done = record_action(log, what, {by_type, by_id, by_model});
        if (!done) return done.error();
    }
    if (auto ok = log.sync(); !ok) return ok;
    keyspace_batch forgotten;
    forgotten.erase(ledger_rows::recovery_key);
    return rows.write(forgotten);
}

// What is left ----------------------------------------------------------------------------------

namespace {

error not_recovered(errc code, const std::string& why) { return fail(code, "recover: " + why); }

/// The root over the first `size` events under `origin`, from the events alone.
result<digest> root_of_events(const store& log, const std::string& origin, std::uint64_t size) {
    std::unordered_map<std::string, digest, text_hash, std::equal_to<>> tips;
    tree_frontier tree;
    std::string text;
    auto events = log.read_all({.limit = size, .unchecked = true});
    if (!events) return events.error();
    while (true) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more) return tree.root();
        const auto known = tips.find((**events).stream());
        text.clear();
        append_statement(text, origin, **events, known == tips.end() ? nullptr : &known->second);
        const auto leaf = leaf_hash(text);
        tree.append(leaf);
        if (known != tips.end()) {
            known->second = leaf;
        } else {
            tips.emplace((**events).stream(), leaf);
        }
    }
}

/// The keys of the old log after what is left of it, by the events themselves.
result<key_history> keys_left(const store& log, const std::vector<verifier_key>& pinned,
                              std::uint64_t size) {
    auto events = log.read_stream(compliance_stream);
    if (!events) return events.error();
    std::vector<event> about_keys;
    for (;;) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more || (**events).position().value >= size) break;
        if (is_about_keys(**events)) about_keys.emplace_back(**events);
    }
    key_history keys{with_predecessors(pinned, about_keys)};
    for (const auto& one : about_keys) {
        if (auto ok = keys.take(one); !ok) return ok.error();
    }
    return keys;
}

/// The keys that signed the old log last, under its new name. Fails unless the newest checkpoint of
/// the old log is one of theirs, and over the events that are there.
result<std::vector<verifier_key>> check_what_is_left(const store& log,
                                                     const ledger_options& options,
                                                     const kept_recovery& kept) {
    const auto& [old_origin, restored, lost, note, anchored, anchor, reason] = kept.what;
    const position last{restored == 0 ? 0 : restored - 1};
    const auto keys = keys_left(log, keys_of(options, old_origin), restored);
    if (!keys) return keys.error();
    const auto valid = keys->valid_at(key_purpose::log, last);
    const auto head = verified_checkpoint::verify(note, old_origin, valid);
    if (!head) return not_recovered(errc::corrupt, head.error().message);
    const auto root = root_of_events(log, old_origin, restored);
    if (!root) return root.error();
    if (head->size() != restored || head->root() != *root || log.watermark().value < restored) {
        return not_recovered(
            errc::corrupt, "the events that are left are not those that " + old_origin + " signed");
    }
    std::vector<verifier_key> renamed;
    bool has_own = false;
    for (const auto& key : valid) {
        has_own = has_own || is_key_of(*options.key, key);
        auto same = verifier_key::make(kept.origin, key.type(), key.key().bytes());
        if (!same) return same.error();
        renamed.push_back(*std::move(same));
    }
    if (has_own) return renamed;
    return not_recovered(errc::refused,
                         "the key that was given is not one that signed " + old_origin + " last");
}

/// What is to be recorded of the log as it is: it must be rolled back, and nothing else.
result<kept_recovery> decide(store& log, keyspace rows, const std::string& old_origin,
                             const ledger_options& options, const recovery& how) {
    signed_log old{log, std::move(rows), old_origin, keys_of(options, old_origin)};
    const auto opened = look_at_everything_near(log, old, options.anchors);
    if (!opened) return opened.error();
    if (opened->what() != verdict::rolled_back) {
        const auto why = opened->findings.empty() ? "" : ": " + opened->findings.front().message;
        return not_recovered(errc::refused, "the log " + old_origin + " is " +
                                                std::string{to_string(opened->what())} + why +
                                                "; only one that was rolled back is recovered");
    }
    if (how.origin == old_origin) {
        return not_recovered(errc::invalid_argument,
                             "--origin: the log goes on under another name than " + old_origin);
    }
    const auto known = options.anchors.newest(old_origin, old.log_keys());
    if (!known || !known->newest) {
        return not_recovered(errc::io, "the anchors do not say again what was lost");
    }
    const auto note = old.newest_note();
    if (!note) return note.error();
    const auto restored = old.tree()->size();
    kept_recovery kept{.origin = how.origin,
                       .what = {.origin = old_origin,
                                .restored = restored,
                                .lost = known->newest->size() - restored,
                                .checkpoint = *note,
                                .anchored = known->newest->note(),
                                .anchor = known->anchor,
                                .reason = how.reason},
                       .by_type = how.by.type,
                       .by_id = how.by.id,
                       .by_model = how.by.model};
    return kept;
}

result<void> check_asked(const store& log, const ledger_options& options, const recovery& how) {
    const auto bad = [](const std::string& why) {
        return not_recovered(errc::invalid_argument, why);
    };
    if (!is_origin(how.origin)) {
        return bad("the new origin must be a name such as example.com/incidents-2");
    }
    if (how.reason.empty()) return bad("the reason is missing");
    if (how.by.id.empty()) return bad("who decided it is missing");
    if (!options.key) return bad("the key of the log is missing");
    if (log.status().read_only) return not_recovered(errc::refused, "the store is read-only");
    return {};
}

}  // namespace

result<ledger> ledger::recover(store& log, const ledger_options& options, const recovery& how) {
    if (auto ok = check_asked(log, options, how); !ok) return ok.error();
    if (!is_required(log)) {
        return not_recovered(errc::not_found, "the store is not in compliance mode");
    }
    auto rows = log.open_keyspace(ledger_rows::keyspace_name);
    if (!rows) return rows.error();
    auto kept = kept_recovery::read(*rows);
    if (!kept) return kept.error();
    if (*kept && (**kept).origin != how.origin) {
        return not_recovered(errc::refused, (**kept).unfinished());
    }
    const auto now = rows->get(ledger_rows::origin_key);
    if (!now) return now.error();
    if (!*now && !*kept) return not_recovered(errc::not_found, "the store has no ledger: tampered");
    if (!*kept) {
        auto area = log.open_keyspace(ledger_rows::keyspace_name);
        if (!area) return area.error();
        auto decided = decide(log, *std::move(area), **now, options, how);
        if (!decided) return decided.error();
        *kept = *std::move(decided);
    }
    auto renamed = check_what_is_left(log, options, **kept);
    if (!renamed) return renamed.error();
    auto next = options;
    next.origin = how.origin;
    next.trusted = *std::move(renamed);
    if (!*now || **now != how.origin) {
        if (auto ok = (**kept).keep(*rows); !ok) return ok.error();
        auto made = std::make_shared<signed_log>(log, *std::move(rows), how.origin, next.trusted);
        if (auto ok = begin_ledger(log, made, options.key); !ok) return ok.error();
    }
    return open(log, next);
}

}  // namespace daybook::compliance
