// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/output_file.hpp>

#include "text.hpp"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace daybook {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t write_bytes = 256U << 10U;

class plain_encoder final : public encoder {
public:
    bool encode(std::string_view bytes, std::string& to) override {
        to += bytes;
        return true;
    }
    bool finish(std::string&) override { return true; }
};

class gzip_encoder final : public encoder {
public:
    gzip_encoder() {
        constexpr int gzip_window = 15 + 16;
        constexpr int memory_level = 8;
        ready_ = deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window,
                              memory_level, Z_DEFAULT_STRATEGY) == Z_OK;
    }
    ~gzip_encoder() override {
        if (ready_) deflateEnd(&stream_);
    }
    gzip_encoder(const gzip_encoder&) = delete;
    gzip_encoder& operator=(const gzip_encoder&) = delete;

    bool encode(std::string_view bytes, std::string& to) override {
        return bytes.empty() || run(bytes, Z_NO_FLUSH, to);
    }
    bool finish(std::string& to) override { return run({}, Z_FINISH, to); }

private:
    bool run(std::string_view bytes, int flush, std::string& to) {
        if (!ready_) return false;
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        stream_.avail_in = static_cast<uInt>(bytes.size());
        int code = Z_OK;
        do {
            char out[16U << 10U];
            stream_.next_out = reinterpret_cast<Bytef*>(out);
            stream_.avail_out = sizeof out;
            code = deflate(&stream_, flush);
            to.append(out, sizeof out - stream_.avail_out);
        } while (stream_.avail_out == 0);
        return code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR;
    }

    z_stream stream_{};
    bool ready_ = false;
};

class zstd_encoder final : public encoder {
public:
    zstd_encoder() : stream_{ZSTD_createCCtx()} {
        if (stream_) ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_checksumFlag, 1);
    }
    bool encode(std::string_view bytes, std::string& to) override {
        return run(bytes, ZSTD_e_continue, to);
    }
    bool finish(std::string& to) override { return run({}, ZSTD_e_end, to); }

private:
    struct free_stream {
        void operator()(ZSTD_CCtx* stream) const { ZSTD_freeCCtx(stream); }
    };

    bool run(std::string_view bytes, ZSTD_EndDirective end, std::string& to) {
        if (!stream_) return false;
        ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
        for (;;) {
            char out[16U << 10U];
            ZSTD_outBuffer place{out, sizeof out, 0};
            const auto left = ZSTD_compressStream2(stream_.get(), &place, &in, end);
            if (ZSTD_isError(left) != 0U) return false;
            to.append(out, place.pos);
            const bool all_in = in.pos == in.size;
            if (end == ZSTD_e_end ? left == 0 : all_in) return true;
        }
    }

    std::unique_ptr<ZSTD_CCtx, free_stream> stream_;
};

}  // namespace

std::unique_ptr<encoder> encoder_for(const fs::path& path) {
    if (path.extension() == ".gz") return std::make_unique<gzip_encoder>();
    if (path.extension() == ".zst") return std::make_unique<zstd_encoder>();
    return std::make_unique<plain_encoder>();
}

output_file::output_file(fs::path path, std::string name, int descriptor)
    : path_{std::move(path)}, name_{std::move(name)}, descriptor_{descriptor} {}

result<std::unique_ptr<output_file>> output_file::create(const fs::path& path, std::string name) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        const int number = errno;
        return fail(number == ENOENT ? errc::not_found : errc::io,
                    cat(name, ": cannot be created: ", std::strerror(number)));
    }
    std::unique_ptr<output_file> made{new output_file{path, std::move(name), descriptor}};
    made->temporary_ = true;
    made->encoder_ = encoder_for(made->name_);
    return made;
}

result<std::unique_ptr<output_file>> output_file::attach(const fs::path& path) {
    const bool standard = path == "-";
    const int descriptor =
        standard ? ::dup(STDOUT_FILENO) : ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    const auto name = standard ? std::string{"standard output"} : path.string();
    if (descriptor < 0) {
        return fail(errc::io, cat(name, ": cannot be opened: ", std::strerror(errno)));
    }
    std::unique_ptr<output_file> made{new output_file{path, name, descriptor}};
    made->encoder_ = std::make_unique<plain_encoder>();
    return made;
}

output_file::~output_file() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (temporary_) ::unlink(path_.c_str());
}

error output_file::failed(int number) const {
    return fail(errc::io, cat(name_, ": cannot be written: ", std::strerror(number)));
}

result<void> output_file::write_out(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::write(descriptor_, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failed(errno);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

result<void> output_file::drain() {
    encoded_.clear();
    const bool done = encoder_->encode(waiting_, encoded_);
    waiting_.clear();
    return done ? write_out(encoded_) : failed(ENOMEM);
}

result<void> output_file::write(std::string_view bytes) {
    waiting_ += bytes;
    return waiting_.size() < write_bytes ? result<void>{} : drain();
}

result<void> output_file::close() {
    if (auto drained = drain(); !drained) return drained;
    encoded_.clear();
    if (!encoder_->finish(encoded_)) return failed(ENOMEM);
    if (auto written = write_out(encoded_); !written) return written;
    if (temporary_ && ::fsync(descriptor_) != 0) return failed(errno);
    const int closed = ::close(descriptor_);
    descriptor_ = -1;
    return closed == 0 ? result<void>{} : failed(errno);
}

// Names ------------------------------------------------------------------------------------------

void sync_directory(const fs::path& directory) {
    const auto named = directory.empty() ? fs::path{"."} : directory;
    const int descriptor = ::open(named.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    ::fsync(descriptor);
    ::close(descriptor);
}

rotation_names::rotation_names(const fs::path& log) : directory_{log.parent_path()} {
    const auto name = log.filename().string();
    std::string_view stem = name;
    for (const std::string_view compressed : {".gz", ".zst"}) {
        if (stem.ends_with(compressed)) stem.remove_suffix(compressed.size());
    }
    const auto dot = stem.rfind('.');
    if (dot != std::string_view::npos && dot > 0) stem = stem.substr(0, dot);
    stem_ = stem;
    ending_ = name.substr(stem.size());
}

fs::path rotation_names::part(std::uint64_t number) const {
    return directory_ / cat(stem_, '.', number, ending_);
}

fs::path rotation_names::partial(std::uint64_t number) const {
    return directory_ / cat('.', stem_, '.', number, ending_, ".partial");
}

std::vector<rotation_names::numbered> rotation_names::existing() const {
    std::vector<numbered> found;
    std::error_code code;
    const auto directory = directory_.empty() ? fs::path{"."} : directory_;
    for (fs::directory_iterator at{directory, code}; !code && at != fs::end(at);
         at.increment(code)) {
        const auto name = at->path().filename().string();
        const auto around = stem_.size() + 1 + ending_.size();
        if (name.size() <= around || !name.starts_with(stem_ + '.') || !name.ends_with(ending_)) {
            continue;
        }
        const char* first = name.data() + stem_.size() + 1;
        const char* last = name.data() + name.size() - ending_.size();
        std::uint64_t number = 0;
        const auto read = std::from_chars(first, last, number);
        if (read.ec != std::errc{} || read.ptr != last) continue;
        found.push_back({number, at->path()});
    }
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.number < b.number; });
    return found;
}

}  // namespace daybook
