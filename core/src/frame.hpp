// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// A frame: the value of one key of the log. It holds consecutive events of one or more commits,
// until 4 KiB are reached or the segment ends, so that one key, one memtable entry and one lookup
// serve many events. Layout with a worked example in core/docs/event_record.md.

#include <daybook/types.hpp>

#include "bytes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace daybook {

/// A frame is closed by the event that takes it to this size or over.
inline constexpr std::size_t frame_bytes_target = 4U << 10U;

struct frame_commit {
    event_id id;
    position first;            ///< Of the commit, perhaps in an earlier frame.
    std::uint32_t events = 0;  ///< Of the whole commit.
};

/// A frame read in place.
class frame_view {
public:
    static constexpr std::uint8_t version = 1;
    static constexpr std::size_t header_size = 8;   // u8 version, u8 0, u16 commits, u32 events
    static constexpr std::size_t commit_size = 32;  // id, u64 first position, u32 events, u32 0
    static constexpr std::size_t offset_size = 4;   // of each record, from the frame's start

    frame_view() = default;

    /// Checks version, sizes and offsets. Fails with `corrupt` or `unsupported`.
    static result<frame_view> parse(std::string_view bytes);

    std::uint32_t events() const noexcept { return events_; }
    std::string_view record(std::uint32_t index) const noexcept {
        const auto from = offset(index);
        const auto to = index + 1 == events_ ? bytes_.size() : offset(index + 1);
        return bytes_.substr(from, to - from);
    }
    std::uint16_t commits() const noexcept { return commits_; }
    frame_commit commit(std::uint16_t index) const noexcept;

private:
    std::size_t offset(std::uint32_t index) const noexcept {
        return bytes::load<std::uint32_t>(bytes_.data() + header_size + commits_ * commit_size +
                                          index * offset_size);
    }

    std::string_view bytes_;
    std::uint32_t events_ = 0;
    std::uint16_t commits_ = 0;
};

/// Builds the part of a frame that stands before its records.
class frame_builder {
public:
    void add_commit(const frame_commit& commit) { commits_.push_back(commit); }
    void add_record(std::size_t size) {
        sizes_.push_back(static_cast<std::uint32_t>(size));
        record_bytes_ += size;
    }
    bool empty() const noexcept { return sizes_.empty(); }
    bool full() const noexcept {
        return record_bytes_ >= frame_bytes_target || commits_.size() == commits_max;
    }
    void clear() noexcept;

    /// Header, commits and offsets; the records follow in the order they were added.
    void append_head(std::string& out) const;

private:
    static constexpr std::size_t commits_max = 65'535;
    std::vector<frame_commit> commits_;
    std::vector<std::uint32_t> sizes_;
    std::size_t record_bytes_ = 0;
};

}  // namespace daybook
