// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Two schemas are walked side by side. Each difference is told with the two questions it answers:
// does every old value fit the new schema there, and every new one the old.

#include <daybook/json_schema.hpp>

#include "schema_text.hpp"
#include "text.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <tuple>

namespace daybook {
namespace {

namespace json = boost::json;
using schema_text::below;
using schema_text::shown;
using schema_text::view;

/// More differences are of no use to a reader.
constexpr std::size_t changes_max = 1000;
/// Schemas that are held against each other; definitions could make it any number.
constexpr std::size_t steps_max = 100'000;
/// Calls within calls, for the same reason.
constexpr std::size_t depth_max = 256;

/// What a schema that is not there says: anything may be.
const json::value& always() {
    static const json::value anything = json::object{};
    return anything;
}

/// A schema in its document.
struct node {
    const json::value* root;
    const json::value* schema;

    /// What it refers to, if it does.
    node resolved() const {
        auto at = *this;
        while (const auto* to = at.keyword("$ref")) {
            at.schema = &schema_text::resolve(*root, view(to->get_string()));
        }
        return at;
    }
    const json::value* keyword(std::string_view name) const {
        if (!schema->is_object()) return nullptr;
        return schema->get_object().if_contains({name.data(), name.size()});
    }
    bool is(bool wanted) const {
        if (schema->is_bool()) return schema->get_bool() == wanted;
        return wanted && schema->get_object().empty();
    }
    node at(const json::value& inner) const { return {root, &inner}; }
    node at_or_always(const json::value* inner) const {
        return {root, inner != nullptr ? inner : &always()};
    }
};

enum class effect { neither, narrows, widens, both };

std::set<std::string> names_in(const json::value* list) {
    std::set<std::string> names;
    if (list == nullptr) return names;
    if (list->is_string()) return {std::string{view(list->get_string())}};
    for (const auto& one : list->get_array()) names.emplace(view(one.get_string()));
    return names;
}

std::string joined(const std::set<std::string>& names) {
    std::string text;
    for (const auto& one : names) text += cat(text.empty() ? "" : ", ", in_quotes(one));
    return text;
}

effect effect_of(bool breaks_backward, bool breaks_forward) {
    if (breaks_backward) return breaks_forward ? effect::both : effect::narrows;
    return breaks_forward ? effect::widens : effect::neither;
}

/// The types of a schema; "integer" is left out where "number" stands.
std::set<std::string> types_of(const node& one) {
    const auto* listed = one.keyword("type");
    if (listed == nullptr) return {"array", "boolean", "null", "number", "object", "string"};
    auto names = names_in(listed);
    if (names.contains("number")) names.erase("integer");
    return names;
}

bool types_include(const std::set<std::string>& all, const std::set<std::string>& some) {
    return std::all_of(some.begin(), some.end(), [&](const auto& one) {
        return all.contains(one) || (one == "integer" && all.contains("number"));
    });
}

/// The values that are listed, as texts; nothing if any value may be.
std::optional<std::set<std::string>> values_of(const node& one, std::string_view keyword) {
    const auto* listed = one.keyword(keyword);
    if (listed == nullptr) return std::nullopt;
    std::set<std::string> values;
    if (listed->is_array()) {
        for (const auto& value : listed->get_array()) values.insert(json::serialize(value));
    } else {
        values.insert(json::serialize(*listed));
    }
    return values;
}

std::string listed(const std::set<std::string>& values) {
    std::string text;
    for (const auto& one : values) text += cat(text.empty() ? "" : ", ", one);
    return text;
}

std::set<std::string> without(const std::set<std::string>& all, const std::set<std::string>& some) {
    std::set<std::string> left;
    std::set_difference(all.begin(), all.end(), some.begin(), some.end(),
                        std::inserter(left, left.end()));
    return left;
}

bool is_composed(const node& one) {
    constexpr auto names = std::to_array<std::string_view>({"allOf", "anyOf", "oneOf", "not"});
    return std::any_of(names.begin(), names.end(),
                       [&](auto name) { return one.keyword(name) != nullptr; });
}

class comparison_walk {
public:
    explicit comparison_walk(std::size_t& steps_left, std::size_t depth = 0)
        : steps_left_{steps_left}, depth_{depth} {}

