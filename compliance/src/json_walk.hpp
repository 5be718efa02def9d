// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/raw_json.hpp>
#include <daybook/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::compliance {

/// JSON Pointers (RFC 6901) in which a step may be "*", any one member or element, or "**", any
/// number of steps, none too. A member that is really named so is meant by them like any other.
class pointer_patterns {
public:
    /// `id` is what a place is matched as. Fails with `invalid_argument`: it is empty, does not
    /// begin with '/', has a '~' that is not "~0" or "~1", or more than 64 steps.
    result<void> add(std::string_view pattern, std::uint32_t id);

    bool empty() const noexcept { return steps_.empty(); }

private:
    friend class json_walk;
    enum class kind : std::uint8_t { name, any, any_number, end };
    struct step {
        kind what;
        std::uint32_t id;  ///< Of `end`.
        std::string name;
    };
    std::vector<step> steps_;  ///< Of one pattern after the other; each has its `end`.
    std::vector<std::uint32_t> starts_;
};

/// Walks over JSON once, from the front, and writes it again where something is replaced. Values
/// that are not replaced stay byte for byte. Every member is seen, those of one name too, under the
/// name that escapes stand for.
///
/// Requires: the text is sound JSON (`check_json`), so it nests at most `json_depth_max` deep.
/// Cost: in proportion to the text, and to the patterns that still fit at each step.
class json_walk {
public:
    enum class next {
        keep,     ///< Leave the value as it is, and do not look inside.
        descend,  ///< Look at what is inside; a value that holds nothing is kept.
        replace   ///< Put the replacement in its place.
    };

    /// What is told of each value before what is inside it.
    class visitor {
    public:
        virtual ~visitor() = default;
        /// `replacement` is to be JSON. An error ends the walk and is given back.
        virtual result<next> value(json_walk& at, std::string& replacement) = 0;
        /// Of a member's name: `replace` puts `replacement`, which is text, in its place.
        virtual result<next> name(json_walk&, std::string&) { return next::keep; }
    };

    json_walk(std::string_view text, const pointer_patterns& patterns)
        : text_{text}, patterns_{patterns} {}

    /// Nothing if nothing was replaced.
    result<std::optional<std::string>> run(visitor& with);

    // For visitors, about the value (or the name) that they are asked about.

    json_kind kind() const noexcept { return kind_of(text_.substr(at_, 1)); }
    /// Does it begin so? Cheap; `whole` of every object would read deep ones over and over.
    bool begins_with(std::string_view start) const noexcept {
        return text_.substr(at_).starts_with(start);
    }
    /// As it is written. Cost: finds its end.
    std::string_view whole();
    /// The name of the member that it is; nothing for elements and for the whole text.
    std::optional<std::string_view> member_name() const;
    bool is_root() const noexcept { return path_.empty(); }
    /// The lowest id that a pattern is matched as here.
    std::optional<std::uint32_t> match() const noexcept { return match_; }
    /// Its JSON Pointer.
    std::string pointer() const;

private:
    struct place {
        std::string_view raw;  ///< Of a member's name.
        std::string text;      ///< If it has escapes.
        std::size_t index = 0;
        bool is_member = false;
        bool is_escaped = false;
        std::string_view name() const noexcept { return is_escaped ? text : raw; }
    };

    result<void> visit(visitor& with);
    result<void> visit_object(visitor& with);
    result<void> visit_array(visitor& with);
    result<void> visit_name(visitor& with, std::size_t from);
    /// Where the states of the value around were.
    struct level {
        std::size_t states_at = 0;
        std::size_t states_end = 0;
    };

    void enter(const place& step);
    void leave(const level& outer);
    void skip_comma();
    void add_state(std::uint32_t state, std::size_t first);
    void put(std::size_t from, std::size_t to, std::string_view text);
    void skip_space() noexcept;
    std::size_t end_of_string(std::size_t from) const noexcept;
    std::size_t end_of_value(std::size_t from) const noexcept;

    std::string_view text_;
    const pointer_patterns& patterns_;
    std::size_t at_ = 0;
    std::optional<std::size_t> end_;  ///< Of the value at `at_`, once it was looked for.
    std::vector<place> path_;
    std::vector<std::uint32_t> states_;  ///< Steps that may come next, of all depths.
    std::size_t states_at_ = 0;          ///< Where those of this depth begin.
    std::optional<std::uint32_t> match_;
    std::string out_;
    std::size_t copied_ = 0;
    bool changed_ = false;
    std::string replacement_;
};

}  // namespace daybook::compliance
