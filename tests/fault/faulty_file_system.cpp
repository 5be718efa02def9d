// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "fault/faulty_file_system.hpp"

#include <chrono>
#include <thread>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// Files that a removed or overwritten name stood for are kept beside the store's directory, under
/// this name, until the directory is synced.
constexpr std::string_view aside = "aside-";

class sequential_file : public rocksdb::FSSequentialFileOwnerWrapper {
public:
    sequential_file(std::unique_ptr<rocksdb::FSSequentialFile> file, faulty_file_system& in,
                    std::string name)
        : FSSequentialFileOwnerWrapper{std::move(file)}, in_{in}, name_{std::move(name)} {}
    IOStatus Read(std::size_t n, const rocksdb::IOOptions& options, Slice* result, char* scratch,
                  rocksdb::IODebugContext* d) override {
        if (auto bad = in_.enter(io::read, "read", name_); !bad.ok()) return bad;
        return FSSequentialFileOwnerWrapper::Read(n, options, result, scratch, d);
    }

private:
    faulty_file_system& in_;
    std::string name_;
};

class random_file : public rocksdb::FSRandomAccessFileOwnerWrapper {
public:
    random_file(std::unique_ptr<rocksdb::FSRandomAccessFile> file, faulty_file_system& in,
                std::string name)
        : FSRandomAccessFileOwnerWrapper{std::move(file)}, in_{in}, name_{std::move(name)} {}
    IOStatus Read(std::uint64_t offset, std::size_t n, const rocksdb::IOOptions& options,
                  Slice* result, char* scratch, rocksdb::IODebugContext* d) const override {
        if (auto bad = in_.enter(io::read, "read", name_); !bad.ok()) return bad;
        return FSRandomAccessFileOwnerWrapper::Read(offset, n, options, result, scratch, d);
    }
    IOStatus MultiRead(rocksdb::FSReadRequest* reads, std::size_t count,
                       const rocksdb::IOOptions& options, rocksdb::IODebugContext* d) override {
        if (auto bad = in_.enter(io::read, "read", name_); !bad.ok()) return bad;
        return FSRandomAccessFileOwnerWrapper::MultiRead(reads, count, options, d);
    }
    IOStatus Prefetch(std::uint64_t, std::size_t, const rocksdb::IOOptions&,
                      rocksdb::IODebugContext*) override {
        return IOStatus::OK();
    }

private:
    faulty_file_system& in_;
    std::string name_;
};

class writable_file : public rocksdb::FSWritableFileOwnerWrapper {
public:
    writable_file(std::unique_ptr<rocksdb::FSWritableFile> file, faulty_file_system& in,
                  std::string name, std::shared_ptr<faulty_file_system::content> of)
        : FSWritableFileOwnerWrapper{std::move(file)},
          in_{in},
          name_{std::move(name)},
          content_{std::move(of)} {}

    IOStatus Append(const Slice& data, const rocksdb::IOOptions& options,
                    rocksdb::IODebugContext* d) override {
        auto bad = in_.enter(io::write, "write", name_);
        const auto part = bad.ok() ? data.size() : in_.stored_part(data.size());
        if (part > 0) {
            const auto done =
                FSWritableFileOwnerWrapper::Append(Slice{data.data(), part}, options, d);
            if (!done.ok()) return done;
            in_.grown(*content_, part);
        }
        return bad;
    }
    IOStatus Append(const Slice& data, const rocksdb::IOOptions& options,
                    const rocksdb::DataVerificationInfo&, rocksdb::IODebugContext* d) override {
        return Append(data, options, d);
    }
    IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* d) override {
        (void)options;
        (void)d;
        if (auto bad = in_.enter(io::sync, "sync", name_); !bad.ok()) {
            in_.sync_failed(*content_);
            return bad;
        }
        in_.synced(*content_);
        return IOStatus::OK();
    }
    IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* d) override {
        return Sync(options, d);
    }
    IOStatus RangeSync(std::uint64_t, std::uint64_t, const rocksdb::IOOptions&,
                       rocksdb::IODebugContext*) override {
        return IOStatus::OK();  // A hint; promises nothing.
    }
    IOStatus Close(const rocksdb::IOOptions& options, rocksdb::IODebugContext* d) override {
        auto bad = in_.enter(io::other, "close", name_);
        const auto closed = FSWritableFileOwnerWrapper::Close(options, d);
        return bad.ok() ? closed : bad;
    }
    void PrepareWrite(std::size_t, std::size_t, const rocksdb::IOOptions&,
                      rocksdb::IODebugContext*) override {}
    IOStatus Allocate(std::uint64_t, std::uint64_t, const rocksdb::IOOptions&,
                      rocksdb::IODebugContext*) override {
        return IOStatus::OK();
    }

private:
    faulty_file_system& in_;
    std::string name_;
    std::shared_ptr<faulty_file_system::content> content_;
};

