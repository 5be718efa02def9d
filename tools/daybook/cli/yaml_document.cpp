// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/yaml_document.hpp"

#include "cli/text.hpp"

#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>
#include <yaml.h>

namespace daybook::cli {
namespace {

namespace json = boost::json;

std::string at_line(std::size_t line) { return "line " + std::to_string(line) + ": "; }

error at_line(std::size_t line, const std::string& what) {
    return fail(errc::invalid_argument, at_line(line) + what);
}

/// A number as JSON writes it; nothing if the whole text is none.
std::optional<json::value> number_of(std::string_view text) {
    const auto digits = text.substr(text.starts_with('-') ? 1 : 0);
    if (digits.empty() || digits.front() < '0' || digits.front() > '9') return std::nullopt;
    const char* end = text.data() + text.size();
    std::int64_t whole = 0;
    if (const auto [at, failed] = std::from_chars(text.data(), end, whole);
        failed == std::errc{} && at == end)
        return json::value(whole);
    double real = 0;
    if (const auto [at, failed] = std::from_chars(text.data(), end, real);
        failed == std::errc{} && at == end && std::isfinite(real))
        return json::value(real);
    return std::nullopt;
}

json::value plain_scalar(std::string_view text) {
    if (text.empty() || text == "~" || text == "null") return nullptr;
    if (text == "true") return true;
    if (text == "false") return false;
    if (auto number = number_of(text)) return *std::move(number);
    return json::string{text};
}

void append_token(std::string& pointer, std::string_view name) {
    pointer += '/';
    for (const char c : name) {
        if (c == '~' || c == '/') {
            pointer += c == '~' ? "~0" : "~1";
        } else {
            pointer += c;
        }
    }
}

/// libyaml's events, one at a time.
class event_stream {
public:
    explicit event_stream(std::string_view text) {
        if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc{};
        yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
        const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
        yaml_parser_set_input_string(&parser_, bytes, text.size());
    }
    ~event_stream() {
        yaml_event_delete(&event_);
        yaml_parser_delete(&parser_);
    }
    event_stream(const event_stream&) = delete;
    event_stream& operator=(const event_stream&) = delete;

    result<yaml_event_type_t> next() {
        yaml_event_delete(&event_);
        if (yaml_parser_parse(&parser_, &event_) == 1) return event_.type;
        std::memset(&event_, 0, sizeof event_);
        // A fault of the encoding has a byte and no line.
        if (parser_.error == YAML_READER_ERROR) {
            return fail(
                errc::invalid_argument,
                "byte " + std::to_string(parser_.problem_offset + 1) + ": " + parser_.problem);
        }
        std::string what{parser_.problem == nullptr ? "not YAML" : parser_.problem};
        if (parser_.context != nullptr) what = std::string{parser_.context} + ", " + what;
        return at_line(parser_.problem_mark.line + 1,
                       "column " + std::to_string(parser_.problem_mark.column + 1) + ": " + what);
    }

    const yaml_event_t& current() const noexcept { return event_; }
    std::size_t line() const noexcept { return event_.start_mark.line + 1; }

private:
    yaml_parser_t parser_{};
    yaml_event_t event_{};
};

class document_reader {
public:
    explicit document_reader(std::string_view text) : events_{text} {}

    result<yaml_document> read() {
        if (auto begun = skip_to_content(); !begun) return begun.error();
        auto value = read_value(0);
        if (!value) return value.error();
        document_.value = *std::move(value);
        if (auto ended = expect_end(); !ended) return ended.error();
        return std::move(document_);
    }

private:
    result<void> skip_to_content() {
        while (true) {
            const auto type = events_.next();
            if (!type) return type.error();
            if (*type == YAML_STREAM_END_EVENT)
                return fail(errc::invalid_argument, "line 1: there is nothing in it");
            if (*type != YAML_STREAM_START_EVENT && *type != YAML_DOCUMENT_START_EVENT) return {};
        }
    }

    result<void> expect_end() {
        while (true) {
            const auto type = events_.next();
            if (!type) return type.error();
            if (*type == YAML_STREAM_END_EVENT) return {};
            if (*type != YAML_DOCUMENT_END_EVENT)
                return at_line(events_.line(), "a second document begins; only one is allowed");
        }
    }

