// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What is written down about an archived segment: in the file itself (its manifest), and in the
// store, with what only who holds the finished file can tell.

#include <daybook/archive.hpp>

#include <string>
#include <string_view>

namespace daybook::archive_record {

/// Raised when archives written before can no longer be read as they are.
inline constexpr std::uint32_t format_version = 1;

/// One line of JSON. Without `directory` and, in a `manifest`, without file, bytes and hash.
std::string encode(const archived_segment& segment);
std::string encode_manifest(const archived_segment& segment);

/// Fails with `corrupt`, or `unsupported` if a newer daybook wrote it.
result<archived_segment> decode(std::string_view text);

/// Do both tell of the same events?
bool same_content(const archived_segment& one, const archived_segment& other);

/// The name of the file: the store, the segment, and the hash of what is in it.
std::string file_name(const archived_segment& segment);

}  // namespace daybook::archive_record
