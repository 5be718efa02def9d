// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "formats/byte_stream.hpp"

#include "formats/text.hpp"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace daybook::formats {
namespace {

std::string reason(int number) { return std::strerror(number); }

bool is_gzip(std::string_view head) { return head.starts_with("\x1f\x8b"); }

// A frame, or one of the 16 kinds of skippable frames, which some writers put first.
bool is_zstd(std::string_view head) {
    return head.starts_with("\x28\xb5\x2f\xfd") ||
           (head.size() >= 4 && (static_cast<unsigned char>(head[0]) & 0xF0U) == 0x50U &&
            head.substr(1, 3) == "\x2a\x4d\x18");
}

// What has been read from disk and not been decoded yet.
class input_chunk {
public:
    input_chunk(raw_file& file, std::size_t bytes) : file_{file}, bytes_(bytes) {}

    std::string_view rest() const { return {bytes_.data() + begin_, end_ - begin_}; }
    void take(std::size_t count) { begin_ += count; }

    /// Reads more if there is nothing left; false at the end of the file.
    result<bool> fill() {
        if (begin_ < end_) return true;
        begin_ = end_ = 0;
        const auto count = file_.read(bytes_.data(), bytes_.size());
        if (!count) return count.error();
        end_ = *count;
        return end_ > 0;
    }

    /// Reads until there are `least` bytes or the file ends. Only for its beginning.
    result<void> fill_head(std::size_t least) {
        while (end_ < least) {
            const auto count = file_.read(bytes_.data() + end_, bytes_.size() - end_);
            if (!count) return count.error();
            if (*count == 0) break;
            end_ += *count;
        }
        return {};
    }

private:
    raw_file& file_;
    std::vector<char> bytes_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

class plain_decoder final : public decoder {
public:
    explicit plain_decoder(input_chunk input) : input_{std::move(input)} {}

    result<std::size_t> read(char* to, std::size_t size) override {
        const auto more = input_.fill();
        if (!more) return more.error();
        const auto count = std::min(size, input_.rest().size());
        std::memcpy(to, input_.rest().data(), count);
        input_.take(count);
        return count;
    }

private:
    input_chunk input_;
};

class gzip_decoder final : public decoder {
public:
    gzip_decoder(input_chunk input, std::string name)
        : input_{std::move(input)}, name_{std::move(name)} {
        constexpr int gzip_only = 15 + 16;
        ready_ = inflateInit2(&stream_, gzip_only) == Z_OK;
    }
    ~gzip_decoder() override {
        if (ready_) inflateEnd(&stream_);
    }
    gzip_decoder(const gzip_decoder&) = delete;
    gzip_decoder& operator=(const gzip_decoder&) = delete;

    result<std::size_t> read(char* to, std::size_t size) override {
        if (!ready_) return fail(errc::io, name_ + ": no memory to decompress gzip");
        std::size_t done = 0;
        while (done == 0) {
            const auto more = input_.fill();
            if (!more) return more.error();
            if (!*more) return inside_ ? cut() : result<std::size_t>{std::size_t{0}};
            if (!inside_ && only_padding_left()) continue;
            auto step = inflate_some(to, size);
            if (!step) return step;
            done = *step;
        }
        return done;
    }

private:
    // Between two members, and after the last, there may be zeros: tape blocks.
    bool only_padding_left() {
        const auto rest = input_.rest();
        const auto zeros = std::min(rest.find_first_not_of('\0'), rest.size());
        input_.take(zeros);
        return zeros == rest.size();
    }

    result<std::size_t> inflate_some(char* to, std::size_t size) {
        const auto rest = input_.rest();
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest.data()));
        stream_.avail_in = static_cast<uInt>(rest.size());
        stream_.next_out = reinterpret_cast<Bytef*>(to);
        stream_.avail_out = static_cast<uInt>(size);
        const int code = inflate(&stream_, Z_NO_FLUSH);
        input_.take(rest.size() - stream_.avail_in);
        inside_ = code != Z_STREAM_END;
        if (code == Z_STREAM_END) inflateReset(&stream_);
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
            return fail(errc::corrupt,
                        join(name_, ": the gzip data are broken: ",
                             stream_.msg == nullptr ? "no reason given" : stream_.msg));
        }
        return size - stream_.avail_out;
    }

    result<std::size_t> cut() const {
        return fail(errc::corrupt, name_ + ": the gzip data end too early: the file was cut off");
    }

    input_chunk input_;
    std::string name_;
    z_stream stream_{};
    bool ready_ = false;
    bool inside_ = false;  // A member has begun and not ended.
};

