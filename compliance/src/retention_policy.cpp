// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/retention.hpp>
#include <daybook/compliance/retention_policy.hpp>

#include "text.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace daybook::compliance {
namespace {

namespace json = boost::json;

constexpr std::uint32_t years_max = 1000;
constexpr std::uint32_t count_max = years_max * 366;

error bad(const std::string& where, const std::string& what) {
    return fail(errc::invalid_argument, "retention policy: " + where + ": " + what);
}

std::string_view singular(calendar_time::unit of) {
    switch (of) {
        case calendar_time::unit::days: return "day";
        case calendar_time::unit::months: return "month";
        case calendar_time::unit::years: return "year";
    }
    return "day";
}

bool is_any(const std::vector<std::string>& wanted, std::string_view found) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), found) != wanted.end();
}

bool has_any_tag(const std::vector<std::string>& wanted, const event_view& event) {
    if (wanted.empty()) return true;
    const auto tags = event.tags();
    return std::any_of(tags.begin(), tags.end(), [&](std::string_view tag) {
        return std::find(wanted.begin(), wanted.end(), tag) != wanted.end();
    });
}

/// Is `one` never later than `other`? Months have 28 to 31 days, years 365 or 366.
bool never_after(const calendar_time& one, const calendar_time& other) {
    // From the last of January of a leap year and of a common one, and from the end of February.
    using namespace std::chrono;
    for (const auto from : {sys_days{2023y / January / 31}, sys_days{2024y / January / 31},
                            sys_days{2023y / July / 1}, sys_days{2024y / February / 29}}) {
        const timestamp start{from};
        if (one.after(start) > other.after(start)) return false;
    }
    return true;
}

result<std::string> text_of(const json::value& from, const std::string& where) {
    if (!from.is_string()) return bad(where, "a text is expected");
    return std::string{std::string_view{from.get_string()}};
}

result<std::vector<std::string>> texts_of(const json::value& from, const std::string& where) {
    if (!from.is_array()) return bad(where, "a list of texts is expected");
    std::vector<std::string> all;
    for (const auto& one : from.get_array()) {
        auto text = text_of(one, where);
        if (!text) return text.error();
        if (text->empty()) return bad(where, "an empty text matches nothing");
        all.push_back(std::move(*text));
    }
    if (all.empty()) return bad(where, "an empty list matches nothing; leave it out");
    return all;
}

class rule_reader {
public:
    explicit rule_reader(std::string where) : where_{std::move(where)} {}

    result<retention_rule> read(const json::value& from) {
        if (!from.is_object()) return bad(where_, "an object is expected");
        for (const auto& member : from.get_object()) {
            if (auto ok = take(std::string{std::string_view{member.key()}}, member.value()); !ok)
                return ok.error();
        }
        if (auto ok = check(); !ok) return ok.error();
        return std::move(rule_);
    }

private:
    result<void> take(const std::string& name, const json::value& value) {
        const auto where = where_ + "/" + name;
        struct {
            std::string_view name;
            std::vector<std::string>& into;
        } const lists[] = {{"types", rule_.types},
                           {"tags", rule_.tags},
                           {"streams", rule_.streams},
                           {"categories", rule_.categories}};
        for (const auto& one : lists) {
            if (one.name != name) continue;
            auto texts = texts_of(value, where);
            if (!texts) return texts.error();
            one.into = std::move(*texts);
            return {};
        }
        struct {
            std::string_view name;
            std::optional<calendar_time>& into;
        } const times[] = {{"minimum", rule_.minimum},
                           {"archive_after", rule_.archive_after},
                           {"delete_after", rule_.delete_after}};
        for (const auto& one : times) {
            if (one.name == name) return take_time(one.into, value, where);
        }
        if (name == "name") return take_name(value, where);
        if (name == "keep") return take_keep(value, where);
        return bad(where_, "there is no member " + in_quotes(name));
    }

