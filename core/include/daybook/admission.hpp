// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>
#include <daybook/result.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

namespace record {
struct draft;
}

/// An event on its way into a store, with its id and time and all that the ambient context adds.
/// Payload, extensions and tags may be replaced; the rest is as it will be stored.
///
/// Views stay valid until the call ends that was given the event, or until what they show is
/// replaced.
class arriving_event {
public:
    explicit arriving_event(record::draft& of) : of_{of} {}
    arriving_event(const arriving_event&) = delete;
    arriving_event& operator=(const arriving_event&) = delete;

    std::string_view stream() const noexcept;
    event_id id() const noexcept;
    std::string_view type() const noexcept;
    std::string_view schema() const noexcept;
    std::string_view correlation() const noexcept;
    actor_view actor() const noexcept;
    timestamp occurred_at() const noexcept;
    std::span<const std::string> tags() const noexcept;  ///< Those that the caller gave.
    std::string_view content_type() const noexcept;
    std::string_view payload() const noexcept;  ///< Sound JSON, if that is its content type.
    std::string_view extensions() const noexcept;

    /// Both are checked again before they are stored, as if the caller had given them.
    void set_payload(std::string payload);
    void set_payload(std::string payload, std::string content_type);
    void set_extensions(std::string extensions);
    void set_tags(std::vector<std::string> tags);

    /// Whether anything was replaced.
    bool changed() const noexcept { return changed_; }

private:
    record::draft& of_;
    bool changed_ = false;
    std::string payload_;
    std::string content_type_;
    std::string extensions_;
    std::vector<std::string> tags_;
};

/// Sees every event that is appended to a store, whichever way it comes, before anything of it is
/// encoded, indexed, queued or written; may change it or refuse the append. How secrets are kept
/// out of a log and personal data encrypted; see <daybook/compliance/redaction.hpp>.
///
///     store_options options;
///     options.admissions = {std::make_shared<my_admission>()};
///     auto log = store::open("work", options).value();
///
/// Called on the thread of the caller of `append`, so by several threads at a time, once for each
/// event, in the order of `store_options::admissions`, each seeing what the one before it made.
/// Schemas (see <daybook/schema_catalog.hpp>) are held against the payload as the caller gave it.
/// Must not append, to whichever store. No exception may leave it.
///
/// What it does should follow from the event alone: whoever repeats an append, with the ids of the
/// first time, is recognised by what is stored being the same once more.
class admission {
public:
    virtual ~admission() = default;

    /// An error refuses the whole append, and its caller gets it; nothing is stored. `rejected`
    /// says that it is this event's fault: an emitter gives such a one up and goes on, and tries
    /// again after other errors.
    virtual result<void> admit(arriving_event& event) = 0;

protected:
    admission() = default;
    admission(const admission&) = default;
    admission& operator=(const admission&) = default;
};

}  // namespace daybook