/// Opened to be synced and for nothing else.
class synced_file : public rocksdb::FSRandomRWFileOwnerWrapper {
public:
    synced_file(std::unique_ptr<rocksdb::FSRandomRWFile> file, faulty_file_system& in,
                std::string name, std::shared_ptr<faulty_file_system::content> of)
        : FSRandomRWFileOwnerWrapper{std::move(file)},
          in_{in},
          name_{std::move(name)},
          content_{std::move(of)} {}
    IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
        if (auto bad = in_.enter(io::sync, "sync", name_); !bad.ok()) return bad;
        in_.synced(*content_);
        return IOStatus::OK();
    }

private:
    faulty_file_system& in_;
    std::string name_;
    std::shared_ptr<faulty_file_system::content> content_;
};

class directory_file : public rocksdb::FSDirectoryWrapper {
public:
    directory_file(std::unique_ptr<rocksdb::FSDirectory> directory, faulty_file_system& in,
                   std::string name)
        : FSDirectoryWrapper{std::move(directory)}, in_{in}, name_{std::move(name)} {}
    IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
        if (auto bad = in_.enter(io::sync, "sync directory", name_); !bad.ok()) return bad;
        in_.directory_synced();
        return IOStatus::OK();
    }
    IOStatus FsyncWithDirOptions(const rocksdb::IOOptions& options, rocksdb::IODebugContext* d,
                                 const rocksdb::DirFsyncOptions&) override {
        return Fsync(options, d);
    }

private:
    faulty_file_system& in_;
    std::string name_;
};

}  // namespace

std::string_view name_of(fault kind) {
    constexpr std::string_view names[] = {"none",      "error",    "errors", "torn", "no space",
                                          "read-only", "no files", "delay",  "kill", "cut"};
    return names[static_cast<std::size_t>(kind)];
}

faulty_file_system::faulty_file_system() : FileSystemWrapper{rocksdb::FileSystem::Default()} {}

void faulty_file_system::arm(fault kind, std::uint64_t call) {
    const std::lock_guard lock{mutex_};
    kind_ = kind;
    at_call_ = call;
    calls_ = 0;
    struck_ = false;
    tear_ = false;
    struck_at_.clear();
}

void faulty_file_system::heal() {
    const std::lock_guard lock{mutex_};
    kind_ = fault::none;
}

std::uint64_t faulty_file_system::calls() const {
    const std::lock_guard lock{mutex_};
    return calls_;
}

bool faulty_file_system::struck() const {
    const std::lock_guard lock{mutex_};
    return struck_;
}

std::string faulty_file_system::struck_at() const {
    const std::lock_guard lock{mutex_};
    return struck_at_;
}

IOStatus faulty_file_system::enter(io what, std::string_view call, const path_text& file,
                                   bool opens) {
    const auto name = fs::path{file}.filename().string();
    // RocksDB built with assertions stops the process if the file that it is to take in cannot be
    // read; see core/docs/damage.md, "Not done".
    if (what == io::read && name.starts_with("sealing-")) return IOStatus::OK();
    const std::lock_guard lock{mutex_};
    ++calls_;
    const bool now = calls_ == at_call_ && kind_ != fault::none;
    if (now) {
        struck_ = true;
        struck_kind_ = what;
        struck_at_ = std::string{call} + " " + name;
    }
    if (!struck_) return IOStatus::OK();
    const auto failed = [&](std::string_view why) {
        return IOStatus::IOError(std::string{call} + " " + file, std::string{why});
    };
    switch (kind_) {
        case fault::none: break;
        case fault::error:
            if (now) return failed("simulated I/O error");
            break;
        case fault::errors:
            if (what == struck_kind_) return failed("simulated I/O error");
            break;
        case fault::torn:
            if (now) {
                tear_ = what == io::write;
                return failed("simulated I/O error");
            }
            break;
        case fault::no_space:
            if (what == io::write || (what == io::name && opens)) {
                auto full = IOStatus::NoSpace(std::string{call} + " " + file, "no space left");
                full.SetRetryable(true);
                return full;
            }
            break;
        case fault::read_only:
            if (what == io::write || what == io::sync || what == io::name) {
                return failed("Read-only file system");
            }
            break;
        case fault::no_files:
            if (opens) return failed("Too many open files");
            break;
        case fault::delay:
            if (now) std::this_thread::sleep_for(std::chrono::milliseconds{3});
            break;
        case fault::kill:
        case fault::cut:
            if (what == io::read) break;  // What a dead process reads changes nothing.
            // What the process was about to write may be there in part.
            if (now) tear_ = what == io::write && calls_ % 2 == 0;
            return failed("the process is gone");
    }
    return IOStatus::OK();
}

