// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "frame.hpp"

#include <daybook/limits.hpp>

namespace daybook {

result<frame_view> frame_view::parse(std::string_view bytes_in) {
    if (bytes_in.size() < header_size) return fail(errc::corrupt, "frame is cut short");
    const auto found = static_cast<std::uint8_t>(bytes_in[0]);
    if (found != version) {
        return fail(found > version ? errc::unsupported : errc::corrupt,
                    "frame has version " + std::to_string(found) + ", this build reads " +
                        std::to_string(version));
    }
    frame_view view;
    view.bytes_ = bytes_in;
    view.commits_ = bytes::load<std::uint16_t>(bytes_in.data() + 2);
    view.events_ = bytes::load<std::uint32_t>(bytes_in.data() + 4);
    if (view.events_ == 0 || view.events_ > limits::segment_events || view.commits_ == 0) {
        return fail(errc::corrupt, "frame says it has " + std::to_string(view.events_) +
                                       " events of " + std::to_string(view.commits_) + " commits");
    }
    std::size_t least = header_size + view.commits_ * commit_size + view.events_ * offset_size;
    if (bytes_in.size() < least) return fail(errc::corrupt, "frame is shorter than its tables");
    for (std::uint32_t i = 0; i < view.events_; ++i) {
        const auto start = view.offset(i);
        if (i == 0 ? start != least : start <= least) {
            return fail(errc::corrupt, "frame's record " + std::to_string(i) + " is out of order");
        }
        least = start;
    }
    if (least >= bytes_in.size())
        return fail(errc::corrupt, "frame's last record is out of bounds");
    return view;
}

frame_commit frame_view::commit(std::uint16_t index) const noexcept {
    const char* at = bytes_.data() + header_size + index * commit_size;
    return {.id = bytes::load<event_id>(at),
            .first = {bytes::load<std::uint64_t>(at + 16)},
            .events = bytes::load<std::uint32_t>(at + 24)};
}

void frame_builder::clear() noexcept {
    commits_.clear();
    sizes_.clear();
    record_bytes_ = 0;
}

void frame_builder::append_head(std::string& out) const {
    out.push_back(static_cast<char>(frame_view::version));
    out.push_back(0);
    bytes::append(out, static_cast<std::uint16_t>(commits_.size()));
    bytes::append(out, static_cast<std::uint32_t>(sizes_.size()));
    for (const auto& commit : commits_) {
        bytes::append(out, commit.id);
        bytes::append(out, commit.first.value);
        bytes::append(out, commit.events);
        bytes::append(out, std::uint32_t{0});
    }
    auto offset = static_cast<std::uint32_t>(frame_view::header_size +
                                             commits_.size() * frame_view::commit_size +
                                             sizes_.size() * frame_view::offset_size);
    for (const auto size : sizes_) {
        bytes::append(out, offset);
        offset += size;
    }
}

}  // namespace daybook
