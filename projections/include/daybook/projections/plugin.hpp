// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>

#include <boost/version.hpp>

#include <cstdint>
#include <filesystem>
#include <vector>

/// Projections in a shared library, for programs that do not know them: `daybook --plugin`.
///
///     #include <daybook/projections/plugin.hpp>
///
///     struct open_orders { ... };               // A projection; see projection.hpp.
///
///     DAYBOOK_PLUGIN(open_orders)               // Once in the library, outside of any namespace.
///
/// A plugin is built as a shared module that links daybook::projections; an example that builds on
/// its own is in tools/examples/plugin. It must be made with the same daybook, Boost, standard
/// library and kind of compiler as the program that loads it: that is checked, and told.
namespace daybook::projections {

namespace detail {

// Put together by the preprocessor where this header is read, so that it tells of the plugin's
// build and not of the library that it links. A test holds the version equal to the project's.
#define DAYBOOK_TEXT_OF(x) #x
#define DAYBOOK_TEXT(x) DAYBOOK_TEXT_OF(x)
#if defined(__clang__)
#define DAYBOOK_COMPILER "clang " DAYBOOK_TEXT(__clang_major__)
#else
#define DAYBOOK_COMPILER "gcc " DAYBOOK_TEXT(__GNUC__)
#endif
#if defined(_GLIBCXX_DEBUG)
#define DAYBOOK_LIBRARY "libstdc++ " DAYBOOK_TEXT(_GLIBCXX_RELEASE) " debug"
#elif defined(_GLIBCXX_RELEASE)
#define DAYBOOK_LIBRARY \
    "libstdc++ " DAYBOOK_TEXT(_GLIBCXX_RELEASE) " abi " DAYBOOK_TEXT(_GLIBCXX_USE_CXX11_ABI)
#else
#define DAYBOOK_LIBRARY "libc++ " DAYBOOK_TEXT(_LIBCPP_VERSION)
#endif

inline constexpr char plugin_stamp[] =
    "daybook 0.1.0, " DAYBOOK_COMPILER ", " DAYBOOK_LIBRARY ", boost " BOOST_LIB_VERSION;

#undef DAYBOOK_TEXT_OF
#undef DAYBOOK_TEXT
#undef DAYBOOK_COMPILER
#undef DAYBOOK_LIBRARY

}  // namespace detail

/// What a plugin gives to the program that loads it. New members come at the end.
struct plugin_table {
    /// What the plugin takes this struct to have.
    std::uint32_t size_bytes = sizeof(plugin_table);
    std::uint32_t format = 1;
    /// Versions of daybook, compiler, standard library and Boost that the plugin was built with.
    const char* stamp = detail::plugin_stamp;
    /// Sizes of what goes between plugin and program.
    std::uint32_t sizes[6] = {sizeof(any_projection), sizeof(fold_options), sizeof(json_event),
                              sizeof(event_view),     sizeof(query),        sizeof(error)};
    /// Adds the plugin's projections. May throw.
    void (*add_projections)(std::vector<any_projection>& to) = nullptr;
};

/// The one function that a plugin exports is `extern "C" const plugin_table* daybook_plugin()`.
inline constexpr char plugin_entry_name[] = "daybook_plugin";

/// The projections of the plugin at `file`. The library is loaded into this process and stays there
/// to its end: its projections, their rows and their errors may be used anywhere, at any time.
///
/// A plugin is code: what it does when it is loaded is done before anything can be checked.
///
/// Fails, with nothing registered, with `not_found` (no such file), `unsupported` (built with
/// something else), or `invalid_argument` (not a shared library; no entry point; an exception from
/// it; no projections; two with one name).
result<std::vector<any_projection>> load_plugin(const std::filesystem::path& file);

namespace detail {

template <class... P>
void add_projections_of(std::vector<any_projection>& to) {
    (to.push_back(any_projection::of<P>()), ...);
}

template <class... P>
constexpr plugin_table table_of() {
    plugin_table table;
    table.add_projections = &add_projections_of<P...>;
    return table;
}

}  // namespace detail
}  // namespace daybook::projections

/// The entry point of a plugin with these projections.
#define DAYBOOK_PLUGIN(...)                                                                       \
    extern "C" __attribute__((visibility("default"))) const ::daybook::projections::plugin_table* \
    daybook_plugin() {                                                                            \
        static constexpr auto table = ::daybook::projections::detail::table_of<__VA_ARGS__>();    \
        return &table;                                                                            \
    }
