// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "wal_file.hpp"

#include "bytes.hpp"
#include "database.hpp"
#include "text.hpp"

#include <boost/crc.hpp>
#include <rocksdb/write_batch.h>

#include <algorithm>

namespace daybook::wal {
namespace {

constexpr std::size_t block_size = 32U << 10U;
constexpr std::size_t piece_head = 7;    // Checksum (4 bytes), size (2), kind.
constexpr std::size_t batch_head = 12;   // Sequence (8), count (4).
constexpr char log_data_tag = 3;         // In a batch: bytes for the write-ahead file alone.
constexpr std::uint32_t log_family = 1;  // The first family that a store makes.
constexpr std::string_view note_name = "sync";

enum class kind : unsigned char { none = 0, full = 1, first = 2, middle = 3, last = 4 };

struct piece {
    kind what = kind::none;
    std::string_view body;
};

/// The piece that starts a block's rest, if it is whole and sound.
std::optional<piece> piece_of(std::string_view rest) {
    if (rest.size() < piece_head) return std::nullopt;
    const auto size = bytes::load<std::uint16_t>(rest.data() + 4);
    const auto what = static_cast<unsigned char>(rest[6]);
    if (what < 1 || what > 4 || piece_head + size > rest.size()) return std::nullopt;
    boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> sum;
    sum.process_bytes(rest.data() + 6, 1U + size);
    const auto crc = static_cast<std::uint32_t>(sum.checksum());
    const auto masked = ((crc >> 15U) | (crc << 17U)) + 0xa282ead8U;
    if (masked != bytes::load<std::uint32_t>(rest.data())) return std::nullopt;
    return piece{static_cast<kind>(what), rest.substr(piece_head, size)};
}

/// How far it is to the next sound piece of a block, from one that is not.
std::size_t distance_to_piece(std::string_view rest) {
    std::size_t at = 1;
    while (at < rest.size() && !piece_of(rest.substr(at))) ++at;
    return std::min(at, rest.size());
}

/// The note that a batch starts with, if any.
std::optional<position> note_of(std::string_view batch) {
    const auto size = note_name.size() + 8;
    if (batch.size() < batch_head + 2 + size || batch[batch_head] != log_data_tag) return {};
    if (static_cast<std::size_t>(batch[batch_head + 1]) != size) return {};
    const auto note = batch.substr(batch_head + 2, size);
    if (!note.starts_with(note_name)) return {};
    return position{bytes::load<std::uint64_t>(note.data() + note_name.size())};
}

std::optional<position> last_note_in(std::string_view block) {
    std::optional<position> found;
    while (!block.empty()) {
        const auto one = piece_of(block);
        if (!one) {
            block.remove_prefix(distance_to_piece(block));
            continue;
        }
        if (one->what == kind::full || one->what == kind::first) {
            if (const auto note = note_of(one->body)) found = note;
        }
        block.remove_prefix(piece_head + one->body.size());
    }
    return found;
}

class frames_of_log : public rocksdb::WriteBatch::Handler {
public:
    explicit frames_of_log(const frame_visitor& visit) : visit_{visit} {}
    rocksdb::Status PutCF(std::uint32_t family, const rocksdb::Slice& key,
                          const rocksdb::Slice& value) override {
        if (family == log_family && key.size() == 8) visit_(to_view(key), to_view(value));
        return rocksdb::Status::OK();
    }
    rocksdb::Status DeleteCF(std::uint32_t, const rocksdb::Slice&) override {
        return rocksdb::Status::OK();
    }
    void LogData(const rocksdb::Slice&) override {}

private:
    const frame_visitor& visit_;
};

/// Puts records together from their pieces, block by block.
class record_builder {
public:
    record_builder(std::string_view file, const std::function<void(const record&)>& visit)
        : file_{file}, visit_{visit} {}

    std::vector<damage> run() {
        while (at_ < file_.size()) {
            const auto block_end = std::min(file_.size(), (at_ / block_size + 1) * block_size);
            const auto rest = file_.substr(at_, block_end - at_);
            if (rest.size() < piece_head) {
                at_ = block_end;
                continue;
            }
            if (const auto one = piece_of(rest)) {
                take(*one);
                at_ += piece_head + one->body.size();
            } else {
                // Sizes cannot be trusted.
                const auto next = at_ + distance_to_piece(rest);
                skip(started_ ? start_ : at_, next);
                started_ = false;
                at_ = next;
            }
        }
        if (started_) skip(start_, file_.size());
        return std::move(skipped_);
    }

private:
    void take(const piece& one) {
        if (one.what == kind::full || one.what == kind::first) {
            if (started_) skip(start_, at_);
            start_ = at_;
            started_ = true;
            record_.assign(one.body);
        } else if (started_) {
            record_.append(one.body);
        } else {
            return skip(at_, at_ + piece_head + one.body.size());
        }
        if (one.what == kind::middle || one.what == kind::first) return;
        started_ = false;
        if (record_.size() < batch_head) return skip(start_, at_);
        visit_({bytes::load<std::uint64_t>(record_.data()), record_, start_});
    }
    void skip(std::uint64_t from, std::uint64_t to) {
        if (!skipped_.empty() && skipped_.back().to >= from) {
            skipped_.back().to = to;
        } else {
            skipped_.push_back({from, to});
        }
    }

