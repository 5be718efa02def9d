// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/upcaster_spec.hpp>

#include "text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace daybook {
namespace {

/// With the members of objects by name.
boost::json::value in_order(const boost::json::value& from) {
    if (from.is_array()) {
        boost::json::array ordered;
        for (const auto& element : from.get_array()) ordered.push_back(in_order(element));
        return ordered;
    }
    if (!from.is_object()) return from;
    std::vector<boost::json::string_view> names;
    for (const auto& member : from.get_object()) names.push_back(member.key());
    std::sort(names.begin(), names.end());
    boost::json::object ordered;
    for (const auto name : names) ordered.emplace(name, in_order(from.get_object().at(name)));
    return ordered;
}

std::string shown_event(std::string_view type, std::string_view schema, std::string_view payload) {
    boost::json::error_code wrong;
    const auto value = boost::json::parse({payload.data(), payload.size()}, wrong);
    return cat(type, ' ', schema.empty() ? std::string_view{"1.0.0"} : schema, ' ',
               wrong ? std::string{payload} : boost::json::serialize(in_order(value)));
}

std::string listed(const std::vector<std::string>& events) {
    if (events.empty()) return "  nothing\n";
    std::string text;
    for (const auto& one : events) text += "  " + one + '\n';
    return text;
}

}  // namespace

std::string upcaster_spec::failures() const {
    if (!wanted_ && !failure_)
        return "nothing was expected: call then(), then_nothing() or then_fails()\n";
    auto faults = faults_;
    std::vector<std::string> found;
    event_upcaster upcaster{by_};
    std::optional<error> failed;
    for (const auto& one : given_) {
        if (failed) return faults + "failed: " + failed->message + '\n';
        const auto stored = detail::as_stored(one);
        if (!stored) return faults + "given: " + stored.error().message + '\n';
        event_upcaster other{by_};
        const auto again = other.upcast(*stored);
        const auto parts = upcaster.upcast(*stored);
        if (parts.has_value() != again.has_value())
            faults +=
                "upcast twice, failed once: " + (parts ? again : parts).error().message + '\n';
        if (!parts) failed = parts.error();
        if (!parts || !again) continue;
        std::vector<std::string> second;
        for (const auto& part : *again)
            second.push_back(shown_event(part.type(), part.schema(), part.payload()));
        std::vector<std::string> first;
        for (const auto& part : *parts)
            first.push_back(shown_event(part.type(), part.schema(), part.payload()));
        const bool same = std::equal(
            parts->begin(), parts->end(), again->begin(), again->end(),
            [](const event_view& a, const event_view& b) { return a.record() == b.record(); });
        if (!same) faults += "upcast twice:\n" + listed(first) + "and then:\n" + listed(second);
        found.insert(found.end(), first.begin(), first.end());
    }
    if (failure_) {
        if (!failed) return faults + "wanted a failure, found:\n" + listed(found);
        if (failed->message.find(*failure_) != std::string::npos) return faults;
        return faults + "wanted a failure with: " + *failure_ + "\nfound: " + failed->message +
               '\n';
    }
    if (failed) return faults + "failed: " + failed->message + '\n';
    return faults + compare(found);
}

std::string upcaster_spec::compare(const std::vector<std::string>& found) const {
    std::vector<std::string> wanted;
    for (const auto& one : *wanted_)
        wanted.push_back(shown_event(one.type, one.schema, one.payload));
    return wanted == found ? "" : "wanted:\n" + listed(wanted) + "found:\n" + listed(found);
}

}  // namespace daybook
