// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/any_projection.hpp>
#include <daybook/projections/park.hpp>

#include <algorithm>
#include <iterator>

namespace daybook::projections {
namespace {

bool names_events(const criteria& part) {
    return !part.types.empty() || !part.stream.empty() || !part.category.empty();
}

bool asks_for_types_alone(const criteria& part) {
    return !part.types.empty() && part.tags.empty() && part.stream.empty() &&
           part.category.empty() && part.correlation.empty() && part.actor.empty() &&
           part.actor_type.empty() && !part.id && !part.cause && !part.since && !part.until;
}

}  // namespace

namespace detail {

error projection_failure(std::string_view view, const event_view& event, std::string_view what) {
    std::string message = "view \"";
    message += view;
    message += "\": position ";
    message += std::to_string(event.position().value);
    message += " (";
    message += event.type();
    message += " of ";
    message += event.stream();
    message += "): ";
    message += what;
    std::replace(message.begin(), message.end(), '\n', ' ');
    return fail(errc::projection_failed, std::move(message));
}

event_filter::event_filter(const query& wants) : query_{wants} {
    all_ = wants.any_of.empty() && wants.where.empty();
    query naming;
    naming.where = wants.where;
    std::copy_if(wants.any_of.begin(), wants.any_of.end(), std::back_inserter(naming.any_of),
                 names_events);
    // A query without alternatives asks for everything: it is not what none that name ask for.
    if (!naming.any_of.empty()) naming_.emplace(naming);
    by_type_ = !all_ && wants.where.empty() &&
               std::all_of(wants.any_of.begin(), wants.any_of.end(), asks_for_types_alone);
    if (!by_type_) return;
    for (const auto& part : wants.any_of)
        types_.insert(types_.end(), part.types.begin(), part.types.end());
    std::sort(types_.begin(), types_.end());
}

bool event_filter::wants(const event_view& event) const {
    if (by_type_)
        return std::binary_search(types_.begin(), types_.end(), event.type(), std::less<>{});
    if (is_park_event(event)) return names(event);
    return all_ || query_.matches(event);
}

bool event_filter::names(const event_view& event) const {
    return naming_ && naming_->matches(event);
}

}  // namespace detail

namespace detail {

result<void> check_secondary_keys(const any_projection& of) {
    if (of.has_secondary_keys()) return {};
    return fail(errc::invalid_argument,
                "view \"" + of.name() + "\": its rows have no secondary keys");
}

result<bool> has_secondary_key(const any_projection& of, std::string_view row,
                               std::string_view index, std::string_view value) {
    const auto keys = of.secondary_keys(row);
    if (!keys) return keys.error();
    return std::any_of(keys->begin(), keys->end(), [&](const secondary_key& one) {
        return one.index == index && one.value == value;
    });
}

}  // namespace detail

any_projection::any_projection(std::string_view name, std::uint32_t version, query wants)
    : name_{name},
      version_{version},
      wants_{std::move(wants)},
      query_fingerprint_{fingerprint(wants_)} {}

result<any_projection> any_projection::of_parts(projection_parts parts) {
    if (!detail::is_view_name(parts.name)) {
        return fail(errc::invalid_argument,
                    "projection name '" + parts.name + "': must be 1 to 100 of a-z 0-9 _ -");
    }
    any_projection made{parts.name, parts.version, std::move(parts.wants)};
    made.row_fingerprint_ = parts.row_fingerprint;
    made.strict_ = !parts.parks_by_key;
    made.rows_depend_on_ = std::move(parts.rows_depend_on);
    made.key_names_ = std::move(parts.key_names);
    made.divides_by_key_ = parts.divides_by_key;
    made.make_fold_ = std::move(parts.make_fold);
    made.row_json_ = std::move(parts.row_json);
    return made;
}

std::string join_key(const std::vector<std::string>& parts) {
    if (parts.size() == 1) return parts.front();
    std::string key;
    for (const auto& part : parts) {
        if (&part != &parts.front()) key += '/';
        for (const char c : part) {
            if (c == '/' || c == '~') {
                key += c == '/' ? "~1" : "~0";
            } else {
                key += c;
            }
        }
    }
    return key;
}

std::vector<std::string> split_key(std::string_view key, std::size_t parts_count) {
    const auto slashes = static_cast<std::size_t>(std::count(key.begin(), key.end(), '/'));
    if (parts_count < 2 || slashes + 1 != parts_count) return {std::string{key}};
    std::vector<std::string> parts(1);
    for (std::size_t i = 0; i < key.size(); ++i) {
        const bool escaped = key[i] == '~' && i + 1 < key.size();
        if (key[i] == '/') {
            parts.emplace_back();
        } else {
            parts.back() += !escaped ? key[i] : (key[++i] == '1' ? '/' : '~');
        }
    }
    return parts;
}

std::string any_projection::keyspace_name() const {
    return "view." + name_ + ".v" + std::to_string(version_);
}

}  // namespace daybook::projections
