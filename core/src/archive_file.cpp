// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "archive_file.hpp"

#include "archive_record.hpp"
#include "backup_target.hpp"
#include "log_reader.hpp"
#include "record.hpp"
#include "text.hpp"

#include <rocksdb/sst_file_reader.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>
#include <rocksdb/table_properties.h>

namespace daybook {
namespace {

namespace fs = std::filesystem;

constexpr const char* manifest_name = "daybook.archive";

/// Puts the manifest, which is known when all frames are, among the properties of the table.
class manifest_collector : public rocksdb::TablePropertiesCollector {
public:
    explicit manifest_collector(std::shared_ptr<const std::string> text) : text_{std::move(text)} {}
    rocksdb::Status Finish(rocksdb::UserCollectedProperties* properties) override {
        (*properties)[manifest_name] = *text_;
        return rocksdb::Status::OK();
    }
    rocksdb::UserCollectedProperties GetReadableProperties() const override { return {}; }
    const char* Name() const override { return manifest_name; }

private:
    std::shared_ptr<const std::string> text_;
};

class manifest_factory : public rocksdb::TablePropertiesCollectorFactory {
public:
    explicit manifest_factory(std::shared_ptr<const std::string> text) : text_{std::move(text)} {}
    rocksdb::TablePropertiesCollector* CreateTablePropertiesCollector(Context) override {
        return new manifest_collector{text_};
    }
    const char* Name() const override { return manifest_name; }

private:
    std::shared_ptr<const std::string> text_;
};

/// Read seldom and from its beginning to its end: large blocks that compress well.
rocksdb::Options file_options(const rocksdb::Options& log,
                              std::shared_ptr<const std::string> text) {
    rocksdb::Options options{log};
    options.compression = rocksdb::kZSTD;
    options.compression_opts.level = 5;
    rocksdb::BlockBasedTableOptions table;
    table.block_size = 64U << 10U;
    table.format_version = 5;
    table.checksum = rocksdb::kXXH3;
    table.no_block_cache = true;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    options.table_properties_collector_factories.push_back(
        std::make_shared<manifest_factory>(std::move(text)));
    return options;
}

error about(const fs::path& path, const error& why) {
    return fail(why.code, cat("archive ", path.string(), ": ", why.message));
}

}  // namespace

struct archive_writer::table {
    explicit table(const rocksdb::Options& log)
        : writer{rocksdb::EnvOptions{}, file_options(log, manifest)} {}
    std::shared_ptr<std::string> manifest = std::make_shared<std::string>();
    rocksdb::SstFileWriter writer;
    rocksdb::Status opened;
};

archive_writer::archive_writer(const database& db, fs::path path)
    : path_{std::move(path)}, table_{std::make_unique<table>(db.log_options())} {
    table_->opened = table_->writer.Open(path_.string());
}
archive_writer::~archive_writer() = default;

result<void> archive_writer::add(const log_files::frame& next) {
    auto status = table_->opened;
    if (status.ok()) status = table_->writer.Put(log_key(next.first), to_slice(next.bytes));
    if (!status.ok()) return about(path_, to_error(status, "write"));
    for (std::uint32_t i = 0; i < next.view.events(); ++i) {
        const auto event = record_access::trusted(next.view.record(i));
        if (written_.record_bytes == 0) {
            written_.first = next.first;
            written_.recorded_first = event.recorded_at();
        }
        written_.record_bytes += event.record().size();
        if (event.deleted_payload()) ++written_.deleted;
        content_.add(event.record());
    }
    written_.end = next.end();
    written_.last_id = next.last_id;
    written_.recorded_last = next.last_recorded;
    return {};
}

result<archived_segment> archive_writer::finish(archived_segment about_it) {
    written_.segment = about_it.segment;
    written_.store_id = about_it.store_id;
    written_.notes = std::move(about_it.notes);
    written_.content = content_.hex();
    *table_->manifest = archive_record::encode_manifest(written_);
    auto status = table_->opened;
    if (status.ok()) status = table_->writer.Finish();
    if (!status.ok()) return about(path_, to_error(status, "write"));
    return written_;
}

struct archive_file::table {
    explicit table(const rocksdb::Options& options) : reader{options} {}
    mutable rocksdb::SstFileReader reader;
};

archive_file::archive_file() = default;
archive_file::~archive_file() = default;

result<archived_segment> archive_file::describe(const fs::path& path,
                                                const rocksdb::Options& options) {
    std::error_code ec;
    const auto bytes = fs::file_size(path, ec);
    if (ec == std::errc::no_such_file_or_directory) {
        return fail(errc::not_found, cat("archive ", path.string(), ": there is no such file"));
    }
    if (ec) return about(path, fail(errc::io, ec.message()));
    auto hash = hash_of_file(path);
    if (!hash) return about(path, hash.error());
    rocksdb::SstFileReader reader{options};
    if (const auto status = reader.Open(path.string()); !status.ok()) {
        return about(path, fail(errc::corrupt, to_error(status, "it is not an archive").message));
    }
    const auto properties = reader.GetTableProperties();
    const auto& collected = properties->user_collected_properties;
    const auto manifest = collected.find(manifest_name);
    if (manifest == collected.end()) {
        return about(path, fail(errc::corrupt, "it has no manifest, so it is not an archive"));
    }
    auto found = archive_record::decode(manifest->second);
    if (!found) return about(path, fail(found.error().code, "manifest: " + found.error().message));
    found->file = path.filename().string();
    found->bytes = bytes;
    found->xxh3 = std::move(*hash);
    found->directory = path.parent_path();
    return found;
}

result<std::shared_ptr<const archive_file>> archive_file::open(const fs::path& path,
                                                               const archived_segment& known,
                                                               const rocksdb::Options& options) {
    const auto found = describe(path, options);
    if (!found) return found.error();
    if (!archive_record::same_content(*found, known)) {
        return about(
            path, fail(errc::corrupt, cat("it holds segment ", found->segment, " of store ",
                                          to_string(found->store_id), ", records ", found->content,
                                          "; it should hold segment ", known.segment, " of store ",
                                          to_string(known.store_id), ", records ", known.content)));
    }
    if (found->bytes != known.bytes || found->xxh3 != known.xxh3) {
        return about(path, fail(errc::corrupt, "its bytes are not those that were written"));
    }
    std::shared_ptr<archive_file> made{new archive_file};
    made->table_ = std::make_unique<table>(options);
    const auto status = made->table_->reader.Open(path.string());
    if (!status.ok()) return about(path, to_error(status, "open"));
    return std::shared_ptr<const archive_file>{std::move(made)};
}

std::unique_ptr<rocksdb::Iterator> archive_file::frames(const rocksdb::ReadOptions& how) const {
    return std::unique_ptr<rocksdb::Iterator>{table_->reader.NewIterator(how)};
}

}  // namespace daybook
