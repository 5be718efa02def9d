// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/keyspace.hpp>

#include "database.hpp"
#include "keyspace_impl.hpp"
#include "text.hpp"

#include <rocksdb/write_batch.h>

namespace daybook {

/// Kept as operations, not as a RocksDB batch: a batch belongs to no area until it is written.
struct keyspace_batch::impl {
    struct operation {
        std::string key;
        std::optional<std::string> value;
    };
    std::vector<operation> operations;
};

keyspace_batch::keyspace_batch() : impl_{std::make_unique<impl>()} {}
keyspace_batch::keyspace_batch(keyspace_batch&&) noexcept = default;
keyspace_batch& keyspace_batch::operator=(keyspace_batch&&) noexcept = default;
keyspace_batch::~keyspace_batch() = default;

void keyspace_batch::put(std::string_view key, std::string_view value) {
    impl_->operations.push_back({std::string{key}, std::string{value}});
}
void keyspace_batch::erase(std::string_view key) {
    impl_->operations.push_back({std::string{key}, std::nullopt});
}
void keyspace_batch::clear() { impl_->operations.clear(); }
std::size_t keyspace_batch::size() const noexcept { return impl_->operations.size(); }

keyspace::keyspace(std::unique_ptr<impl> made) : impl_{std::move(made)} {}
keyspace::keyspace(keyspace&&) noexcept = default;
keyspace& keyspace::operator=(keyspace&&) noexcept = default;
keyspace::~keyspace() = default;

const std::string& keyspace::name() const noexcept { return impl_->name; }

void keyspace::impl::add(const keyspace_batch& from, rocksdb::ColumnFamilyHandle* into,
                         rocksdb::WriteBatch& to) {
    for (const auto& one : from.impl_->operations) {
        // Into memory only; a failure shows when the batch is written.
        if (one.value) {
            (void)to.Put(into, one.key, *one.value);
        } else {
            (void)to.Delete(into, one.key);
        }
    }
}

result<keyspace::impl::place> keyspace::impl::now() const {
    if (!of->options.read_only) return place{of->db, family};
    auto db = of->database_now();
    auto found = db->find_view(name);
    if (!found) return fail(errc::not_found, cat("read keyspace ", name, ": it was dropped"));
    return place{std::move(db), std::move(found)};
}

result<std::optional<std::string>> keyspace::get(std::string_view key) const {
    const auto rows = impl_->now();
    if (!rows) return rows.error();
    std::string value;
    const auto status = rows->db->db().Get({}, rows->handle(), to_slice(key), &value);
    if (status.IsNotFound()) return std::optional<std::string>{};
    if (!status.ok()) return to_error(status, cat("read keyspace ", impl_->name));
    return std::optional{std::move(value)};
}

result<void> keyspace::write(const keyspace_batch& batch) {
    const auto doing = cat("write keyspace ", impl_->name);
    if (impl_->of->options.read_only)
        return fail(errc::refused, cat(doing, ": the store is open read-only"));
    const auto rows = impl_->now();
    if (!rows) return rows.error();
    rocksdb::WriteBatch all;
    impl::add(batch, rows->handle(), all);
    const std::shared_lock writing{impl_->family->mutex};
    if (impl_->family->dropped) return fail(errc::not_found, cat(doing, ": it was dropped"));
    auto& db = rows->db->db();
    auto status = db.Write({}, &all);
    // The disk was full: perhaps it has room again. Nothing of this batch was written yet.
    if (status.IsNoSpace() && rows->db->resume_writes()) status = db.Write({}, &all);
    if (status.ok()) status = rows->db->flush_log(false);
    if (!status.ok()) return to_error(status, doing);
    return {};
}

result<void> keyspace::scan(
    std::string_view prefix, std::string_view from,
    const std::function<bool(std::string_view, std::string_view)>& visit) const {
    const auto area = impl_->now();
    if (!area) return area.error();
    const std::unique_ptr<rocksdb::Iterator> rows{area->db->db().NewIterator({}, area->handle())};
    for (rows->Seek(to_slice(std::max(prefix, from))); rows->Valid(); rows->Next()) {
        const auto key = to_view(rows->key());
        if (!key.starts_with(prefix) || !visit(key, to_view(rows->value()))) break;
    }
    if (!rows->status().ok()) return to_error(rows->status(), cat("read keyspace ", impl_->name));
    return {};
}

namespace {

/// The least key above all that start with `prefix`; empty if there is none.
std::string end_of(std::string_view prefix) {
    std::string end{prefix};
    while (!end.empty() && end.back() == '\xFF') end.pop_back();
    if (!end.empty()) ++end.back();
    return end;
}

/// Moves to the last key below `end`; empty: to the last of all.
void seek_below(rocksdb::Iterator& rows, std::string_view end) {
    if (end.empty()) {
        rows.SeekToLast();
        return;
    }
    rows.SeekForPrev(to_slice(end));
    if (rows.Valid() && to_view(rows.key()) == end) rows.Prev();
}

}  // namespace

result<void> keyspace::scan_back(
    std::string_view prefix, std::string_view before,
    const std::function<bool(std::string_view, std::string_view)>& visit) const {
    const auto area = impl_->now();
    if (!area) return area.error();
    const std::unique_ptr<rocksdb::Iterator> rows{area->db->db().NewIterator({}, area->handle())};
    const auto prefix_end = end_of(prefix);
    const bool narrower = !before.empty() && (prefix_end.empty() || before < prefix_end);
    for (seek_below(*rows, narrower ? before : prefix_end); rows->Valid(); rows->Prev()) {
        const auto key = to_view(rows->key());
        if (!key.starts_with(prefix) || !visit(key, to_view(rows->value()))) break;
    }
    if (!rows->status().ok()) return to_error(rows->status(), cat("read keyspace ", impl_->name));
    return {};
}

}  // namespace daybook