    static result<void> take_time(std::optional<calendar_time>& into, const json::value& value,
                                  const std::string& where) {
        const auto text = text_of(value, where);
        if (!text) return text.error();
        const auto time = parse_calendar_time(*text);
        if (!time) return bad(where, time.error().message);
        into = *time;
        return {};
    }
    result<void> take_name(const json::value& value, const std::string& where) {
        auto text = text_of(value, where);
        if (!text) return text.error();
        rule_.name = std::move(*text);
        return {};
    }
    result<void> take_keep(const json::value& value, const std::string& where) {
        const auto text = text_of(value, where);
        if (!text) return text.error();
        if (*text != "forever") return bad(where, "only \"forever\" is known");
        forever_ = true;
        return {};
    }

    result<void> check() const {
        if (rule_.name.empty()) return bad(where_, "it has no name");
        if (forever_ && rule_.delete_after) {
            return bad(where_, "it keeps for ever and deletes; say one of them");
        }
        if (!forever_ && !rule_.delete_after && !rule_.archive_after && !rule_.minimum) {
            return bad(where_, "it says nothing; keep: forever, or when to archive or delete");
        }
        if (!rule_.delete_after) return {};
        if (rule_.minimum && !never_after(*rule_.minimum, *rule_.delete_after)) {
            return bad(where_, "it deletes after " + to_string(*rule_.delete_after) +
                                   ", before its minimum of " + to_string(*rule_.minimum));
        }
        if (rule_.archive_after && !never_after(*rule_.archive_after, *rule_.delete_after)) {
            return bad(where_, "it deletes after " + to_string(*rule_.delete_after) +
                                   ", before it archives after " + to_string(*rule_.archive_after));
        }
        return {};
    }

    std::string where_;
    retention_rule rule_;
    bool forever_ = false;
};

json::array array_of(const std::vector<std::string>& texts) {
    json::array all;
    for (const auto& one : texts) all.emplace_back(one);
    return all;
}

retention_rule keep_for(std::string_view time) {
    retention_rule rule;
    rule.name = "everything";
    rule.minimum = rule.delete_after = parse_calendar_time(time).value();
    rule.archive_after = calendar_time{90, calendar_time::unit::days};
    return rule;
}

}  // namespace

timestamp calendar_time::after(timestamp from) const {
    using namespace std::chrono;
    const auto day = floor<std::chrono::days>(from);
    if (of == unit::days) return from + std::chrono::days{count};
    const auto time_of_day = from - day;
    const auto months_later = std::chrono::months{of == unit::months ? count : 0};
    const auto years_later = std::chrono::years{of == unit::years ? count : 0};
    auto date = year_month_day{sys_days{day}} + years_later + months_later;
    if (!date.ok()) date = date.year() / date.month() / last;
    return timestamp{sys_days{date} + time_of_day};
}

result<calendar_time> parse_calendar_time(std::string_view text) {
    const auto wrong = [&] {
        return fail(
            errc::invalid_argument,
            in_quotes(text) + " is not a time like \"90 days\", \"6 months\" or \"7 years\"");
    };
    calendar_time time;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), time.count);
    auto rest = text.substr(static_cast<std::size_t>(end - text.data()));
    if (problem != std::errc{} || !rest.starts_with(' ')) return wrong();
    rest.remove_prefix(1);
    if (rest.ends_with('s')) rest.remove_suffix(1);
    using unit = calendar_time::unit;
    bool known = false;
    for (const auto one : {unit::days, unit::months, unit::years}) {
        if (rest != singular(one)) continue;
        time.of = one;
        known = true;
    }
    const auto most = time.of == unit::years    ? years_max
                      : time.of == unit::months ? years_max * 12
                                                : count_max;
    if (!known || time.count > most) return wrong();
    return time;
}

std::string to_string(const calendar_time& time) {
    return std::to_string(time.count) + " " + std::string{singular(time.of)} +
           (time.count == 1 ? "" : "s");
}

bool retention_rule::matches(const event_view& event) const {
    return is_any(types, event.type()) && is_any(streams, event.stream()) &&
           is_any(categories, event.category()) && has_any_tag(tags, event);
}

const retention_rule* retention_policy::rule_for(const event_view& event) const {
    if (event.stream() == compliance_stream) return nullptr;
    const auto found = std::find_if(rules.begin(), rules.end(),
                                    [&](const auto& rule) { return rule.matches(event); });
    return found == rules.end() ? nullptr : &*found;
}

