// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/checkpoints.hpp>

#include "checkpoint_store.hpp"
#include "claims.hpp"
#include "park_layout.hpp"
#include "view_layout.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <tuple>

namespace daybook::projections {
namespace {

using catalog::generation_record;
using catalog::view_record;

constexpr std::size_t batch_rows_max = 1024;
constexpr std::chrono::seconds log_patience{5};

/// Opening a keyspace that is gone would make it anew, so none is dropped between a look at the
/// list and the opening. One for all stores: both take moments.
std::mutex& dropping() {
    static std::mutex mutex;
    return mutex;
}

error half_read(const keyspace& rows, std::string_view what) {
    return fail(errc::corrupt, "keyspace " + rows.name() + ": " + std::string{what} +
                                   "; drop the view's checkpoints and make new ones");
}

result<layout::checkpoint_record> read_details(const keyspace& rows) {
    const auto bytes = rows.get(layout::checkpoint_key);
    if (!bytes) return bytes.error();
    if (!*bytes) return half_read(rows, "the record of the checkpoint is missing");
    daybook::detail::byte_source peek{**bytes};
    std::uint64_t format = 0;
    if (daybook::detail::take_varint(peek.left, format) && format > layout::checkpoint_format) {
        return fail(errc::unsupported, "keyspace " + rows.name() + ": a checkpoint of format " +
                                           std::to_string(format) + "; this build reads up to " +
                                           std::to_string(layout::checkpoint_format));
    }
    auto record = decode_value<layout::checkpoint_record>(**bytes);
    if (!record) return half_read(rows, "the record of the checkpoint cannot be read");
    return record;
}

/// A checkpoint with its rows open.
struct opened_checkpoint {
    view_checkpoint what;
    keyspace rows;
    std::optional<error> damage;  ///< What is told of it cannot be read.
};

/// What lies in this keyspace; nothing if it is not whole.
std::optional<opened_checkpoint> describe(const layout::checkpoint_name& name, keyspace rows) {
    view_checkpoint what{.view = name.of.name,
                         .version = name.of.version,
                         .generation = name.of.generation,
                         .keyspace = rows.name(),
                         .cursor = {},
                         .made_at = name.made_at};
    opened_checkpoint told{std::move(what), std::move(rows), {}};
    const auto cursor = layout::read_cursor(told.rows);
    if (cursor && !*cursor) return std::nullopt;
    if (!cursor) {
        told.damage = cursor.error();
        return told;
    }
    told.what.cursor = (*cursor)->next;
    told.what.query_fingerprint = (*cursor)->query_fingerprint;
    told.what.row_fingerprint = (*cursor)->row_fingerprint;
    if (const auto details = read_details(told.rows)) {
        told.what.rows = details->rows;
        told.what.last_event = details->last_event;
    } else {
        told.damage = details.error();
    }
    return told;
}

/// All that are whole and whose name `wanted` accepts.
template <class Wanted>
result<std::vector<opened_checkpoint>> open_all(store& log, const Wanted& wanted) {
    const std::lock_guard lock{dropping()};
    const auto names = log.keyspaces();
    if (!names) return names.error();
    std::vector<opened_checkpoint> found;
    for (const auto& name : *names) {
        const auto parsed = layout::parse_checkpoint_name(name);
        if (!parsed || !wanted(parsed->of)) continue;
        auto rows = log.open_keyspace(name);
        if (!rows) return rows.error();
        if (auto told = describe(*parsed, *std::move(rows))) found.push_back(*std::move(told));
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        const auto place = [](const view_checkpoint& c) {
            return std::tie(c.view, c.version, c.generation, c.cursor, c.made_at);
        };
        return place(a.what) < place(b.what);
    });
    return found;
}

/// Drops those, whole or not, whose name `unwanted` accepts.
template <class Unwanted>
result<void> drop_all(store& log, const Unwanted& unwanted) {
    const std::lock_guard lock{dropping()};
    const auto names = log.keyspaces();
    if (!names) return names.error();
    for (const auto& name : *names) {
        const auto parsed = layout::parse_checkpoint_name(name);
        if (!parsed || !unwanted(parsed->of)) continue;
        if (auto dropped = catalog::drop_if_there(log, name); !dropped) return dropped;
    }
    return {};
}

/// Those of this version that a crash left half made. Nobody may be making one.
result<void> drop_half_made(store& log, std::string_view view, std::uint32_t version) {
    const std::lock_guard lock{dropping()};
    const auto names = log.keyspaces();
    if (!names) return names.error();
    for (const auto& name : *names) {
        const auto parsed = layout::parse_checkpoint_name(name);
        if (!parsed || parsed->of.name != view || parsed->of.version != version) continue;
        const auto rows = log.open_keyspace(name);
        if (!rows) return rows.error();
        const auto cursor = rows->get(layout::cursor_key);
        if (!cursor) return cursor.error();
        if (*cursor) continue;
        if (auto dropped = catalog::drop_if_there(log, name); !dropped) return dropped;
    }
    return {};
}

/// Why rows as of `at` cannot start here; nothing if they can.
std::optional<std::string> misfit(const store& log, const any_projection& of,
                                  const generation_record* serving,
                                  const opened_checkpoint& of_these) {
    const auto& candidate = of_these.what;
    if (of_these.damage) return of_these.damage->message;
    if (serving == nullptr || serving->generation != candidate.generation) {
        return "it was made of generation " + std::to_string(candidate.generation) +
               ", which does not serve";
    }
    if (candidate.query_fingerprint != of.query_fingerprint())
        return "it was made with another query";
    if (candidate.row_fingerprint != of.row_fingerprint())
        return "it was made with another row type";
    const auto last = log.read_one(position{candidate.cursor.value - 1});
    if (!last) return "the log does not have its last event: " + last.error().message;
    if (last->id() != candidate.last_event) return "it was made of another history of this log";
    return std::nullopt;
}

std::string passed_over(const view_checkpoint& which, const std::string& why) {
    return "view \"" + which.view + "\": the checkpoint at position " +
           std::to_string(which.cursor.value) + " is not used: " + why;
}

// As they are tried again and taken at last, rows change that the checkpoint would not have.
error keys_parked(const any_projection& of, std::uint64_t count) {
    return fail(errc::refused, "checkpoint of view \"" + of.name() +
                                   "\": " + std::to_string(count) +
                                   " keys are parked; retry or skip what waits there first");
}

/// Copies the rows of a keyspace as of one moment, and with them what makes them a checkpoint.
class row_copy {
public:
    row_copy(store& log, const any_projection& of, const keyspace& from, keyspace& to)
        : log_{log}, of_{of}, from_{from}, to_{to} {}

