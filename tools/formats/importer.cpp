// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "formats/importer.hpp"

#include "formats/import_batch.hpp"
#include "formats/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace daybook::formats {
namespace {

using fate = pending_line::fate;

std::string place_of(const pending_line& line) {
    return join(line.file, ':', line.number, ':', line.problem.column, ": ", line.problem.reason);
}

// The file for bad lines; made when the first one comes.
class set_aside {
public:
    explicit set_aside(std::optional<std::filesystem::path> path) : path_{std::move(path)} {}

    bool wanted() const { return path_.has_value(); }

    result<void> write(std::string_view line) {
        if (!file_) file_.reset(std::fopen(path_->c_str(), "ab"));
        if (!file_ || std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size() ||
            std::fputc('\n', file_.get()) == EOF) {
            return failed();
        }
        return {};
    }

    result<void> flush() {
        if (file_ && std::fflush(file_.get()) != 0) return failed();
        return {};
    }

private:
    struct close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };

    error failed() const {
        return fail(
            errc::io,
            join(path_->string(), ": bad lines cannot be set aside there: ", std::strerror(errno)));
    }

    std::optional<std::filesystem::path> path_;
    std::unique_ptr<std::FILE, close> file_;
};

class line_import {
public:
    line_import(store& into, line_source& source, const import_options& options)
        : source_{source},
          options_{options},
          batches_{into, options.durable},
          set_aside_{options.skip_bad} {
        report_.bytes_total = source.bytes_total();
        report_.files = source.files();
    }

    result<import_report> run() {
        for (;;) {
            const auto more = source_.next();
            if (!more || !*more) {
                if (auto stored = store_batch(); !stored) return stored.error();
                if (!more) return after(more.error());
                report_.bytes = source_.bytes_read();
                return report_;
            }
            if (is_full()) {
                if (auto stored = store_batch(); !stored) return stored.error();
            }
            read_line();
        }
    }

private:
    bool is_full() const {
        return batch_.size() >= options_.batch_lines ||
               (!batch_.empty() && batch_bytes_ + source_->text.size() > options_.batch_bytes);
    }

    std::string_view kept_name(std::string_view file) {
        const auto known = file_names_.find(file);
        return known != file_names_.end() ? *known : *file_names_.emplace(file).first;
    }

    void read_line() {
        auto& pending = batch_.emplace_back();
        pending.file = kept_name(source_->file);
        pending.number = source_->number;
        if (set_aside_.wanted()) pending.text = source_->text;
        batch_bytes_ += source_->text.size();
        auto parsed = parse_line(source_.format(), source_->text);
        if (parsed) {
            pending.line = std::move(*parsed);
        } else {
            pending.becomes = fate::bad;
            pending.problem = std::move(parsed).error();
        }
    }

    result<void> store_batch() {
        if (batch_.empty()) return {};
        report_.bytes = source_.bytes_read();
        if (auto stored = store_some(batch_); !stored) return stored;
        batch_.clear();
        batch_bytes_ = 0;
        if (options_.progress) options_.progress(report_);
        return {};
    }

    // Commits that turn out too large are made in halves: a store may allow less than usual.
    result<void> store_some(std::vector<pending_line>& lines) {
        const auto stored = batches_.store_lines(lines, set_aside_.wanted());
        if (stored) return count(lines);
        if (stored.error().code != errc::too_large) return after(stored.error());
        if (lines.size() == 1) return after(at_line(lines.front(), stored.error()));
        const auto middle = lines.begin() + static_cast<std::ptrdiff_t>(lines.size() / 2);
        std::vector<pending_line> rest{std::make_move_iterator(middle),
                                       std::make_move_iterator(lines.end())};
        lines.erase(middle, lines.end());
        if (auto first = store_some(lines); !first) return first;
        return store_some(rest);
    }

    result<void> count(const std::vector<pending_line>& lines) {
        const auto bad = std::find_if(lines.begin(), lines.end(), [](const pending_line& line) {
            return line.becomes == fate::bad;
        });
        if (bad != lines.end() && !set_aside_.wanted()) {
            return after({bad->conflict ? errc::conflict : errc::invalid_argument, place_of(*bad),
                          bad->conflict});
        }
        for (const auto& line : lines) {
            ++report_.read;
            if (line.becomes == fate::added) ++report_.added;
            if (line.becomes == fate::repeated) ++report_.repeated;
            if (line.becomes != fate::bad) continue;
            ++report_.skipped;
            if (auto written = set_aside_.write(line.text); !written) return written;
            if (options_.skipped) options_.skipped(place_of(line));
        }
        return set_aside_.flush();
    }

    static error at_line(const pending_line& line, const error& why) {
        return fail(why.code, join(line.file, ':', line.number, ": ", why.message));
    }

    // What a message about a stop says of what was done before it.
    error after(error why) const {
        const auto done = report_.read;
        why.message +=
            done == 0 ? std::string{"; nothing was stored"}
                      : join("; the ", counted(done, "line"), " before are stored (", report_.added,
                             " added, ", report_.repeated, " were there), import again to go on");
        return why;
    }

    line_source& source_;
    const import_options& options_;
    import_batches batches_;
    set_aside set_aside_;
    std::set<std::string, std::less<>> file_names_;  // What `pending_line::file` points to.
    std::vector<pending_line> batch_;
    std::size_t batch_bytes_ = 0;
    import_report report_;
};

}  // namespace

result<import_report> import_lines(store& into, line_source& source,
                                   const import_options& options) {
    return line_import{into, source, options}.run();
}

}  // namespace daybook::formats
