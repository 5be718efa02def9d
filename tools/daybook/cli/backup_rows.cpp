// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/backup_rows.hpp"

#include "cli/text.hpp"
#include "cli/values.hpp"

#include <limits>

namespace daybook::cli {
namespace {

/// Nothing is known about a backup that cannot be used.
template <class T>
cell if_usable(const backup_info& b, const T& value) {
    return b.problem ? cell{} : cell{value};
}

const field<backup_info> fields[] = {
    {{.name = "number"}, [](const backup_info& b) { return cell{std::uint64_t{b.number}}; }},
    {{.name = "made_at"}, [](const backup_info& b) { return if_usable(b, b.made_at); }},
    {{.name = "events"}, [](const backup_info& b) { return if_usable(b, b.events); }},
    {{.name = "last_recorded_at"},
     [](const backup_info& b) { return optional_cell(b.last_recorded_at); }},
    {{.name = "subscriptions"}, [](const backup_info& b) { return if_usable(b, b.subscriptions); }},
    {{.name = "size", .seen_in = seen_in::tables},
     [](const backup_info& b) { return if_usable(b, size_text(b.bytes)); }},
    {{.name = "new", .seen_in = seen_in::tables},
     [](const backup_info& b) { return if_usable(b, size_text(b.bytes_new)); }},
    {{.name = "bytes", .seen_in = seen_in::others},
     [](const backup_info& b) { return if_usable(b, b.bytes); }},
    {{.name = "bytes_new", .seen_in = seen_in::others},
     [](const backup_info& b) { return if_usable(b, b.bytes_new); }},
    {{.name = "store_id", .seen_in = seen_in::others},
     [](const backup_info& b) { return if_usable(b, to_string(b.store_id)); }},
    {{.name = "problem", .colour = tone::bad},
     [](const backup_info& b) { return optional_cell(b.problem); }},
};

}  // namespace

operand backup_target_operand() {
    return {.name = "TARGET",
            .help = "The directory of the backups.",
            .completes = completion::directories};
}

std::filesystem::path backup_target_of(const arguments& given) { return *given.operand(0); }

result<std::optional<std::uint32_t>> backup_number(std::string_view option,
                                                   const std::optional<std::string>& text) {
    using maybe = std::optional<std::uint32_t>;
    if (!text) return maybe{};
    const auto number = parse_number(option, *text);
    if (!number) return number.error();
    if (*number > std::numeric_limits<std::uint32_t>::max()) {
        return fail(errc::not_found, "there is no backup " + *text);
    }
    return maybe{static_cast<std::uint32_t>(*number)};
}

void tell_backups(const std::vector<backup_info>& backups, record_sink& to, shape s) {
    rows<backup_info> told{to, fields, s};
    for (const auto& one : backups) told.add(one);
    to.end();
}

}  // namespace daybook::cli
