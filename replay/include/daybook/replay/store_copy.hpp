// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/replay/replay_target.hpp>
#include <daybook/store.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

namespace daybook::replay {

/// Are these the same directory, by whatever path? False if one of them is missing.
bool same_store(const std::filesystem::path& a, const std::filesystem::path& b);

struct copy_counts {
    std::uint64_t appended = 0;
    std::uint64_t there_already = 0;
};

/// Copies what is replayed into another store: ids, streams, order, times, causes, tags and
/// payloads as they are. Positions and recorded times are the other store's; sequences too, which
/// are the same if the whole stream is copied and nobody else writes to it.
///
/// An event that is there already, by its id, is counted and not appended, so that a copy that is
/// repeated or goes on leaves out nothing and has nothing twice. Events are appended in commits of
/// up to 4096, when it settles at the latest; a commit of the original may end up in two. Appends
/// nothing from the ambient context. Not thread safe; must outlive neither store.
class store_copy final : public replay_target {
public:
    /// Fails with `invalid_argument` if both are one store, by whatever path, or one is inside the
    /// other's directory.
    static result<store_copy> open(const store& from, store& into,
                                   std::optional<durability> durable = {});

    store_copy(store_copy&&) noexcept;
    store_copy& operator=(store_copy&&) noexcept;
    ~store_copy() override;

    /// Fails with `conflict` if an event of that id is there with other content, or if events that
    /// come after this one in its stream are there and this one is not: its place is gone. Else as
    /// `store::commit`. Once it failed nothing is appended any more.
    result<void> take(const event_view& event) override;
    result<std::string> settle() override;
    result<std::string> foresee(const event_view& event) override;

    copy_counts counts() const noexcept;

private:
    struct impl;
    explicit store_copy(std::unique_ptr<impl> opened);
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook::replay