class zstd_decoder final : public decoder {
public:
    zstd_decoder(input_chunk input, std::string name)
        : input_{std::move(input)}, name_{std::move(name)}, stream_{ZSTD_createDStream()} {}

    result<std::size_t> read(char* to, std::size_t size) override {
        if (!stream_) return fail(errc::io, name_ + ": no memory to decompress zstd");
        ZSTD_outBuffer out{to, size, 0};
        while (out.pos == 0) {
            const auto more = input_.fill();
            if (!more) return more.error();
            // What is decoded but not handed out yet needs no more input.
            if (!*more && !inside_) return std::size_t{0};
            const auto rest = input_.rest();
            ZSTD_inBuffer in{rest.data(), rest.size(), 0};
            const auto left = ZSTD_decompressStream(stream_.get(), &out, &in);
            input_.take(in.pos);
            if (ZSTD_isError(left) != 0U) {
                return fail(errc::corrupt,
                            join(name_, ": the zstd data are broken: ", ZSTD_getErrorName(left)));
            }
            inside_ = left != 0;
            if (!*more && inside_ && out.pos == 0) {
                return fail(errc::corrupt,
                            name_ + ": the zstd data end too early: the file was cut off");
            }
        }
        return out.pos;
    }

private:
    struct free_stream {
        void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
    };

    input_chunk input_;
    std::string name_;
    std::unique_ptr<ZSTD_DStream, free_stream> stream_;
    bool inside_ = false;  // A frame has begun and not ended.
};

}  // namespace

std::string display_name(const std::filesystem::path& path) {
    return path == "-" ? "standard input" : path.string();
}

raw_file::raw_file(std::filesystem::path path, open_files& budget)
    : path_{std::move(path)}, budget_{budget} {}

raw_file::~raw_file() { close(); }

void raw_file::close() noexcept {
    if (descriptor_ < 0) return;
    if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
    descriptor_ = -1;
    if (gives_way_) budget_.open_.erase(place_);
}

result<void> raw_file::open() {
    if (path_ == "-") {
        descriptor_ = STDIN_FILENO;
        return {};
    }
    descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) {
        const int number = errno;
        return fail(number == ENOENT ? errc::not_found : errc::io,
                    join(path_.string(), ": cannot be opened: ", reason(number)));
    }
    struct stat about {};
    if (::fstat(descriptor_, &about) == 0 && S_ISREG(about.st_mode)) {
        gives_way_ = true;
        budget_.open_.push_front(this);
        place_ = budget_.open_.begin();
        if (offset_ > 0) ::lseek(descriptor_, static_cast<off_t>(offset_), SEEK_SET);
    }
    return {};
}

result<void> raw_file::make_ready() {
    if (descriptor_ < 0) {
        while (!budget_.open_.empty() && budget_.open_.size() >= budget_.max_) {
            budget_.open_.back()->close();
        }
        return open();
    }
    if (gives_way_) budget_.open_.splice(budget_.open_.begin(), budget_.open_, place_);
    return {};
}

result<std::size_t> raw_file::read(char* to, std::size_t size) {
    if (auto ready = make_ready(); !ready) return ready.error();
    ssize_t count = 0;
    do {
        count = ::read(descriptor_, to, size);
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        return fail(errc::io, join(display_name(path_), ": cannot be read: ", reason(errno)));
    }
    offset_ += static_cast<std::uint64_t>(count);
    return static_cast<std::size_t>(count);
}

result<opened_bytes> open_bytes(const std::filesystem::path& path, open_files& budget,
                                std::size_t chunk_bytes) {
    opened_bytes opened{std::make_unique<raw_file>(path, budget), nullptr};
    input_chunk input{*opened.file, std::max<std::size_t>(chunk_bytes, 512)};
    if (auto filled = input.fill_head(4); !filled) return filled.error();
    if (is_gzip(input.rest())) {
        opened.bytes = std::make_unique<gzip_decoder>(std::move(input), display_name(path));
    } else if (is_zstd(input.rest())) {
        opened.bytes = std::make_unique<zstd_decoder>(std::move(input), display_name(path));
    } else {
        opened.bytes = std::make_unique<plain_decoder>(std::move(input));
    }
    return opened;
}

}  // namespace daybook::formats
