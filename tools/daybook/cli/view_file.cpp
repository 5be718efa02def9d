// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/view_file.hpp"

#include <daybook/projections/declared_view.hpp>

#include "cli/text.hpp"
#include "cli/yaml_document.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace daybook::cli {
namespace {

namespace fs = std::filesystem;

bool is_view_file(const fs::directory_entry& entry) {
    std::error_code ignored;
    const auto ending = entry.path().extension();
    return (ending == ".yaml" || ending == ".yml" || ending == ".json") &&
           !entry.is_directory(ignored);
}

result<std::vector<std::string>> files_of(const std::string& path) {
    std::error_code failed;
    if (!fs::is_directory(path, failed)) return std::vector{path};
    std::vector<std::string> found;
    fs::directory_iterator entries{path, failed};
    for (; !failed && entries != fs::directory_iterator{}; entries.increment(failed)) {
        if (is_view_file(*entries)) found.push_back(entries->path().string());
    }
    if (failed) return fail(errc::io, printable(path) + ": " + failed.message());
    if (found.empty()) {
        return fail(errc::not_found, printable(path) +
                                         ": no view file in this directory; they are named *.yaml, "
                                         "*.yml or *.json");
    }
    std::sort(found.begin(), found.end());
    return found;
}

result<projections::any_projection> read_one(const std::string& file) {
    return read_yaml_file(file, [](const yaml_document& document) {
        return projections::declared_projection(
            document.value, [&](std::string_view pointer) { return place_in(document, pointer); });
    });
}

}  // namespace

result<std::vector<view_from_file>> read_view_files(const std::string& path) {
    const auto files = files_of(path);
    if (!files) return files.error();
    std::vector<view_from_file> all;
    for (const auto& file : *files) {
        auto one = read_one(file);
        if (!one) return one.error();
        all.push_back({file, *std::move(one)});
    }
    return all;
}

}  // namespace daybook::cli
