// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/detail/upcast_payload.hpp>
#include <daybook/raw_json.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serializer.hpp>

namespace daybook::detail {

boost::json::object& upcast_payload::object() {
    if (!json_) {
        boost::json::parse_options options;
        options.max_depth = json_depth_max;
        json_.emplace(boost::json::parse(print_(typed_.get()), {}, options));
        type_ = nullptr;
    }
    if (!json_->is_object()) throw payload_mismatch{"the payload is not a JSON object"};
    return json_->get_object();
}

void upcast_payload::print(std::string& out) const {
    if (!json_) {
        out += print_(typed_.get());
        return;
    }
    boost::json::serializer from;
    from.reset(&*json_);
    char piece[1024];
    while (!from.done()) {
        const auto text = from.read(piece);
        out.append(text.data(), text.size());
    }
}

}  // namespace daybook::detail
