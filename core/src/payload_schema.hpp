// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/json_schema.hpp>

#include <boost/json/fwd.hpp>

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace daybook {

/// A schema made ready to check payloads with. valijson parses it and holds its constraints; they
/// are visited here and not by valijson's own validator, which runs std::regex on what comes
/// (that of libstdc++ overflows the stack on long texts), compares whole numbers above 2^53 as
/// doubles and 64 bits unsigned not at all, and does not say what it found. Thread safe.
class payload_schema {
public:
    /// Fails as `check_schema`.
    static result<std::unique_ptr<const payload_schema>> make(std::string_view text);
    ~payload_schema();
    payload_schema(const payload_schema&) = delete;
    payload_schema& operator=(const payload_schema&) = delete;

    /// How `value`, whose text had `bytes`, does not fit; empty if it does. At most
    /// `violations_max`. Fails with `too_large` if checking takes more steps than a payload of
    /// that size may, or nests too deep: then the schema is a bad one.
    result<std::vector<schema_violation>> check(const boost::json::value& value,
                                                std::size_t bytes) const;

    /// The same of a payload as it is written. What is not JSON does not fit.
    result<std::vector<schema_violation>> check(std::string_view payload) const;

private:
    struct impl;
    explicit payload_schema(std::unique_ptr<impl> made);
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook
