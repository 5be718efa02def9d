// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Tombstones in the place of payloads: in the log or in an archive, in the index, all at once.

#include <daybook/archive.hpp>
#include <daybook/store.hpp>

#include "archive_change.hpp"
#include "bytes.hpp"
#include "index_codec.hpp"
#include "log_range.hpp"
#include "rebuild.hpp"
#include "record.hpp"

#include <algorithm>

namespace daybook {
namespace {

using archive_change::why;
using index_entries = std::vector<std::pair<std::string, std::string>>;

index_entries entries_of(const tail_segment& indexed) {
    index_entries all;
    index_codec::for_each_entry(indexed, [&](std::string_view key, std::string_view value) {
        all.emplace_back(key, value);
    });
    return all;
}

/// What turns the one into the other.
void put_difference(rocksdb::WriteBatch& batch, const database& db, const tail_segment& before,
                    const tail_segment& after) {
    const auto old = entries_of(before);
    const auto fresh = entries_of(after);
    auto next = fresh.begin();
    for (const auto& one : old) {
        while (next != fresh.end() && next->first < one.first) {
            (void)batch.Put(db.index(), next->first, next->second);
            ++next;
        }
        const bool stays = next != fresh.end() && next->first == one.first;
        if (!stays) {
            (void)batch.Delete(db.index(), one.first);
            continue;
        }
        if (next->second != one.second) (void)batch.Put(db.index(), next->first, next->second);
        ++next;
    }
    for (; next != fresh.end(); ++next) (void)batch.Put(db.index(), next->first, next->second);
}

class deletion {
public:
    deletion(store& of, std::uint32_t segment, const delete_options& options)
        : of_{of}, e_{engine_access::of(of)}, options_{options} {
        what_.segment = segment;
    }

    result<payload_deletion> run(const std::function<bool(const event_view&)>& chosen) {
        if (auto ok = of_.finish_background_work(); !ok) return ok.error();
        first_ = position_of(what_.segment, 0);
        if (first_ >= e_.end()) {
            return fail(errc::invalid_argument,
                        cat("there is no such segment; the log ends at position ", e_.end()));
        }
        if (auto ok = choose(chosen); !ok) return ok.error();
        if (what_.deleted.empty()) return std::move(what_);
        const auto table = e_.db->archives().current();
        if (const auto* archived = table->find(what_.segment)) {
            before_ = *archived;
            before_.directory = table->directory_of(before_);
            what_.file_before = before_.file;
        }
        auto changed = change(*table);
        if (!changed) return changed.error();
        if (!before_.file.empty()) {
            if (auto ok = archive_change::remove_file(e_, before_); !ok) return ok.error();
        }
        if (auto ok = log_range::purge(*e_.db, first_, end()); !ok) return ok.error();
        return std::move(what_);
    }

private:
    /// Of the segment, or of the log in it.
    position end() const { return std::min(position_of(what_.segment + 1, 0), end_); }

    result<void> choose(const std::function<bool(const event_view&)>& chosen) {
        end_ = e_.end();
        return log_files::for_each_frame(
            *e_.db, first_, end(), [&](const log_files::frame& one) -> result<void> {
                for (std::uint32_t i = 0; i < one.view.events(); ++i) {
                    const auto event = record_access::trusted(one.view.record(i));
                    if (!chosen(event)) continue;
                    if (event.deleted_payload()) continue;
                    what_.deleted.push_back(event.position());
                    what_.bytes += event.payload().size();
                }
                return {};
            });
    }

    bool is_chosen(position at) const {
        return std::binary_search(what_.deleted.begin(), what_.deleted.end(), at);
    }

    result<void> change(const archive_table& table) {
        auto table_after = table;
        if (!before_.file.empty()) {
            if (auto ok = write_archive(table_after); !ok) return ok;
        }
        std::optional<archive_change::unfinished_file> unfinished;
        if (!after_.file.empty()) unfinished.emplace(e_, after_);
        if (options_.before) {
            if (auto ok = options_.before(what_); !ok) return ok;
        }
        if (unfinished) unfinished->keep();  // If a write fails it may be in use.
        return write(table_after);
    }

    /// What was the tail may be sealed meanwhile, by those who append.
    result<void> write(const archive_table& table) {
        for (;;) {
            if (auto ok = of_.finish_background_work(); !ok) return ok;
            const auto is_sealed = [&] { return e_.all.current()->is_sealed(what_.segment); };
            const bool sealed = is_sealed();
            if (sealed) end_ = position_of(what_.segment + 1, 0);
            rocksdb::WriteBatch batch;
            if (auto ok = fill(batch, sealed); !ok) return ok;
            const auto written =
                archive_change::note(of_,
                                     {.batch = &batch,
                                      .of_tail = !sealed,
                                      .fits = [&] { return is_sealed() == sealed; }},
                                     table, {what_.segment});
            if (!written) return written.error();
            if (*written) return {};
        }
    }

    /// The new file of an archived segment, unless it comes back into the log.
    result<void> write_archive(archive_table& table) {
        std::uint64_t left = 0;
        auto counted = log_files::for_each_frame(
            *e_.db, first_, end(), [&](const log_files::frame& one) -> result<void> {
                for (std::uint32_t i = 0; i < one.view.events(); ++i) {
                    const auto event = record_access::trusted(one.view.record(i));
                    if (!event.deleted_payload() && !is_chosen(event.position())) ++left;
                }
                return {};
            });
        if (!counted) return counted;
        if (left == 0) {
            table.segments.erase(what_.segment);
            return {};
        }
        auto written = archive_change::write_file(
            e_, {.segment = what_.segment, .store_id = e_.store_id, .notes = before_.notes},
            before_.directory, [&](const log_files::frame_visitor& put) {
                return log_files::for_each_frame(
                    *e_.db, first_, end(), [&](const log_files::frame& one) -> result<void> {
                        std::string bytes;
                        auto changed = rewritten(one, bytes);
                        return changed ? put(*changed) : changed.error();
                    });
            });
        if (!written) return written.error();
        after_ = *written;
        what_.file_after = after_.file;
        table.segments[what_.segment] = after_;
        return {};
    }

    /// The frame with its chosen payloads gone; its bytes are put into `bytes`.
    result<log_files::frame> rewritten(const log_files::frame& one, std::string& bytes) const {
        frame_builder head;
        for (std::uint16_t i = 0; i < one.view.commits(); ++i) head.add_commit(one.view.commit(i));
        std::string records;
        for (std::uint32_t i = 0; i < one.view.events(); ++i) {
            const auto event = record_access::trusted(one.view.record(i));
            const auto at = records.size();
            if (is_chosen(event.position()) && !event.deleted_payload()) {
                const auto digest = options_.digest(event.payload());
                if (digest.size() != record::digest_size) {
                    return fail(errc::invalid_argument,
                                cat("the digest of a payload has ", digest.size(),
                                    " bytes; it must have ", record::digest_size));
                }
                records += record::with_tombstone(event, digest);
            } else {
                records += event.record();
            }
            head.add_record(records.size() - at);
        }
        head.append_head(bytes);
        bytes += records;
        auto changed = one;
        changed.bytes = bytes;
        const auto view = frame_view::parse(bytes);
        if (!view) return view.error();
        changed.view = *view;
        return changed;
    }

    /// What changes in the log and in the index.
    result<void> fill(rocksdb::WriteBatch& batch, bool sealed) {
        const bool into_log = after_.file.empty();
        tail_feeder feeder{e_.rules};
        tail_segment before{what_.segment};
        tail_segment after{what_.segment};
        auto done = log_files::for_each_frame(
            *e_.db, first_, end(), [&](const log_files::frame& one) -> result<void> {
                std::string bytes;
                const auto changed = rewritten(one, bytes);
                if (!changed) return changed.error();
                if (into_log && (bytes != one.bytes || !before_.file.empty())) {
                    (void)batch.Put(e_.db->log(), log_key(one.first), bytes);
                }
                if (!sealed) return {};
                for (std::uint32_t i = 0; i < one.view.events(); ++i) {
                    feeder.add(before, record_access::trusted(one.view.record(i)), one.first);
                    feeder.add(after, record_access::trusted(changed->view.record(i)), one.first);
                }
                return {};
            });
        if (!done) return done;
        if (sealed) put_difference(batch, *e_.db, before, after);
        std::string count;
        bytes::append(count, std::uint64_t{e_.db->archives().deletions() + 1});
        (void)batch.Put(e_.db->meta(), to_slice(deletions_key), count);
        return {};
    }

    store& of_;
    engine& e_;
    const delete_options& options_;
    position first_;
    position end_;
    archived_segment before_;  ///< Of an archived segment.
    archived_segment after_;   ///< If it is still archived.
    payload_deletion what_;
};

}  // namespace

result<payload_deletion> delete_payloads(store& of, std::uint32_t segment,
                                         const std::function<bool(const event_view&)>& chosen,
                                         const delete_options& options) {
    auto& e = engine_access::of(of);
    const auto doing = cat("delete payloads of segment ", segment);
    if (auto ok = archive_change::check_writable(e, doing); !ok) return ok.error();
    if (!options.digest) {
        return fail(errc::invalid_argument, cat(doing, ": no digest is given for tombstones"));
    }
    const std::lock_guard alone{e.db->archives().changing};
    auto done = deletion{of, segment, options}.run(chosen);
    return done ? std::move(done) : why(doing, done.error());
}

result<void> purge_deleted(store& of, position first, position end) {
    auto& e = engine_access::of(of);
    if (auto ok = archive_change::check_writable(e, "purge"); !ok) return ok;
    if (first >= end) return fail(errc::invalid_argument, "purge: the range is empty");
    return log_range::purge(*e.db, first, end);
}

}  // namespace daybook
