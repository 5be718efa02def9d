// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "schema_text.hpp"

#include <daybook/raw_json.hpp>

#include "schema_pattern.hpp"
#include "text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>

namespace daybook::schema_text {
namespace {

namespace json = boost::json;

constexpr std::size_t shown_bytes_max = 60;
constexpr std::string_view root_reference = "#";
constexpr std::string_view definitions_prefix = "#/definitions/";
constexpr std::string_view draft_07 = "http://json-schema.org/draft-07/schema";
/// Beyond this, not every whole number is a double of its own.
constexpr std::int64_t exact_max = std::int64_t{1} << 53;

/// What the value of a keyword is.
enum class form {
    annotation,
    dialect,
    schema,
    in_place_schema,   ///< About the same value as the schema that it stands in.
    in_place_schemas,  ///< A list of such.
    schemas_by_name,
    definitions,
    items,
    type,
    values,
    value,
    names,
    number,
    positive,
    count,
    boolean,
    pattern,
    format,
    reference,
};

struct keyword {
    std::string_view name;
    form is;
};

constexpr auto keywords = std::to_array<keyword>({{"$comment", form::annotation},
                                                  {"$id", form::annotation},
                                                  {"$ref", form::reference},
                                                  {"$schema", form::dialect},
                                                  {"additionalItems", form::schema},
                                                  {"additionalProperties", form::schema},
                                                  {"allOf", form::in_place_schemas},
                                                  {"anyOf", form::in_place_schemas},
                                                  {"const", form::value},
                                                  {"default", form::annotation},
                                                  {"definitions", form::definitions},
                                                  {"description", form::annotation},
                                                  {"enum", form::values},
                                                  {"examples", form::annotation},
                                                  {"exclusiveMaximum", form::number},
                                                  {"exclusiveMinimum", form::number},
                                                  {"format", form::format},
                                                  {"items", form::items},
                                                  {"maxItems", form::count},
                                                  {"maxLength", form::count},
                                                  {"maxProperties", form::count},
                                                  {"maximum", form::number},
                                                  {"minItems", form::count},
                                                  {"minLength", form::count},
                                                  {"minProperties", form::count},
                                                  {"minimum", form::number},
                                                  {"multipleOf", form::positive},
                                                  {"not", form::in_place_schema},
                                                  {"oneOf", form::in_place_schemas},
                                                  {"pattern", form::pattern},
                                                  {"properties", form::schemas_by_name},
                                                  {"readOnly", form::annotation},
                                                  {"required", form::names},
                                                  {"title", form::annotation},
                                                  {"type", form::type},
                                                  {"uniqueItems", form::boolean},
                                                  {"writeOnly", form::annotation},
                                                  {"x-daybook-personal", form::annotation},
                                                  {"x-daybook-secret", form::annotation},
                                                  {"x-daybook-subject", form::annotation}});

constexpr auto types = std::to_array<std::string_view>(
    {"array", "boolean", "integer", "null", "number", "object", "string"});
constexpr auto formats =
    std::to_array<std::string_view>({"date", "date-time", "float", "int64", "uint64", "uuid"});

bool is_one_of(std::span<const std::string_view> all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

bool is_whole_number(const json::value& value, std::int64_t from) {
    return value.is_int64() && value.get_int64() >= from && value.get_int64() <= exact_max;
}

bool is_number(const json::value& value) {
    return value.is_double() ? std::isfinite(value.get_double())
                             : is_whole_number(value, -exact_max);
}

bool is_scalar(const json::value& value) {
    return value.is_string() || value.is_bool() || value.is_null() || is_number(value);
}

bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

/// Where in the schema something stands.
struct place {
    std::string pointer;
    std::size_t depth = 0;
    /// The definition (or "#") whose own value this is about, if it is not about a part of it.
    std::optional<std::string> in_place_of{};
};

class schema_reader {
public:
    explicit schema_reader(document& into) : into_{into} {}

    result<void> read() {
        if (!into_.root.is_object())
            return fault({}, cat("it is ", shown(into_.root), ", not an object"));
        if (auto ok = schema(into_.root, {"", 0, std::string{root_reference}}); !ok) return ok;
        return check_loops();
    }

private:
    static error fault(std::string_view pointer, std::string_view what,
                       errc code = errc::invalid_argument) {
        return fail(
            code, pointer.empty() ? cat("schema: ", what) : cat("schema at ", pointer, ": ", what));
    }

    result<void> schema(const json::value& one, const place& at) {
        if (one.is_bool()) return {};
        if (!one.is_object()) {
            return fault(at.pointer, cat("a schema is an object or a boolean, found ", shown(one)));
        }
        if (at.depth > schema_depth_max) {
            return fault(at.pointer, cat("schemas nest deeper than ", schema_depth_max),
                         errc::too_large);
        }
        for (const auto& member : one.get_object()) {
            const auto name = view(member.key());
            const auto known = std::find_if(keywords.begin(), keywords.end(),
                                            [&](const auto& k) { return k.name == name; });
            if (known == keywords.end()) {
                return fault(at.pointer, cat("the keyword ", in_quotes(name),
                                             " is not supported; see core/docs/schemas.md"));
            }
            if (auto ok = check(*known, member.value(), one.get_object(), at); !ok) return ok;
        }
        return {};
    }

    result<void> check(const keyword& key, const json::value& value, const json::object& in,
                       const place& at) {
        switch (key.is) {
            case form::annotation: return annotation(key.name, value, at);
            case form::schema: return schema(value, inside(at, key.name));
            case form::in_place_schema: return schema(value, in_place(at, key.name));
            case form::in_place_schemas: return list(key.name, value, at, true);
            case form::items:
                return value.is_array() ? list(key.name, value, at, false)
                                        : schema(value, inside(at, key.name));
            case form::schemas_by_name: return by_name(key.name, value, at);
            case form::definitions: return definitions(value, at);
            case form::reference: return reference(value, in, at);
            case form::pattern: return pattern(value, at);
            default: return plain(key, value, at);
        }
    }

    static place inside(const place& at, std::string_view name) {
        return {below(at.pointer, name), at.depth + 1, {}};
    }
    static place in_place(const place& at, std::string_view name) {
        return {below(at.pointer, name), at.depth + 1, at.in_place_of};
    }

    /// valijson wants these two to be texts.
    static result<void> annotation(std::string_view name, const json::value& value,
                                   const place& at) {
        if ((name == "title" || name == "description") && !value.is_string()) {
            return wrong(name, "a text", value, at);
        }
        if (name == "$id" && !at.pointer.empty()) {
            return fault(at.pointer, "\"$id\" is supported at the root only");
        }
        return {};
    }

    static result<void> wrong(std::string_view name, std::string_view wanted,
                              const json::value& found, const place& at) {
        return fault(at.pointer, cat('"', name, "\" has to be ", wanted, ", found ", shown(found)));
    }

    static result<void> plain(const keyword& key, const json::value& value, const place& at) {
        switch (key.is) {
            case form::dialect: {
                const bool good =
                    value.is_string() && view(value.get_string()).starts_with(draft_07);
                return good ? result<void>{} : wrong(key.name, cat(draft_07, '#'), value, at);
            }
            case form::type: return type(value, at);
            case form::values: return values(value, at);
            case form::names: return names(value, at);
            case form::format: return format(value, at);
            case form::value:
                return is_scalar(value)
                           ? result<void>{}
                           : wrong(key.name, "a text, a boolean, null or a number up to 2^53",
                                   value, at);
            case form::number:
                return is_number(value) ? result<void>{}
                                        : wrong(key.name, "a number up to 2^53", value, at);
            case form::positive:
                return is_number(value) && value.to_number<double>() > 0
                           ? result<void>{}
                           : wrong(key.name, "a number above 0 and up to 2^53", value, at);
            case form::count:
                return is_whole_number(value, 0)
                           ? result<void>{}
                           : wrong(key.name, "a whole number of 0 or more", value, at);
            default:
                return value.is_bool() ? result<void>{}
                                       : wrong(key.name, "true or false", value, at);
        }
    }

    static result<void> type(const json::value& value, const place& at) {
        const auto known = [](const json::value& one) {
            return one.is_string() && is_one_of(types, view(one.get_string()));
        };
        if (known(value)) return {};
        if (value.is_array() && !value.get_array().empty()) {
            const auto& all = value.get_array();
            if (std::all_of(all.begin(), all.end(), known)) return {};
        }
        return wrong("type", "a type of JSON or a list of them", value, at);
    }

    static result<void> values(const json::value& value, const place& at) {
        if (value.is_array() && !value.get_array().empty()) {
            const auto& all = value.get_array();
            if (std::all_of(all.begin(), all.end(), is_scalar)) return {};
        }
        return wrong("enum", "a list of texts, booleans, null and numbers up to 2^53", value, at);
    }

    static result<void> names(const json::value& value, const place& at) {
        const auto good = [](const json::value& one) {
            return one.is_string() && !has_nul(view(one.get_string()));
        };
        if (value.is_array()) {
            const auto& all = value.get_array();
            if (std::all_of(all.begin(), all.end(), good)) return {};
        }
        return wrong("required", "a list of names", value, at);
    }

    static result<void> format(const json::value& value, const place& at) {
        if (value.is_string() && is_one_of(formats, view(value.get_string()))) return {};
        return wrong("format", "date, date-time, float, int64, uint64 or uuid", value, at);
    }

    result<void> pattern(const json::value& value, const place& at) {
        if (!value.is_string()) return wrong("pattern", "a text", value, at);
        const auto text = view(value.get_string());
        if (auto made = schema_pattern::make(text); !made) {
            return fault(at.pointer, cat("pattern ", in_quotes(text), ": ", made.error().message),
                         made.error().code);
        }
        into_.patterns.emplace_back(text);
        return {};
    }

    result<void> list(std::string_view name, const json::value& value, const place& at,
                      bool same_value) {
        if (!value.is_array() || value.get_array().empty()) {
            return wrong(name, "a list of schemas", value, at);
        }
        std::size_t index = 0;
        for (const auto& one : value.get_array()) {
            auto next = same_value ? in_place(at, name) : inside(at, name);
            next.pointer = below(next.pointer, std::to_string(index++));
            if (auto ok = schema(one, next); !ok) return ok;
        }
        return {};
    }

    result<void> by_name(std::string_view name, const json::value& value, const place& at) {
        if (!value.is_object()) return wrong(name, "an object of schemas", value, at);
        for (const auto& member : value.get_object()) {
            const auto key = view(member.key());
            if (has_nul(key))
                return fault(at.pointer, cat("the name ", in_quotes(key), " has U+0000"));
            auto next = inside(at, name);
            next.pointer = below(next.pointer, key);
            if (auto ok = schema(member.value(), next); !ok) return ok;
        }
        return {};
    }

    result<void> definitions(const json::value& value, const place& at) {
        if (!at.pointer.empty()) {
            return fault(at.pointer, "\"definitions\" are supported at the root only");
        }
        if (!value.is_object()) return wrong("definitions", "an object of schemas", value, at);
        constexpr std::string_view letters =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
        for (const auto& member : value.get_object()) {
            const auto name = view(member.key());
            if (name.empty() || name.find_first_not_of(letters) != std::string_view::npos) {
                return fault("/definitions", cat("the name ", in_quotes(name),
                                                 " is not of letters, digits and _ . -"));
            }
            const place next{below("/definitions", name), at.depth + 1, std::string{name}};
            if (auto ok = schema(member.value(), next); !ok) return ok;
        }
        return {};
    }

    result<void> reference(const json::value& value, const json::object& in, const place& at) {
        if (!value.is_string()) return wrong("$ref", "a text", value, at);
        auto target = std::string{view(value.get_string())};
        if (target != root_reference) {
            const auto* all = into_.root.get_object().if_contains("definitions");
            const bool inner = target.starts_with(definitions_prefix);
            if (inner) target.erase(0, definitions_prefix.size());
            if (!inner || all == nullptr || !all->is_object() ||
                !all->get_object().contains(target)) {
                return wrong("$ref", "# or #/definitions/NAME, which is there", value, at);
            }
        }
        for (const auto& member : in) {
            const auto name = view(member.key());
            const bool goes_with = name == "$ref" || name == "title" || name == "description" ||
                                   name == "$comment" || name == "default" ||
                                   name == "examples" || name.starts_with("x-daybook-");
            if (!goes_with) {
                return fault(at.pointer, cat("draft-07 ignores ", in_quotes(name),
                                             " beside \"$ref\"; put both into an \"allOf\""));
            }
        }
        if (at.in_place_of) leads_to_[*at.in_place_of].insert(target);
        return {};
    }

    /// A schema that stands for itself, in however many steps, would never come to a value.
    result<void> check_loops() const {
        std::set<std::string> done;
        for (const auto& [name, next] : leads_to_) {
            if (loops(name, done)) {
                return fault({}, cat("\"$ref\": ", in_quotes(name), " leads back to itself"));
            }
        }
        return {};
    }

    /// Depth first, with a list instead of calls: there may be thousands of definitions.
    bool loops(const std::string& start, std::set<std::string>& done) const {
        std::vector<std::pair<std::string, bool>> steps{{start, false}};
        std::set<std::string> open;
        while (!steps.empty()) {
            const auto [name, left] = steps.back();
            steps.pop_back();
            if (left) {
                open.erase(name);
                done.insert(name);
                continue;
            }
            if (open.contains(name)) return true;
            const auto found = leads_to_.find(name);
            if (found == leads_to_.end() || done.contains(name)) continue;
            open.insert(name);
            steps.emplace_back(name, true);
            for (const auto& next : found->second) steps.emplace_back(next, false);
        }
        return false;
    }

    document& into_;
    std::map<std::string, std::set<std::string>> leads_to_;
};

}  // namespace

std::string shown(const json::value& value) {
    // Not the whole of a large one: it may have megabytes.
    if (value.is_array()) return cat("an array of ", value.get_array().size());
    if (value.is_object()) return cat("an object of ", value.get_object().size());
    if (value.is_string() && value.get_string().size() > shown_bytes_max) {
        const auto text = view(value.get_string());
        std::size_t end = shown_bytes_max;
        while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
        std::string quoted;
        append_json_string(quoted, text.substr(0, end));
        return cat(quoted, "... (", text.size(), " bytes)");
    }
    return value.is_double() ? shown(value.get_double()) : json::serialize(value);
}

/// "1.5", where Boost writes "1.5E0".
std::string shown(double number) {
    if (std::abs(number) <= static_cast<double>(exact_max) && std::trunc(number) == number) {
        return std::to_string(static_cast<std::int64_t>(number));
    }
    if (!std::isfinite(number)) return "a number that no double holds";
    std::string text;
    detail::json_number(text, number);
    return text;
}

std::string below(std::string_view pointer, std::string_view name) {
    auto next = cat(pointer, '/');
    for (const char c : name) {
        if (c == '~') {
            next += "~0";
        } else if (c == '/') {
            next += "~1";
        } else {
            next += c;
        }
    }
    return next;
}

const json::value& resolve(const json::value& root, std::string_view reference) {
    if (reference == root_reference) return root;
    reference.remove_prefix(definitions_prefix.size());
    return root.get_object()
        .at("definitions")
        .get_object()
        .at({reference.data(), reference.size()});
}

result<document> parse(std::string_view text) {
    if (text.size() > schema_text_bytes_max) {
        return fail(errc::too_large, cat("schema: it has ", text.size(), " bytes; the limit is ",
                                         schema_text_bytes_max));
    }
    if (auto ok = check_json(text); !ok) {
        return fail(errc::invalid_argument, cat("schema is not JSON: ", ok.error().message));
    }
    json::parse_options options;
    options.max_depth = json_depth_max;
    json::error_code failed;
    document made;
    made.root = json::parse({text.data(), text.size()}, failed, {}, options);
    if (failed) return fail(errc::invalid_argument, cat("schema: ", failed.message()));
    if (auto ok = schema_reader{made}.read(); !ok) return ok.error();
    return made;
}

}  // namespace daybook::schema_text

namespace daybook {

result<void> check_schema(std::string_view text) {
    const auto parsed = schema_text::parse(text);
    return parsed ? result<void>{} : parsed.error();
}

}  // namespace daybook
