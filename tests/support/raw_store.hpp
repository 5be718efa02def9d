// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daybook::test {

/// The rows of a closed store as RocksDB has them: what somebody with root can do to it. Throws if
/// RocksDB fails. Column families of views are called "view:NAME".
class raw_store {
public:
    explicit raw_store(const std::filesystem::path& directory);
    ~raw_store();
    raw_store(const raw_store&) = delete;
    raw_store& operator=(const raw_store&) = delete;

    /// The names of all column families.
    std::vector<std::string> families() const;

    using row = std::pair<std::string, std::string>;
    std::vector<row> rows(std::string_view family) const;
    void put(std::string_view family, std::string_view key, std::string_view value);
    void erase(std::string_view family, std::string_view key);
    /// Replaces `what`, wherever it stands in the values of the family, by as many bytes; how
    /// often.
    std::size_t replace(std::string_view family, std::string_view what, std::string_view by);
    void drop(std::string_view family);

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook::test