    /// The rows, without the entries of secondary keys; the cursor last.
    result<void> run() {
        constexpr std::string_view above_entries = "m";
        const auto scanned = from_.scan(
            {}, above_entries,
            [this](std::string_view key, std::string_view value) { return take(key, value); });
        if (failed_) return *failed_;
        if (!scanned) return scanned;
        return finish();
    }

private:
    bool take(std::string_view key, std::string_view value) {
        if (key == layout::cursor_key) {
            cursor_bytes_ = value;
            return true;
        }
        if (key.starts_with(layout::lane_heads)) ++parked_;
        if (key.front() != layout::row_prefix) return true;
        batch_.put(key, value);
        ++details_.rows;
        if (batch_.size() < batch_rows_max) return true;
        if (auto written = to_.write(batch_); !written) failed_ = written.error();
        batch_.clear();
        return !failed_;
    }

    result<void> finish() {
        const auto cursor = decode_value<layout::cursor_record>(cursor_bytes_);
        if (!cursor) return cursor.error();
        if (auto changed = layout::check_cursor(*cursor, of_)) return *std::move(changed);
        if (parked_ > 0) return keys_parked(of_, parked_);
        const position last{cursor->next.value - 1};
        // An inline view is written with its events, a moment before these can be read.
        log_.wait_above(last, log_patience);
        const auto event = log_.read_one(last);
        if (!event) return event.error();
        details_.last_event = event->id();
        if (batch_.size() > 0) {
            if (auto written = to_.write(batch_); !written) return written;
        }
        std::string details;
        encode_value(details_, details);
        keyspace_batch whole;
        whole.put(layout::checkpoint_key, details);
        whole.put(layout::cursor_key, cursor_bytes_);
        return to_.write(whole);
    }

