// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// What is looked at before a log is believed, and who takes part in its commits.

#include <daybook/compliance/ledger.hpp>

#include "event_check.hpp"
#include "ledger_beginning.hpp"
#include "ledger_impl.hpp"
#include "ledger_recovery.hpp"

#include <algorithm>
#include <utility>

namespace daybook::compliance {

std::vector<verifier_key> keys_of(const ledger_options& options, const std::string& origin) {
    if (!options.trusted.empty() || !options.key) return options.trusted;
    auto own = verifier_key::of(origin, *options.key);
    return own ? std::vector{std::move(*own)} : std::vector<verifier_key>{};
}

namespace {

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

bool has_ledger(const store& log) {
    const auto names = log.keyspaces();
    return names &&
           std::find(names->begin(), names->end(), ledger_rows::keyspace_name) != names->end();
}

// What is looked at -----------------------------------------------------------------------------

/// The events whose leaves are not in a full tile yet.
std::vector<finding> check_tail(const store& log, const signed_log& of) {
    const auto tree = of.tree();
    const auto size = tree->size();
    const auto end = log.watermark().value;
    std::vector<finding> found;
    auto events =
        log.read_all({.from = std::min(end, size) / tile_width * tile_width, .unchecked = true});
    leaf_check check{tree, of.origin()};
    while (events) {
        const auto more = events->next();
        if (!more) {
            found.push_back(tampered("hole", {}, more.error().message));
            return found;
        }
        if (!*more || (**events).position().value >= size) return found;
        if (auto one = check.look(**events)) found.push_back(*std::move(one));
    }
    return found;
}

}  // namespace

result<verification> look_at_everything_near(const store& log, signed_log& of,
                                             const anchor_policy& anchors) {
    verification opened;
    auto edge = of.look_at_extent(opened.findings);
    if (!edge) return edge.error();
    of.believe(*edge);
    opened.origin = of.origin();
    opened.to = log.watermark();
    opened.signed_to = position{edge->tree->size()};
    const auto add = [&](std::vector<finding> more) {
        std::move(more.begin(), more.end(), std::back_inserter(opened.findings));
    };
    add(check_tail(log, of));
    add(of.check_anchors(*edge, anchors, opened.anchored_to));
    return opened;
}

namespace {

// Taking part in commits ------------------------------------------------------------------------

/// From here on the anchors are told how far the log has come. They know of it before this ends.
void begin_anchoring(ledger::impl& of) {
    of.anchors = std::make_unique<anchoring>(anchoring::settings{
        .policy = of.options.anchors,
        .every = of.options.anchor_every,
        .newest = [&of] { return of.signed_side->durable_checkpoint(of.log); },
        .prove =
            [&of](tree_sizes sizes) {
                return consistency_path(sizes, of.signed_side->tree()->subtrees(sizes.newer));
            },
        .size = [&of] { return of.writer->settled(); }});
    if (!of.anchors->anchor_now()) return;
    keyspace_batch noted;
    noted.put(ledger_rows::anchored_key, "1");
    (void)of.signed_side->rows.write(noted);
}

/// Why nothing can be appended; nothing if it can.
std::optional<std::string> why_not(const ledger::impl& of) {
    const auto& origin = of.signed_side->origin();
    const auto& key = of.options.key;
    const auto verdict_now = of.opened.what();
    if (verdict_now != verdict::verified && (key || verdict_now != verdict::unverifiable)) {
        return "append: the log " + origin + " is " + std::string{to_string(verdict_now)} + " (" +
               of.opened.findings.front().message +
               "), so it can only be read; run `daybook verify`";
    }
    if (!key) {
        return "append: no key to sign the log " + origin +
               " with was given (on the command line: DAYBOOK_LOG_KEY)";
    }
    const auto edge = of.signed_side->now();
    const auto own = verifier_key::of(origin, *key);
    if (!own) return "append: " + own.error().message;
    const auto standing = edge.keys->standing(*own, key_purpose::log, {edge.tree->size()});
    if (standing == key_standing::valid) return std::nullopt;
    return "append: the key that was given, " + own->text() + ", is " +
           std::string{to_string(standing)} + " for the log " + origin +
           "; give the one that signs it now (`daybook keys list` names it)";
}

/// Takes a seat at the commits, to sign them or to refuse them.
result<void> sit_down(ledger::impl& of) {
    if (of.log.status().required_participant.empty()) {
        if (auto ok = of.log.require_participant(ledger_rows::keyspace_name); !ok) return ok;
    }
    commit_participant* who = nullptr;
    if (auto why = why_not(of)) {
        of.refuser = std::make_unique<refusing>(*std::move(why));
        who = of.refuser.get();
    } else {
        of.writer = std::make_unique<ledger_writer>(of.log, of.signed_side, of.options.key);
        who = of.writer.get();
    }
    auto seat = of.log.join_commits(ledger_rows::keyspace_name, *who);
    if (!seat) return seat.error();
    of.seat = std::move(*seat);
    if (of.writer && !of.options.anchors.anchors().empty()) begin_anchoring(of);
    return {};
}

/// Names what was lost before anything else is appended to a log that was recovered.
result<void> finish_recovery(ledger::impl& of) {
    if (!of.writer) return {};
    auto kept = kept_recovery::read(of.signed_side->rows);
    if (!kept) return kept.error();
    if (!*kept || (**kept).origin != of.signed_side->origin()) return {};
    return (**kept).record(of.log, of.signed_side->rows);
}

}  // namespace

bool ledger::is_required(const store& log) {
    return log.status().required_participant == ledger_rows::keyspace_name;
}

result<ledger> ledger::open(store& log, const ledger_options& options) {
    const auto status = log.status();
    const bool required = is_required(log);
    const bool can_begin = !status.read_only && options.key && !options.origin.empty() && !required;
    const auto missing = [&] {
        return fail(errc::not_found,
                    "the store " + status.directory.string() + " has no ledger" +
                        (required ? ", though it had one: tampered"
                                  : "; to begin one, give an origin and a key, and open the store "
                                    "for writing"));
    };
    if (!has_ledger(log) && !can_begin) return missing();
    auto rows = log.open_keyspace(ledger_rows::keyspace_name);
    if (!rows) return rows.error();
    auto stored = rows->get(ledger_rows::origin_key);
    if (!stored) return stored.error();
    if (!*stored) {
        const auto kept = kept_recovery::read(*rows);
        if (!kept) return kept.error();
        if (*kept) return fail(errc::refused, (**kept).unfinished());
        if (!can_begin) return missing();
    }
    if (*stored && !options.origin.empty() && **stored != options.origin) {
        return fail(errc::invalid_argument, "the log is " + **stored + ", not " + options.origin);
    }
    const auto origin = stored->value_or(options.origin);
    auto signed_side =
        std::make_shared<signed_log>(log, std::move(*rows), origin, keys_of(options, origin));
    if (!*stored) {
        if (auto ok = begin_ledger(log, signed_side, options.key); !ok) return ok.error();
    }
    auto made = std::make_unique<impl>(log, signed_side, options);
    auto opened = look_at_everything_near(log, *signed_side, options.anchors);
    if (!opened) return opened.error();
    made->opened = *std::move(opened);
    if (!status.read_only) {
        if (auto ok = sit_down(*made); !ok) return ok.error();
        if (auto ok = finish_recovery(*made); !ok) return ok.error();
    }
    if (options.reads != read_verification::off) {
        log.check_reads(make_event_check(std::move(signed_side), options.reads, status.read_only));
    }
    return ledger{std::move(made)};
}

}  // namespace daybook::compliance
