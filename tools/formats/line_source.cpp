// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "formats/line_source.hpp"

#include "formats/byte_stream.hpp"
#include "formats/input_plan.hpp"
#include "formats/text.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

namespace daybook::formats {
namespace {

constexpr std::size_t chunk_bytes_max = 64U << 10U;
constexpr std::size_t chunk_bytes_min = 4U << 10U;
// What the chunks of files that are merged may take together.
constexpr std::size_t chunk_bytes_together = 32U << 20U;

// What all parts of one source share.
struct shared_state {
    shared_state(line_format f, const source_options& o)
        : format{f}, options{o}, budget{std::max<std::size_t>(o.files_open_max, 1)} {}

    line_format format;
    source_options options;
    open_files budget;
    std::size_t chunk_bytes = chunk_bytes_max;
    std::uint64_t bytes_read = 0;
};

// Something that gives lines, one after another.
class line_stream {
public:
    virtual ~line_stream() = default;
    virtual result<bool> next() = 0;
    virtual const input_line& line() const = 0;
};

// The lines of one file.
class file_lines final : public line_stream {
public:
    file_lines(std::filesystem::path path, shared_state& shared)
        : path_{std::move(path)}, name_{display_name(path_)}, shared_{shared} {
        line_.file = name_;
    }

    result<bool> next() override {
        if (!input_.bytes) {
            if (auto opened = open(); !opened) return opened.error();
        }
        for (;;) {
            const auto size = find_line();
            if (!size) return size.error();
            if (!*size) return false;
            line_.offset = offset_;
            ++line_.number;
            line_.text = {buffer_.data() + begin_, **size};
            // The newline too; the last line may have none.
            const auto taken = std::min(**size + 1, end_ - begin_);
            begin_ += taken;
            offset_ += taken;
            if (!is_blank(line_.text)) return true;
        }
    }

    const input_line& line() const override { return line_; }

private:
    static bool is_blank(std::string_view text) {
        return text.find_first_not_of(" \t\r") == std::string_view::npos;
    }

    result<void> open() {
        auto opened = open_bytes(path_, shared_.budget, shared_.chunk_bytes);
        if (!opened) return opened.error();
        input_ = std::move(*opened);
        buffer_.resize(shared_.chunk_bytes);
        while (end_ < 3) {
            const auto more = read_more();
            if (!more) return more.error();
            if (!*more) break;
        }
        const std::string_view head{buffer_.data(), end_};
        if (head.starts_with("\xef\xbb\xbf")) begin_ = offset_ = 3;
        if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff")) {
            return fail(errc::corrupt, name_ + ": is UTF-16, only UTF-8 is read: convert it first");
        }
        return {};
    }

    // The size of the line at begin_, without newline; nothing at the end of the file.
    result<std::optional<std::size_t>> find_line() {
        for (std::size_t seen = 0;;) {
            const char* start = buffer_.data() + begin_;
            const void* newline = std::memchr(start + seen, '\n', end_ - begin_ - seen);
            if (newline != nullptr) {
                const auto size =
                    static_cast<std::size_t>(static_cast<const char*>(newline) - start);
                if (size > shared_.options.line_bytes_max) return too_long();
                return std::optional{size};
            }
            seen = end_ - begin_;
            if (seen > shared_.options.line_bytes_max) return too_long();
            const auto more = read_more();
            if (!more) return more.error();
            if (!*more) return seen == 0 ? std::nullopt : std::optional{seen};
        }
    }

    result<std::optional<std::size_t>> too_long() const {
        return fail(
            errc::too_large,
            join(name_, ":", line_.number + 1, ": the line at byte ", offset_, " is longer than ",
                 shared_.options.line_bytes_max, " bytes: these may not be lines of JSON at all"));
    }

    result<bool> read_more() {
        if (begin_ > 0) {
            std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
            end_ -= begin_;
            begin_ = 0;
        }
        if (end_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
        const auto count = input_.bytes->read(buffer_.data() + end_, buffer_.size() - end_);
        if (!count) return at_line(count.error());
        shared_.bytes_read += input_.file->offset() - counted_from_;
        counted_from_ = input_.file->offset();
        end_ += *count;
        return *count > 0;
    }

    error at_line(const error& why) const {
        return fail(why.code, join(why.message, " (after line ", line_.number, ", byte ", offset_,
                                   " of its text)"));
    }

    std::filesystem::path path_;
    std::string name_;
    shared_state& shared_;
    opened_bytes input_;
    std::uint64_t counted_from_ = 0;
    std::string buffer_;
    std::size_t begin_ = 0;  // What is between begin_ and end_ has not been handed out.
    std::size_t end_ = 0;
    std::uint64_t offset_ = 0;  // Of begin_, in the decompressed file.
    input_line line_;
};

// The parts of one log, one after another. Only the one being read is open.
class chain_lines final : public line_stream {
public:
    chain_lines(file_chain files, shared_state& shared)
        : files_{std::move(files)}, shared_{shared} {}

    result<bool> next() override {
        for (;;) {
            if (current_) {
                auto more = current_->next();
                if (!more || *more) return more;
            }
            if (begun_ == files_.size()) {
                current_.reset();
                return false;
            }
            current_ = std::make_unique<file_lines>(files_[begun_++], shared_);
        }
    }

    const input_line& line() const override { return current_->line(); }

private:
    file_chain files_;
    shared_state& shared_;
    std::size_t begun_ = 0;
    std::unique_ptr<file_lines> current_;
};

// Several streams as one, by time; lines of one stream keep their order, and of lines with the same
// time that of the earlier stream comes first. A line without a time stands right after the one
// before it.
class merged_lines final : public line_stream {
public:
    merged_lines(std::vector<std::unique_ptr<line_stream>> inputs, line_format format)
        : inputs_{std::move(inputs)}, times_(inputs_.size(), timestamp::min()), format_{format} {}

