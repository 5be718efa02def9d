// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/replay/rules.hpp>

#include "built_in_rules.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <set>
#include <utility>

namespace daybook::replay {
namespace {

namespace json = boost::json;

/// What is thrown from the depth of a document; it leaves this file as an `error`.
struct refusal {
    errc code;
    std::string pointer;
    std::string reason;
};

/// A value of the document and where it stands.
class spot {
public:
    spot(const json::value& value, std::string pointer)
        : value_{&value}, pointer_{std::move(pointer)} {}

    [[noreturn]] void refuse(std::string reason) const {
        throw refusal{errc::invalid_argument, pointer_, std::move(reason)};
    }

    const json::object& object(std::initializer_list<std::string_view> allowed) const {
        if (!value_->is_object()) refuse("found " + shown() + "; wanted a mapping");
        for (const auto& member : value_->get_object()) {
            const std::string_view name = member.key();
            if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) continue;
            spot{member.value(), pointer_ + '/' + escaped(name)}.refuse(
                "there is no \"" + std::string{name.substr(0, 64)} + "\" here; allowed are " +
                listed(allowed));
        }
        return value_->get_object();
    }

    std::string text(std::size_t bytes_max) const {
        if (!value_->is_string()) refuse("found " + shown() + "; wanted a text");
        const std::string_view found = value_->get_string();
        if (found.empty()) refuse("the text is empty");
        limit(found.size(), bytes_max, "bytes");
        return std::string{found};
    }

    /// A list that is not empty, or one value that stands for a list of one.
    std::vector<spot> list(std::size_t count_max) const {
        if (!value_->is_array()) return {*this};
        const auto& array = value_->get_array();
        if (array.empty()) refuse("the list is empty");
        limit(array.size(), count_max, "elements");
        std::vector<spot> all;
        for (std::size_t i = 0; i < array.size(); ++i)
            all.emplace_back(array[i], pointer_ + '/' + std::to_string(i));
        return all;
    }

    std::vector<std::string> texts(std::size_t count_max, std::size_t bytes_max) const {
        std::vector<std::string> all;
        for (const auto& one : list(count_max)) {
            all.push_back(one.text(bytes_max));
            if (std::find(all.begin(), all.end() - 1, all.back()) != all.end() - 1)
                one.refuse("\"" + all.back() + "\" stands here twice");
        }
        return all;
    }

    std::optional<spot> find(std::string_view name) const {
        const auto* found = value_->get_object().if_contains(name);
        if (found == nullptr) return std::nullopt;
        return spot{*found, pointer_ + '/' + escaped(name)};
    }

    spot get(std::string_view name) const {
        if (auto found = find(name)) return *found;
        refuse("\"" + std::string{name} + "\" is missing");
    }

    void limit(std::size_t found, std::size_t most, std::string_view what) const {
        if (found <= most) return;
        throw refusal{errc::too_large, pointer_,
                      std::to_string(found) + " " + std::string{what} + "; at most " +
                          std::to_string(most) + " are allowed"};
    }

    const json::value& value() const noexcept { return *value_; }
    const std::string& pointer() const noexcept { return pointer_; }

    static std::string escaped(std::string_view token) {
        std::string text;
        for (const char c : token) {
            if (c == '~') text += "~0";
            if (c == '/') text += "~1";
            if (c != '~' && c != '/') text += c;
        }
        return text;
    }

    std::string shown() const {
        if (value_->is_object()) return "a mapping";
        if (value_->is_array()) return "a list";
        return json::serialize(*value_).substr(0, 64);
    }

private:
    static std::string listed(std::initializer_list<std::string_view> names) {
        std::string text;
        for (const auto name : names) {
            if (!text.empty()) text += ", ";
            text += name;
        }
        return text;
    }