    schema_comparison run(const node& before, const node& after, bool composed) {
        composed_ = composed;
        compare(before, after, "");
        for (const auto& one : found_.changes) {
            found_.backward = found_.backward && !one.breaks_backward;
            found_.forward = found_.forward && !one.breaks_forward;
        }
        return std::move(found_);
    }

private:
    void tell(const std::string& pointer, std::string what, effect does) {
        if (found_.changes.size() == changes_max) return;
        const bool full = found_.changes.size() + 1 == changes_max;
        if (full) {
            what = "there are more differences than are listed";
            does = effect::both;
        }
        found_.changes.push_back({full ? "" : pointer, std::move(what),
                                  does == effect::narrows || does == effect::both,
                                  does == effect::widens || does == effect::both});
    }

    void compare(node before, node after, const std::string& pointer) {
        before = before.resolved();
        after = after.resolved();
        // What was compared once is told already; on its own way it is equal if the rest is.
        if (!seen_.insert({before.schema, after.schema, composed_}).second) return;
        if (steps_left_ == 0 || depth_ == depth_max) {
            return tell(pointer, "it is too large to compare", effect::both);
        }
        --steps_left_;
        if (before.is(false) || after.is(false))
            return compare_with_nothing(before, after, pointer);
        ++depth_;
        compare_types(before, after, pointer);
        compare_values("enum", before, after, pointer);
        compare_values("const", before, after, pointer);
        compare_bounds(before, after, pointer);
        compare_rest(before, after, pointer);
        compare_required(before, after, pointer);
        const bool outer = composed_;
        composed_ = composed_ || is_composed(before) || is_composed(after);
        compare_members(before, after, pointer);
        compare_elements(before, after, pointer);
        compare_lists(before, after, pointer);
        compare_opaque("oneOf", before, after, pointer);
        compare_opaque("not", before, after, pointer);
        composed_ = outer;
        --depth_;
    }

    void compare_with_nothing(const node& before, const node& after, const std::string& pointer) {
        if (before.is(false) && after.is(false)) return;
        if (before.is(false)) return tell(pointer, "it was not allowed, now it is", effect::widens);
        tell(pointer, "it is not allowed any more", effect::narrows);
    }

    void compare_types(const node& before, const node& after, const std::string& pointer) {
        const auto old_types = types_of(before);
        const auto new_types = types_of(after);
        if (old_types == new_types) return;
        const auto name = [](const node& one, const auto& types) {
            return one.keyword("type") != nullptr ? joined(types) : std::string{"any"};
        };
        tell(pointer, cat("type ", name(before, old_types), " became ", name(after, new_types)),
             effect_of(!types_include(new_types, old_types), !types_include(old_types, new_types)));
    }

    void compare_values(std::string_view keyword, const node& before, const node& after,
                        const std::string& pointer) {
        const auto old_values = values_of(before, keyword);
        const auto new_values = values_of(after, keyword);
        if (old_values == new_values) return;
        if (!old_values) {
            return tell(pointer, cat(keyword, " is new: ", listed(*new_values)), effect::narrows);
        }
        if (!new_values) return tell(pointer, cat(keyword, " is gone"), effect::widens);
        const auto gone = without(*old_values, *new_values);
        const auto come = without(*new_values, *old_values);
        std::string what{keyword};
        if (!gone.empty()) what += cat(" lost ", listed(gone));
        if (!come.empty()) what += cat(gone.empty() ? "" : " and", " got ", listed(come));
        tell(pointer, std::move(what), effect_of(!gone.empty(), !come.empty()));
    }

    void compare_bounds(const node& before, const node& after, const std::string& pointer) {
        for (const auto* one :
             {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}) {
            compare_bound(one, true, before, after, pointer);
        }
        for (const auto* one :
             {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}) {
            compare_bound(one, false, before, after, pointer);
        }
    }

