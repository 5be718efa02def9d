// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/audit_trail.hpp>
#include <daybook/compliance/requirements.hpp>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string_view>

namespace daybook::compliance {
namespace {

/// The events of one type in the audit trail.
struct recorded {
    std::uint64_t count = 0;
    timestamp last_at{};
    daybook::event last;
};

using trail = std::map<std::string, recorded, std::less<>>;

result<trail> read_trail(const store& log) {
    trail all;
    auto events = log.read_stream(compliance_stream);
    if (!events) return events.error();
    while (true) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more) return all;
        const auto type = (*events)->type();
        const bool known = std::find(audit_trail_types.begin(), audit_trail_types.end(), type) !=
                           audit_trail_types.end();
        auto& one = all[std::string{known ? type : std::string_view{"(other)"}}];
        ++one.count;
        one.last_at = (*events)->occurred_at();
        one.last = event{**events};
    }
}

std::string counted_as(std::uint64_t count, std::string_view one, std::string_view many) {
    return std::to_string(count) + ' ' + std::string{count == 1 ? one : many};
}

/// Gathers what is found and what is missing, and judges by that.
class finding_list {
public:
    finding_list(std::string_view id, std::string_view asks) {
        made_.id = id;
        made_.asks = asks;
    }
    void has(std::string_view what) { join(made_.found, what); }
    void lacks(std::string_view what) { join(made_.missing, what); }
    /// Either of the two: `what` was found, or `otherwise` is missing.
    void either(bool there, std::string_view what, std::string_view otherwise) {
        there ? has(what) : lacks(otherwise);
    }

    requirement judged() {
        made_.state = made_.missing.empty() ? "met" : made_.found.empty() ? "missing" : "partly";
        return std::move(made_);
    }

private:
    static void join(std::string& to, std::string_view what) {
        if (!to.empty()) to += "; ";
        to += what;
    }

    requirement made_;
};

/// What the requirements are judged by.
struct facts {
    const report_evidence& evidence;
    store_status status;
    trail actions;
    std::uint64_t with_actor;

    std::uint64_t count(std::string_view type) const {
        const auto found = actions.find(type);
        return found == actions.end() ? 0 : found->second.count;
    }
    std::uint64_t count(std::initializer_list<std::string_view> types) const {
        std::uint64_t sum = 0;
        for (const auto type : types) sum += count(type);
        return sum;
    }
    /// "2 VerificationDone, the last at TIME".
    std::string told(std::string_view type) const {
        const auto found = actions.find(type);
        if (found == actions.end()) return "no " + std::string{type};
        return std::to_string(found->second.count) + ' ' + std::string{type} + ", the last at " +
               daybook::to_string(found->second.last_at);
    }
};

requirement attributable(const facts& all) {
    finding_list list{"R1", "every append is attributable"};
    const auto events = all.status.events;
    if (all.with_actor > 0 || events == 0) {
        list.has(std::to_string(all.with_actor) + " of " +
                 counted_as(events, "event names", "events name") + " an actor");
    }
    if (all.with_actor < events) {
        list.lacks(counted_as(events - all.with_actor, "event has", "events have") +
                   " no actor: set new_event::actor or context::actor");
    }
    return list.judged();
}

requirement immutable(const facts& all) {
    finding_list list{"R2", "nothing is changed; a correction is a new event"};
    list.has("no call changes an event; positions 0 to " + std::to_string(all.status.events) +
             " have no gaps");
    if (!all.evidence.is_signed) {
        list.lacks(
            "nothing is signed: a change of the files behind the store's back would not be "
            "proved");
    }
    return list.judged();
}

requirement verified(const facts& all) {
    finding_list list{"R3", "verification on open, on read, on schedule, on demand; logged"};
    list.either(all.evidence.is_signed, "the log is signed", "nothing is signed");
    if (all.count("VerificationDone") == 0) {
        list.lacks("no VerificationDone is recorded");
        return list.judged();
    }
    list.has(all.told("VerificationDone"));
    const auto last =
        event_as<verification_done>(all.actions.find("VerificationDone")->second.last);
    const auto said = last ? last->verdict : last.error().message;
    list.either(said == to_string(verdict::verified), "the last one said verified",
                "the last one said " + said);
    return list.judged();
}

