// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "payload_schema.hpp"

#include <daybook/raw_json.hpp>

#include "schema_pattern.hpp"
#include "schema_text.hpp"
#include "text.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/constraint_builder.hpp>
#include <valijson/constraints/concrete_constraints.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>

namespace daybook {
namespace {

namespace json = boost::json;
namespace vc = valijson::constraints;
using schema_text::shown;
using schema_text::view;
using valijson::Subschema;

/// Calls within calls: payloads nest up to `json_depth_max`, and each level may be about four
/// schemas of one value deep.
constexpr std::size_t calls_max = 1024;
/// Schemas that one payload is held against.
constexpr std::size_t steps_base = 1'000'000;
constexpr std::size_t steps_per_byte = 16;
/// How many states of a pattern, at how many bytes, are worth one step.
constexpr std::size_t pattern_states_per_step = 16;
/// Above this, not every whole number is a double of its own; `event_as` reads it likewise.
constexpr double exact_max = 9'007'199'254'740'992.0;

bool is_integer(const json::value& value) {
    if (!value.is_double()) return value.is_int64() || value.is_uint64();
    const double number = value.get_double();
    return std::abs(number) <= exact_max && std::trunc(number) == number;
}

bool same_number(const json::value& a, const json::value& b) {
    if (!a.is_double() && !b.is_double()) return a == b;
    // The listed one is exact as a double; the one that was found is, or is not that number.
    return a.to_number<double>() == b.to_number<double>();
}

bool same_scalar(const json::value& a, const json::value& b) {
    return a.is_number() && b.is_number() ? same_number(a, b) : a == b;
}

/// A scalar of the schema, out of valijson's hands.
json::value scalar_of(const valijson::adapters::Adapter& from) {
    if (from.isString()) return json::value(json::string_view(from.asString()));
    if (from.isBool()) return from.asBool();
    if (from.isInteger()) return from.asInteger();
    if (from.isNumber()) return from.asDouble();
    return nullptr;
}

/// `enum` and `const`, whose values valijson compares but does not give away.
class listed_values : public vc::PolyConstraint {
public:
    explicit listed_values(std::vector<json::value> values) : values_{std::move(values)} {}

    bool has(const json::value& one) const {
        for (const auto& listed : values_) {
            if (same_scalar(listed, one)) return true;
        }
        return false;
    }

    std::string describe() const {
        constexpr std::size_t told_max = 12;
        std::string text = values_.size() == 1 ? "" : "one of ";
        for (std::size_t i = 0; i < values_.size() && i < told_max; ++i) {
            text += cat(i == 0 ? "" : ", ", shown(values_[i]));
        }
        if (values_.size() > told_max) text += cat(" and ", values_.size() - told_max, " others");
        return text;
    }

    bool validate(const valijson::adapters::Adapter&, const std::vector<std::string>&,
                  valijson::ValidationResults*) const override {
        return true;  // Asked by valijson's validator only.
    }

private:
    vc::Constraint* cloneInto(void* place) const override {
        return new (place) listed_values{values_};
    }
    std::size_t sizeOf() const override { return sizeof(listed_values); }

    std::vector<json::value> values_;
};

class listed_values_builder : public valijson::ConstraintBuilder {
public:
    vc::Constraint* make(const valijson::adapters::Adapter& from) const override {
        std::vector<json::value> values;
        if (from.isArray()) {
            from.applyToArray([&](const valijson::adapters::Adapter& one) {
                values.push_back(scalar_of(one));
                return true;
            });
        } else {
            values.push_back(scalar_of(from));
        }
        return new listed_values{std::move(values)};
    }
};

/// The way to a value, from inside out; its pointer is made when it is needed.
struct place {
    const place* outer = nullptr;
    std::string_view name{};
    std::size_t index = 0;
    bool is_element = false;

    std::string pointer() const {
        if (outer == nullptr) return {};
        return schema_text::below(outer->pointer(),
                                  is_element ? std::to_string(index) : std::string{name});
    }
};

using pattern_table = std::unordered_map<std::string, schema_pattern>;

struct out_of_steps {};

/// Holds one payload against a schema. Constraints are visited with the value that they are about
/// in `at_`.
class payload_visitor : public vc::ConstraintVisitor {
public:
    payload_visitor(const pattern_table& patterns, std::size_t steps)
        : patterns_{patterns}, steps_left_{steps} {
        apply_ = [this](const vc::Constraint& one) { return one.accept(*this); };
    }

    std::vector<schema_violation> check(const Subschema& schema, const json::value& value) {
        const place whole;
        (void)fits(schema, value, whole);
        return std::move(violations_);
    }