    result<bool> next() override {
        if (auto ready = begun_ ? advance() : begin(); !ready) return ready.error();
        return !heap_.empty();
    }

    const input_line& line() const override { return inputs_[heap_.front()]->line(); }

private:
    // Heap functions keep the greatest in front.
    auto later() const {
        return [this](std::size_t a, std::size_t b) {
            return std::pair{times_[a], a} > std::pair{times_[b], b};
        };
    }

    result<void> begin() {
        begun_ = true;
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            if (auto added = add(i); !added) return added;
        }
        return {};
    }

    // Moves on the input whose line was handed out last.
    result<void> advance() {
        if (heap_.empty()) return {};
        std::pop_heap(heap_.begin(), heap_.end(), later());
        const auto which = heap_.back();
        heap_.pop_back();
        return add(which);
    }

    result<void> add(std::size_t which) {
        const auto more = inputs_[which]->next();
        if (!more) return more.error();
        if (!*more) {
            inputs_[which].reset();
            return {};
        }
        // A single input is in order by itself.
        if (inputs_.size() > 1) {
            const auto time = time_of_line(format_, inputs_[which]->line().text);
            times_[which] = std::max(time.value_or(times_[which]), times_[which]);
        }
        heap_.push_back(which);
        std::push_heap(heap_.begin(), heap_.end(), later());
        return {};
    }

    std::vector<std::unique_ptr<line_stream>> inputs_;
    std::vector<timestamp> times_;
    line_format format_;
    std::vector<std::size_t> heap_;  // Inputs that have a line; the earliest in front.
    bool begun_ = false;
};

std::unique_ptr<line_stream> open_chains(std::vector<file_chain> chains, shared_state& shared) {
    if (chains.size() == 1) return std::make_unique<chain_lines>(std::move(chains[0]), shared);
    std::vector<std::unique_ptr<line_stream>> inputs;
    for (auto& chain : chains) {
        inputs.push_back(std::make_unique<chain_lines>(std::move(chain), shared));
    }
    return std::make_unique<merged_lines>(std::move(inputs), shared.format);
}

// Steps in order; each is opened when the one before it has ended.
class step_lines final : public line_stream {
public:
    step_lines(std::vector<input_plan::step> steps, shared_state& shared)
        : steps_{std::move(steps)}, shared_{shared} {}

    result<bool> next() override {
        for (;;) {
            if (current_) {
                auto more = current_->next();
                if (!more || *more) return more;
            }
            if (begun_ == steps_.size()) {
                current_.reset();
                return false;
            }
            current_ = open_chains(std::move(steps_[begun_++].chains), shared_);
        }
    }

    const input_line& line() const override { return current_->line(); }

private:
    std::vector<input_plan::step> steps_;
    shared_state& shared_;
    std::size_t begun_ = 0;
    std::unique_ptr<line_stream> current_;
};

std::unique_ptr<line_stream> open_section(input_plan::section section, shared_state& shared) {
    auto steps = std::make_unique<step_lines>(std::move(section.steps), shared);
    if (section.beside.empty()) return steps;
    std::vector<std::unique_ptr<line_stream>> inputs;
    inputs.push_back(std::move(steps));
    inputs.push_back(open_chains(std::move(section.beside), shared));
    return std::make_unique<merged_lines>(std::move(inputs), shared.format);
}

}  // namespace

struct line_source::impl {
    impl(line_format format, const source_options& options) : shared{format, options} {}

    shared_state shared;
    input_plan plan;
    std::size_t begun = 0;  // Sections.
    std::unique_ptr<line_stream> current;
    std::optional<error> failed;

    result<bool> next() {
        for (;;) {
            if (current) {
                auto more = current->next();
                if (!more || *more) return more;
            }
            if (begun == plan.sections.size()) {
                current.reset();
                return false;
            }
            current = open_section(std::move(plan.sections[begun++]), shared);
        }
    }
};

line_source::line_source(std::unique_ptr<impl> opened) : impl_{std::move(opened)} {}
line_source::line_source(line_source&&) noexcept = default;
line_source& line_source::operator=(line_source&&) noexcept = default;
line_source::~line_source() = default;

result<line_source> line_source::open(const std::vector<std::filesystem::path>& inputs,
                                      line_format format, const source_options& options) {
    auto opened = std::make_unique<impl>(format, options);
    auto plan = plan_inputs(inputs);
    if (!plan) return plan.error();
    opened->plan = std::move(*plan);
    opened->shared.chunk_bytes = std::clamp(chunk_bytes_together / opened->plan.chains_at_once,
                                            chunk_bytes_min, chunk_bytes_max);
    return line_source{std::move(opened)};
}

result<bool> line_source::next() {
    if (impl_->failed) return *impl_->failed;
    auto more = impl_->next();
    if (!more) impl_->failed = more.error();
    current_ = more && *more ? impl_->current->line() : input_line{};
    return more;
}

line_format line_source::format() const noexcept { return impl_->shared.format; }
std::uint64_t line_source::bytes_read() const noexcept { return impl_->shared.bytes_read; }
std::uint64_t line_source::bytes_total() const noexcept {
    return impl_->plan.bytes_known ? impl_->plan.bytes : 0;
}
std::uint64_t line_source::files() const noexcept { return impl_->plan.files; }

}  // namespace daybook::formats
