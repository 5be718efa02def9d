// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "commands/doctor_watch.hpp"

#include "cli/open_store.hpp"
#include "cli/values.hpp"

#include <system_error>
#include <thread>

namespace daybook::cli {
namespace {

constexpr std::uint64_t seconds_usual = 2;
constexpr std::uint64_t seconds_max = 24 * 60 * 60;
constexpr std::string_view clear_screen = "\x1b[H\x1b[2J";

/// What was found at one moment; nothing where it could not be found out.
struct look {
    timestamp at{};
    std::uint64_t files = 0;
    std::uint64_t disk_bytes = 0;
    std::uint64_t wal_bytes = 0;
    std::optional<std::uint64_t> free_bytes{};
    std::optional<store_status> status{};
    std::string problem{};
    // Since the look before.
    std::optional<double> events_per_second{};
    std::optional<double> bytes_per_second{};
};

template <class Read>
cell from_status(const look& l, Read&& read) {
    return l.status ? cell{read(*l.status)} : cell{};
}

const field<look> fields[] = {
    {{.name = "at", .colour = tone::faint}, [](const look& l) { return cell{l.at}; }},
    {{.name = "events"},
     [](const look& l) { return from_status(l, [](auto& s) { return s.events; }); }},
    {{.name = "events_per_second"},
     [](const look& l) { return optional_cell(l.events_per_second); }},
    {{.name = "segments_sealed"},
     [](const look& l) { return from_status(l, [](auto& s) { return s.segments_sealed; }); }},
    {{.name = "hot_events"},
     [](const look& l) { return from_status(l, [](auto& s) { return s.tail_events; }); }},
    {{.name = "last_recorded_at"},
     [](const look& l) { return l.status ? optional_cell(l.status->last_recorded_at) : cell{}; }},
    {{.name = "log_bytes"},
     [](const look& l) { return from_status(l, [](auto& s) { return s.log_bytes; }); }},
    {{.name = "index_bytes"},
     [](const look& l) { return from_status(l, [](auto& s) { return s.index_bytes; }); }},
    {{.name = "view_bytes"},
     [](const look& l) { return from_status(l, [](auto& s) { return s.view_bytes; }); }},
    {{.name = "wal_bytes"}, [](const look& l) { return cell{l.wal_bytes}; }},
    {{.name = "disk_bytes"}, [](const look& l) { return cell{l.disk_bytes}; }},
    {{.name = "disk_bytes_per_second"},
     [](const look& l) { return optional_cell(l.bytes_per_second); }},
    {{.name = "files"}, [](const look& l) { return cell{l.files}; }},
    {{.name = "free_bytes"}, [](const look& l) { return optional_cell(l.free_bytes); }},
    {{.name = "problem", .colour = tone::warning},
     [](const look& l) { return text_cell(l.problem); }},
};

/// Sizes of the files, which come and go meanwhile: one that is gone counts as nothing.
void look_at_files(const std::filesystem::path& directory, look& into) {
    std::error_code problem;
    auto file = std::filesystem::directory_iterator{directory, problem};
    while (!problem && file != std::filesystem::directory_iterator{}) {
        std::error_code gone;
        const auto size = file->is_regular_file(gone) ? file->file_size(gone) : 0;
        if (!gone) {
            ++into.files;
            into.disk_bytes += size;
            if (file->path().extension() == ".log") into.wal_bytes += size;
        }
        file.increment(problem);
    }
    const auto space = std::filesystem::space(directory, problem);
    if (!problem) into.free_bytes = space.available;
}

double per_second(std::uint64_t before, std::uint64_t after, timestamp from, timestamp to) {
    const double seconds = std::chrono::duration<double>{to - from}.count();
    if (seconds <= 0) return 0;
    return (static_cast<double>(after) - static_cast<double>(before)) / seconds;
}

/// Fails as opening does, but for a store that is in use or whose files changed meanwhile.
result<look> look_at(const invocation& call, const std::filesystem::path& directory,
                     const std::optional<look>& before) {
    look now;
    now.at = current_time();
    const auto log = open_store(call, access::read);
    if (log) {
        now.status = log->status();
    } else if (log.error().code == errc::locked || (before && before->status)) {
        now.problem = log.error().message;
    } else {
        return log.error();
    }
    look_at_files(directory, now);
    if (!before) return now;
    now.bytes_per_second = per_second(before->disk_bytes, now.disk_bytes, before->at, now.at);
    if (now.status && before->status) {
        now.events_per_second =
            per_second(before->status->events, now.status->events, before->at, now.at);
    }
    return now;
}

/// Shows look after look, each at once.
class viewer {
public:
    explicit viewer(invocation& call) : call_{call} {
        if (call.format == output_format::table) return;
        sink_ = call.sink();
        rows_.emplace(*sink_, fields);
    }

    result<void> show(const look& l) {
        if (rows_) {
            rows_->add(l);
        } else {
            show_table(l);
        }
        return call_.at.out.flush();
    }
    void end() {
        if (sink_) sink_->end();
    }

private:
    /// One look takes the place of the other on a terminal; elsewhere they follow.
    void show_table(const look& l) {
        if (call_.at.out_screen.terminal) {
            call_.at.out.write(clear_screen);
        } else if (shown_) {
            call_.at.out.write("\n");
        }
        shown_ = true;
        const auto table = call_.sink();
        rows<look>{*table, fields, shape::one}.add(l);
        table->end();
    }

    invocation& call_;
    std::unique_ptr<record_sink> sink_;
    std::optional<rows<look>> rows_;
    bool shown_ = false;
};

result<std::uint64_t> number_of(const std::optional<std::string>& text, std::string_view name,
                                std::uint64_t usual, std::uint64_t most) {
    if (!text) return usual;
    const auto number = parse_number(name, *text);
    if (!number) return number.error();
    if (*number == 0 || *number > most) {
        return fail(errc::invalid_argument, std::string{name} + ": " + *text +
                                                " is not between 1 and " + std::to_string(most));
    }
    return *number;
}

}  // namespace

result<answer> watch_store(invocation& call) {
    if (call.format == output_format::json) {
        return fail(errc::invalid_argument,
                    "--watch has no end, and so no JSON document; give -o jsonl");
    }
    const auto pause = number_of(call.given.operand(0), "SECONDS", seconds_usual, seconds_max);
    if (!pause) return pause.error();
    const auto times =
        number_of(call.given.value("times"), "--times", ~std::uint64_t{0}, ~std::uint64_t{0});
    if (!times) return times.error();
    const auto directory = store_directory(call.given);
    if (!directory) return directory.error();

    viewer view{call};
    std::optional<look> last;
    for (std::uint64_t left = *times; left > 0; --left) {
        if (last) std::this_thread::sleep_for(std::chrono::seconds{*pause});
        auto now = look_at(call, *directory, last);
        if (!now) return now.error();
        if (auto shown = view.show(*now); !shown) return shown.error();
        last = std::move(*now);
    }
    view.end();
    return answer::yes;
}

}  // namespace daybook::cli
