// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Bytes of a row, a state, or a snapshot. What is read can be written, read again, and shown.
#include <daybook/raw_json.hpp>
#include <daybook/value_codec.hpp>

#include "fuzz.hpp"
#include "snapshot_shelf.hpp"

#include <boost/describe.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

using namespace daybook;
using test::require;

namespace {

enum class mood { good, bad };
BOOST_DESCRIBE_ENUM(mood, good, bad)

struct leaf {
    std::string text;
    double number = 0;
};
BOOST_DESCRIBE_STRUCT(leaf, (), (text, number))

/// Every kind of member that a value may have.
struct everything {
    bool flag = false;
    std::int8_t small = 0;
    std::uint64_t large = 0;
    float rough = 0;
    mood how = mood::good;
    timestamp when{};
    std::chrono::milliseconds took{};
    position at;
    event_id id;
    std::optional<leaf> maybe;
    std::vector<std::vector<leaf>> rows;
    std::vector<bool> flags;
    std::map<std::string, std::set<std::int32_t>> by_name;
    std::pair<sequence, std::string> both;
    std::variant<std::monostate, leaf, std::int64_t> either;
};
BOOST_DESCRIBE_STRUCT(everything, (),
                      (flag, small, large, rough, how, when, took, at, id, maybe, rows, flags,
                       by_name, both, either))

template <class T>
void check(std::string_view bytes) {
    const auto value = decode_value<T>(bytes);
    if (!value) {
        require(value.error().code == errc::corrupt, "the error is as documented");
        return;
    }
    std::string written;
    encode_value(*value, written);
    const auto again = decode_value<T>(written);
    require(again.has_value(), "what is written can be read");
    std::string rewritten;
    encode_value(*again, rewritten);
    require(written == rewritten, "the same value has the same bytes");
    require(check_json(value_to_json(*value)).has_value(), "a value can be shown");
}

void check_snapshot(std::string_view bytes) {
    const auto record = snapshots::decode_record(bytes);
    if (record) require(snapshots::encode_record(*record) == bytes, "a snapshot has one form");
    const auto key = snapshots::decode_key(bytes);
    if (key) require(snapshots::encode_key(*key) == bytes, "a key has one form");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = test::as_text(data, size);
    check<everything>(bytes);
    check<leaf>(bytes);
    check<snapshots::snapshot_record>(bytes);
    check_snapshot(bytes);
    return 0;
}
