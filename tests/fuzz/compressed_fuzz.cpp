// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// A file that may be gzip, zstd or neither: its lines are read to the end, or it is said to be
// broken. As gzip and as zstd too, for random first bytes seldom name either.
#include "formats/line_source.hpp"
#include "fuzz.hpp"
#include "support/temp_directory.hpp"

#include <fstream>

using namespace daybook;
using namespace daybook::formats;
using test::require;

namespace {

constexpr int lines_max = 1000;
constexpr std::string_view gzip_head = "\x1f\x8b\x08";
constexpr std::string_view zstd_head = "\x28\xb5\x2f\xfd";

void read_file(std::string_view head, std::string_view rest) {
    static const test::temp_directory home;
    const auto path = home / "input";
    std::ofstream{path, std::ios::binary} << head << rest;
    auto lines = line_source::open({path}, line_format::native, {.line_bytes_max = 1U << 16U});
    require(lines.has_value(), "a file opens, whatever is in it");
    std::uint64_t number = 0;
    for (int i = 0; i < lines_max; ++i) {
        const auto more = lines->next();
        if (!more) {
            const auto code = more.error().code;
            require(code == errc::corrupt || code == errc::too_large, "the error is as documented");
            require(!lines->next(), "it stays failed");
            return;
        }
        if (!*more) return;
        const auto& line = **lines;
        require(line.number > number, "lines are counted");
        require(line.text.find('\n') == std::string_view::npos, "a line is one");
        number = line.number;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = test::as_text(data, size);
    read_file({}, bytes);
    for (const auto head : {gzip_head, zstd_head}) {
        if (size > head.size()) read_file(head, bytes.substr(head.size()));
    }
    return 0;
}
