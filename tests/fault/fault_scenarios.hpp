// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What a store is made to do while its file system goes wrong, and what must hold afterwards.

#include "fault/faulty_file_system.hpp"
#include "support/event_maker.hpp"
#include "support/temp_directory.hpp"

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace daybook::test {

/// A store on a faulty file system, driven by one thread that remembers what it was told.
class driven_store {
public:
    /// In a copy of `from`, or in a new directory. `known` events are in it already.
    driven_store(const std::filesystem::path& from, std::uint64_t known, store_options options);
    ~driven_store();
    driven_store(const driven_store&) = delete;
    driven_store& operator=(const driven_store&) = delete;

    // Scenarios call these; after an open that failed the others do nothing.
    void open();
    void append(std::uint64_t events, durability durable, std::size_t payload_bytes = 10);
    void sync();
    void finish_background_work();
    void reindex();
    /// Writes ten equal rows into an area: all of them or none must be there later.
    void write_view(std::size_t row_bytes = 10);
    /// A named subscription reads on to the end and acknowledges.
    void consume();
    void close();

    bool is_open() const { return store_.has_value(); }
    faulty_file_system& files() { return *files_; }
    const std::filesystem::path& directory() const { return directory_; }
    /// A fault was reported to the caller, somewhere.
    bool told() const { return told_; }

    /// What is wrong while the store is still open and the file system well again; nothing if all
    /// is well. `writes_again`: it must take events again.
    std::string look_while_open(bool writes_again);
    /// The same for the closed store, which is opened again. `power_cut`: only what was synced must
    /// be there.
    std::string look_after(bool power_cut);

private:
    enum class outcome { acknowledged, refused, failed };
    struct attempt {
        std::string stream;
        std::vector<new_event> events;
        durability durable;
        outcome came;
        std::uint64_t position;  ///< If acknowledged.
        bool synced_later = false;
        bool written_later = false;
        bool may_be_lost = false;  ///< Only buffered when a closing went wrong.
    };

    void note(const error& why);
    void keep_earlier(bool synced);
    std::string look_at_log(const store& log, std::vector<bool>& present);
    std::string look_at_promises(const std::vector<bool>& present, bool power_cut) const;
    std::string look_at_view(store& log) const;
    std::string look_at_subscription(store& log, bool power_cut) const;
    std::string go_on(store& log);

    temp_directory home_;
    std::filesystem::path directory_;
    std::uint64_t known_;
    store_options options_;
    std::shared_ptr<faulty_file_system> files_;
    std::unique_ptr<rocksdb::Env> environment_;
    std::optional<store> store_;
    std::vector<attempt> attempts_;
    std::unordered_map<std::string, std::size_t> attempt_of_;  ///< By the id of its first event.
    std::uint64_t next_number_ = 1;
    std::uint64_t end_ = 0;  ///< The watermark must not be lower while the store is open.
    std::uint64_t view_at_most_ = 0;
    std::uint64_t consumed_ = 0;      ///< The subscription got everything below.
    std::uint64_t acknowledged_ = 0;  ///< And was told that this was noted.
    bool told_ = false;
    std::string last_told_;
    std::string complaint_;
};

struct scenario {
    std::string name;
    /// Makes the store that each run starts from; returns how many events it has. May be empty.
    std::function<std::uint64_t(const std::filesystem::path&)> prepare;
    /// Opens it, does something, and leaves it open.
    std::function<void(driven_store&)> run;
    store_options options;
    bool slow = false;  ///< Crosses a segment: some hundred milliseconds.
};

std::vector<scenario> all_scenarios();

}  // namespace daybook::test
