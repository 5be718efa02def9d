// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/value.hpp>

#include <string>
#include <vector>

/// How two JSON documents differ: as a JSON Patch (RFC 6902) for programs, as lines for people.
///
///     const auto changes = json_difference(before, after);
///     json_patch(changes);  // [{"op":"replace","path":"/phase","value":"TEST"}]
///     describe(changes);    // phase: CODE -> TEST
///
/// Everything here is thread safe and recurses as deep as the documents nest.
namespace daybook::replay {

/// One step from a document to another.
struct json_change {
    enum class kind { added, removed, replaced };
    kind what{};
    /// Where: a JSON Pointer (RFC 6901). Indexes count as they stand when the changes before this
    /// one are made.
    std::string path;
    /// The same for people: elements of arrays by their id or name, "active_agents/coder".
    std::string label;
    boost::json::value before;  ///< Null if it is added.
    boost::json::value after;   ///< Null if it is removed.
    friend bool operator==(const json_change&, const json_change&) = default;
};

/// What makes `before` into `after`, if it is done in this order. Empty exactly if they are equal
/// (members in any order; 1 and 1.0 differ).
///
/// Elements of arrays are matched in order, those with the same `id`, `key`, `name` or `sha` as one
/// thing that changed: what leaves a list and what enters it are one change each, whatever their
/// place. Where two arrays differ in so many elements that their product passes a million, the
/// elements in the middle are compared by their place.
/// Cost: the size of both, and for each two arrays the product of the elements that differ.
std::vector<json_change> json_difference(const boost::json::value& before,
                                         const boost::json::value& after);

/// The changes as a JSON Patch: an array of the operations add, remove and replace. Those that
/// replace or remove say in `before` what was there, a member that RFC 6902 lets readers ignore.
std::string json_patch(const std::vector<json_change>& changes);

/// One operation of that array.
std::string json_operation(const json_change& change);

/// A line for each change: "phase: CODE -> TEST", "active_agents/coder removed". Where there was
/// nothing at all before, a line for each member that is not empty. Values are cut at 80 bytes;
/// line ends and other characters below U+0020 are escaped.
std::vector<std::string> describe(const std::vector<json_change>& changes);

}  // namespace daybook::replay
