// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/detail/served_rows.hpp>

#include "view_catalog.hpp"
#include "view_layout.hpp"

#include <algorithm>
#include <mutex>

namespace daybook::projections::detail {
namespace {

error not_serving(const any_projection& of, const catalog::view_record& record) {
    const auto version = "view \"" + of.name() + "\" version " + std::to_string(of.version());
    if (record.find(of.version(), generation_place::building) != nullptr) {
        return fail(errc::not_found,
                    version + " is being built beside version " +
                        std::to_string(record.active_version.value_or(0)) +
                        " and can be read when it has caught up and was switched to");
    }
    return fail(errc::not_found, version + " was never built in this store; run it once");
}

/// The keyspace, if something was begun in it; else null. Opening alone would make it anew.
result<std::shared_ptr<const keyspace>> open_begun(store& log, std::string_view name) {
    std::shared_ptr<const keyspace> none;
    const auto names = log.keyspaces();
    if (!names) return names.error();
    if (std::find(names->begin(), names->end(), name) == names->end()) return none;
    auto rows = log.open_keyspace(name);
    if (!rows) return rows.error();
    const auto cursor = layout::read_cursor(*rows);
    if (!cursor) return cursor.error();
    if (!*cursor) return none;
    return std::make_shared<const keyspace>(*std::move(rows));
}

}  // namespace

struct served_rows::state {
    store* log = nullptr;
    std::string name;
    std::uint32_t version = 0;
    std::optional<keyspace> records;  ///< Nothing in a store that is older than records are.

    std::mutex mutex;
    std::string record;  ///< As it was when `rows` were looked up.
    std::uint64_t revision = 0;
    std::string rows_name;
    std::shared_ptr<const keyspace> rows;

    result<bool> follow(std::string_view bytes);
};

// A record without anything that serves means that the view was dropped: who reads it keeps what
// there was. Another thread may have read a newer record before. False if the record is so old that
// what it names is gone. `mutex` is held.
result<bool> served_rows::state::follow(std::string_view bytes) {
    const auto now = catalog::decode(name, bytes);
    if (!now) return now.error();
    if (now->revision < revision) return true;
    if (const auto* serving = now->find(version, generation_place::serving)) {
        auto wanted = catalog::keyspace_of(name, *serving);
        if (wanted != rows_name) {
            auto opened = open_begun(*log, wanted);
            if (!opened) return opened.error();
            if (!*opened) return false;
            rows = *std::move(opened);
            rows_name = std::move(wanted);
        }
    }
    record = bytes;
    revision = now->revision;
    return true;
}

result<served_rows> served_rows::open(store& log, const any_projection& of) {
    const auto record = catalog::read(log, of.name());
    if (!record) return record.error();
    const auto* serving = record->find(of.version(), generation_place::serving);
    if (serving == nullptr) return not_serving(of, *record);
    auto made = std::make_shared<state>();
    made->rows_name = catalog::keyspace_of(of.name(), *serving);
    auto rows = open_begun(log, made->rows_name);
    if (!rows) return rows.error();
    if (!*rows) return not_serving(of, {});
    made->rows = *std::move(rows);
    made->log = &log;
    made->name = of.name();
    made->version = of.version();
    auto records = catalog::open(log);
    if (!records) return records.error();
    made->records = *std::move(records);
    return served_rows{std::move(made)};
}

// A thread that is held up between reading the record and opening what it names may find that gone:
// it then reads the record again, which has changed meanwhile.
result<std::shared_ptr<const keyspace>> served_rows::now() const {
    auto& at = *state_;
    std::string tried;
    while (true) {
        std::optional<std::string> bytes;
        if (at.records) {
            auto read = at.records->get(at.name);
            if (!read) return read.error();
            bytes = *std::move(read);
        }
        const std::lock_guard lock{at.mutex};
        if (!bytes || *bytes == at.record) return at.rows;
        const auto followed = at.follow(*bytes);
        if (!followed) return followed.error();
        if (*followed || *bytes == tried) return at.rows;
        tried = *std::move(bytes);
    }
}

}  // namespace daybook::projections::detail