requirement reported(const facts& all) {
    finding_list list{"R4", "a report for people and programs, with keys, policy and verdict"};
    list.has("'daybook audit report' writes HTML, JSON and CSV");
    list.either(all.count("AuditExported") > 0, all.told("AuditExported"),
                "no AuditExported is recorded");
    if (!all.evidence.is_signed) list.lacks("no signatures, keys and verdict to tell");
    return list.judged();
}

requirement retained(const facts& all) {
    finding_list list{"R5", "retention with minimum and maximum, legal hold, dual approval"};
    list.either(all.count("RetentionPolicyChanged") > 0, all.told("RetentionPolicyChanged"),
                "no retention policy is recorded: everything is kept for ever");
    if (const auto holds = all.count({"LegalHoldPlaced", "LegalHoldLifted"}); holds > 0) {
        list.has(counted_as(all.count("LegalHoldPlaced"), "legal hold", "legal holds") +
                 " placed, " + std::to_string(all.count("LegalHoldLifted")) + " lifted");
    }
    if (const auto gone = all.count("SegmentDeleted"); gone > 0)
        list.has(all.told("SegmentDeleted"));
    return list.judged();
}

requirement timed(const facts& all) {
    finding_list list{"R6", "the clock's source and offset are recorded"};
    if (all.status.last_recorded_at) {
        list.has("times of recording never go back; the last is " +
                 daybook::to_string(*all.status.last_recorded_at));
    }
    list.either(!all.evidence.clock.empty(), "clock: " + all.evidence.clock,
                "no checkpoint tells the clock's source and offset");
    return list.judged();
}

requirement exported(const facts& all) {
    finding_list list{"R7", "the export is readable without this product"};
    list.has("'daybook export' writes JSON lines, 'daybook audit report' a page");
    list.either(all.evidence.is_signed, "'daybook audit bundle' writes what openssl can check",
                "nothing is signed: there is nothing that others could check");
    return list.judged();
}

requirement restorable(const facts& all) {
    finding_list list{"R8", "a restore drill proves that the archive is the log"};
    const auto drills = all.count({"SegmentRestored", "LogRecovered"});
    if (all.count("SegmentRestored") > 0) list.has(all.told("SegmentRestored"));
    if (all.count("LogRecovered") > 0) list.has(all.told("LogRecovered"));
    if (drills == 0) list.lacks("no restore is recorded: try 'daybook backup verify --deep'");
    return list.judged();
}

requirement key_inventory(const facts& all) {
    finding_list list{"R9", "an inventory of keys with their validity"};
    if (const auto& keys = all.evidence.keys; !keys.empty()) {
        const auto valid =
            std::count_if(keys.begin(), keys.end(), [](const auto& key) { return !key.valid_to; });
        list.has(counted_as(keys.size(), "key", "keys") + ", of which " + std::to_string(valid) +
                 " are in use");
    } else {
        list.lacks("there is no key");
    }
    for (const auto* const type : {"KeyAdded", "KeyRotated", "KeyRevoked"}) {
        if (all.count(type) > 0) list.has(all.told(type));
    }
    return list.judged();
}

requirement administered(const facts& all) {
    finding_list list{"R10", "administrative actions are events of the same log"};
    std::uint64_t sum = 0;
    for (const auto& [type, one] : all.actions) sum += one.count;
    list.either(
        sum > 0,
        counted_as(sum, "event", "events") + " in the stream " + std::string{compliance_stream},
        "the stream " + std::string{compliance_stream} + " is empty");
    if (all.count("ComplianceStarted") > 0) list.has(all.told("ComplianceStarted"));
    if (all.count("ComplianceStopped") > 0) list.has(all.told("ComplianceStopped"));
    return list.judged();
}

}  // namespace

result<std::vector<requirement>> check_requirements(const store& log,
                                                    const report_evidence& evidence) {
    auto actions = read_trail(log);
    if (!actions) return actions.error();
    const auto actors = log.count(query::all(), {.by = grouping::kind::actor});
    if (!actors) return actors.error();
    facts all{evidence, log.status(), *std::move(actions), 0};
    for (const auto& actor : *actors) {
        if (!actor.key.empty()) all.with_actor += actor.count;
    }
    std::vector<requirement> list;
    for (const auto judge : {attributable, immutable, verified, reported, retained, timed, exported,
                             restorable, key_inventory, administered}) {
        list.push_back(judge(all));
    }
    return list;
}

}  // namespace daybook::compliance
