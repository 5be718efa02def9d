// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "scratch_rows.hpp"

#include "temporary_directory.hpp"

#include <optional>
#include <system_error>

namespace daybook::projections {
namespace {

constexpr std::size_t batch_rows_max = 1024;

}  // namespace

struct scratch_rows::impl {
    detail::temporary_directory directory;  ///< First, so that the store is closed before it goes.
    std::optional<store> opened{};
    std::optional<keyspace> rows{};
    keyspace_batch waiting{};

    explicit impl(const std::filesystem::path& where) : directory{where, "daybook-rows-"} {}
};

scratch_rows::scratch_rows(std::unique_ptr<impl> made) : impl_{std::move(made)} {}
scratch_rows::scratch_rows(scratch_rows&&) noexcept = default;
scratch_rows::~scratch_rows() = default;

result<scratch_rows> scratch_rows::make(std::filesystem::path where) {
    std::error_code failed;
    if (where.empty()) where = std::filesystem::temp_directory_path(failed);
    if (failed) {
        return fail(errc::io,
                    "no temporary directory: " + failed.message() + "; set as_of_options::scratch");
    }
    auto made = std::make_unique<impl>(where);
    store_options options;
    options.default_durability = durability::buffered;
    options.frame_cache_bytes = 1U << 20U;  // It has no events.
    auto opened = store::open(made->directory.path(), options);
    if (!opened) return opened.error();
    made->opened.emplace(*std::move(opened));
    auto rows = made->opened->open_keyspace("rows");
    if (!rows) return rows.error();
    made->rows.emplace(*std::move(rows));
    return scratch_rows{std::move(made)};
}

result<void> scratch_rows::put(std::string_view key, std::string_view value) {
    impl_->waiting.put(key, value);
    if (impl_->waiting.size() < batch_rows_max) return {};
    return flush();
}

result<void> scratch_rows::flush() {
    if (impl_->waiting.size() == 0) return {};
    auto written = impl_->rows->write(impl_->waiting);
    impl_->waiting.clear();
    return written;
}

const keyspace& scratch_rows::rows() const noexcept { return *impl_->rows; }

}  // namespace daybook::projections
