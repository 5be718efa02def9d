// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>
#include <daybook/result.hpp>

#include <string>

namespace daybook {

/// Gives back what an admission changed before it was stored: the clear payload of an encrypted
/// one. The first step of reading where `upcaster_builder::open_with` was given one, so that
/// aggregates, projections and upcasters see it; see <daybook/compliance/sealing.hpp>.
///
/// Called by any number of threads at a time. No exception may leave it.
class payload_opener {
public:
    virtual ~payload_opener() = default;

    /// Does the payload have to be opened? Asked of every event that is read.
    virtual bool concerns(const event_view& stored) const noexcept = 0;

    /// The payload that is read in place of the stored one.
    virtual result<std::string> open(const event_view& stored) const = 0;

protected:
    payload_opener() = default;
    payload_opener(const payload_opener&) = default;
    payload_opener& operator=(const payload_opener&) = default;
};

}  // namespace daybook