    store& log_;
    const any_projection& of_;
    const keyspace& from_;
    keyspace& to_;
    keyspace_batch batch_;
    std::string cursor_bytes_;
    layout::checkpoint_record details_;
    std::uint64_t parked_ = 0;
    std::optional<error> failed_;
};

/// A keyspace of its own for a checkpoint of this generation.
result<keyspace> begin_keyspace(store& log, std::string_view generation_keyspace) {
    const std::lock_guard lock{dropping()};
    const auto names = log.keyspaces();
    if (!names) return names.error();
    auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    auto name = layout::checkpoint_keyspace(generation_keyspace, now);
    while (std::find(names->begin(), names->end(), name) != names->end()) {
        now += std::chrono::microseconds{1};
        name = layout::checkpoint_keyspace(generation_keyspace, now);
    }
    return log.open_keyspace(name);
}

result<void> drop_one(store& log, std::string_view keyspace_name) {
    const std::lock_guard lock{dropping()};
    return log.drop_keyspace(keyspace_name);
}

/// The rows of a generation and where they stand. Fails as `keep_checkpoint`.
result<std::pair<keyspace, position>> open_source(store& log, const any_projection& of,
                                                  const std::string& name) {
    const auto unbuilt = [&](std::string_view why) {
        return fail(errc::not_found, "checkpoint of view \"" + of.name() + "\" version " +
                                         std::to_string(of.version()) + ": " + std::string{why} +
                                         "; run it first");
    };
    const auto names = log.keyspaces();
    if (!names) return names.error();
    if (std::find(names->begin(), names->end(), name) == names->end())
        return unbuilt("it was never built in this store");
    auto rows = log.open_keyspace(name);
    if (!rows) return rows.error();
    const auto cursor = layout::read_cursor(*rows);
    if (!cursor) return cursor.error();
    if (!*cursor) return unbuilt("it was never built in this store");
    if (auto changed = layout::check_cursor(**cursor, of)) return *std::move(changed);
    if ((*cursor)->next == position{0}) {
        return fail(errc::invalid_argument,
                    "checkpoint of view \"" + of.name() + "\": it has read no event yet");
    }
    return std::pair{*std::move(rows), (*cursor)->next};
}

bool is_of(const layout::view_generation& one, std::string_view view, std::uint32_t generation) {
    return one.name == view && one.generation == generation;
}

}  // namespace

