// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/subject_keys.hpp>

#include "durable_files.hpp"
#include "sealed_bytes.hpp"

#include <map>
#include <mutex>
#include <unordered_map>

namespace daybook::compliance {

/// What a subject's key is used for, derived from it once.
struct subject_key {
    explicit subject_key(std::string key_id, const secret_key& from)
        : id{std::move(key_id)},
          encryption{from.derive("daybook subject encryption 1")},
          nonces{from.derive("daybook subject nonces 1")},
          commitment{from.derive("daybook subject commitment 1")} {}

    std::string id;
    secret_key encryption;
    secret_key nonces;
    secret_key commitment;  ///< Public: says which key it was, and nothing of it.
};

/// A key by its id: there, erased, or never heard of.
struct found_key {
    std::shared_ptr<const subject_key> key;
    bool erased = false;
};

struct subject_keys::impl {
    struct live {
        std::string id;
        secret_key secret;
        timestamp made_at;
    };
    struct gone {
        std::string id;
        std::uint64_t epoch = 0;
        timestamp at;
    };
    /// What becomes of one name in the files.
    struct subject {
        std::optional<live> key;
        std::vector<gone> erased;
        bool readmitted = false;
    };

    result<void> load();
    result<void> create();
    result<void> take_line(std::string_view line, const secret_key& wrapping);
    result<void> clear_leftovers() const;
    result<void> begin_epoch();
    std::string head_line(const secret_key& wrapping) const;
    std::string line_of(const std::string& name, const live& key, const secret_key& wrapping,
                        std::uint64_t in_epoch) const;
    std::string line_of(const std::string& name, const gone& key, const secret_key& wrapping,
                        std::uint64_t in_epoch) const;
    std::string line_of_readmitted(const std::string& name, const secret_key& wrapping,
                                   std::uint64_t in_epoch) const;
    std::filesystem::path keys_file(std::uint64_t of) const;
    std::filesystem::path epoch_file(std::uint64_t of) const;
    result<void> may_write(std::string_view doing) const;
    std::string pseudonym(std::string_view name) const;
    /// The subject's key, made if need be. Fails as `subject_keys::ensure`.
    result<std::shared_ptr<const subject_key>> take(std::string_view name);
    found_key find(const std::string& key_id) const;

    std::filesystem::path directory;
    std::filesystem::path epoch_directory;
    bool read_only = false;
    durable_files::lock lock;
    mutable std::mutex mutex;  ///< Of what follows.
    std::uint64_t epoch = 0;
    secret_key wrapping;
    secret_key names;                         ///< Makes pseudonyms.
    std::map<std::string, subject> subjects;  ///< By pseudonym.
    std::unordered_map<std::string, std::string> by_key_id;
    mutable std::unordered_map<std::string, std::shared_ptr<const subject_key>> ready;
    bool failed = false;  ///< What is on the disk is not known: it must be opened again.
};

}  // namespace daybook::compliance