    std::string_view file_;
    const std::function<void(const record&)>& visit_;
    std::vector<damage> skipped_;
    std::size_t at_ = 0;
    std::size_t start_ = 0;
    bool started_ = false;
    std::string record_;
};

}  // namespace

std::string synced_note(position synced) {
    std::string note{note_name};
    bytes::append(note, synced.value);
    return note;
}

result<std::vector<std::filesystem::path>> files(rocksdb::Env& env,
                                                 const std::filesystem::path& directory) {
    std::vector<std::string> names;
    const auto listed = env.GetChildren(directory.string(), &names);
    if (!listed.ok()) return to_error(listed, cat("open store ", directory.string()));
    std::vector<std::filesystem::path> logs;
    for (const auto& name : names) {
        if (name.ends_with(".log")) logs.push_back(directory / name);
    }
    std::sort(logs.begin(), logs.end());  // Numbers have six digits, at least.
    return logs;
}

result<std::optional<position>> last_synced(rocksdb::Env& env,
                                            const std::vector<std::filesystem::path>& logs) {
    std::string bytes(block_size, '\0');
    for (auto log = logs.rbegin(); log != logs.rend(); ++log) {
        const auto doing = cat("read ", log->string());
        std::uint64_t size = 0;
        auto status = env.GetFileSize(log->string(), &size);
        std::unique_ptr<rocksdb::RandomAccessFile> file;
        if (status.ok()) status = env.NewRandomAccessFile(log->string(), &file, {});
        if (!status.ok() && env.FileExists(log->string()).IsNotFound()) continue;
        if (!status.ok()) return to_error(status, doing);
        for (auto block = (size + block_size - 1) / block_size; block-- > 0;) {
            rocksdb::Slice read;
            status = file->Read(block * block_size, block_size, &read, bytes.data());
            if (!status.ok()) return to_error(status, doing);
            if (const auto note = last_note_in(to_view(read))) return std::optional{*note};
        }
    }
    return std::optional<position>{};
}

result<std::vector<damage>> read(rocksdb::Env& env, const std::filesystem::path& log,
                                 const std::function<void(const record&)>& visit) {
    std::string file;
    const auto status = rocksdb::ReadFileToString(&env, log.string(), &file);
    if (!status.ok()) return to_error(status, cat("read ", log.string()));
    return record_builder{file, visit}.run();
}

namespace {

/// While it is held no process opens the store for writing.
class store_lock {
public:
    store_lock(rocksdb::Env& env, const std::filesystem::path& directory) : env_{env} {
        status_ = env.LockFile((directory / "LOCK").string(), &lock_);
    }
    ~store_lock() {
        if (lock_ != nullptr) (void)env_.UnlockFile(lock_).ok();
    }
    store_lock(const store_lock&) = delete;
    store_lock& operator=(const store_lock&) = delete;
    const rocksdb::Status& status() const { return status_; }

private:
    rocksdb::Env& env_;
    rocksdb::FileLock* lock_ = nullptr;
    rocksdb::Status status_;
};

}  // namespace

result<void> set_aside(rocksdb::Env& env, const std::filesystem::path& directory, position from) {
    const store_lock alone{env, directory};
    if (!alone.status().ok()) {
        return fail(errc::locked, cat("open store ", directory.string(), ": it is in use"));
    }
    const auto logs = files(env, directory);
    if (!logs) return logs.error();
    bool found = false;
    for (const auto& log : *logs) {
        const auto look = [&](std::string_view key, std::string_view) {
            found = found || bytes::load_big<std::uint64_t>(key.data()) >= from.value;
        };
        if (!found) {
            const auto done =
                read(env, log, [&](const record& one) { for_each_frame(one.batch, look); });
            if (!done) return done.error();
        }
        if (!found) continue;
        const auto moved = env.RenameFile(log.string(), log.string() + ".unsynced");
        if (!moved.ok()) return to_error(moved, cat("set aside ", log.string()));
    }
    std::unique_ptr<rocksdb::Directory> names;
    auto status = env.NewDirectory(directory.string(), &names);
    if (status.ok()) status = names->Fsync();
    return status.ok() ? result<void>{}
                       : to_error(status, cat("set aside logs in ", directory.string()));
}

void for_each_frame(std::string_view batch, const frame_visitor& visit) {
    frames_of_log handler{visit};
    (void)rocksdb::WriteBatch{std::string{batch}}.Iterate(&handler);
}

}  // namespace daybook::wal
