// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "formats/input_plan.hpp"

#include "formats/line_source.hpp"
#include "formats/text.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>

namespace daybook::formats {
namespace {

namespace fs = std::filesystem;

// "dddd-dd-dd" and the like: `d` is a digit, anything else is itself.
bool has_shape(std::string_view text, std::string_view shape) {
    return std::equal(text.begin(), text.end(), shape.begin(), shape.end(),
                      [](char c, char s) { return s == 'd' ? c >= '0' && c <= '9' : c == s; });
}

bool drop_end(std::string_view& name, std::string_view end) {
    if (!name.ends_with(end) || name.size() == end.size()) return false;
    name.remove_suffix(end.size());
    return true;
}

bool drop_compression(std::string_view& name) {
    return drop_end(name, ".gz") || drop_end(name, ".zst");
}

bool drop_extension(std::string_view& name) {
    drop_compression(name);
    return drop_end(name, ".jsonl") || drop_end(name, ".ndjson");
}

// Which rotated log a file is a part of, and where it stands in it.
struct rotation_part {
    fs::path log;  // Folder and name without number, time and endings.
    enum class kind { numbered, timed, current } what = kind::current;
    std::uint64_t number = 0;
    std::string time;

    bool before(const rotation_part& other) const {
        return std::tie(what, number, time) < std::tie(other.what, other.number, other.time);
    }
};

rotation_part part_of(const fs::path& file) {
    rotation_part part;
    const auto whole_name = file.filename().string();
    std::string_view name = whole_name;
    drop_extension(name);
    const auto dot = name.rfind('.');
    constexpr std::string_view time_shape = "_dddd-dd-dd_dd-dd-dd";
    if (dot != std::string_view::npos && dot > 0 && dot + 1 < name.size()) {
        const char* end = name.data() + name.size();
        const auto read = std::from_chars(name.data() + dot + 1, end, part.number);
        if (read.ec == std::errc{} && read.ptr == end) {
            part.what = rotation_part::kind::numbered;
            name = name.substr(0, dot);
        }
    } else if (name.size() > time_shape.size() &&
               has_shape(name.substr(name.size() - time_shape.size()), time_shape)) {
        part.what = rotation_part::kind::timed;
        part.time = name.substr(name.size() - time_shape.size());
        name.remove_suffix(time_shape.size());
    }
    part.log = file.parent_path() / name;
    return part;
}

// Groups files into rotated logs, in the order in which each log is met first.
std::vector<file_chain> to_chains(const std::vector<fs::path>& files) {
    std::vector<std::vector<std::pair<rotation_part, fs::path>>> logs;
    std::map<fs::path, std::size_t> places;
    for (const auto& file : files) {
        auto part = part_of(file);
        const auto [place, is_new] = places.try_emplace(part.log, logs.size());
        if (is_new || file == "-") logs.emplace_back();
        logs[file == "-" ? logs.size() - 1 : place->second].emplace_back(std::move(part), file);
    }
    std::vector<file_chain> chains;
    for (auto& log : logs) {
        std::stable_sort(log.begin(), log.end(),
                         [](const auto& a, const auto& b) { return a.first.before(b.first); });
        auto& chain = chains.emplace_back();
        for (auto& [part, file] : log) chain.push_back(std::move(file));
    }
    return chains;
}

struct folder {
    std::vector<fs::path> files;    // Those with lines, by name.
    std::vector<fs::path> folders;  // By name.
};

result<folder> list(const fs::path& directory) {
    folder found;
    std::error_code code;
    for (auto at = fs::directory_iterator{directory, code}; !code && at != fs::end(at);
         at.increment(code)) {
        const auto name = at->path().filename().string();
        std::string_view stem = name;
        std::error_code ignored;
        if (at->is_directory(ignored)) {
            found.folders.push_back(at->path());
        } else if (!name.starts_with('.') && drop_extension(stem)) {
            found.files.push_back(at->path());
        }
    }
    if (code) {
        return fail(errc::io, join(directory.string(), ": cannot be listed: ", code.message()));
    }
    std::sort(found.files.begin(), found.files.end());
    std::sort(found.folders.begin(), found.folders.end());
    return found;
}

void add_sequential(input_plan::section& to, std::vector<file_chain> chains) {
    for (auto& chain : chains) to.steps.push_back({{std::move(chain)}});
}

// One dated folder: a chain for each log in it and in its issues' folders.
result<input_plan::step> plan_date(const fs::path& directory) {
    auto top = list(directory);
    if (!top) return top.error();
    input_plan::step date{to_chains(top->files)};
    for (const auto& issue : top->folders) {
        auto inside = list(issue);
        if (!inside) return inside.error();
        auto chains = to_chains(inside->files);
        std::move(chains.begin(), chains.end(), std::back_inserter(date.chains));
    }
    return date;
}

// The layout without its archive: own files, dated folders, global/.
result<void> plan_layout(input_plan::section& section, const folder& top) {
    add_sequential(section, to_chains(top.files));
    for (const auto& child : top.folders) {
        if (has_shape(child.filename().string(), "dddd-dd-dd")) {
            auto date = plan_date(child);
            if (!date) return date.error();
            if (!date->chains.empty()) section.steps.push_back(std::move(*date));
        } else if (child.filename() == "global") {
            auto global = list(child);
            if (!global) return global.error();
            auto chains = to_chains(global->files);
            std::move(chains.begin(), chains.end(), std::back_inserter(section.beside));
        }
    }
    return {};
}

// An archive keeps the layout, or just holds files, or both.
result<input_plan::section> plan_directory(const fs::path& directory) {
    auto top = list(directory);
    if (!top) return top.error();
    input_plan::section section;
    for (const auto& child : top->folders) {
        if (child.filename() != "archive") continue;
        const auto archive = list(child);
        if (!archive) return archive.error();
        if (auto planned = plan_layout(section, *archive); !planned) return planned.error();
    }
    if (auto planned = plan_layout(section, *top); !planned) return planned.error();
    return section;
}

result<void> measure(input_plan& plan, const file_chain& chain) {
    for (const auto& file : chain) {
        ++plan.files;
        if (file == "-") {
            plan.bytes_known = false;
            continue;
        }
        std::error_code code;
        const auto status = fs::status(file, code);
        if (status.type() == fs::file_type::not_found) {
            return fail(errc::not_found,
                        join(file.string(), ": there is no such file or directory"));
        }
        if (code) return fail(errc::io, join(file.string(), ": ", code.message()));
        if (fs::is_regular_file(status)) {
            plan.bytes += fs::file_size(file, code);
        } else {
            plan.bytes_known = false;
        }
    }
    return {};
}

result<void> measure(input_plan& plan) {
    for (const auto& section : plan.sections) {
        for (const auto& chain : section.beside) {
            if (auto done = measure(plan, chain); !done) return done;
        }
        for (const auto& step : section.steps) {
            plan.chains_at_once =
                std::max(plan.chains_at_once, step.chains.size() + section.beside.size());
            for (const auto& chain : step.chains) {
                if (auto done = measure(plan, chain); !done) return done;
            }
        }
    }
    return {};
}

}  // namespace

std::vector<fs::path> in_rotation_order(const std::vector<fs::path>& files) {
    std::vector<fs::path> ordered;
    for (auto& chain : to_chains(files)) {
        std::move(chain.begin(), chain.end(), std::back_inserter(ordered));
    }
    return ordered;
}

result<input_plan> plan_inputs(const std::vector<fs::path>& inputs) {
    input_plan plan;
    std::vector<fs::path> files;
    const auto flush_files = [&] {
        if (files.empty()) return;
        add_sequential(plan.sections.emplace_back(), to_chains(files));
        files.clear();
    };
    for (const auto& input : inputs) {
        std::error_code ignored;
        if (input == "-" || !fs::is_directory(input, ignored)) {
            files.push_back(input);
            continue;
        }
        flush_files();
        auto section = plan_directory(input);
        if (!section) return section.error();
        if (section->steps.empty() && section->beside.empty()) {
            return fail(errc::invalid_argument,
                        join(input.string(),
                             ": nothing to read: no *.jsonl or *.ndjson files (also "
                             ".gz, .zst), no YYYY-MM-DD/ISSUE/events.jsonl"));
        }
        plan.sections.push_back(std::move(*section));
    }
    flush_files();
    if (auto measured = measure(plan); !measured) return measured.error();
    return plan;
}

}  // namespace daybook::formats