    const json::value* value_;
    std::string pointer_;
};

std::string read_name(const spot& from) {
    auto name = from.text(rule_limits::name_bytes_max);
    for (const char c : name) {
        const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
        if (!good) from.refuse("\"" + name + "\" is no name; names are made of a-z A-Z 0-9 _ - .");
    }
    return name;
}

void check_pointer(const spot& from, std::string_view pointer) {
    if (pointer.front() != '/') from.refuse("a JSON Pointer begins with '/'");
    const auto tokens = static_cast<std::size_t>(std::count(pointer.begin(), pointer.end(), '/'));
    from.limit(tokens, rule_limits::pointer_depth_max, "tokens of a JSON Pointer");
    for (std::size_t at = 0; (at = pointer.find('~', at)) != std::string_view::npos; ++at) {
        const char next = at + 1 < pointer.size() ? pointer[at + 1] : ' ';
        if (next != '0' && next != '1')
            from.refuse("in a JSON Pointer '~' is followed by 0 or 1 (~0 is '~', ~1 is '/')");
    }
}

std::string read_key_part(const spot& from) {
    auto part = from.text(rule_limits::text_bytes_max);
    if (part == "$stream" || part == "$correlation") return part;
    if (part.starts_with("$tag:") && part.size() > 5) return part;
    if (part.front() != '/') {
        from.refuse("found \"" + part +
                    "\"; wanted $stream, $correlation, $tag:KEY or a pointer like /agent_id");
    }
    check_pointer(from, part);
    return part;
}

std::string read_condition_value(const spot& from) {
    const auto& value = from.value();
    if (value.is_string()) return from.text(rule_limits::text_bytes_max);
    if (value.is_bool() || value.is_int64() || value.is_uint64()) return json::serialize(value);
    from.refuse("found " + from.shown() + "; wanted a text, a whole number, true or false");
}

std::vector<field_condition> read_conditions(const spot& from) {
    if (!from.value().is_object()) from.refuse("found " + from.shown() + "; wanted a mapping");
    const auto& members = from.value().get_object();
    from.limit(members.size(), rule_limits::conditions_max, "conditions");
    std::vector<field_condition> all;
    for (const auto& member : members) {
        const spot here{member.value(), from.pointer() + '/' + spot::escaped(member.key())};
        if (member.key().empty()) here.refuse("a JSON Pointer begins with '/'");
        here.limit(member.key().size(), rule_limits::text_bytes_max, "bytes");
        check_pointer(here, member.key());
        field_condition one{std::string{member.key()}, {}};
        for (const auto& value : here.list(rule_limits::values_max))
            one.values.push_back(read_condition_value(value));
        all.push_back(std::move(one));
    }
    return all;
}

std::vector<std::string> read_states(const spot& from) {
    for (const auto& one : from.list(rule_limits::states_max)) (void)read_name(one);
    return from.texts(rule_limits::states_max, rule_limits::name_bytes_max);
}

state_transition read_transition(const spot& from) {
    from.object({"on", "when", "from", "to"});
    state_transition made;
    made.on = from.get("on").texts(rule_limits::types_max, 256);
    if (const auto when = from.find("when")) made.when = read_conditions(*when);
    const auto states = from.get("from");
    if (states.value() != "any") made.from = read_states(states);
    if (std::find(made.from.begin(), made.from.end(), "any") != made.from.end())
        states.refuse("\"any\" stands alone: from: any");
    if (const auto to = from.find("to")) made.to = read_name(*to);
    if (made.to == "any") from.get("to").refuse("\"any\" is no state");
    return made;
}

/// A state that nothing leads to is a slip.
void check_states(const spot& from, const state_machine& of) {
    std::set<std::string_view> known{of.initial};
    for (const auto& one : of.transitions) {
        if (!one.to.empty()) known.insert(one.to);
    }
    const auto check = [&](const std::vector<std::string>& states, const std::string& where) {
        for (const auto& state : states) {
            if (known.contains(state)) continue;
            throw refusal{errc::invalid_argument, from.pointer() + where,
                          "there is no state \"" + state +
                              "\": it is not the initial one, and no transition leads to it"};
        }
    };
    check(of.finals, "/final");
    for (std::size_t i = 0; i < of.transitions.size(); ++i)
        check(of.transitions[i].from, "/transitions/" + std::to_string(i) + "/from");
}

state_machine read_machine(const spot& from) {
    from.object({"name", "about", "category", "key", "initial", "final", "transitions"});
    state_machine made;
    made.name = read_name(from.get("name"));
    if (const auto about = from.find("about"))
        made.about = about->text(rule_limits::text_bytes_max);
    if (const auto category = from.find("category"))
        made.categories = category->texts(rule_limits::types_max, 512);
    for (const auto& part : from.get("key").list(rule_limits::key_parts_max))
        made.key.push_back(read_key_part(part));
    const auto initial = from.find("initial");
    made.initial = initial ? read_name(*initial) : "none";
    if (made.initial == "any") initial->refuse("\"any\" is no state");
    if (const auto finals = from.find("final")) made.finals = read_states(*finals);
    const auto transitions = from.get("transitions");
    if (!transitions.value().is_array())
        transitions.refuse("found " + transitions.shown() + "; wanted a list");
    for (const auto& one : transitions.list(rule_limits::transitions_max))
        made.transitions.push_back(read_transition(one));
    check_states(from, made);
    return made;
}

std::vector<state_machine> read_machines(const json::value& document) {
    const spot root{document, ""};
    root.object({"machines", "about"});
    if (const auto about = root.find("about")) (void)about->text(rule_limits::text_bytes_max);
    const auto machines = root.get("machines");
    if (!machines.value().is_array())
        machines.refuse("found " + machines.shown() + "; wanted a list");
    std::vector<state_machine> all;
    for (const auto& one : machines.list(rule_limits::machines_max)) {
        all.push_back(read_machine(one));
        for (std::size_t i = 0; i + 1 < all.size(); ++i) {
            if (all[i].name == all.back().name)
                one.get("name").refuse("\"" + all[i].name + "\" is the name of a machine above");
        }
    }
    return all;
}

json::value json_of(const std::vector<std::string>& texts) {
    if (texts.size() == 1) return json::value(texts.front());
    json::array all;
    for (const auto& one : texts) all.emplace_back(one);
    return all;
}

json::object json_of(const state_transition& of) {
    json::object made{{"on", json_of(of.on)}};
    if (!of.when.empty()) {
        json::object when;
        for (const auto& one : of.when) when[one.pointer] = json_of(one.values);
        made["when"] = std::move(when);
    }
    made["from"] = of.from.empty() ? json::value("any") : json_of(of.from);
    if (!of.to.empty()) made["to"] = of.to;
    return made;
}

json::object json_of(const state_machine& of) {
    json::object made{{"name", of.name}};
    if (!of.about.empty()) made["about"] = of.about;
    if (!of.categories.empty()) made["category"] = json_of(of.categories);
    made["key"] = json_of(of.key);
    made["initial"] = of.initial;
    if (!of.finals.empty()) made["final"] = json_of(of.finals);
    json::array transitions;
    for (const auto& one : of.transitions) transitions.push_back(json_of(one));
    made["transitions"] = std::move(transitions);
    return made;
}

}  // namespace

