// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Any bytes as what is written down about an archived segment: what is read can be written, and
// names a file in the directory it is looked for in.
#include "archive_record.hpp"
#include "fuzz.hpp"

using namespace daybook;
using test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto read = archive_record::decode(test::as_text(data, size));
    if (!read) {
        require(read.error().code == errc::corrupt || read.error().code == errc::unsupported,
                "of the kinds documented");
        require(read.error().message.find('\n') == std::string::npos, "a message is one line");
        return 0;
    }
    require(read->file.find('/') == std::string::npos, "a file is where it is looked for");
    require(read->end.value - read->first.value == limits::segment_events, "a segment is whole");
    const auto text = archive_record::encode(*read);
    require(text.find('\n') == std::string::npos, "it is one line");
    const auto again = archive_record::decode(text);
    require(again.has_value(), "what is written can be read");
    require(archive_record::same_content(*read, *again), "it tells of the same events");
    require(archive_record::encode(*again) == text, "the same is written the same");
    const auto manifest = archive_record::decode(archive_record::encode_manifest(*read));
    require(manifest && archive_record::same_content(*read, *manifest), "so does the manifest");
    return 0;
}
