// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/fork.hpp>

#include "archives.hpp"
#include "engine.hpp"
#include "keyspace_rows.hpp"
#include "log_files.hpp"
#include "rebuild.hpp"
#include "schema_registry.hpp"
#include "settings.hpp"
#include "snapshot_shelf.hpp"
#include "store_cut.hpp"
#include "subscription_backup.hpp"
#include "subscription_rows.hpp"
#include "text.hpp"
#include "workshop.hpp"

#include <rocksdb/utilities/checkpoint.h>

#include <algorithm>
#include <limits>

namespace daybook {
namespace {

namespace fs = std::filesystem;

// The origin as a setting: version, id, end, last event, hash of its record.
constexpr std::string_view origin_key = "origin";
constexpr std::uint8_t origin_version = 1;
constexpr std::size_t origin_size = 1 + 16 + 8 + 16 + 8;

std::string encode(const fork_origin& origin) {
    std::string bytes;
    bytes::append(bytes, origin_version);
    bytes += id_text(origin.store_id);
    bytes::append(bytes, origin.end.value);
    bytes += id_text(origin.last_event);
    bytes::append(bytes, origin.last_record);
    return bytes;
}

std::optional<fork_origin> decode(std::string_view bytes) {
    if (bytes.size() != origin_size || bytes::load<std::uint8_t>(bytes.data()) != origin_version) {
        return std::nullopt;
    }
    fork_origin origin;
    origin.store_id = bytes::load<event_id>(bytes.data() + 1);
    origin.end.value = bytes::load<std::uint64_t>(bytes.data() + 17);
    origin.last_event = bytes::load<event_id>(bytes.data() + 25);
    origin.last_record = bytes::load<std::uint64_t>(bytes.data() + 41);
    return origin;
}

/// The indexes hash by the last half of the id (`term_rules::seed`): with another one they would
/// have to be made again. The first half is the time to a fraction of a millisecond, and a count.
event_id id_for_fork_of(const event_id& origin) {
    auto id = event_id::make();
    std::copy(origin.bytes.begin() + 8, origin.bytes.end(), id.bytes.begin() + 8);
    return id;
}

/// A fork on its way.
class forking {
public:
    forking(store& from, const fork_options& options)
        : from_{from}, engine_{engine_access::of(from)}, options_{options} {}

    result<fork_report> run(const fs::path& directory) {
        if (auto ok = make_ready(); !ok) return ok.error();
        const auto end = find_end();
        if (!end) return end.error();
        const auto place = find_place(directory);
        if (!place) return place.error();
        const auto work = workshop::make(*place, "forking");
        if (!work) return work.error();
        const auto built = *work / "store";
        const auto made = engine_.options.read_only ? copy(*end, built, work->path())
                                                    : share(*end, built, work->path());
        if (!made) return made.error();
        if (auto ok = finish(built); !ok) return ok.error();
        if (auto ok = count_bytes(built); !ok) return ok.error();
        if (auto ok = work->hand_over("store", *place); !ok) return ok.error();
        report_.directory = *place;
        return report_;
    }

private:
    /// Everything acknowledged is to be in the files.
    result<void> make_ready() {
        if (!engine_.options.read_only) return from_.sync();
        const auto seen = from_.refresh();
        return seen ? result<void>{} : seen.error();
    }

    /// Nothing if the fork is to have all there is.
    result<std::optional<position>> find_end() const {
        const auto log_end = from_.watermark();
        if (!options_.end) return std::optional<position>{};
        if (*options_.end > log_end) {
            return fail(errc::not_found,
                        cat("fork at position ", *options_.end, ": the log of ",
                            engine_.options.read_only ? "the store, as far as it can be read, "
                                                      : "the store ",
                            "ends at position ", log_end));
        }
        const auto end = log_files::commit_end_before(*engine_.database_now(), *options_.end);
        if (!end) return end.error();
        return std::optional{*end};
    }

    result<fs::path> find_place(const fs::path& directory) const {
        std::error_code ec;
        const auto own = fs::weakly_canonical(engine_.database_now()->directory(), ec);
        const auto wanted = fs::weakly_canonical(fs::absolute(directory, ec), ec);
        const auto parted = std::mismatch(own.begin(), own.end(), wanted.begin(), wanted.end());
        if (parted.first == own.end()) {
            return fail(errc::refused, cat("fork to ", wanted.string(),
                                           ": it lies inside the store; name one beside it"));
        }
        return workshop::place_for(directory, "fork");
    }