std::size_t faulty_file_system::stored_part(std::size_t size) {
    const std::lock_guard lock{mutex_};
    return std::exchange(tear_, false) ? size / 2 : 0;
}

void faulty_file_system::grown(content& of, std::uint64_t by) {
    const std::lock_guard lock{mutex_};
    of.size += by;
}

void faulty_file_system::synced(content& of) {
    const std::lock_guard lock{mutex_};
    if (!of.sync_failed) of.synced = of.size;
}

void faulty_file_system::sync_failed(content& of) {
    const std::lock_guard lock{mutex_};
    of.sync_failed = true;
}

void faulty_file_system::directory_synced() {
    const std::lock_guard lock{mutex_};
    for (const auto& one : changes_) {
        if (!one.kept.empty()) fs::remove(one.kept);
    }
    changes_.clear();
}

faulty_file_system::path_text faulty_file_system::keep_aside(const path_text& file) {
    const auto name = std::string{aside} + std::to_string(kept_count_++);
    auto kept = (fs::path{file}.parent_path().parent_path() / name).string();
    fs::rename(file, kept);
    return kept;
}

std::shared_ptr<faulty_file_system::content> faulty_file_system::content_of(const path_text& file,
                                                                            std::uint64_t size) {
    auto& of = contents_[file];
    if (!of) of = std::make_shared<content>(content{size, size});
    return of;
}

void faulty_file_system::undo(const change& one) {
    std::error_code ignored;
    switch (one.what) {
        case change::kind::made: fs::remove(one.name, ignored); break;
        case change::kind::renamed:
            fs::rename(one.name, one.other, ignored);
            contents_[one.other] = contents_[one.name];
            break;
        case change::kind::removed: break;
    }
    contents_.erase(one.name);
    if (!one.kept.empty()) {
        fs::rename(one.kept, one.name, ignored);
        contents_[one.name] = contents_[one.kept];
        contents_.erase(one.kept);
    }
}

void faulty_file_system::lose_unsynced(randomness& random, bool some) {
    const std::lock_guard lock{mutex_};
    // A journal keeps the order in which names changed.
    const auto stay = some ? random.below(changes_.size() + 1) : 0;
    while (changes_.size() > stay) {
        undo(changes_.back());
        changes_.pop_back();
    }
    for (const auto& [name, of] : contents_) {
        std::error_code gone;
        if (!of || !fs::exists(name, gone) || of->size == of->synced) continue;
        auto size = of->synced;
        if (some) size += random.below(of->size - of->synced + 1);
        fs::resize_file(name, size);
        // A log may have got its length before its bytes.
        if (some && name.ends_with(".log") && random.chance(30))
            fs::resize_file(name, size + random.below(5000));
    }
    for (const auto& one : changes_) {
        if (!one.kept.empty()) fs::remove(one.kept);
    }
    changes_.clear();
    contents_.clear();
}

IOStatus faulty_file_system::NewSequentialFile(const path_text& f,
                                               const rocksdb::FileOptions& options,
                                               std::unique_ptr<rocksdb::FSSequentialFile>* r,
                                               debug* d) {
    if (auto bad = enter(io::read, "open", f, true); !bad.ok()) return bad;
    auto opened = FileSystemWrapper::NewSequentialFile(f, options, r, d);
    if (opened.ok()) *r = std::make_unique<sequential_file>(std::move(*r), *this, f);
    return opened;
}

IOStatus faulty_file_system::NewRandomAccessFile(const path_text& f,
                                                 const rocksdb::FileOptions& options,
                                                 std::unique_ptr<rocksdb::FSRandomAccessFile>* r,
                                                 debug* d) {
    if (auto bad = enter(io::read, "open", f, true); !bad.ok()) return bad;
    auto opened = FileSystemWrapper::NewRandomAccessFile(f, options, r, d);
    if (opened.ok()) *r = std::make_unique<random_file>(std::move(*r), *this, f);
    return opened;
}

IOStatus faulty_file_system::NewWritableFile(const path_text& f,
                                             const rocksdb::FileOptions& options,
                                             std::unique_ptr<rocksdb::FSWritableFile>* r,
                                             debug* d) {
    if (auto bad = enter(io::name, "make", f, true); !bad.ok()) return bad;
    const std::lock_guard lock{mutex_};
    change made{change::kind::made, f, {}, {}};
    if (fs::exists(f)) {
        made.kept = keep_aside(f);
        contents_[made.kept] = contents_[f];
        contents_.erase(f);
    }
    auto opened = FileSystemWrapper::NewWritableFile(f, options, r, d);
    if (!opened.ok()) return opened;
    changes_.push_back(made);
    contents_.erase(f);
    *r = std::make_unique<writable_file>(std::move(*r), *this, f, content_of(f, 0));
    return opened;
}

