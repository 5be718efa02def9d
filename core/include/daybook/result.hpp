// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace daybook {

struct conflict;  // <daybook/store.hpp>

/// Why an operation failed. Callers branch on this; messages are for humans.
enum class errc {
    invalid_argument = 1,  ///< What was asked makes no sense: bad name, bad time, bad cursor.
    too_large,             ///< A stated limit was passed; see <daybook/limits.hpp>.
    conflict,              ///< An expectation, a condition or an event id did not hold.
    not_found,             ///< No such store, event, stream or view.
    locked,                ///< Another process, or another handle, has the store open.
    unsupported,           ///< Written by a newer daybook, or a build without that feature.
    refused,               ///< The store takes no writes: a sync failed, or it is closing.
    corrupt,               ///< Stored bytes are not what was written.
    io,                    ///< The file system said no.
    projection_failed,     ///< User code threw or returned an error.
    timed_out,             ///< The deadline came before what was waited for.
    rejected               ///< A rule of the domain says no: what a decider answers.
};

/// The name of `code` as spelled above, e.g. "not_found".
std::string_view to_string(errc code) noexcept;

struct error {
    errc code{};
    std::string message{};  ///< One line: what was attempted, on what, what was found.
    /// Set exactly when `code` is `errc::conflict`: what was expected and what is there.
    std::shared_ptr<const daybook::conflict> conflict{};
};

/// What `result<T>::value()` throws when there is no value.
class exception : public std::runtime_error {
public:
    exception(daybook::error e, const boost::source_location& where);
    const daybook::error& error() const noexcept { return error_; }

private:
    daybook::error error_;
};

/// Found by ADL: what `result<T>::value()` calls, with the caller's file and line.
[[noreturn]] void throw_exception_from_error(const error& e, const boost::source_location& where);

/// A `T`, or the `error` that explains why there is none.
///
/// `if (!r) return r.error();`, then `*r`; or `r.value()`, which throws `daybook::exception`.
template <class T>
struct [[nodiscard]] result : boost::system::result<T, error> {
    using boost::system::result<T, error>::result;
};

/// `return fail(errc::locked, "...")` from any function that returns a `result`.
inline error fail(errc code, std::string message) { return {code, std::move(message), nullptr}; }

}  // namespace daybook