    void compare_bound(std::string_view keyword, bool lower, const node& before, const node& after,
                       const std::string& pointer) {
        const auto* was = before.keyword(keyword);
        const auto* is = after.keyword(keyword);
        if (was == nullptr && is == nullptr) return;
        if (was == nullptr || is == nullptr) return added_or_gone(keyword, was, is, pointer);
        const auto old_bound = was->to_number<double>();
        const auto new_bound = is->to_number<double>();
        if (old_bound == new_bound) return;
        const bool narrower = lower ? new_bound > old_bound : new_bound < old_bound;
        tell(pointer, cat(keyword, ' ', shown(*was), " became ", shown(*is)),
             narrower ? effect::narrows : effect::widens);
    }

    void added_or_gone(std::string_view keyword, const json::value* was, const json::value* is,
                       const std::string& pointer) {
        tell(pointer,
             was == nullptr ? cat(keyword, " is new: ", shown(*is)) : cat(keyword, " is gone"),
             was == nullptr ? effect::narrows : effect::widens);
    }

    void compare_rest(const node& before, const node& after, const std::string& pointer) {
        for (const auto* one : {"multipleOf", "pattern", "format"}) {
            const auto* was = before.keyword(one);
            const auto* is = after.keyword(one);
            if (was == nullptr && is == nullptr) continue;
            if (was == nullptr || is == nullptr) {
                added_or_gone(one, was, is, pointer);
            } else if (*was != *is) {
                tell(pointer, cat(one, ' ', shown(*was), " became ", shown(*is)), effect::both);
            }
        }
        const auto unique = [](const node& of) {
            const auto* one = of.keyword("uniqueItems");
            return one != nullptr && one->get_bool();
        };
        if (unique(before) == unique(after)) return;
        tell(pointer, unique(after) ? "elements have to differ" : "elements may repeat",
             unique(after) ? effect::narrows : effect::widens);
    }

    void compare_required(const node& before, const node& after, const std::string& pointer) {
        const auto old_names = names_in(before.keyword("required"));
        const auto new_names = names_in(after.keyword("required"));
        if (const auto come = without(new_names, old_names); !come.empty()) {
            tell(pointer, cat("required now: ", joined(come)), effect::narrows);
        }
        if (const auto gone = without(old_names, new_names); !gone.empty()) {
            tell(pointer, cat("not required any more: ", joined(gone)), effect::widens);
        }
    }

    void compare_members(const node& before, const node& after, const std::string& pointer) {
        const auto* old_members = before.keyword("properties");
        const auto* new_members = after.keyword("properties");
        const auto old_others = before.at_or_always(before.keyword("additionalProperties"));
        const auto new_others = after.at_or_always(after.keyword("additionalProperties"));
        if (old_members != nullptr) {
            for (const auto& member : old_members->get_object()) {
                const auto* same =
                    new_members ? new_members->get_object().if_contains(member.key()) : nullptr;
                const auto inner = below(pointer, view(member.key()));
                if (same != nullptr) {
                    compare(before.at(member.value()), after.at(*same), inner);
                } else {
                    member_without_name(before.at(member.value()), new_others, inner, false);
                }
            }
        }
        if (new_members != nullptr) {
            for (const auto& member : new_members->get_object()) {
                if (old_members && old_members->get_object().contains(member.key())) continue;
                member_without_name(after.at(member.value()), old_others,
                                    below(pointer, view(member.key())), true);
            }
        }
        compare(old_others, new_others, cat(pointer, "/*"));
    }

    /// A member that only one of the schemas names. In the other one it is among the others: by
    /// whom it is not named it is not written, if others are just let pass.
    void member_without_name(const node& named, const node& others, const std::string& pointer,
                             bool is_new) {
        tell(pointer, is_new ? "the member is new" : "the member is gone", effect::neither);
        if (others.is(true) && !composed_) return;
        if (!others.is(false)) {
            return is_new ? compare(others, named, pointer) : compare(named, others, pointer);
        }
        tell(pointer, "others are not allowed", is_new ? effect::widens : effect::narrows);
    }