    // A writer's files ---------------------------------------------------------------------------

    result<void> share(std::optional<position> end, const fs::path& built,
                       const fs::path& scratch) {
        if (auto ok = link_files(built); !ok) return ok;
        auto db = database::open(built, {.create_if_missing = false});
        if (!db) return db.error();
        const auto log_end = find_log_end(**db);
        if (!log_end) return log_end.error();
        end_ = end.value_or(log_end->next);
        if (log_end->next < end_) {
            return fail(errc::corrupt,
                        cat("fork: the log ends at ", log_end->next, " instead of ", end_));
        }
        if (end_ < log_end->next) {
            if (auto ok = check_in_log(**db); !ok) return ok;
            if (auto ok = drop_areas(**db); !ok) return ok;
            if (auto ok = store_cut::cut(**db, end_, scratch); !ok) return ok;
        }
        if (auto ok = write_identity(**db); !ok) return ok;
        // What the write-ahead files tell of how far the log was synced is not true any more.
        return store_cut::flush(**db);
    }

    /// The end of a log is never in an archive.
    result<void> check_in_log(const database& db) const {
        const auto table = db.archives().current();
        if (table->segments.empty()) return {};
        const auto last = table->segments.rbegin()->second.end;
        if (end_ > last) return {};
        return fail(errc::refused,
                    cat("fork: positions up to ", last.value - 1, " are archived, so it can begin ",
                        "after them only; restore the segments (`daybook archive restore`) first"));
    }

    /// Nothing is flushed for this: writers are held up as little as by a look at the files.
    result<void> link_files(const fs::path& built) const {
        constexpr auto never_flush = std::numeric_limits<std::uint64_t>::max();
        const std::shared_lock no_reindex{engine_.index_mutex};
        rocksdb::Checkpoint* raw = nullptr;
        auto status = rocksdb::Checkpoint::Create(&engine_.db->db(), &raw);
        const std::unique_ptr<rocksdb::Checkpoint> checkpoint{raw};
        if (status.ok()) status = checkpoint->CreateCheckpoint(built.string(), never_flush);
        return status.ok() ? result<void>{} : to_error(status, cat("fork to ", built.string()));
    }

    /// What tells of events that are not there must not be seen.
    result<void> drop_areas(database& db) {
        for (const auto& name : db.views()) {
            if (stays(name)) continue;
            if (auto ok = db.drop_view(name); !ok) return ok;
            report_.keyspaces_dropped.push_back(name);
        }
        return {};
    }

    /// Subscriptions are set back; schemas do not depend on positions.
    static bool stays(std::string_view area) {
        return area == subscription_rows::keyspace_name || area == schema_registry::keyspace_name;
    }

    // A reader's events --------------------------------------------------------------------------

    result<void> copy(std::optional<position> end, const fs::path& built, const fs::path& scratch) {
        // Before the log, so that no cursor is beyond its end.
        auto rows = subscription_backup::take(from_);
        if (!rows) return rows.error();
        subscriptions_ = std::move(rows->rows);
        auto schemas = keyspace_rows::take(from_, schema_registry::keyspace_name);
        if (!schemas) return schemas.error();
        schemas_ = std::move(*schemas);
        const auto areas = from_.keyspaces();
        if (!areas) return areas.error();
        for (const auto& name : *areas) {
            if (!stays(name)) report_.keyspaces_dropped.push_back(name);
        }
        end_ = end.value_or(from_.watermark());
        auto db = database::open(built, {});
        if (!db) return db.error();
        if (auto ok = copy_log(**db, scratch); !ok) return ok;
        const std::shared_lock reading{engine_.index_mutex};
        if (auto ok = settings::write_new(**db, engine_.store_id, engine_.rules.indexed_fields);
            !ok) {
            return ok;
        }
        return write_identity(**db);
    }

