// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "sealer.hpp"

#include "index_codec.hpp"
#include "text.hpp"

#include <rocksdb/sst_file_writer.h>

#include <chrono>

namespace daybook {
namespace {

constexpr std::chrono::seconds retry_after{1};

class index_file {
public:
    index_file(const rocksdb::Options& options, std::string path)
        : writer_{rocksdb::EnvOptions{}, options}, path_{std::move(path)} {
        status_ = writer_.Open(path_);
    }
    void add(std::string_view key, std::string_view value) {
        if (status_.ok()) status_ = writer_.Put(to_slice(key), to_slice(value));
    }
    rocksdb::Status finish() {
        if (status_.ok()) status_ = writer_.Finish();
        return status_;
    }
    const std::string& path() const noexcept { return path_; }

private:
    rocksdb::SstFileWriter writer_;
    std::string path_;
    rocksdb::Status status_;
};

rocksdb::IngestExternalFileArg ingestion(rocksdb::ColumnFamilyHandle* into,
                                         const std::string& path) {
    rocksdb::IngestExternalFileArg arg;
    arg.column_family = into;
    arg.external_files = {path};
    arg.options.move_files = true;
    return arg;
}

}  // namespace

sealer::sealer(engine& e) : engine_{e} {}

sealer::~sealer() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void sealer::start() {
    thread_ = std::thread{[this] { run(); }};
}

void sealer::look_again() {
    if (!has_work()) return;
    const std::lock_guard lock{mutex_};
    changed_.notify_all();
}

std::size_t sealer::full_segments() const {
    const auto list = engine_.all.current();
    const auto written = engine_.end().value / limits::segment_events;
    return written > list->sealed.size() ? written - list->sealed.size() : 0;
}

bool sealer::has_work() const { return full_segments() > 0; }

result<void> sealer::wait_for_room(std::size_t count) {
    if (full_segments() <= count) return {};
    std::unique_lock lock{mutex_};
    changed_.notify_all();
    changed_.wait(lock, [&] { return stopping_ || failed_ || full_segments() <= count; });
    if (failed_ && full_segments() > count) return *failed_;
    return {};
}

result<void> sealer::seal(engine& e, const tail_segment& full) {
    const auto name = [&](std::string_view kind) {
        return (e.db->directory() / cat("sealing-", full.number(), "-", kind, ".tmp")).string();
    };
    index_file index{e.db->index_options(), name("index")};
    index_codec::for_each_entry(
        full, [&](std::string_view key, std::string_view value) { index.add(key, value); });
    const auto doing = cat("seal segment ", full.number());
    if (auto done = index.finish(); !done.ok()) return to_error(done, doing);
    std::vector args{ingestion(e.db->index(), index.path())};

    const auto streams = index_codec::stream_keys(full);
    if (!streams.empty()) {
        index_file file{e.db->streams_options(), name("streams")};
        for (const auto& key : streams) file.add(key, {});
        if (auto done = file.finish(); !done.ok()) return to_error(done, doing);
        args.push_back(ingestion(e.db->streams(), file.path()));
    }
    // The manifest is on the disk at once. The log must be there before it: an index may be behind
    // its log after a crash, never ahead of it.
    if (auto done = e.db->flush_log(true); !done.ok()) return to_error(done, doing);
    // Both families or none: RocksDB ingests them in one manifest write.
    if (auto done = e.db->db().IngestExternalFiles(args); !done.ok()) return to_error(done, doing);
    return {};
}

void sealer::run() {
    for (;;) {
        {
            std::unique_lock lock{mutex_};
            changed_.wait(lock, [&] { return stopping_ || has_work(); });
            if (stopping_) return;
        }
        auto done = result<void>{};
        {
            const std::lock_guard working{work_mutex_};
            if (!has_work()) continue;
            const auto began = latency_recorder::clock::now();
            done = seal(engine_, *engine_.all.current()->tail.front());
            if (done) engine_.meters.seal.record(latency_recorder::clock::now() - began);
            if (done) engine_.all.first_is_sealed();
        }
        std::unique_lock lock{mutex_};
        failed_ = done ? std::nullopt : std::optional{done.error()};
        changed_.notify_all();
        // A full disk may have room again later; until then the segment stays in memory.
        if (failed_) changed_.wait_for(lock, retry_after, [&] { return stopping_; });
    }
}

}  // namespace daybook
