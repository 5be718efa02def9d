// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "formats/rotated_output.hpp"

#include "formats/text.hpp"

#include <algorithm>
#include <system_error>
#include <unistd.h>

namespace daybook::formats {

namespace fs = std::filesystem;

result<rotated_output> rotated_output::open(const fs::path& to, std::uint64_t rotate_bytes,
                                            bool overwrite) {
    rotated_output output;
    output.to_ = to;
    output.rotate_bytes_ = rotate_bytes;
    std::error_code ignored;
    if (fs::is_symlink(to, ignored) && fs::exists(to, ignored)) {
        output.to_ = fs::canonical(to, ignored);
    }
    const auto status = fs::status(output.to_, ignored);
    output.named_ = to != "-" && (!fs::exists(status) || fs::is_regular_file(status));
    if (!output.named_) {
        auto file = output_file::attach(output.to_);
        if (!file) return file.error();
        output.parts_.push_back(std::move(*file));
        return output;
    }
    output.names_.emplace(output.to_);
    if (const auto there = output.existing(); !overwrite && !there.empty()) {
        return fail(errc::refused, join(there.front().string(),
                                        ": is there already, and nothing "
                                        "was asked to be overwritten"));
    }
    if (auto begun = output.begin_part(); !begun) return begun.error();
    return output;
}

// The file itself, and the numbered parts of an earlier export to the same name.
std::vector<fs::path> rotated_output::existing() const {
    std::vector<fs::path> found;
    std::error_code code;
    if (fs::exists(to_, code)) found.push_back(to_);
    for (auto& part : names_->existing()) found.push_back(std::move(part.file));
    return found;
}

result<void> rotated_output::begin_part() {
    if (!parts_.empty()) {
        if (auto closed = parts_.back()->close(); !closed) return closed;
    }
    // Two exports to one name, if they must be, do not write the same file.
    auto temporary = names_->partial(parts_.size() + 1);
    auto part = output_file::create(temporary += join('-', ::getpid()), to_.string());
    if (!part) return part.error();
    parts_.push_back(std::move(*part));
    part_bytes_ = 0;
    return {};
}

result<void> rotated_output::write_line(std::string_view line) {
    const bool full = part_bytes_ > 0 && part_bytes_ + line.size() > rotate_bytes_;
    if (named_ && rotate_bytes_ > 0 && full) {
        if (auto begun = begin_part(); !begun) return begun;
    }
    part_bytes_ += line.size();
    return parts_.back()->write(line);
}

result<std::vector<fs::path>> rotated_output::finish() {
    if (auto closed = parts_.back()->close(); !closed) return closed.error();
    std::vector<fs::path> names;
    if (!named_) return names;
    const auto old = existing();
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        const auto name = i + 1 == parts_.size() ? to_ : names_->part(i + 1);
        std::error_code code;
        fs::rename(parts_[i]->path(), name, code);
        if (code) {
            return fail(errc::io,
                        join(name.string(), ": cannot be given its name: ", code.message()));
        }
        parts_[i]->keep();
        names.push_back(name);
    }
    for (const auto& stale : old) {
        std::error_code ignored;
        if (std::find(names.begin(), names.end(), stale) == names.end()) fs::remove(stale, ignored);
    }
    sync_directory(to_.parent_path());
    return names;
}

}  // namespace daybook::formats
