// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/trace_context.hpp>
#include <daybook/types.hpp>

#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

inline constexpr std::string_view json_content_type = "application/json";

/// Who did it: a kind ("user", "agent", "system", ...), an id, and for agents the model.
struct actor {
    std::string type{};
    std::string id{};
    std::string model{};
    friend bool operator==(const actor&, const actor&) = default;
};

/// An event as a caller hands it in. Only `type` is needed; what is left empty is filled from the
/// ambient `context` (<daybook/context.hpp>) or by the store.
struct new_event {
    std::string type{};               ///< e.g. "AgentSpawned"; not empty.
    std::string payload = "{}";       ///< Kept byte for byte. Must be UTF-8 JSON by default.
    std::vector<std::string> tags{};  ///< "key:value", indexed. Keys "daybook.*" are reserved.
    std::string correlation{};        ///< The id of the whole undertaking.
    std::vector<event_id> causes{};   ///< What led to this; the first is *the* causation id.
    daybook::actor actor{};
    std::optional<timestamp> occurred_at{};  ///< Default: the time of the append.
    std::string schema{};                    ///< Version of the payload's schema, e.g. "1.0.0".
    std::optional<event_id> id{};  ///< Given: repeats are recognised. Default: a new UUIDv7.
    std::string content_type{json_content_type};
    /// A JSON object, or empty, carried along for foreign formats; not indexed, and not read but
    /// for the trace.
    /// The members "traceparent" and "tracestate" say where in a distributed trace it happened;
    /// see `with_trace`. Without them it is that of the ambient context.
    std::string extensions{};
};

/// Borrowed parts of an `event_view`.
struct actor_view {
    std::string_view type{};
    std::string_view id{};
    std::string_view model{};
};

/// The tags of one event, in stored order; a forward range of `std::string_view`.
class tag_range {
public:
    class iterator {
    public:
        using value_type = std::string_view;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::forward_iterator_tag;
        using reference = std::string_view;
        using pointer = void;

        iterator() = default;
        explicit iterator(const char* at) : at_{at} {}
        std::string_view operator*() const noexcept;
        iterator& operator++() noexcept;
        iterator operator++(int) noexcept {
            auto old = *this;
            ++*this;
            return old;
        }
        friend bool operator==(const iterator&, const iterator&) = default;

    private:
        const char* at_ = nullptr;
    };

    tag_range() = default;
    tag_range(std::string_view block, std::size_t count) : block_{block}, count_{count} {}
    iterator begin() const noexcept { return iterator{block_.data()}; }
    iterator end() const noexcept { return iterator{block_.data() + block_.size()}; }
    std::size_t size() const noexcept { return count_; }

private:
    std::string_view block_;
    std::size_t count_ = 0;
};

/// What is left of a payload that was deleted; see `delete_payloads` in <daybook/archive.hpp>.
struct tombstone {
    std::string_view digest{};     ///< 32 bytes: the digest of the payload that was stored.
    std::uint32_t size_bytes = 0;  ///< Of that payload.
};

/// A stored event, read in place: no copy, and no JSON parsed until you ask for it.
///
/// Borrows its bytes: valid until the reader it came from moves on or dies. Copying the view is
/// cheap; `event` keeps the bytes. The layout is in core/docs/event_record.md.
class event_view {
public:
    event_view() = default;

    /// Checks `record` completely: every size adds up, every string is in bounds.
    /// Fails with `corrupt`, or `unsupported` for a record of a newer version.
    static result<event_view> parse(std::string_view record);

    daybook::position position() const noexcept;
    daybook::sequence sequence() const noexcept;
    event_id id() const noexcept;
    std::string_view stream() const noexcept;
    std::string_view category() const noexcept { return category_of(stream()); }
    std::string_view type() const noexcept;
    std::string_view schema() const noexcept;
    timestamp occurred_at() const noexcept;  ///< The caller's time.
    timestamp recorded_at() const noexcept;  ///< The store's time; never decreases with position.
    std::string_view correlation() const noexcept;
    std::span<const event_id> causes() const noexcept;
    actor_view actor() const noexcept;
    tag_range tags() const noexcept;
    /// The value of the first tag with this key: `tag("phase")` of "phase:CODE" is "CODE".
    std::optional<std::string_view> tag(std::string_view key) const noexcept;
    std::string_view content_type() const noexcept;
    std::string_view extensions() const noexcept;
    std::string_view payload() const noexcept;  ///< Empty if it was deleted.
    /// Set exactly when the payload was deleted: what is known of it.
    std::optional<tombstone> deleted_payload() const noexcept;
    /// Where in a distributed trace it happened, as far as what is stored is valid; empty if
    /// nowhere. Read from the extensions when asked.
    trace_context trace() const;

    /// The whole stored record.
    std::string_view record() const noexcept { return record_; }

private:
    friend class event;
    friend class event_block;
    friend struct record_access;
    explicit event_view(std::string_view record) : record_{record} {}

    std::string_view record_;
};

/// A stored event that owns its bytes. Offers everything `event_view` does.
class event {
public:
    event() = default;
    explicit event(event_view view) : record_{view.record()} {}

    event_view view() const noexcept { return event_view{std::string_view{record_}}; }
    operator event_view() const noexcept { return view(); }

    daybook::position position() const noexcept { return view().position(); }
    daybook::sequence sequence() const noexcept { return view().sequence(); }
    event_id id() const noexcept { return view().id(); }
    std::string_view stream() const noexcept { return view().stream(); }
    std::string_view type() const noexcept { return view().type(); }
    std::string_view payload() const noexcept { return view().payload(); }

private:
    std::string record_;
};

}  // namespace daybook
