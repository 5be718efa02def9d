// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "declared_key.hpp"

#include <algorithm>
#include <stdexcept>

namespace daybook::projections {
namespace {

namespace limits = declared_limits;

std::string text_of(const plain_value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* time = std::get_if<timestamp>(&value)) return to_string(*time);
    std::string text;
    daybook::detail::codec<plain_value>::json(text, value);
    return text;
}

[[noreturn]] void refuse_number(std::size_t at_least) {
    throw std::runtime_error{"the lists in its key make " + std::to_string(at_least) +
                             " rows or more, at most " +
                             std::to_string(limits::keys_per_event_max) +
                             " are allowed; choose another key for the view"};
}

void check_size(const std::string& key) {
    if (key.size() <= limits::key_bytes_max) return;
    throw std::runtime_error{"its key has " + std::to_string(key.size()) + " bytes, at most " +
                             std::to_string(limits::key_bytes_max) +
                             " are allowed; choose another key for the view"};
}

}  // namespace

const std::vector<std::string>& declared_key_finder::find(const json_event& event) {
    keys_.clear();
    std::size_t combinations = 1;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        if (!read_part(of_.key[i], event, parts_[i])) return keys_;
        combinations *= parts_[i].size();
        if (combinations > limits::keys_per_event_max) refuse_number(combinations);
    }
    chosen_.clear();
    add_combinations();
    return keys_;
}

/// False if the event lacks it.
bool declared_key_finder::read_part(const declared_key_part& part, const json_event& event,
                                    std::vector<std::string>& into) {
    bool odd = false;
    part.of.read_all(event, values_, odd);
    into.clear();
    for (const auto& value : values_) into.push_back(text_of(value));
    if (into.empty() && of_.otherwise) into.push_back(*of_.otherwise);
    std::sort(into.begin(), into.end());
    into.erase(std::unique(into.begin(), into.end()), into.end());
    return !into.empty();
}

/// Completes `chosen_` in every way.
void declared_key_finder::add_combinations() {
    if (chosen_.size() == parts_.size()) {
        check_size(keys_.emplace_back(join_key(chosen_)));
        return;
    }
    for (const auto& value : parts_[chosen_.size()]) {
        chosen_.push_back(value);
        add_combinations();
        chosen_.pop_back();
    }
}

}  // namespace daybook::projections