IOStatus faulty_file_system::ReopenWritableFile(const path_text& f,
                                                const rocksdb::FileOptions& options,
                                                std::unique_ptr<rocksdb::FSWritableFile>* r,
                                                debug* d) {
    if (auto bad = enter(io::name, "open", f, true); !bad.ok()) return bad;
    const std::lock_guard lock{mutex_};
    auto opened = FileSystemWrapper::ReopenWritableFile(f, options, r, d);
    if (!opened.ok()) return opened;
    *r = std::make_unique<writable_file>(std::move(*r), *this, f, content_of(f, fs::file_size(f)));
    return opened;
}

IOStatus faulty_file_system::NewRandomRWFile(const path_text& f,
                                             const rocksdb::FileOptions& options,
                                             std::unique_ptr<rocksdb::FSRandomRWFile>* r,
                                             debug* d) {
    if (auto bad = enter(io::read, "open", f, true); !bad.ok()) return bad;
    const std::lock_guard lock{mutex_};
    auto opened = FileSystemWrapper::NewRandomRWFile(f, options, r, d);
    if (!opened.ok()) return opened;
    *r = std::make_unique<synced_file>(std::move(*r), *this, f, content_of(f, fs::file_size(f)));
    return opened;
}

IOStatus faulty_file_system::NewDirectory(const path_text& name, const io_options& options,
                                          std::unique_ptr<rocksdb::FSDirectory>* r, debug* d) {
    if (auto bad = enter(io::read, "open directory", name, true); !bad.ok()) return bad;
    auto opened = FileSystemWrapper::NewDirectory(name, options, r, d);
    if (opened.ok()) *r = std::make_unique<directory_file>(std::move(*r), *this, name);
    return opened;
}

IOStatus faulty_file_system::GetChildren(const path_text& dir, const io_options& options,
                                         std::vector<path_text>* r, debug* d) {
    if (auto bad = enter(io::read, "list", dir, true); !bad.ok()) return bad;
    return FileSystemWrapper::GetChildren(dir, options, r, d);
}

IOStatus faulty_file_system::FileExists(const path_text& f, const io_options& options, debug* d) {
    // WalManager::GetSortedWalFiles of RocksDB 7.8 asserts the wrong status if looking for the
    // archive fails: a RocksDB with assertions would stop the process.
    const bool asserted = fs::path{f}.filename() == "archive";
    if (!asserted) {
        if (auto bad = enter(io::read, "look for", f); !bad.ok()) return bad;
    }
    return FileSystemWrapper::FileExists(f, options, d);
}

IOStatus faulty_file_system::GetFileSize(const path_text& f, const io_options& options,
                                         std::uint64_t* size, debug* d) {
    if (auto bad = enter(io::read, "size of", f); !bad.ok()) return bad;
    return FileSystemWrapper::GetFileSize(f, options, size, d);
}

IOStatus faulty_file_system::DeleteFile(const path_text& f, const io_options&, debug*) {
    if (auto bad = enter(io::name, "remove", f); !bad.ok()) return bad;
    const std::lock_guard lock{mutex_};
    if (!fs::exists(f)) return IOStatus::PathNotFound("remove " + f);
    change removed{change::kind::removed, f, {}, keep_aside(f)};
    contents_[removed.kept] = contents_[f];
    contents_.erase(f);
    changes_.push_back(removed);
    return IOStatus::OK();
}

IOStatus faulty_file_system::RenameFile(const path_text& from, const path_text& to,
                                        const io_options& options, debug* d) {
    if (auto bad = enter(io::name, "rename", from); !bad.ok()) return bad;
    const std::lock_guard lock{mutex_};
    change renamed{change::kind::renamed, to, from, {}};
    if (fs::exists(to)) {
        renamed.kept = keep_aside(to);
        contents_[renamed.kept] = contents_[to];
    }
    auto done = FileSystemWrapper::RenameFile(from, to, options, d);
    if (!done.ok()) return done;
    contents_[to] = contents_[from];
    contents_.erase(from);
    changes_.push_back(renamed);
    return done;
}

IOStatus faulty_file_system::LinkFile(const path_text& from, const path_text& to,
                                      const io_options& options, debug* d) {
    if (auto bad = enter(io::name, "link", from); !bad.ok()) return bad;
    const std::lock_guard lock{mutex_};
    auto done = FileSystemWrapper::LinkFile(from, to, options, d);
    if (!done.ok()) return done;
    contents_[to] = contents_[from];
    changes_.push_back({change::kind::made, to, {}, {}});
    return done;
}

IOStatus faulty_file_system::GetFreeSpace(const path_text& path, const io_options& options,
                                          std::uint64_t* free, debug* d) {
    const std::lock_guard lock{mutex_};
    if (struck_ && kind_ == fault::no_space) {
        *free = 0;
        return IOStatus::OK();
    }
    return FileSystemWrapper::GetFreeSpace(path, options, free, d);
}

}  // namespace daybook::test
