// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>
#include <daybook/types.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::compliance {

struct subject_keys_options {
    bool create_if_missing = true;
    bool read_only = false;  ///< Sees what there is when it is opened; beside one that writes.
    /// Where the key of the epoch is; default: "epoch" in the directory of the keys. Nothing here
    /// may be backed up: a backup of the keys dies with it, which is what erasing is for.
    std::filesystem::path epoch_directory{};
};

/// What became of the keys of a subject that was erased.
struct subject_erasure {
    std::string pseudonym{};             ///< Of the subject; see `subject_keys::pseudonym`.
    std::vector<std::string> key_ids{};  ///< All that it ever had.
    std::uint64_t epoch = 0;             ///< Began with the erasure; no key of before is readable.
    timestamp erased_at{};
    bool repeated = false;  ///< It was erased before; nothing was left to do.
};

/// The keys of data subjects: one for each, 256 bits, in a directory outside of the log. Whoever
/// destroys a subject's key has erased what was encrypted with it, wherever copies of it are.
///
/// The keys lie wrapped by the key of an *epoch*. Erasing begins a new epoch: the keys of the
/// others are wrapped again, and the old epoch's key is destroyed, so that copies of the directory,
/// which have the old wrapping, are dead as well. Each change is one atomic switch: after a crash
/// at any moment the next opening finds the old epoch or the new one whole, and clears the rest.
///
/// Subjects are named by pseudonyms in the files: who is in them cannot be told without the
/// epoch's key. Formats: compliance/docs/erasure.md. Thread safe; one process writes at a time.
class subject_keys {
public:
    /// Fails with `not_found` (missing; or the key of its epoch is), `locked` (another process
    /// writes), `refused` (the directories are open to others), `corrupt`, `unsupported`, `io`.
    static result<std::shared_ptr<subject_keys>> open(const std::filesystem::path& directory,
                                                      const subject_keys_options& options = {});
    ~subject_keys();
    subject_keys(const subject_keys&) = delete;
    subject_keys& operator=(const subject_keys&) = delete;

    /// What stands for a subject where its name may not be: 32 hexadecimal digits, which only the
    /// owner of these keys can make from the name.
    std::string pseudonym(std::string_view subject) const;

    /// Makes the subject's key if there is none, durably. Returns its id.
    /// Fails with `rejected` (the subject was erased; see `readmit`), `refused` (open for
    /// reading), `invalid_argument` (an empty name, or one above 1024 bytes), `io`.
    result<std::string> ensure(std::string_view subject);

    /// Destroys the subject's key, in memory and on the disk. When this returns, nobody can read
    /// what was encrypted with it. Once more does nothing but finish what was interrupted.
    /// Fails with `not_found` (it never had a key), `refused` (open for reading), `io`.
    /// Cost: all keys are wrapped and written again, about 2 us each.
    result<subject_erasure> erase(std::string_view subject);

    /// A subject that was erased may have a key again, another one: it came back.
    /// Fails with `not_found` (it was not erased), `refused`, `io`.
    result<void> readmit(std::string_view subject);

    /// Begins a new epoch without erasing anybody. Fails with `refused` or `io`.
    result<void> rotate();

    std::uint64_t epoch() const;
    std::size_t size() const;  ///< Subjects that have a key.

    struct impl;  ///< Private.
    impl& internals() noexcept { return *impl_; }

private:
    explicit subject_keys(std::unique_ptr<impl> made);
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook::compliance
