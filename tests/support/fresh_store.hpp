// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include "support/event_maker.hpp"
#include "support/facts.hpp"
#include "support/temp_directory.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace daybook::test {

/// Options for tests that do not need a sync to be sure of their answers.
inline store_options quick_options() {
    store_options options;
    options.default_durability = durability::written;
    options.memtable_bytes = 8U << 20U;
    options.block_cache_bytes = 8U << 20U;
    options.frame_cache_bytes = 8U << 20U;
    return options;
}

/// An open store in a directory of its own. Failing to open it throws, which fails the test.
class fresh_store {
public:
    explicit fresh_store(store_options options = quick_options()) : options_{std::move(options)} {
        open();
    }

    store* operator->() { return &*store_; }
    const store* operator->() const { return &*store_; }
    store& operator*() { return *store_; }
    const store& operator*() const { return *store_; }

    std::filesystem::path directory() const { return home_ / "store"; }
    void open() { store_.emplace(store::open(directory(), options_).value()); }
    void close() { store_.reset(); }
    void reopen() {
        close();
        open();
    }

    /// Everything stored, as text, to see that nothing changed.
    std::string contents() const {
        std::string all;
        for (const auto& e : read_everything(store_->read_all())) all += facts(e) + "\n\n";
        return all;
    }

private:
    temp_directory home_;
    store_options options_;
    std::optional<store> store_;
};

}  // namespace daybook::test
