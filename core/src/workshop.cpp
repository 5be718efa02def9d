// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "workshop.hpp"

#include "backup_target.hpp"
#include "text.hpp"

#include <unistd.h>

namespace daybook {

namespace fs = std::filesystem;

result<fs::path> workshop::place_for(const fs::path& directory, std::string_view doing) {
    std::error_code ec;
    auto place = fs::absolute(directory, ec).lexically_normal();
    if (!place.has_filename()) place = place.parent_path();
    if (fs::exists(place, ec) && !(fs::is_directory(place, ec) && fs::is_empty(place, ec))) {
        return fail(errc::refused, cat(doing, " to ", place.string(),
                                       ": it is there and not an empty directory; name another"));
    }
    fs::create_directories(place.parent_path(), ec);
    if (ec) return fail(errc::io, cat("make ", place.parent_path().string(), ": ", ec.message()));
    return place;
}

result<workshop> workshop::make(const fs::path& place, std::string_view doing) {
    auto name =
        (place.parent_path() / cat(".", place.filename().string(), ".", doing, "-XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr) {
        return fail(errc::io, cat("make ", name, ": ",
                                  std::error_code{errno, std::generic_category()}.message()));
    }
    return workshop{name};
}

workshop::~workshop() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
}

result<void> workshop::hand_over(std::string_view name, const fs::path& place) const {
    std::error_code ec;
    fs::rename(path_ / name, place, ec);
    if (ec) return fail(errc::io, cat("rename to ", place.string(), ": ", ec.message()));
    return sync_names_in(place.parent_path());
}

}  // namespace daybook
