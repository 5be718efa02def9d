// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "settings.hpp"

#include "bytes.hpp"
#include "terms.hpp"

#include <rocksdb/write_batch.h>

namespace daybook::settings {

std::string join_fields(const std::vector<std::string>& fields) {
    std::string joined;
    for (const auto& one : fields) joined.append(one).push_back('\0');
    return joined;
}

std::vector<std::string> split_fields(std::string_view joined) {
    std::vector<std::string> fields;
    while (!joined.empty()) {
        const auto end = joined.find('\0');
        fields.emplace_back(joined.substr(0, end));
        joined.remove_prefix(end == std::string_view::npos ? joined.size() : end + 1);
    }
    return fields;
}

result<std::optional<std::string>> read(database& db, std::string_view key) {
    std::string value;
    const auto status = db.db().Get({}, db.meta(), to_slice(key), &value);
    if (status.IsNotFound()) return std::optional<std::string>{};
    if (!status.ok()) return to_error(status, "open store: read settings");
    return std::optional{std::move(value)};
}

result<void> write(database& db, rocksdb::WriteBatch& batch) {
    auto status = db.db().Write({}, &batch);
    if (status.ok()) status = db.flush_log(true);
    if (!status.ok()) return to_error(status, "write the store's settings");
    return {};
}

result<void> write_new(database& db, const event_id& store_id,
                       const std::vector<std::string>& indexed_fields) {
    std::string format;
    bytes::append(format, format_version);
    rocksdb::WriteBatch batch;
    (void)batch.Put(db.meta(), to_slice(format_key), format);
    (void)batch.Put(db.meta(), to_slice(store_id_key), to_slice(id_text(store_id)));
    (void)batch.Put(db.meta(), to_slice(fields_key), join_fields(indexed_fields));
    return write(db, batch);
}

result<std::optional<std::vector<std::string>>> indexed_fields(database& db) {
    using fields = std::optional<std::vector<std::string>>;
    const auto reset = read(db, reindex_key);
    if (!reset) return reset.error();
    const auto joined = read(db, fields_key);
    if (!joined) return joined.error();
    if (*reset || !*joined) return fields{};
    return fields{split_fields(**joined)};
}

}  // namespace daybook::settings
