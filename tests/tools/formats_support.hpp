// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include "formats/exporter.hpp"
#include "formats/importer.hpp"
#include "formats/rotated_output.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/temp_directory.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

/// What tests of the formats share: files with known bytes, and the way through a store.
namespace daybook::test {

inline void write_file(const std::filesystem::path& path, std::string_view bytes) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary}.write(bytes.data(),
                                                static_cast<std::streamsize>(bytes.size()));
}

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream in{path, std::ios::binary};
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
}

/// As gzip (`ending` ".gz") or zstd (".zst").
inline std::string compressed(std::string_view bytes, std::string_view ending) {
    auto encoder = encoder_for("x" + std::string{ending});
    std::string out;
    encoder->encode(bytes, out);
    encoder->finish(out);
    return out;
}

inline std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += line + '\n';
    return text;
}

/// All lines that the inputs give.
inline result<std::vector<std::string>> read_lines(
    const std::vector<std::filesystem::path>& inputs,
    formats::line_format format = formats::line_format::orchestration,
    const formats::source_options& options = {}) {
    auto source = formats::line_source::open(inputs, format, options);
    if (!source) return source.error();
    std::vector<std::string> lines;
    for (;;) {
        const auto more = source->next();
        if (!more) return more.error();
        if (!*more) return lines;
        lines.emplace_back((*source)->text);
    }
}

inline result<formats::import_report> import_files(store& into,
                                                   const std::vector<std::filesystem::path>& inputs,
                                                   formats::line_format format,
                                                   const formats::import_options& options = {}) {
    auto source = formats::line_source::open(inputs, format);
    if (!source) return source.error();
    return formats::import_lines(into, *source, options);
}

/// Imports `text` from a file.
inline result<formats::import_report> import_text(store& into, std::string_view text,
                                                  formats::line_format format,
                                                  const formats::import_options& options = {}) {
    const temp_directory home;
    write_file(home / "lines.jsonl", text);
    return import_files(into, {home / "lines.jsonl"}, format, options);
}

/// What an export of everything writes.
inline std::string exported(const store& from, formats::line_format format) {
    const temp_directory home;
    const auto report = formats::export_events(from, query::all(), {},
                                               {.format = format, .to = home / "out.jsonl"});
    return report ? read_file(home / "out.jsonl") : report.error().message;
}

/// A line of an orchestration, with nothing unusual about it.
inline std::string plain_line(std::uint64_t number, std::uint64_t sequence = 1,
                              std::string_view issue = "PROJ-1",
                              std::string_view time = "2025-12-22T10:30:00.123Z") {
    return R"({"event_id":")" + to_string(numbered_id(number)) +
           R"(","event_type":"AgentSpawned","event_version":"1.0.0","timestamp":")" +
           std::string{time} + R"(","event_sequence":)" + std::to_string(sequence) +
           R"(,"issue_key":")" + std::string{issue} +
           R"(","session_id":"s-1","correlation_id":"c-1","causation_id":null,"actor":)"
           R"({"type":"agent","id":"explorer","model":"sonnet"},"metadata":{"n": )" +
           std::to_string(number) + R"(},"git_sha":"abc123","branch":"feature/PROJ-1"})";
}

}  // namespace daybook::test
