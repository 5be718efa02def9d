// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "schema_registry.hpp"

#include <daybook/value_codec.hpp>

#include "schema_text.hpp"
#include "text.hpp"

#include <algorithm>
#include <bit>
#include <charconv>

namespace daybook {

/// The value of a row; its key is 's', the type, 0, and the version. Outside the anonymous
/// namespace, for Boost.Describe.
struct schema_row {
    std::uint32_t format = 1;
    std::string text{};
    timestamp added_at{};
};
BOOST_DESCRIBE_STRUCT(schema_row, (), (format, text, added_at))

namespace {

constexpr std::string_view mode_key = "mode";
constexpr char schema_letter = 's';
constexpr std::size_t told_max = 3;

std::string key_of(const schema_entry& entry) {
    return cat(schema_letter, entry.type, '\0', entry.version);
}

/// The same schema, however it is spelled.
bool says_the_same(std::string_view a, std::string_view b) {
    if (a == b) return true;
    const auto one = schema_text::parse(a);
    const auto other = schema_text::parse(b);
    return one && other && one->root == other->root;
}

error schema_differs(const schema_entry& there, std::string_view now) {
    auto message =
        cat("schema ", there.type, ' ', there.version, " is there and says something else: ");
    const auto compared = compare_schemas(there.text, now);
    if (compared && !compared->changes.empty()) {
        const auto& first = compared->changes.front();
        message += cat(first.pointer.empty() ? "" : cat("at ", first.pointer, ", "), first.what);
    } else {
        message += "its descriptions or titles";
    }
    return fail(errc::rejected, cat(message, "; give what changed another version"));
}

}  // namespace

std::optional<schema_version> schema_version::parse(std::string_view text) {
    schema_version made;
    for (std::size_t i = 0; i < made.numbers.size(); ++i) {
        const auto end = i + 1 < made.numbers.size() ? text.find('.') : text.size();
        if (end == 0 || end > 9 || end > text.size()) return std::nullopt;
        const auto digits = text.substr(0, end);
        if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
        const auto* last = digits.data() + digits.size();
        if (std::from_chars(digits.data(), last, made.numbers[i]).ptr != last) return std::nullopt;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return made;
}

result<const payload_schema*> known_schema::compiled() const {
    std::call_once(once_, [this] {
        if (damaged_) {
            fault_ = "its row is damaged";
            return;
        }
        auto made = payload_schema::make(entry_.text);
        if (made) {
            compiled_ = std::move(*made);
        } else {
            fault_ = made.error().message;
        }
    });
    if (compiled_) return compiled_.get();
    return fail(errc::corrupt,
                cat("schema ", entry_.type, ' ', entry_.version, ": ", fault_, "; add it again"));
}

// schema_table -----------------------------------------------------------------------------------

const schema_table::version_list* schema_table::find(std::string_view type) const {
    const auto found = all_.find(type);
    return found == all_.end() ? nullptr : &found->second;
}

std::size_t schema_table::size() const noexcept {
    std::size_t count = 0;
    for (const auto& [type, versions] : all_) count += versions.size();
    return count;
}

void schema_table::put(std::shared_ptr<const known_schema> one) {
    auto& versions = all_[one->entry().type];
    const auto at =
        std::lower_bound(versions.begin(), versions.end(), one,
                         [](const auto& a, const auto& b) { return a->number() < b->number(); });
    if (at != versions.end() && (*at)->number() == one->number()) {
        *at = std::move(one);
    } else {
        versions.insert(at, std::move(one));
    }
}

result<std::vector<schema_violation>> schema_table::check(std::string_view type,
                                                          std::string_view version,
                                                          std::string_view payload) const {
    const auto* known = find(type);
    if (known == nullptr) return std::vector<schema_violation>{};
    auto found = version.empty() ? std::prev(known->end())
                                 : std::find_if(known->begin(), known->end(), [&](const auto& one) {
                                       return one->entry().version == version;
                                   });
    if (found == known->end()) {
        std::string all;
        for (const auto& one : *known) all += cat(all.empty() ? "" : ", ", one->entry().version);
        return std::vector{
            schema_violation{{}, cat("a known version (", all, ")"), cat("version ", version)}};
    }
    const auto schema = (*found)->compiled();
    if (!schema) return schema.error();
    return (*schema)->check(payload);
}

// schema_registry --------------------------------------------------------------------------------

std::shared_ptr<const schema_table> schema_registry::now() const {
    const std::lock_guard lock{mutex_};
    return table_;
}

result<void> schema_registry::load(const keyspace& from) {
    auto table = std::make_shared<schema_table>();
    auto mode = schema_mode::off;
    const auto scanned = from.scan({}, {}, [&](std::string_view key, std::string_view value) {
        if (key == mode_key) {
            // A mode that only a newer daybook knows: rather too much is refused than too little.
            mode = parse_schema_mode(value).value_or(schema_mode::strict);
        }
        const auto end = key.find('\0');
        if (!key.starts_with(schema_letter) || end == std::string_view::npos) return true;
        const auto number = schema_version::parse(key.substr(end + 1));
        if (!number) return true;
        auto row = decode_value<schema_row>(value);
        schema_entry entry{
            std::string{key.substr(1, end - 1)}, std::string{key.substr(end + 1)}, {}, {}};
        const bool sound = row && row->format == 1;
        if (sound) {
            entry.text = std::move(row->text);
            entry.added_at = row->added_at;
        }
        table->put(std::make_shared<known_schema>(std::move(entry), *number, !sound));
        return true;
    });
    if (!scanned) return scanned;
    const std::lock_guard lock{mutex_};
    table_ = std::move(table);
    mode_.store(mode, std::memory_order_release);
    return {};
}

result<bool> schema_registry::add(schema_entry entry, schema_version number, keyspace& into,
                                  const sync_callback& sync) {
    const std::lock_guard writing{writing_};
    const auto before = now();
    if (const auto* known = before->find(entry.type)) {
        for (const auto& one : *known) {
            if (one->number() != number || one->damaged()) continue;
            if (says_the_same(one->entry().text, entry.text)) return false;
            return schema_differs(one->entry(), entry.text);
        }
    }
    if (before->size() >= schemas_max) {
        return fail(errc::too_large, cat("the store has ", schemas_max, " schemas, the limit"));
    }
    keyspace_batch batch;
    std::string value;
    encode_value(schema_row{1, entry.text, entry.added_at}, value);
    batch.put(key_of(entry), value);
    if (auto ok = into.write(batch); !ok) return ok.error();
    if (auto ok = sync(); !ok) return ok.error();
    auto after = std::make_shared<schema_table>(*before);
    after->put(std::make_shared<known_schema>(std::move(entry), number, false));
    const std::lock_guard lock{mutex_};
    table_ = std::move(after);
    return true;
}

result<void> schema_registry::set_mode(schema_mode mode, keyspace& into,
                                       const sync_callback& sync) {
    const std::lock_guard writing{writing_};
    keyspace_batch batch;
    batch.put(mode_key, to_string(mode));
    if (auto ok = into.write(batch); !ok) return ok;
    if (auto ok = sync(); !ok) return ok;
    mode_.store(mode, std::memory_order_release);
    return {};
}

std::optional<std::uint64_t> schema_registry::count_misfit(std::string_view type) {
    const std::lock_guard lock{mutex_};
    const auto found = misfits_.find(type);
    const auto count =
        found == misfits_.end() ? (misfits_[std::string{type}] = 1) : ++found->second;
    return std::has_single_bit(count) ? std::optional{count} : std::nullopt;
}

std::string describe(std::string_view type, std::string_view version,
                     const std::vector<schema_violation>& violations) {
    auto text = cat(type, version.empty() ? "" : " ", version, " does not fit its schema: ");
    for (std::size_t i = 0; i < std::min(violations.size(), told_max); ++i) {
        text += cat(i == 0 ? "" : "; ", to_string(violations[i]));
    }
    if (violations.size() > told_max)
        text += cat("; and ", violations.size() - told_max, " others");
    return text;
}

}  // namespace daybook
