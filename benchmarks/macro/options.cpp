// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "macro/options.hpp"

#include <charconv>
#include <string_view>
#include <unistd.h>

namespace daybook::bench {
namespace {

constexpr std::uint64_t quick_events = 200'000;
/// Two whole segments and a tail: fewer do not have every part of a store.
constexpr std::uint64_t events_min = 140'000;
constexpr std::uint64_t seconds_max = 86'400;

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    for (;;) {
        const auto comma = text.find(',');
        if (comma > 0) parts.emplace_back(text.substr(0, comma));
        if (comma == std::string_view::npos) return parts;
        text.remove_prefix(comma + 1);
    }
}

result<double> parse_seconds(std::string_view text) {
    std::uint64_t number = 0;
    const auto end = text.data() + text.size();
    const auto done = std::from_chars(text.data(), end, number);
    if (done.ec != std::errc{} || done.ptr != end || number == 0 || number > seconds_max) {
        return fail(errc::invalid_argument, "--seconds is \"" + std::string{text} +
                                                "\"; give a whole number, 1 to " +
                                                std::to_string(seconds_max));
    }
    return static_cast<double>(number);
}

result<std::uint64_t> parse_events(std::string_view text) {
    std::uint64_t number = 0;
    const auto end = text.data() + text.size();
    const auto done = std::from_chars(text.data(), end, number);
    if (done.ec != std::errc{} || done.ptr != end || number < events_min) {
        return fail(errc::invalid_argument, "--events is \"" + std::string{text} +
                                                "\"; give a whole number, at least " +
                                                std::to_string(events_min));
    }
    return number;
}

std::filesystem::path default_directory() {
    return std::filesystem::temp_directory_path() / ("daybook-bench-" + std::to_string(::getpid()));
}

result<void> set_value(macro_options& options, std::string_view name, const std::string& value) {
    if (name == "--events") {
        const auto number = parse_events(value);
        if (!number) return number.error();
        options.events = *number;
    } else if (name == "--seconds") {
        const auto number = parse_seconds(value);
        if (!number) return number.error();
        options.seconds = *number;
    } else if (name == "--only") {
        options.only = split(value);
    } else if (name == "--dir") {
        options.directory = value;
    } else if (name == "--json") {
        options.json = value;
    } else {
        options.child = value;
    }
    return {};
}

bool takes_value(std::string_view name) {
    return name == "--events" || name == "--seconds" || name == "--only" || name == "--dir" ||
           name == "--json" || name == "--child";
}

bool set_flag(macro_options& options, std::string_view name) {
    if (name == "--quick") {
        options.quick = true;
        options.events = quick_events;
    } else if (name == "--keep") {
        options.keep = true;
    } else if (name == "--list") {
        options.list = true;
    } else if (name == "--help" || name == "-h") {
        options.help = true;
    } else {
        return false;
    }
    return true;
}

}  // namespace

result<macro_options> parse_options(const std::vector<std::string>& arguments) {
    macro_options options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto& name = arguments[i];
        if (takes_value(name)) {
            if (i + 1 == arguments.size()) {
                return fail(errc::invalid_argument, name + " needs a value");
            }
            if (auto set = set_value(options, name, arguments[++i]); !set) return set.error();
        } else if (!set_flag(options, name)) {
            return fail(errc::invalid_argument, "unknown option \"" + name + "\"; see --help");
        }
    }
    if (options.directory.empty()) options.directory = default_directory();
    return options;
}

const char* usage_text() noexcept {
    return "usage: daybook_bench [options]\n"
           "  --events N       events in the big store, 10000000 by default\n"
           "  --seconds N      how long append_steady writes, 60 by default\n"
           "  --only ROW,...   only these rows; a name that ends in * takes all that begin so\n"
           "  --dir DIR        where stores are made, below the system's temporary directory by "
           "default\n"
           "  --json FILE      write the rows as JSON too\n"
           "  --quick          small stores and single passes: shows that it works, not how fast\n"
           "  --keep           leave the big store in DIR, and take one that is there\n"
           "  --list           list the rows and end\n";
}

}  // namespace daybook::bench
