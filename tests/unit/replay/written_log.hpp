// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/replay/validate.hpp>

#include "support/event_maker.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace daybook::test {

/// An event of a log that a test writes by hand, faults included. A store would take few of them.
struct written_event {
    std::uint64_t position = 0;
    std::uint64_t sequence = 0;
    std::uint64_t id = 0;  ///< As `numbered_id`.
    std::string stream;
    std::string type;
    std::string payload = "{}";
    std::vector<event_id> causes{};
    std::string correlation = "c-1";
    timestamp occurred{};
    timestamp recorded{};
    std::vector<std::string> tags{};
    std::string content_type{json_content_type};

    replay::checked_event checked() const {
        replay::checked_event made;
        made.position = daybook::position{position};
        made.sequence = daybook::sequence{sequence};
        made.id = numbered_id(id);
        made.stream = stream;
        made.type = type;
        made.correlation = correlation;
        made.content_type = content_type;
        made.payload = payload;
        made.occurred_at = occurred;
        made.recorded_at = recorded;
        made.causes = causes;
        made.tags = std::span<const std::string>{tags};
        return made;
    }
};

/// A log as a store would hold it; tests then spoil it.
class written_log {
public:
    /// Adds an event with the next places, an id that is its position + 1, a second after the last.
    written_event& add(std::string stream, std::string type, std::string payload = "{}",
                       std::vector<std::uint64_t> causes = {}) {
        written_event made;
        made.position = events.size();
        made.sequence = ++heads_[stream];
        made.id = events.size() + 1;
        made.stream = std::move(stream);
        made.type = std::move(type);
        made.payload = std::move(payload);
        for (const auto cause : causes) made.causes.push_back(numbered_id(cause + 1));
        made.occurred = test_time(static_cast<std::int64_t>(events.size()) * 1'000'000);
        made.recorded = made.occurred;
        events.push_back(std::move(made));
        return events.back();
    }

    std::vector<written_event> events;

private:
    std::map<std::string, std::uint64_t> heads_;
};

/// What a validator says of events.
struct verdict {
    replay::validation_report report;
    std::vector<replay::finding> findings;  ///< By position, then kind.

    /// "cause_later@3", in order.
    std::vector<std::string> marks() const {
        std::vector<std::string> all;
        for (const auto& one : findings) {
            all.push_back(std::string{replay::to_string(one.kind)} + '@' +
                          std::to_string(one.position.value));
        }
        return all;
    }
};

inline void sort_findings(std::vector<replay::finding>& findings) {
    std::stable_sort(findings.begin(), findings.end(), [](const auto& a, const auto& b) {
        return std::pair{a.position, a.kind} < std::pair{b.position, b.kind};
    });
}

inline verdict validated(const std::vector<written_event>& events,
                         replay::validation_options options = {}) {
    verdict made;
    replay::validator checks{std::move(options),
                             [&](const replay::finding& found) { made.findings.push_back(found); }};
    for (const auto& one : events) checks.add(one.checked());
    made.report = checks.finish().value();
    sort_findings(made.findings);
    return made;
}

}  // namespace daybook::test
