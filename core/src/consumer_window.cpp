// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "consumer_window.hpp"

#include <utility>

namespace daybook {

void consumer_window::add(entry one) {
    const auto at = one.what.position();
    auto& of_key = keys_[one.key];
    if (of_key.empty()) ready_.insert(at);
    of_key.insert(at);
    if (!one.parked_before) unparked_.insert(at);
    bytes_ += one.what.view().record().size();
    entries_.emplace(at, std::make_shared<entry>(std::move(one)));
}

std::shared_ptr<consumer_window::entry> consumer_window::take(time now) {
    while (!resting_.empty() && resting_.begin()->first <= now) {
        ready_.insert(resting_.begin()->second);
        resting_.erase(resting_.begin());
    }
    if (ready_.empty()) return nullptr;
    const auto at = *ready_.begin();
    ready_.erase(ready_.begin());
    return entries_.at(at);
}

std::optional<consumer_window::time> consumer_window::next_due() const {
    if (resting_.empty()) return std::nullopt;
    return resting_.begin()->first;
}

void consumer_window::complete(position at) {
    const auto key = entries_.at(at)->key;
    remove(at);
    make_ready(key);
}

void consumer_window::rest(position at, time due) { resting_.emplace(due, at); }

std::vector<std::shared_ptr<consumer_window::entry>> consumer_window::take_out_key(position at) {
    std::vector<std::shared_ptr<entry>> later;
    const auto key = entries_.at(at)->key;
    const auto all = keys_.at(key);
    for (const auto one : all) {
        if (one != at) later.push_back(entries_.at(one));
        remove(one);
    }
    return later;
}

position consumer_window::oldest(position otherwise) const {
    return unparked_.empty() ? otherwise : *unparked_.begin();
}

void consumer_window::clear() {
    entries_.clear();
    unparked_.clear();
    keys_.clear();
    ready_.clear();
    resting_.clear();
    bytes_ = 0;
}

void consumer_window::remove(position at) {
    const auto found = entries_.find(at);
    const auto of_key = keys_.find(found->second->key);
    of_key->second.erase(at);
    if (of_key->second.empty()) keys_.erase(of_key);
    bytes_ -= found->second->what.view().record().size();
    unparked_.erase(at);
    entries_.erase(found);
}

void consumer_window::make_ready(const std::string& key) {
    const auto of_key = keys_.find(key);
    if (of_key != keys_.end()) ready_.insert(*of_key->second.begin());
}

}  // namespace daybook