    bool visit(const vc::AllOfConstraint& all) override {
        bool good = true;
        all.applyToSubschemas([&](unsigned, const Subschema* one) {
            good = fits(*one, *at_, *where_) && good;
            return true;
        });
        return good;
    }

    bool visit(const vc::AnyOfConstraint& any) override {
        const auto [fitting, all] = count_fitting(any);
        return fitting > 0 || violated(cat("what one of ", all, " schemas (anyOf) describes"));
    }

    bool visit(const vc::OneOfConstraint& one) override {
        const auto [fitting, all] = count_fitting(one);
        if (fitting == 1) return true;
        auto wanted = cat("what exactly one of ", all, " schemas (oneOf) describes");
        if (fitting > 1) wanted += cat(", not ", fitting);
        return violated(std::move(wanted));
    }

    bool visit(const vc::NotConstraint& no) override {
        if (no.getSubschema() == nullptr) return true;
        const quiet_scope quiet{quiet_};
        const bool fitting = fits(*no.getSubschema(), *at_, *where_);
        return !fitting || (quiet.end(), violated("anything but what \"not\" describes"));
    }

    bool visit(const vc::TypeConstraint& type) override {
        bool good = false;
        type.applyToNamedTypes([&](vc::TypeConstraint::JsonType one) {
            good = good || is(*at_, one);
            return !good;
        });
        return good || violated(describe(type));
    }

    bool visit(const vc::PolyConstraint& listed) override {
        const auto& values = static_cast<const listed_values&>(listed);
        return values.has(*at_) || violated(values.describe());
    }
    // Looked after by `listed_values`.
    bool visit(const vc::EnumConstraint&) override { return true; }
    bool visit(const vc::ConstConstraint&) override { return true; }

    bool visit(const vc::MaximumConstraint& most) override {
        if (!at_->is_number()) return true;
        const auto order = order_to(most.getMaximum());
        if (most.getExclusiveMaximum()) {
            return order < 0 || violated(cat("less than ", shown(most.getMaximum())));
        }
        return order <= 0 || violated(cat("at most ", shown(most.getMaximum())));
    }

    bool visit(const vc::MinimumConstraint& least) override {
        if (!at_->is_number()) return true;
        const auto order = order_to(least.getMinimum());
        if (least.getExclusiveMinimum()) {
            return order > 0 || violated(cat("more than ", shown(least.getMinimum())));
        }
        return order >= 0 || violated(cat("at least ", shown(least.getMinimum())));
    }

    bool visit(const vc::MultipleOfIntConstraint& of) override {
        if (!at_->is_number()) return true;
        const auto divisor = of.getDivisor();
        bool good = false;
        if (at_->is_int64()) {
            good = at_->get_int64() % divisor == 0;
        } else if (at_->is_uint64()) {
            good = at_->get_uint64() % static_cast<std::uint64_t>(divisor) == 0;
        } else {
            good = std::fmod(at_->get_double(), static_cast<double>(divisor)) == 0.0;
        }
        return good || violated(cat("a multiple of ", divisor));
    }

    /// As many decimals do not exist as doubles, a quotient very near a whole number will do.
    bool visit(const vc::MultipleOfDoubleConstraint& of) override {
        if (!at_->is_number()) return true;
        const double quotient = at_->to_number<double>() / of.getDivisor();
        const double off = std::abs(quotient - std::round(quotient));
        return off <= std::abs(quotient) * 1e-12 ||
               violated(cat("a multiple of ", shown(of.getDivisor())));
    }

    bool visit(const vc::MinLengthConstraint& least) override {
        return !at_->is_string() || length() >= least.getMinLength() ||
               violated(cat("at least ", least.getMinLength(), " characters"));
    }
    bool visit(const vc::MaxLengthConstraint& most) override {
        return !at_->is_string() || length() <= most.getMaxLength() ||
               violated(cat("at most ", most.getMaxLength(), " characters"));
    }
    bool visit(const vc::MinItemsConstraint& least) override {
        return !at_->is_array() || at_->get_array().size() >= least.getMinItems() ||
               violated(cat("at least ", least.getMinItems(), " elements"));
    }
    bool visit(const vc::MaxItemsConstraint& most) override {
        return !at_->is_array() || at_->get_array().size() <= most.getMaxItems() ||
               violated(cat("at most ", most.getMaxItems(), " elements"));
    }
    bool visit(const vc::MinPropertiesConstraint& least) override {
        return !at_->is_object() || at_->get_object().size() >= least.getMinProperties() ||
               violated(cat("at least ", least.getMinProperties(), " members"));
    }
    bool visit(const vc::MaxPropertiesConstraint& most) override {
        return !at_->is_object() || at_->get_object().size() <= most.getMaxProperties() ||
               violated(cat("at most ", most.getMaxProperties(), " members"));
    }