    /// The value that the current event begins.
    result<json::value> read_value(std::size_t depth) {
        const auto line = events_.line();
        document_.lines.try_emplace(pointer_, line);
        if (depth > yaml_depth_max) {
            return fail(errc::too_large, at_line(line) + "more than " +
                                             std::to_string(yaml_depth_max) + " levels deep");
        }
        if (auto plain = check_plain(line); !plain) return plain.error();
        switch (events_.current().type) {
            case YAML_SCALAR_EVENT: return scalar();
            case YAML_SEQUENCE_START_EVENT: return read_sequence(depth);
            case YAML_MAPPING_START_EVENT: return read_mapping(depth);
            default: return at_line(line, "a value was expected");
        }
    }

    /// Anchors would let a small file stand for a huge value; tags would mean other types.
    result<void> check_plain(std::size_t line) const {
        const auto& event = events_.current();
        const yaml_char_t* anchor = nullptr;
        const yaml_char_t* tag = nullptr;
        if (event.type == YAML_SCALAR_EVENT) {
            anchor = event.data.scalar.anchor;
            tag = event.data.scalar.tag;
        } else if (event.type == YAML_SEQUENCE_START_EVENT) {
            anchor = event.data.sequence_start.anchor;
            tag = event.data.sequence_start.tag;
        } else if (event.type == YAML_MAPPING_START_EVENT) {
            anchor = event.data.mapping_start.anchor;
            tag = event.data.mapping_start.tag;
        }
        const bool is_alias = event.type == YAML_ALIAS_EVENT;
        if (is_alias || anchor != nullptr)
            return at_line(line, "anchors (&) and aliases (*) are not allowed; quote a text");
        if (tag != nullptr) return at_line(line, "tags (!) are not allowed; quote a text");
        return {};
    }

    std::string_view scalar_text() const {
        const auto& scalar = events_.current().data.scalar;
        return {reinterpret_cast<const char*>(scalar.value), scalar.length};
    }

    json::value scalar() const {
        const auto style = events_.current().data.scalar.style;
        if (style == YAML_PLAIN_SCALAR_STYLE) return plain_scalar(scalar_text());
        return json::string{scalar_text()};
    }

    result<json::value> read_sequence(std::size_t depth) {
        json::array all;
        const auto outer = pointer_.size();
        while (true) {
            const auto type = events_.next();
            if (!type) return type.error();
            if (*type == YAML_SEQUENCE_END_EVENT) return json::value(std::move(all));
            append_token(pointer_, std::to_string(all.size()));
            auto value = read_value(depth + 1);
            if (!value) return value;
            all.push_back(*std::move(value));
            pointer_.resize(outer);
        }
    }

    result<json::value> read_mapping(std::size_t depth) {
        json::object all;
        const auto outer = pointer_.size();
        while (true) {
            const auto type = events_.next();
            if (!type) return type.error();
            if (*type == YAML_MAPPING_END_EVENT) return json::value(std::move(all));
            const auto line = events_.line();
            if (*type != YAML_SCALAR_EVENT)
                return at_line(line, "the name of a member must be text");
            if (auto plain = check_plain(line); !plain) return plain.error();
            const std::string name{scalar_text()};
            if (all.contains(name))
                return at_line(line, "'" + printable(name) + "' appears twice in this mapping");
            append_token(pointer_, name);
            document_.lines.try_emplace(pointer_, line);
            if (const auto began = events_.next(); !began) return began.error();
            auto value = read_value(depth + 1);
            if (!value) return value;
            all.emplace(name, *std::move(value));
            pointer_.resize(outer);
        }
    }

    event_stream events_;
    yaml_document document_;
    std::string pointer_;
};

}  // namespace

result<yaml_document> read_yaml(std::string_view text) {
    if (text.size() > yaml_bytes_max) {
        return fail(errc::too_large, std::to_string(text.size()) + " bytes, at most " +
                                         std::to_string(yaml_bytes_max) + " are allowed");
    }
    return document_reader{text}.read();
}

std::string place_in(const yaml_document& document, std::string_view pointer) {
    const auto found = document.lines.find(pointer);
    std::string place =
        found == document.lines.end() ? "" : "line " + std::to_string(found->second);
    if (!pointer.empty()) place += " (" + printable(pointer) + ")";
    return place;
}

}  // namespace daybook::cli
