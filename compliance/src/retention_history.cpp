// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "retention_history.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <limits>

namespace daybook::compliance {
namespace {

namespace json = boost::json;

std::string text_at(const json::object& in, std::string_view name) {
    const auto* found = in.if_contains({name.data(), name.size()});
    return found == nullptr ? std::string{} : std::string{std::string_view{found->as_string()}};
}
std::uint64_t number_at(const json::object& in, std::string_view name) {
    return in.at({name.data(), name.size()}).to_number<std::uint64_t>();
}
std::optional<position> position_at(const json::object& in, std::string_view name) {
    if (!in.contains({name.data(), name.size()})) return std::nullopt;
    return position{number_at(in, name)};
}
event_id id_at(const json::object& in, std::string_view name) {
    return parse_event_id(text_at(in, name)).value();
}
actor actor_of(const event_view& event) {
    const auto by = event.actor();
    return {std::string{by.type}, std::string{by.id}, std::string{by.model}};
}

/// Takes one event after the other. Throws if a payload is not what it should be.
class reading {
public:
    explicit reading(retention_history& into) : into_{into} {}

    void take(const event_view& event) {
        const auto type = event.type();
        struct {
            std::string_view type;
            void (reading::*take)(const event_view&, const json::object&);
        } const known[] = {{"RetentionPolicyChanged", &reading::policy},
                           {"LegalHoldPlaced", &reading::hold},
                           {"LegalHoldLifted", &reading::lifted},
                           {"RetentionRunProposed", &reading::proposed},
                           {"RetentionRunApproved", &reading::approved},
                           {"SegmentDeleted", &reading::deleted},
                           {"SegmentArchived", &reading::archived}};
        for (const auto& one : known) {
            if (one.type != type) continue;
            const auto payload = event.payload();
            const auto value = json::parse({payload.data(), payload.size()});
            (this->*one.take)(event, value.as_object());
        }
    }

private:
    void policy(const event_view& event, const json::object& in) {
        auto policy = parse_retention_policy(json::serialize(in.at("policy"))).value();
        into_.policies.push_back({std::move(policy), actor_of(event), event.position()});
    }
    void hold(const event_view& event, const json::object& in) {
        into_.holds.push_back({legal_hold{.name = text_at(in, "hold"),
                                          .stream = text_at(in, "stream"),
                                          .subject = text_at(in, "subject"),
                                          .correlation = text_at(in, "correlation"),
                                          .first = position_at(in, "first"),
                                          .last = position_at(in, "last"),
                                          .reason = text_at(in, "reason"),
                                          .placed_by = actor_of(event),
                                          .placed_at = event.position()}});
    }
    void lifted(const event_view& event, const json::object& in) {
        for (auto& one : into_.holds) {
            if (one.hold.name == text_at(in, "hold") && !one.lifted_at) {
                one.lifted_at = event.position();
            }
        }
    }
    void proposed(const event_view& event, const json::object& in) {
        retention_proposal made;
        made.id = event.id();
        made.as_of =
            timestamp{std::chrono::microseconds{in.at("as_of_us").to_number<std::int64_t>()}};
        made.plan = digest::from_hex(text_at(in, "plan")).value();
        made.end = {number_at(in, "end")};
        made.events = number_at(in, "events");
        made.bytes = number_at(in, "bytes");
        made.proposed_by = actor_of(event);
        made.at = event.position();
        into_.proposals.push_back(std::move(made));
        into_.proposed_at.push_back(event.recorded_at());
    }
    void approved(const event_view& event, const json::object& in) {
        for (auto& one : into_.proposals) {
            if (one.id != id_at(in, "proposal") || one.approved_by) continue;
            // Whoever wrote it: nobody approves what is his own.
            if (event.actor().id == one.proposed_by.id) continue;
            one.approved_by = actor_of(event);
            one.approved_at = event.position();
        }
    }
    void done(const std::optional<event_id>& proposal) {
        for (auto& one : into_.proposals) {
            if (proposal == one.id) ++one.steps_done;
        }
    }
    void deleted(const event_view& event, const json::object& in) {
        retention_history::deletion made{.at = event.position(),
                                         .segment = in.at("segment").to_number<std::uint32_t>(),
                                         .proposal = id_at(in, "proposal")};
        for (const auto& range : in.at("positions").as_array()) {
            const auto& both = range.as_array();
            made.ranges.push_back(
                {{both.at(0).to_number<std::uint64_t>()}, {both.at(1).to_number<std::uint64_t>()}});
        }
        if (in.contains("leaves")) made.leaves = digest::from_hex(text_at(in, "leaves")).value();
        done(made.proposal);
        add_file(event, in, made.segment, made.proposal, false);
        into_.deletions.push_back(std::move(made));
    }
    void archived(const event_view& event, const json::object& in) {
        std::optional<event_id> proposal;
        if (in.contains("proposal")) proposal = id_at(in, "proposal");
        done(proposal);
        add_file(event, in, in.at("segment").to_number<std::uint32_t>(), proposal, true);
    }
    void add_file(const event_view& event, const json::object& in, std::uint32_t segment,
                  std::optional<event_id> proposal, bool archiving) {
        if (text_at(in, "file").empty()) return;
        into_.files.push_back({event.position(), segment, proposal, text_at(in, "file"),
                               text_at(in, "sha256"), archiving});
    }