    bool visit(const vc::PatternConstraint& matching) override {
        if (!at_->is_string()) return true;
        const auto text = matching.getPattern<std::string::allocator_type>();
        const auto& pattern = patterns_.at(text);
        const auto subject = view(at_->get_string());
        pay(1 + subject.size() * pattern.states() / pattern_states_per_step);
        if (pattern.found_in(subject)) return true;
        auto wanted = cat("a match of the pattern ", text);
        if (subject.size() > pattern_subject_bytes_max) {
            wanted += cat(" within ", pattern_subject_bytes_max, " bytes");
        }
        return violated(std::move(wanted));
    }

    bool visit(const vc::FormatConstraint& format) override {
        const auto& name = format.getFormat();
        if (at_->is_string()) {
            if (name == "date-time" && !is_time(view(at_->get_string()))) {
                return violated("a time as RFC 3339 has it, to microseconds");
            }
            if (name == "date" && !is_date(view(at_->get_string()))) {
                return violated("a date (YYYY-MM-DD)");
            }
            return name != "uuid" || parse_event_id(view(at_->get_string())) || violated("a UUID");
        }
        if (!at_->is_number()) return true;
        if (name == "float") {
            constexpr double most = std::numeric_limits<float>::max();
            return std::abs(at_->to_number<double>()) <= most * (1 + 1e-12) ||
                   violated("a number of 32 bits");
        }
        if (name == "int64")
            return !at_->is_uint64() || fits_int64() || violated("at most 2^63 - 1");
        return name != "uint64" || order_to(0) >= 0 || violated("at least 0");
    }

    bool visit(const vc::RequiredConstraint& required) override {
        if (!at_->is_object()) return true;
        bool good = true;
        required.applyToRequiredProperties([&](const auto& name) {
            if (at_->get_object().contains({name.data(), name.size()})) return true;
            good =
                violated(cat("the member ", quoted({name.data(), name.size()})), "no such member");
            return true;
        });
        return good;
    }

    bool visit(const vc::PropertiesConstraint& members) override {
        if (!at_->is_object()) return true;
        const auto& object = at_->get_object();
        bool good = true;
        std::size_t described = 0;
        members.applyToProperties([&](const auto& name, const Subschema* schema) {
            const auto found = object.find({name.data(), name.size()});
            if (found == object.end()) return true;
            ++described;
            good = fits_member(*schema, *found) && good;
            return true;
        });
        const auto* others = members.getAdditionalPropertiesSubschema();
        if (described == object.size() || (others != nullptr && accepts_all(*others))) return good;
        std::unordered_set<std::string_view> names;
        members.applyToProperties([&](const auto& name, const Subschema*) {
            names.emplace(name.data(), name.size());
            return true;
        });
        for (const auto& member : object) {
            if (names.contains(view(member.key()))) continue;
            if (others == nullptr) {
                good = violated("no other members", cat("the member ", quoted(view(member.key()))));
            } else {
                good = fits_member(*others, member) && good;
            }
        }
        return good;
    }

    bool visit(const vc::SingularItemsConstraint& items) override {
        if (!at_->is_array() || items.getItemsSubschema() == nullptr) return true;
        bool good = true;
        const auto& array = at_->get_array();
        for (std::size_t i = 0; i < array.size(); ++i) {
            good = fits_element(*items.getItemsSubschema(), array, i) && good;
        }
        return good;
    }

    bool visit(const vc::LinearItemsConstraint& items) override {
        if (!at_->is_array()) return true;
        const auto& array = at_->get_array();
        bool good = true;
        items.applyToItemSubschemas([&](unsigned index, const Subschema* schema) {
            if (index >= array.size()) return false;
            good = fits_element(*schema, array, index) && good;
            return true;
        });
        const auto* others = items.getAdditionalItemsSubschema();
        const auto described = items.getItemSubschemaCount();
        if (array.size() <= described) return good;
        if (others == nullptr) return violated(cat("at most ", described, " elements"));
        for (auto i = described; i < array.size(); ++i) {
            good = fits_element(*others, array, i) && good;
        }
        return good;
    }