    result<void> copy_log(database& into, const fs::path& scratch) const {
        constexpr std::uint64_t file_bytes = 256U << 20U;
        const auto source = engine_.database_now();
        log_files::writer files{into, scratch, std::numeric_limits<std::uint64_t>::max(),
                                file_bytes};
        auto last_end = end_.value == 0 ? result<position>{end_}
                                        : log_files::frame_end_after(*source, {end_.value - 1});
        if (!last_end) return last_end.error();
        const auto copied = log_files::for_each_frame(
            *source, {}, *last_end, [&](const log_files::frame& one) -> result<void> {
                if (options_.progress) options_.progress(one.first.value, end_.value);
                if (one.end() <= end_) return files.add(one);
                const auto bytes = log_files::front_of(one, end_);
                const auto view = frame_view::parse(bytes);
                if (!view) return view.error();
                auto front = one;
                front.bytes = bytes;
                front.view = *view;
                return files.add(front);
            });
        if (!copied) return copied;
        const auto written = files.finish();
        if (!written) return written.error();
        std::vector<std::string> tables;
        for (const auto& file : *written) tables.push_back((scratch / file.name).string());
        return log_files::ingest(into, tables);
    }

    // Both ---------------------------------------------------------------------------------------

    result<void> write_identity(database& db) {
        auto& origin = report_.origin;
        origin.store_id = engine_.store_id;
        origin.end = end_;
        if (end_.value > 0) {
            const auto last = last_event(db);
            if (!last) return last.error();
            origin.last_event = last->view().id();
            origin.last_record = snapshots::hash_of(last->view().record());
        }
        report_.store_id = id_for_fork_of(engine_.store_id);
        rocksdb::WriteBatch batch;
        (void)batch.Put(db.meta(), to_slice(settings::store_id_key),
                        to_slice(id_text(report_.store_id)));
        (void)batch.Put(db.meta(), to_slice(origin_key), encode(origin));
        return settings::write(db, batch);
    }

    result<event> last_event(database& db) const {
        log_scanner scanner{db, {end_.value - 1}, end_, false, true};
        const auto found = scanner.next();
        if (!found) return found.error();
        if (!*found) return fail(errc::corrupt, cat("fork: nothing is at ", end_.value - 1));
        return event{**found};
    }

    /// Opens what was made, as anybody will.
    result<void> finish(const fs::path& built) {
        auto opened = store::open(built, {.create_if_missing = false});
        if (!opened) return opened.error();
        if (opened->watermark() != end_) {
            return fail(errc::corrupt,
                        cat("fork: the log ends at ", opened->watermark(), " instead of ", end_));
        }
        if (auto ok = subscription_backup::put(*opened, subscriptions_); !ok) return ok;
        if (auto ok = subscription_backup::set_back(*opened); !ok) return ok;
        if (auto ok = keyspace_rows::put(*opened, schema_registry::keyspace_name, schemas_); !ok)
            return ok;
        if (auto ok = opened->finish_background_work(); !ok) return ok;
        if (options_.prepare) {
            if (auto ok = options_.prepare(*opened); !ok) return ok;
        }
        if (options_.check) {
            if (auto ok = opened->check(options_.progress); !ok) return ok;
        }
        return opened->sync();
    }

    result<void> count_bytes(const fs::path& built) {
        std::error_code ec;
        for (auto at = fs::directory_iterator{built, ec}; !ec && at != fs::directory_iterator{};
             at.increment(ec)) {
            std::error_code gone;
            const auto bytes = at->file_size(gone);
            if (gone) continue;
            const bool linked = at->hard_link_count(gone) > 1;
            (linked ? report_.bytes_shared : report_.bytes_copied) += bytes;
        }
        if (ec) return fail(errc::io, cat("look at ", built.string(), ": ", ec.message()));
        return {};
    }

    store& from_;
    engine& engine_;
    const fork_options& options_;
    position end_;
    std::string subscriptions_;
    std::string schemas_;
    fork_report report_;
};

}  // namespace

result<fork_report> fork_store(store& from, const fs::path& directory,
                               const fork_options& options) {
    return forking{from, options}.run(directory);
}

result<std::optional<fork_origin>> origin_of(const store& of) {
    const auto db = engine_access::of(of).database_now();
    const auto bytes = settings::read(*db, origin_key);
    if (!bytes) return bytes.error();
    if (!*bytes) return std::optional<fork_origin>{};
    auto origin = decode(**bytes);
    if (!origin) {
        return fail(errc::corrupt, cat("store ", db->directory().string(),
                                       ": where it was forked from cannot be understood"));
    }
    return origin;
}

}  // namespace daybook