result<rule_set> rule_set::parse(const json::value& document, const place_namer& place) {
    try {
        rule_set made;
        made.machines_ = read_machines(document);
        return made;
    } catch (const refusal& why) {
        const auto where = place ? place(why.pointer) : why.pointer;
        return fail(why.code, "rules: " + where + (where.empty() ? "" : ": ") + why.reason);
    }
}

const rule_set& rule_set::built_in() {
    static const rule_set rules = parse(json::parse(built_in_rules)).value();
    return rules;
}

result<void> rule_set::merge(const rule_set& more) {
    auto merged = machines_;
    for (const auto& machine : more.machines_) {
        const auto same = std::find_if(merged.begin(), merged.end(),
                                       [&](const auto& one) { return one.name == machine.name; });
        if (same == merged.end()) {
            merged.push_back(machine);
        } else {
            *same = machine;
        }
    }
    if (merged.size() > rule_limits::machines_max) {
        return fail(errc::too_large,
                    "rules: " + std::to_string(merged.size()) + " machines together; at most " +
                        std::to_string(rule_limits::machines_max) + " are allowed");
    }
    machines_ = std::move(merged);
    return {};
}

json::value rule_set::to_json() const {
    json::array machines;
    for (const auto& one : machines_) machines.push_back(json_of(one));
    return json::object{{"machines", std::move(machines)}};
}

}  // namespace daybook::replay
