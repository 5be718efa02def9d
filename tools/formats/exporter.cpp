// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "formats/exporter.hpp"

#include "formats/rotated_output.hpp"
#include "formats/text.hpp"

#include <system_error>

namespace daybook::formats {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t progress_events = 4096;

// In a directory the log is called events.jsonl.
result<fs::path> file_for(const fs::path& to) {
    if (to == "-") return to;
    std::error_code code;
    const bool directory = fs::is_directory(to, code) || !to.has_filename();
    if (!directory) return to;
    fs::create_directories(to, code);
    if (code && !fs::is_directory(to)) {
        return fail(errc::io, join(to.string(), ": cannot be made: ", code.message()));
    }
    return to / "events.jsonl";
}

render_options with_source(render_options render, const store& from) {
    if (render.source.empty()) {
        render.source = "urn:uuid:" + daybook::to_string(from.status().store_id);
    }
    return render;
}

}  // namespace

result<export_report> export_events(const store& from, const query& q, const read_options& read,
                                    const export_options& options) {
    const auto to = file_for(options.to);
    if (!to) return to.error();
    auto events = from.read(q, read);
    if (!events) return events.error();
    auto output = rotated_output::open(*to, options.rotate_bytes, options.overwrite);
    if (!output) return output.error();
    const auto render = with_source(options.render, from);
    export_report report;
    std::string line;
    for (;;) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more) break;
        line.clear();
        append_line(line, options.format, **events, render);
        line += '\n';
        if (auto written = output->write_line(line); !written) return written.error();
        ++report.events;
        report.bytes += line.size();
        if (options.progress && report.events % progress_events == 0) options.progress(report);
    }
    auto files = output->finish();
    if (!files) return files.error();
    report.files = std::move(*files);
    if (options.progress) options.progress(report);
    return report;
}

}  // namespace daybook::formats