    bool visit(const vc::UniqueItemsConstraint&) override {
        if (!at_->is_array()) return true;
        struct hash {
            std::size_t operator()(const json::value* one) const {
                return std::hash<json::value>{}(*one);
            }
        };
        struct equal {
            bool operator()(const json::value* a, const json::value* b) const { return *a == *b; }
        };
        std::unordered_set<const json::value*, hash, equal> seen;
        for (const auto& one : at_->get_array()) {
            pay(1);
            if (!seen.insert(&one).second) {
                return violated("elements that differ", cat("twice ", shown(one)));
            }
        }
        return true;
    }

    // Keywords that `schema_text` lets no schema have.
    bool visit(const vc::ConditionalConstraint&) override { return false; }
    bool visit(const vc::ContainsConstraint&) override { return false; }
    bool visit(const vc::DependenciesConstraint&) override { return false; }
    bool visit(const vc::PropertyNamesConstraint&) override { return false; }

private:
    /// While it lives, violations are not told.
    class quiet_scope {
    public:
        explicit quiet_scope(std::size_t& count) : count_{count} { ++count_; }
        ~quiet_scope() { end(); }
        quiet_scope(const quiet_scope&) = delete;
        quiet_scope& operator=(const quiet_scope&) = delete;
        void end() const {
            if (!ended_) --count_;
            ended_ = true;
        }

    private:
        std::size_t& count_;
        mutable bool ended_ = false;
    };

    void pay(std::size_t steps) {
        if (steps > steps_left_) throw out_of_steps{};
        steps_left_ -= steps;
    }

    bool fits(const Subschema& schema, const json::value& value, const place& where) {
        pay(1);
        if (++calls_ > calls_max) throw out_of_steps{};
        const auto* const outer = std::exchange(at_, &value);
        const auto* const outer_place = std::exchange(where_, &where);
        // With `apply` every violation is told, with `applyStrict` the first.
        const bool good = schema.getAlwaysInvalid()
                              ? violated("nothing (the schema is false)")
                              : (quiet_ > 0 ? schema.applyStrict(apply_) : schema.apply(apply_));
        at_ = outer;
        where_ = outer_place;
        --calls_;
        return good;
    }

    bool fits_member(const Subschema& schema, const json::key_value_pair& member) {
        const place inner{where_, view(member.key()), 0, false};
        return fits(schema, member.value(), inner);
    }

    bool fits_element(const Subschema& schema, const json::array& array, std::size_t index) {
        const place inner{where_, {}, index, true};
        return fits(schema, array[index], inner);
    }

    template <class Schemas>
    std::pair<std::size_t, std::size_t> count_fitting(const Schemas& schemas) {
        const quiet_scope quiet{quiet_};
        std::size_t fitting = 0;
        std::size_t all = 0;
        schemas.applyToSubschemas([&](unsigned, const Subschema* one) {
            ++all;
            if (fits(*one, *at_, *where_)) ++fitting;
            return true;
        });
        return {fitting, all};
    }

    /// Always false.
    bool violated(std::string wanted) {
        return violated_with([&] { return std::pair{std::move(wanted), shown(*at_)}; });
    }
    bool violated(std::string wanted, std::string found) {
        return violated_with([&] { return std::pair{std::move(wanted), std::move(found)}; });
    }
    template <class Describe>
    bool violated_with(Describe&& describe) {
        if (quiet_ == 0 && violations_.size() < violations_max) {
            auto [wanted, found] = describe();
            violations_.push_back({where_->pointer(), std::move(wanted), std::move(found)});
        }
        return false;
    }

    static std::string quoted(std::string_view name) {
        std::string text;
        append_json_string(text, name);
        return text;
    }

    static bool accepts_all(const Subschema& schema) {
        Subschema::ApplyFunction none = [](const vc::Constraint&) { return false; };
        return !schema.getAlwaysInvalid() && schema.applyStrict(none);
    }

    static bool is(const json::value& value, vc::TypeConstraint::JsonType type) {
        switch (type) {
            case vc::TypeConstraint::kAny: return true;
            case vc::TypeConstraint::kArray: return value.is_array();
            case vc::TypeConstraint::kBoolean: return value.is_bool();
            case vc::TypeConstraint::kInteger: return is_integer(value);
            case vc::TypeConstraint::kNull: return value.is_null();
            case vc::TypeConstraint::kNumber:
                return value.is_number() &&
                       (!value.is_double() || std::isfinite(value.get_double()));
            case vc::TypeConstraint::kObject: return value.is_object();
            case vc::TypeConstraint::kString: return value.is_string();
        }
        return false;
    }

