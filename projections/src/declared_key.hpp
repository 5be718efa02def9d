// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "declaration.hpp"

#include <string>
#include <vector>

namespace daybook::projections {

/// Finds the keys of events for one declaration, which must outlive it. A part of the key that is
/// a list stands for each of its values; several such parts for each combination. Keeps memory for
/// the next event.
class declared_key_finder {
public:
    explicit declared_key_finder(const declaration& of) : of_{of}, parts_(of.key.size()) {}

    /// None twice; none at all if the event lacks a part. Valid until the next call. Throws if
    /// there are more than `keys_per_event_max`, or one has more than `key_bytes_max`.
    const std::vector<std::string>& find(const json_event& event);

private:
    bool read_part(const declared_key_part& part, const json_event& event,
                   std::vector<std::string>& into);
    void add_combinations();

    const declaration& of_;
    std::vector<std::vector<std::string>> parts_;  ///< The values of each part of the key.
    std::vector<plain_value> values_;
    std::vector<std::string> chosen_;
    std::vector<std::string> keys_;
};

}  // namespace daybook::projections
