// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "declared_spot.hpp"

#include "payload_reader.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace daybook::projections {
namespace {

namespace json = boost::json;

constexpr std::size_t shown_bytes_max = 60;

std::string pointer_token(std::string_view name) {
    std::string token = "/";
    for (const char c : name) {
        if (c == '~' || c == '/') {
            token += c == '~' ? "~0" : "~1";
        } else {
            token += c;
        }
    }
    return token;
}

result<std::vector<std::string>> texts(const std::optional<declared_spot>& from) {
    std::vector<std::string> all;
    if (!from) return all;
    for (const auto& element : from->elements()) {
        auto text = element.text();
        if (!text) return text.error();
        all.push_back(*std::move(text));
    }
    return all;
}

result<void> read_texts(const declared_spot& from, criteria& into) {
    auto types = texts(from.member("type"));
    if (!types) return types.error();
    into.types = *std::move(types);
    auto tags = texts(from.member("tag"));
    if (!tags) return tags.error();
    into.tags = *std::move(tags);
    struct field {
        std::string_view name;
        std::string criteria::*into;
    };
    constexpr field fields[] = {{"category", &criteria::category},
                                {"stream", &criteria::stream},
                                {"actor", &criteria::actor},
                                {"actor-type", &criteria::actor_type},
                                {"correlation", &criteria::correlation}};
    for (const auto& one : fields) {
        const auto found = from.member(one.name);
        if (!found) continue;
        auto text = found->text();
        if (!text) return text.error();
        into.*one.into = *std::move(text);
    }
    return {};
}

result<void> read_time(const std::optional<declared_spot>& from, std::optional<timestamp>& into) {
    if (!from) return {};
    const auto text = from->text();
    if (!text) return text.error();
    const auto time = parse_timestamp(*text);
    if (!time) return from->wrong(time.error().message);
    into = *time;
    return {};
}

result<void> read_cause(const std::optional<declared_spot>& from, criteria& into) {
    if (!from) return {};
    const auto text = from->text();
    if (!text) return text.error();
    into.cause = parse_event_id(*text);
    if (!into.cause) return from->must_be("the 36 characters of an event id");
    return {};
}

result<void> read_conditions(const std::optional<declared_spot>& from, query& into) {
    if (!from) return {};
    for (const auto& element : from->elements()) {
        const auto text = element.text();
        if (!text) return text.error();
        auto condition = parse_payload_condition(*text);
        if (!condition) return element.wrong(condition.error().message);
        into.where.push_back(*std::move(condition));
    }
    return {};
}

}  // namespace

error declared_spot::wrong(const std::string& what) const {
    std::string where;
    if (*place_) {
        where = (*place_)(pointer_);
    } else {
        where = pointer_.empty() ? "the declaration" : pointer_;
    }
    return fail(errc::invalid_argument, one_line(where + ": " + what, 2000));
}

error declared_spot::must_be(std::string_view wanted) const {
    return wrong("must be " + std::string{wanted} + ", found " +
                 one_line(json::serialize(*value_), shown_bytes_max));
}

std::optional<declared_spot> declared_spot::member(std::string_view name) const {
    const auto* found = value_->get_object().if_contains(name);
    if (found == nullptr) return std::nullopt;
    return declared_spot{*found, pointer_ + pointer_token(name), *place_};
}

result<declared_spot> declared_spot::needed(std::string_view name) const {
    auto found = member(name);
    if (!found) return wrong("'" + std::string{name} + "' is missing");
    return *std::move(found);
}

std::vector<std::pair<std::string, declared_spot>> declared_spot::members() const {
    std::vector<std::pair<std::string, declared_spot>> all;
    for (const auto& [name, value] : value_->get_object()) {
        std::string text{name};
        declared_spot at{value, pointer_ + pointer_token(text), *place_};
        all.emplace_back(std::move(text), std::move(at));
    }
    return all;
}

std::vector<declared_spot> declared_spot::elements() const {
    if (!value_->is_array()) return {*this};
    std::vector<declared_spot> all;
    for (const auto& value : value_->get_array()) {
        all.emplace_back(value, pointer_ + "/" + std::to_string(all.size()), *place_);
    }
    return all;
}

result<void> declared_spot::check_members(const std::vector<std::string_view>& allowed) const {
    if (!value_->is_object()) return must_be("a mapping (a JSON object)");
    for (const auto& [name, at] : members()) {
        if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) continue;
        if (pointer_.empty() && name == "$schema") continue;
        return at.wrong("'" + name + "' is not known here; known are " + any_of_names(allowed));
    }
    return {};
}

result<std::string> declared_spot::text() const {
    if (!value_->is_string() || value_->get_string().empty()) return must_be("a text");
    const auto& found = value_->get_string();
    return std::string{found.data(), found.size()};
}

result<std::uint64_t> declared_spot::whole_number(std::uint64_t least, std::uint64_t most) const {
    std::optional<std::uint64_t> number;
    if (value_->is_int64() && value_->get_int64() >= 0) {
        number = static_cast<std::uint64_t>(value_->get_int64());
    } else if (value_->is_uint64()) {
        number = value_->get_uint64();
    }
    if (number && *number >= least && *number <= most) return *number;
    return must_be("a whole number from " + std::to_string(least) + " to " + std::to_string(most));
}

std::string any_of_names(const std::vector<std::string_view>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
        text += names[i];
    }
    return text;
}

const std::vector<std::string_view>& filter_names() {
    static const std::vector<std::string_view> all = {
        "type",        "tag",   "category", "stream", "actor", "actor-type",
        "correlation", "cause", "since",    "until",  "where"};
    return all;
}

result<query> read_filters(const declared_spot& from) {
    criteria wanted;
    if (auto read = read_texts(from, wanted); !read) return read.error();
    if (auto read = read_cause(from.member("cause"), wanted); !read) return read.error();
    if (auto read = read_time(from.member("since"), wanted.since); !read) return read.error();
    if (auto read = read_time(from.member("until"), wanted.until); !read) return read.error();
    const bool asks = std::any_of(
        filter_names().begin(), filter_names().end(),
        [&](std::string_view name) { return name != "where" && from.member(name).has_value(); });
    query made;
    if (asks) made.any_of.push_back(std::move(wanted));
    if (auto read = read_conditions(from.member("where"), made); !read) return read.error();
    if (auto valid = validate(made); !valid) return from.wrong(valid.error().message);
    return made;
}

}  // namespace daybook::projections