    static std::string describe(const vc::TypeConstraint& type) {
        constexpr auto names =
            std::to_array<std::string_view>({"anything", "an array", "a boolean", "an integer",
                                             "null", "a number", "an object", "a string"});
        std::string text;
        type.applyToNamedTypes([&](vc::TypeConstraint::JsonType one) {
            text += cat(text.empty() ? "" : " or ", names[static_cast<std::size_t>(one)]);
            return true;
        });
        return text;
    }

    /// Below, at (0) or above a bound of the schema, which is exact as a double.
    int order_to(double bound) const {
        if (at_->is_double()) {
            const double found = at_->get_double();
            return found < bound ? -1 : (found > bound ? 1 : 0);
        }
        // Rounding to a double keeps the order, but for those beside a bound that is not whole or
        // is 2^53: there whole numbers decide.
        const double found = at_->to_number<double>();
        if (found < bound) return -1;
        if (found > bound) return 1;
        if (std::abs(bound) != exact_max || !at_->is_int64()) return 0;
        const auto off = at_->get_int64() - static_cast<std::int64_t>(bound);
        return off < 0 ? -1 : (off > 0 ? 1 : 0);
    }

    bool fits_int64() const {
        return at_->get_uint64() <=
               static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    }

    std::uint64_t length() const {
        std::uint64_t characters = 0;
        for (const char c : view(at_->get_string())) {
            if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++characters;
        }
        return characters;
    }

    static bool is_date(std::string_view text) {
        return text.size() == 10 && parse_timestamp(text).has_value();
    }

    /// `parse_timestamp` reads more: times without seconds, and dates.
    static bool is_time(std::string_view text) {
        return text.size() >= 20 && (text[10] == 'T' || text[10] == 't') && text[16] == ':' &&
               parse_timestamp(text).has_value();
    }

    const pattern_table& patterns_;
    Subschema::ApplyFunction apply_;
    const json::value* at_ = nullptr;
    const place* where_ = nullptr;
    std::size_t quiet_ = 0;
    std::size_t calls_ = 0;
    std::size_t steps_left_;
    std::vector<schema_violation> violations_;
};

}  // namespace

struct payload_schema::impl {
    valijson::Schema schema;
    pattern_table patterns;
};

payload_schema::payload_schema(std::unique_ptr<impl> made) : impl_{std::move(made)} {}
payload_schema::~payload_schema() = default;

result<std::unique_ptr<const payload_schema>> payload_schema::make(std::string_view text) {
    const auto parsed = schema_text::parse(text);
    if (!parsed) return parsed.error();
    auto made = std::make_unique<impl>();
    for (const auto& one : parsed->patterns) {
        auto pattern = schema_pattern::make(one);
        if (!pattern) return pattern.error();
        made->patterns.emplace(one, std::move(*pattern));
    }
    try {
        valijson::SchemaParser parser{valijson::SchemaParser::kDraft7};
        parser.addConstraintBuilder("enum", new listed_values_builder);
        parser.addConstraintBuilder("const", new listed_values_builder);
        parser.populateSchema(valijson::adapters::BoostJsonAdapter{parsed->root}, made->schema);
    } catch (const std::exception& why) {
        return fail(errc::invalid_argument, cat("schema: ", why.what()));
    }
    return std::unique_ptr<const payload_schema>{new payload_schema{std::move(made)}};
}

result<std::vector<schema_violation>> payload_schema::check(const json::value& value,
                                                            std::size_t bytes) const {
    try {
        payload_visitor visitor{impl_->patterns, steps_base + steps_per_byte * bytes};
        return visitor.check(*impl_->schema.root(), value);
    } catch (const out_of_steps&) {
        return fail(errc::too_large, cat("holding a payload of ", bytes,
                                         " bytes against its schema takes too many steps"));
    } catch (const std::exception& why) {
        return fail(errc::invalid_argument,
                    cat("holding a payload against its schema: ", why.what()));
    }
}

result<std::vector<schema_violation>> payload_schema::check(std::string_view payload) const {
    // Most payloads fit, so that parsing one does not go to the heap.
    std::array<unsigned char, 4096> arena;
    json::monotonic_resource memory{arena.data(), arena.size()};
    json::parse_options options;
    options.max_depth = json_depth_max;
    json::error_code failed;
    const auto value = json::parse({payload.data(), payload.size()}, failed, &memory, options);
    if (failed) {
        return std::vector{
            schema_violation{{}, "JSON", cat("something else (", failed.message(), ")")}};
    }
    return check(value, payload.size());
}

}  // namespace daybook
