// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/plugin.hpp>

#include "payload_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <dlfcn.h>
#include <exception>
#include <optional>
#include <set>
#include <system_error>

namespace daybook::projections {
namespace {

using entry_point = const plugin_table* (*)();

// Of the text that a plugin gives, no more than this is read.
constexpr std::size_t told_bytes_max = 300;

/// A plugin that is being looked at; every error names its file.
class candidate {
public:
    explicit candidate(const std::filesystem::path& file) : file_{file} {}

    result<std::vector<any_projection>> load() const {
        const auto entry = open();
        if (!entry) return entry.error();
        const auto table = ask(*entry);
        if (!table) return table.error();
        if (auto why = check_build(**table)) return *std::move(why);
        return projections_of(**table);
    }

private:
    error refuse(errc code, const std::string& why) const {
        const auto line = "plugin " + file_.string() + ": " + why;
        return fail(code, one_line(line, line.size()));
    }

    result<entry_point> open() const {
        std::error_code failed;
        if (!std::filesystem::exists(file_, failed))
            return refuse(errc::not_found, "there is no such file");
        // A name without '/' would be looked for elsewhere.
        const auto path = std::filesystem::absolute(file_, failed).string();
        void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) {
            std::string why = ::dlerror();
            if (why.starts_with(path + ": ")) why.erase(0, path.size() + 2);
            return refuse(errc::invalid_argument, "cannot be loaded as a shared library: " + why);
        }
        const auto entry = reinterpret_cast<entry_point>(::dlsym(library, plugin_entry_name));
        if (entry == nullptr) {
            return refuse(errc::invalid_argument,
                          "has no entry point 'daybook_plugin'; a plugin has a line "
                          "DAYBOOK_PLUGIN(projection, ...)");
        }
        return entry;
    }

    /// Calls into the plugin, from which nothing may be thrown further.
    template <class Call>
    std::optional<error> guarded(const Call& call) const {
        try {
            call();
            return std::nullopt;
        } catch (const std::exception& thrown) {
            return refuse(errc::invalid_argument,
                          std::string{"its entry point threw: "} + thrown.what());
        } catch (...) {
            return refuse(errc::invalid_argument,
                          "its entry point threw something that is no std::exception");
        }
    }

    result<const plugin_table*> ask(entry_point entry) const {
        const plugin_table* table = nullptr;
        if (auto threw = guarded([&] { table = entry(); })) return *std::move(threw);
        if (table == nullptr)
            return refuse(errc::invalid_argument, "its entry point returned nothing");
        return table;
    }

    /// Size and format come first and stay where they are, whatever else changes.
    std::optional<error> check_build(const plugin_table& table) const {
        const plugin_table own;
        if (table.format != own.format || table.size_bytes != own.size_bytes) {
            return refuse(errc::unsupported,
                          "its table has format " + std::to_string(table.format) + " and " +
                              std::to_string(table.size_bytes) +
                              " bytes, this program takes format " + std::to_string(own.format) +
                              " and " + std::to_string(own.size_bytes) + build_again);
        }
        if (table.stamp == nullptr || std::strcmp(table.stamp, own.stamp) != 0) {
            const std::string found = table.stamp == nullptr ? "something unknown" : table.stamp;
            return refuse(errc::unsupported, "was built with " + found.substr(0, told_bytes_max) +
                                                 "; this program with " + own.stamp + build_again);
        }
        if (!std::equal(std::begin(own.sizes), std::end(own.sizes), std::begin(table.sizes))) {
            return refuse(errc::unsupported,
                          "its classes have other sizes than this program's, in the same version" +
                              std::string{build_again});
        }
        return std::nullopt;
    }

    result<std::vector<any_projection>> projections_of(const plugin_table& table) const {
        if (table.add_projections == nullptr)
            return refuse(errc::invalid_argument, "its table has no function to add projections");
        std::vector<any_projection> found;
        if (auto threw = guarded([&] { table.add_projections(found); })) return *std::move(threw);
        if (found.empty()) return refuse(errc::invalid_argument, "has no projections");
        std::set<std::string_view> names;
        for (const auto& one : found) {
            if (!names.insert(one.name()).second) {
                return refuse(errc::invalid_argument,
                              "has two projections named '" + one.name() + "'");
            }
        }
        return found;
    }

    static constexpr const char* build_again = "; build the plugin again";

    const std::filesystem::path& file_;
};

}  // namespace

result<std::vector<any_projection>> load_plugin(const std::filesystem::path& file) {
    return candidate{file}.load();
}

}  // namespace daybook::projections