    retention_history& into_;
};

bool is_over(const std::optional<calendar_time>& time, const event_view& event, timestamp as_of) {
    return time && time->after(event.recorded_at()) <= as_of;
}

}  // namespace

bool retention_history::deletion::covers(position deleted) const {
    const auto after =
        std::upper_bound(ranges.begin(), ranges.end(), deleted,
                         [](position wanted, const auto& range) { return wanted < range.first; });
    return after != ranges.begin() && deleted <= std::prev(after)->last;
}

result<retention_history> retention_history::read(const store& log) {
    retention_history made;
    auto events = log.read_stream(compliance_stream);
    if (!events) return events.error();
    reading into{made};
    for (;;) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more) return made;
        ++made.events;
        try {
            into.take(**events);
        } catch (const std::exception&) {
            return fail(errc::corrupt, "the compliance log: the event at position " +
                                           std::to_string((*events)->position().value) +
                                           " cannot be understood");
        }
    }
}

const policy_in_force* retention_history::policy_at(position at) const {
    const policy_in_force* found = nullptr;
    for (const auto& one : policies) {
        if (one.since < at) found = &one;
    }
    return found;
}

bool retention_history::is_held(const event_view& event, position at) const {
    return std::any_of(holds.begin(), holds.end(), [&](const auto& one) {
        const bool in_force = one.hold.placed_at < at && (!one.lifted_at || at < *one.lifted_at);
        return in_force && one.hold.covers(event);
    });
}

const legal_hold* retention_history::find_hold(std::string_view name) const {
    for (const auto& one : holds) {
        if (one.hold.name == name && !one.lifted_at) return &one.hold;
    }
    return nullptr;
}

const retention_proposal* retention_history::find(const event_id& proposal) const {
    for (const auto& one : proposals) {
        if (one.id == proposal) return &one;
    }
    return nullptr;
}

age_verdict judge_age(const retention_history& known, const policy_in_force& now,
                      const event_view& event, timestamp as_of) {
    const auto* rule = now.policy.rule_for(event);
    if (rule == nullptr || !is_over(rule->delete_after, event, as_of)) return {};
    if (const auto* then = known.policy_at(event.position())) {
        const auto* promised = then->policy.rule_for(event);
        const bool kept =
            promised != nullptr && promised->minimum && !is_over(promised->minimum, event, as_of);
        if (kept) return {.over = true, .bound = true};
    }
    return {.over = true};
}

std::vector<position_range> ranges_of(const std::vector<position>& ascending) {
    std::vector<position_range> all;
    for (const auto one : ascending) {
        if (!all.empty() && all.back().last.value + 1 == one.value) {
            all.back().last = one;
        } else {
            all.push_back({one, one});
        }
    }
    return all;
}

std::string to_json(const std::vector<position_range>& ranges) {
    std::string text{"["};
    for (const auto& one : ranges) {
        if (text.size() > 1) text += ',';
        text += "[" + std::to_string(one.first.value) + "," + std::to_string(one.last.value) + "]";
    }
    return text + "]";
}

result<void> check_actor(const actor& by, std::string_view doing) {
    if (!by.id.empty()) return {};
    return fail(errc::invalid_argument,
                std::string{doing} + ": it must be said who does it; give an actor with an id");
}

result<append_receipt> write_down(store& log, std::string type, std::string payload,
                                  const actor& by) {
    new_event made;
    made.type = std::move(type);
    made.payload = std::move(payload);
    made.actor = by;
    return log.append(compliance_stream, expected::any(), {made}, durability::synced);
}

}  // namespace daybook::compliance