result<retention_policy> parse_retention_policy(std::string_view text) {
    if (text.size() > retention_policy_bytes_max) {
        return fail(errc::too_large, "retention policy: it has " + std::to_string(text.size()) +
                                         " bytes; the limit is " +
                                         std::to_string(retention_policy_bytes_max));
    }
    json::error_code failed;
    const auto value = json::parse({text.data(), text.size()}, failed);
    if (failed) return bad("text", "it is not JSON: " + failed.message());
    if (!value.is_object()) return bad("text", "an object is expected");
    retention_policy policy;
    const json::array* rules = nullptr;
    for (const auto& member : value.get_object()) {
        if (member.key() == "policy") {
            auto name = text_of(member.value(), "/policy");
            if (!name) return name.error();
            policy.name = std::move(*name);
        } else if (member.key() == "rules") {
            rules = member.value().if_array();
        } else {
            return bad("text", "there is no member " + in_quotes(member.key()));
        }
    }
    if (policy.name.empty()) return bad("/policy", "it has no name");
    if (rules == nullptr) return bad("/rules", "a list is expected");
    if (rules->size() > retention_rules_max) return bad("/rules", "there are too many");
    for (std::size_t i = 0; i < rules->size(); ++i) {
        auto rule = rule_reader{"/rules/" + std::to_string(i)}.read((*rules)[i]);
        if (!rule) return rule.error();
        const auto same = [&](const auto& other) { return other.name == rule->name; };
        if (std::any_of(policy.rules.begin(), policy.rules.end(), same)) {
            return bad("/rules/" + std::to_string(i),
                       "the name " + in_quotes(rule->name) + " is used twice");
        }
        policy.rules.push_back(std::move(*rule));
    }
    return policy;
}

std::string to_string(const retention_policy& policy) {
    json::array rules;
    for (const auto& one : policy.rules) {
        json::object rule{{"name", one.name}};
        if (!one.types.empty()) rule["types"] = array_of(one.types);
        if (!one.tags.empty()) rule["tags"] = array_of(one.tags);
        if (!one.streams.empty()) rule["streams"] = array_of(one.streams);
        if (!one.categories.empty()) rule["categories"] = array_of(one.categories);
        if (one.minimum) rule["minimum"] = to_string(*one.minimum);
        if (one.archive_after) rule["archive_after"] = to_string(*one.archive_after);
        if (one.delete_after) rule["delete_after"] = to_string(*one.delete_after);
        if (!one.delete_after) rule["keep"] = "forever";
        rules.push_back(std::move(rule));
    }
    return json::serialize(json::object{{"policy", policy.name}, {"rules", std::move(rules)}});
}

const std::vector<std::string_view>& retention_presets() {
    static const std::vector<std::string_view> names{"6-months", "6-years", "7-years", "sprint"};
    return names;
}

result<retention_policy> retention_preset(std::string_view name) {
    retention_policy policy;
    policy.name = name;
    if (name == "6-months") policy.rules = {keep_for("6 months")};
    if (name == "6-years") policy.rules = {keep_for("6 years")};
    if (name == "7-years") policy.rules = {keep_for("7 years")};
    if (name == "sprint") {
        const calendar_time quarter{90, calendar_time::unit::days};
        policy.rules = {
            {.name = "P0", .tags = {"priority:P0"}},
            {.name = "summaries", .types = {"PhaseSummaryCreated", "OrchestrationSummaryCreated"}},
            {.name = "P1 and P2",
             .tags = {"priority:P1", "priority:P2"},
             .minimum = quarter,
             .archive_after = quarter,
             .delete_after = calendar_time{1, calendar_time::unit::years}}};
    }
    if (!policy.rules.empty()) return policy;
    std::string known;
    for (const auto one : retention_presets())
        known += (known.empty() ? "" : ", ") + std::string{one};
    return fail(errc::not_found,
                "there is no retention preset " + in_quotes(name) + "; there are " + known);
}

}  // namespace daybook::compliance
