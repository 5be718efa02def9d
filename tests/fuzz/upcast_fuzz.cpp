// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// A version, a line break, a payload, upcast by a chain that changes, splits and drops. It fails
// with one line, or gives sound records; the second time it does the same.
#include <daybook/raw_json.hpp>
#include <daybook/upcasters.hpp>

#include "fuzz.hpp"
#include "record.hpp"

#include <boost/describe.hpp>

#include <algorithm>

using namespace daybook;
using test::require;

namespace fuzzed {

struct counted {
    static constexpr std::string_view type_name = "T";
    static constexpr std::string_view schema_version = "3";
    std::int64_t number = 0;
    double ratio = 0;
    std::vector<std::string> names;
};
BOOST_DESCRIBE_STRUCT(counted, (), (number, ratio, names))

struct counted_today {
    static constexpr std::string_view type_name = "T";
    static constexpr std::string_view schema_version = "4";
    std::int64_t number = 0;
    double ratio = 0;
    std::vector<std::string> names;
};
BOOST_DESCRIBE_STRUCT(counted_today, (), (number, ratio, names))

}  // namespace fuzzed

namespace {

const std::shared_ptr<const upcasters>& chain() {
    static const auto made = [] {
        upcaster_builder all{{.parts_max = 50, .steps_max = 200, .bytes_max = 100'000}};
        all.add({"T", "1"}, {"T", "2"}, [](boost::json::object& payload) {
            payload["number"] = payload.size();
            payload.erase("gone");
        });
        all.split({"T", "2"}, {{"T", "3"}, {"U", "1"}}, [](const boost::json::object& payload) {
            std::vector<upcast_part> parts;
            for (const auto& member : payload)
                parts.push_back(
                    {parts.size() % 2 == 0 ? versioned_type{"T", "3"} : versioned_type{"U", "1"},
                     {{member.key(), member.value()}}});
            return parts;
        });
        all.add<fuzzed::counted, fuzzed::counted_today>([](const fuzzed::counted& old) {
            fuzzed::counted_today now;
            now.number = old.number;
            now.ratio = old.ratio;
            now.names = old.names;
            return now;
        });
        all.drop({"T", "5"});
        return all.build().value();
    }();
    return made;
}

std::string record_of(std::string_view version, std::string_view payload) {
    record::draft draft;
    draft.stream = "task-42";
    draft.type = "T";
    draft.schema = version;
    draft.content_type = json_content_type;
    draft.payload = payload;
    std::string bytes;
    record::encode(bytes, draft);
    return bytes;
}

void check_part(const event_view& part, const event_view& stored) {
    const auto whole = event_view::parse(part.record());
    require(whole.has_value(), "an upcast record is sound");
    require(check_json(part.payload()).has_value(), "an upcast payload is JSON");
    require(part.stream() == stored.stream() && part.position() == stored.position(),
            "its place is the stored one");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = test::as_text(data, size);
    const auto end = std::min(input.find('\n'), input.size());
    const auto version = input.substr(0, std::min<std::size_t>(end, limits::schema_bytes_max));
    const auto bytes = record_of(version, input.substr(std::min(end + 1, input.size())));
    const auto stored = event_view::parse(bytes).value();
    event_upcaster first{chain()};
    event_upcaster second{chain()};
    const auto parts = first.upcast(stored);
    const auto again = second.upcast(stored);
    require(parts.has_value() == again.has_value(), "it does the same twice");
    if (!parts) {
        require(parts.error().message.find('\n') == std::string::npos, "a message is one line");
        require(parts.error().message == again.error().message, "it fails the same twice");
        return 0;
    }
    require(std::equal(parts->begin(), parts->end(), again->begin(), again->end(),
                       [](const auto& a, const auto& b) { return a.record() == b.record(); }),
            "it gives the same twice");
    const bool untouched =
        parts->size() == 1 && parts->front().record().data() == stored.record().data();
    for (const auto& part : *parts) {
        if (!untouched) check_part(part, stored);
    }
    return 0;
}