    static const json::value* element(const node& of, std::size_t index) {
        const auto* items = of.keyword("items");
        if (items == nullptr || !items->is_array()) return items;
        const auto& all = items->get_array();
        return index < all.size() ? &all[index] : of.keyword("additionalItems");
    }

    static std::size_t elements_described(const node& of) {
        const auto* items = of.keyword("items");
        return items != nullptr && items->is_array() ? items->get_array().size() : 0;
    }

    void compare_elements(const node& before, const node& after, const std::string& pointer) {
        const auto described = std::max(elements_described(before), elements_described(after));
        for (std::size_t i = 0; i <= described; ++i) {
            compare(before.at_or_always(element(before, i)), after.at_or_always(element(after, i)),
                    i < described ? cat(pointer, '/', i) : cat(pointer, "/*"));
        }
    }

    /// One by one: if each includes its counterpart, all of them together do, and any of them too.
    void compare_lists(const node& before, const node& after, const std::string& pointer) {
        for (const auto* keyword : {"allOf", "anyOf"}) {
            const bool all = keyword == std::string_view{"allOf"};
            const auto* was = before.keyword(keyword);
            const auto* is = after.keyword(keyword);
            if (was == nullptr && is == nullptr) continue;
            if (was == nullptr || is == nullptr) {
                tell(pointer, cat(keyword, was == nullptr ? " is new" : " is gone"),
                     was == nullptr ? effect::narrows : effect::widens);
                continue;
            }
            const auto& olds = was->get_array();
            const auto& news = is->get_array();
            for (std::size_t i = 0; i < std::min(olds.size(), news.size()); ++i) {
                compare(before.at(olds[i]), after.at(news[i]), pointer);
            }
            if (olds.size() == news.size()) continue;
            const bool narrower = all == (news.size() > olds.size());
            tell(pointer, cat(keyword, " of ", olds.size(), " became one of ", news.size()),
                 narrower ? effect::narrows : effect::widens);
        }
    }

    /// Keywords of which more may mean less.
    void compare_opaque(std::string_view keyword, const node& before, const node& after,
                        const std::string& pointer) {
        const auto* was = before.keyword(keyword);
        const auto* is = after.keyword(keyword);
        if (was == nullptr && is == nullptr) return;
        if (was == nullptr || is == nullptr) {
            return tell(pointer, cat(keyword, was == nullptr ? " is new" : " is gone"),
                        was == nullptr ? effect::narrows : effect::widens);
        }
        if (!are_same(before.at(*was), after.at(*is))) {
            tell(pointer, cat(keyword, " is another"), effect::both);
        }
    }

    bool are_same(const node& before, const node& after) const {
        if (!before.schema->is_array())
            return comparison_walk{steps_left_, depth_}.is_unchanged(before, after);
        const auto& olds = before.schema->get_array();
        const auto& news = after.schema->get_array();
        if (olds.size() != news.size()) return false;
        for (std::size_t i = 0; i < olds.size(); ++i) {
            comparison_walk inner{steps_left_, depth_};
            if (!inner.is_unchanged(before.at(olds[i]), after.at(news[i]))) return false;
        }
        return true;
    }

    bool is_unchanged(const node& before, const node& after) {
        return run(before, after, true).changes.empty();
    }

    std::size_t& steps_left_;
    std::size_t depth_;
    bool composed_ = false;  ///< Other schemas describe the same value, so names prove nothing.
    std::set<std::tuple<const json::value*, const json::value*, bool>> seen_;
    schema_comparison found_;
};

}  // namespace

result<schema_comparison> compare_schemas(std::string_view before, std::string_view after) {
    const auto old_schema = schema_text::parse(before);
    if (!old_schema) return old_schema.error();
    const auto new_schema = schema_text::parse(after);
    if (!new_schema) return new_schema.error();
    std::size_t steps = steps_max;
    return comparison_walk{steps}.run({&old_schema->root, &old_schema->root},
                                      {&new_schema->root, &new_schema->root}, false);
}

}  // namespace daybook
