// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// A file system that counts the calls made to it and goes wrong at one of them. It keeps its files
// in the real one and remembers what was not synced, so that a power cut can take it away again:
// bytes of files that were not fsynced, and names whose directory was not.

#include "support/randomness.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::test {

enum class fault {
    none,
    error,      ///< The call fails with an I/O error, once.
    errors,     ///< It and all later ones of its kind (reads, writes, syncs, names) fail.
    torn,       ///< A write stores half of its bytes and fails; another call just fails.
    no_space,   ///< From this call on nothing can be written or made, until `heal`.
    read_only,  ///< From this call on nothing can be written, made or synced, until `heal`.
    no_files,   ///< From this call on nothing can be opened (EMFILE), until `heal`.
    delay,      ///< The call takes some milliseconds.
    kill,       ///< From this call on nothing happens any more: the process is gone.
    cut         ///< As `kill`; what was not synced goes too.
};
std::string_view name_of(fault kind);

enum class io { read, write, sync, name, other };

class faulty_file_system : public rocksdb::FileSystemWrapper {
public:
    faulty_file_system();
    const char* Name() const override { return "faulty"; }

    /// Counts from zero again; the call number `call`, from 1 on, goes wrong. 0: none does.
    void arm(fault kind, std::uint64_t call);
    /// All is well again; counting goes on.
    void heal();
    std::uint64_t calls() const;
    /// Was there such a call?
    bool struck() const;
    /// What was called when it went wrong.
    std::string struck_at() const;

    /// The power goes: what was not synced is lost. With `some` a random part of it stays: first
    /// bytes of each file, and the first of the changed names. The store must be closed.
    void lose_unsynced(randomness& random, bool some);

    // What is simulated.
    using path_text = std::string;
    using status = rocksdb::IOStatus;
    using io_options = rocksdb::IOOptions;
    using debug = rocksdb::IODebugContext;
    status NewSequentialFile(const path_text& f, const rocksdb::FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* r, debug* d) override;
    status NewRandomAccessFile(const path_text& f, const rocksdb::FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* r, debug* d) override;
    status NewWritableFile(const path_text& f, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* r, debug* d) override;
    status ReopenWritableFile(const path_text& f, const rocksdb::FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* r, debug* d) override;
    status NewRandomRWFile(const path_text& f, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSRandomRWFile>* r, debug* d) override;
    status NewDirectory(const path_text& name, const io_options& options,
                        std::unique_ptr<rocksdb::FSDirectory>* r, debug* d) override;
    status GetChildren(const path_text& dir, const io_options& options, std::vector<path_text>* r,
                       debug* d) override;
    status FileExists(const path_text& f, const io_options& options, debug* d) override;
    status GetFileSize(const path_text& f, const io_options& options, std::uint64_t* size,
                       debug* d) override;
    status DeleteFile(const path_text& f, const io_options& options, debug* d) override;
    status RenameFile(const path_text& from, const path_text& to, const io_options& options,
                      debug* d) override;
    status LinkFile(const path_text& from, const path_text& to, const io_options& options,
                    debug* d) override;
    status GetFreeSpace(const path_text& path, const io_options& options, std::uint64_t* free,
                        debug* d) override;

    /// Of one file, whatever its names.
    struct content {
        std::uint64_t size = 0;
        std::uint64_t synced = 0;
        bool sync_failed = false;  ///< Then the system takes for stored what is not.
    };
    /// Counts a call. Fails if it is to go wrong.
    status enter(io what, std::string_view call, const path_text& file, bool opens = false);
    /// How much of a write is stored; all of it unless it is torn.
    std::size_t stored_part(std::size_t size);
    void grown(content& of, std::uint64_t by);
    void synced(content& of);
    void sync_failed(content& of);
    void directory_synced();

private:
    struct change {
        enum class kind { made, renamed, removed } what;
        path_text name;   ///< Made, or the new name, or the removed one.
        path_text other;  ///< The old name.
        path_text kept;   ///< Where the file that was overwritten or removed is kept, if any.
    };
    void undo(const change& one);
    path_text keep_aside(const path_text& file);
    std::shared_ptr<content> content_of(const path_text& file, std::uint64_t size);

    mutable std::mutex mutex_;
    fault kind_ = fault::none;
    std::uint64_t at_call_ = 0;
    std::uint64_t calls_ = 0;
    bool struck_ = false;
    std::string struck_at_;
    io struck_kind_ = io::other;
    bool tear_ = false;
    std::uint64_t kept_count_ = 0;
    std::map<path_text, std::shared_ptr<content>> contents_;
    std::vector<change> changes_;  ///< Of names, since their directory was synced.
};

}  // namespace daybook::test