namespace checkpoints {

result<start> nearest(store& log, const any_projection& of, position at,
                      const std::vector<told_skip>& skips) {
    const auto record = catalog::read(log, of.name());
    if (!record) return record.error();
    const auto* serving = record->find(of.version(), generation_place::serving);
    auto all = open_all(log, [&](const layout::view_generation& one) {
        return one.name == of.name() && one.version == of.version();
    });
    if (!all) return all.error();
    std::stable_sort(all->begin(), all->end(),
                     [](const auto& a, const auto& b) { return a.what.cursor > b.what.cursor; });
    start found;
    for (auto& each : *all) {
        if (each.what.cursor > at) continue;
        auto why = misfit(log, of, serving, each);
        const bool skips_later = std::any_of(skips.begin(), skips.end(), [&](const told_skip& one) {
            return one.what.at < each.what.cursor && one.told_at >= at;
        });
        if (!why && skips_later) why = "an event before it was skipped later than the moment";
        if (why) {
            found.ignored.push_back(passed_over(each.what, *why));
            continue;
        }
        found.rows.emplace(std::move(each.rows));
        found.cursor = each.what.cursor;
        break;
    }
    return found;
}

result<view_checkpoint> keep(store& log, const any_projection& of, const generation_record& from) {
    const auto right = claim::take(log, of.keyspace_name() + ".checkpoints");
    if (!right) {
        return fail(errc::locked,
                    "checkpoint of view \"" + of.name() + "\": one is being made already");
    }
    if (auto dropped = drop_half_made(log, of.name(), of.version()); !dropped)
        return dropped.error();
    const auto source = open_source(log, of, catalog::keyspace_of(of.name(), from));
    if (!source) return source.error();
    auto there =
        open_all(log, [&](const auto& one) { return is_of(one, of.name(), from.generation); });
    if (!there) return there.error();
    for (auto& each : *there) {
        if (each.what.cursor == source->second && !misfit(log, of, &from, each))
            return std::move(each.what);
    }
    auto rows = begin_keyspace(log, source->first.name());
    if (!rows) return rows.error();
    auto copied = row_copy{log, of, source->first, *rows}.run();
    if (!copied) {
        // If this fails too, the next one that is made drops it.
        static_cast<void>(drop_one(log, rows->name()));
        return copied.error();
    }
    const auto name = *layout::parse_checkpoint_name(rows->name());
    auto told = describe(name, *std::move(rows));
    if (told && !told->damage) return std::move(told->what);
    return fail(errc::not_found,
                "checkpoint of view \"" + of.name() + "\": it was dropped as it was made");
}

result<position> newest(store& log, std::string_view view, std::uint32_t generation) {
    const auto all = open_all(log, [&](const auto& one) { return is_of(one, view, generation); });
    if (!all) return all.error();
    return all->empty() ? position{0} : all->back().what.cursor;
}

result<void> drop_unrecorded(store& log, std::string_view view, std::uint32_t version,
                             const view_record& record) {
    return drop_all(log, [&](const layout::view_generation& one) {
        return one.name == view && one.version == version &&
               std::none_of(record.generations.begin(), record.generations.end(),
                            [&](const auto& known) { return known.generation == one.generation; });
    });
}

result<void> drop_of(store& log, std::string_view view, std::uint32_t generation) {
    return drop_all(log, [&](const auto& one) { return is_of(one, view, generation); });
}

}  // namespace checkpoints

result<std::vector<view_checkpoint>> view_checkpoints(store& log) {
    auto all = open_all(log, [](const auto&) { return true; });
    if (!all) return all.error();
    std::vector<view_checkpoint> told;
    for (auto& each : *all) {
        if (each.damage) return *std::move(each.damage);
        told.push_back(std::move(each.what));
    }
    return told;
}

result<view_checkpoint> keep_checkpoint(store& log, const any_projection& of) {
    const auto record = catalog::read(log, of.name());
    if (!record) return record.error();
    const auto* serving = record->find(of.version(), generation_place::serving);
    const generation_record none{.version = of.version(), .generation = 1};
    return checkpoints::keep(log, of, serving != nullptr ? *serving : none);
}

result<void> prune_checkpoints(store& log, std::string_view view, std::size_t keep) {
    const auto all = open_all(log, [&](const auto& one) { return one.name == view; });
    if (!all) return all.error();
    std::map<std::uint32_t, std::size_t> kept;
    for (auto one = all->rbegin(); one != all->rend(); ++one) {
        if (kept[one->what.generation]++ < keep) continue;
        auto dropped = drop_one(log, one->what.keyspace);
        if (!dropped && dropped.error().code != errc::not_found) return dropped;
    }
    return {};
}

result<void> drop_checkpoint(store& log, const view_checkpoint& which) {
    return drop_one(log, which.keyspace);
}

}  // namespace daybook::projections
