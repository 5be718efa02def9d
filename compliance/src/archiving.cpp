// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/archiving.hpp>
#include <daybook/limits.hpp>

#include "archive_story.hpp"
#include "retention_history.hpp"

#include <algorithm>
#include <fstream>

namespace daybook::compliance {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string note_in(const archived_segment& segment, std::string_view name) {
    const auto found = segment.notes.find(std::string{name});
    return found == segment.notes.end() ? std::string{} : found->second;
}

/// Holds the events of one file against their leaves.
class archive_check {
public:
    explicit archive_check(const ledger& book) : book_{book} {}

    result<void> look(std::span<const event_view> events) {
        for (const auto& event : events) {
            const auto leaf = book_.computed_leaf(event);
            if (!leaf && leaf.error().code == errc::io) return leaf.error();
            const auto wanted = leaf ? book_.leaf(event.position()) : leaf;
            if (wanted && *wanted == *leaf) {
                tree_.append(*leaf);
                continue;
            }
            if (!first_wrong_) first_wrong_ = event.position();
            ++wrong_;
        }
        return {};
    }

    /// What is wrong with the file, whose manifest is `file`.
    std::optional<finding> judge(const archived_segment& file) const {
        const auto origin = note_in(file, origin_note);
        const bool is_ours = origin.empty() || origin == book_.origin();
        if (first_wrong_ && !is_ours) {
            return about(file, {},
                         "is of the log " + (is_origin(origin) ? origin : "?") + ", not of " +
                             book_.origin());
        }
        if (first_wrong_) {
            auto found = about(file, first_wrong_,
                               "has " + std::to_string(wrong_) +
                                   " events that are not what was signed, the first at position " +
                                   std::to_string(first_wrong_->value));
            found.kind = "event";
            return found;
        }
        // In a fork the events are the same, and the name of the log and the hashes are others.
        const auto root = note_in(file, subtree_root_note);
        if (!is_ours || root.empty() || root == tree_.root().hex()) return {};
        return about(file, {}, "says that its root is another than its events have");
    }

    static finding about(const archived_segment& file, std::optional<position> at,
                         const std::string& what) {
        return {verdict::tampered, "archive", at, "the archive " + file.file + " " + what};
    }

private:
    const ledger& book_;
    tree_frontier tree_;
    std::optional<position> first_wrong_;
    std::uint64_t wrong_ = 0;
};

/// What the store knows of a file of this name.
result<std::optional<archived_segment>> known_by_name(const store& log, const fs::path& file) {
    const auto all = archived_segments(log);
    if (!all) return all.error();
    for (const auto& one : *all) {
        if (one.file == file.filename()) return std::optional{one};
    }
    return std::optional<archived_segment>{};
}

json::object json_of(const actor& by) {
    return {{"type", by.type}, {"id", by.id}, {"model", by.model}};
}

json::object story_of(const archived_segment& segment) {
    json::object story{{"segment", segment.segment},    {"first", segment.first.value},
                       {"last", segment.end.value - 1}, {"deleted", segment.deleted},
                       {"file", segment.file},          {"bytes", segment.bytes},
                       {"xxh3", segment.xxh3},          {"records_xxh3", segment.content}};
    for (const auto name : {origin_note, subtree_root_note}) {
        if (auto note = note_in(segment, name); !note.empty()) story[name] = std::move(note);
    }
    return story;
}

}  // namespace

result<std::string> sha256_of_file(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    if (!in) return fail(errc::io, "read " + path.string() + ": it cannot be read");
    return sha256(bytes).hex();
}

result<void> check_ledger(const store& log, const ledger* book, std::string_view doing) {
    if (book != nullptr || !ledger::is_required(log)) return {};
    return fail(errc::invalid_argument,
                std::string{doing} + ": the log is signed; give its ledger");
}

result<void> check_file(const store& log, const ledger& book, const fs::path& file,
                        std::string_view doing) {
    const auto checked = check_archive(log, book, file);
    if (!checked) return checked.error();
    const auto what = checked->what();
    if (what == verdict::verified) return {};
    const auto worst = std::find_if(checked->findings.begin(), checked->findings.end(),
                                    [&](const finding& one) { return one.what == what; });
    return fail(what == verdict::unverifiable ? errc::refused : errc::corrupt,
                std::string{doing} + ": " + std::string{to_string(what)} + ": " + worst->message);
}

void add_authority(json::object& to, const authority& right) {
    to["policy"] = right.policy.policy.name;
    to["policy_at"] = right.policy.since.value;
    if (right.proposal == nullptr) return;
    to["proposal"] = to_string(right.proposal->id);
    to["proposed_by"] = json_of(right.proposal->proposed_by);
    to["approved_by"] = json_of(*right.proposal->approved_by);
}

archive_witness writing_archived(store& log, const ledger* book, const actor& by,
                                 std::optional<authority> right) {
    return [&log, book, by, right](const archived_segment& written) -> result<void> {
        const auto path = written.directory / written.file;
        if (book != nullptr) {
            const auto doing = "archive segment " + std::to_string(written.segment);
            if (auto ok = check_file(log, *book, path, doing); !ok) return ok;
        }
        const auto hash = sha256_of_file(path);
        if (!hash) return hash.error();
        auto story = story_of(written);
        story["sha256"] = *hash;
        if (right) add_authority(story, *right);
        auto wrote = write_down(log, "SegmentArchived", json::serialize(story), by);
        return wrote ? result<void>{} : wrote.error();
    };
}

result<std::map<std::string, std::string>> archive_notes(const ledger& book,
                                                         std::uint32_t segment) {
    tree_frontier tree;
    const auto first = segment * limits::segment_events;
    for (std::uint64_t i = 0; i < limits::segment_events; ++i) {
        const auto leaf = book.leaf({first + i});
        if (!leaf) return leaf.error();
        tree.append(*leaf);
    }
    return std::map<std::string, std::string>{{std::string{origin_note}, book.origin()},
                                              {std::string{subtree_root_note}, tree.root().hex()}};
}

result<verification> check_archive(const store& log, const ledger& book, const fs::path& file) {
    verification all;
    all.origin = book.origin();
    all.signed_to = position{book.size()};
    all.findings = book.opened().findings;
    const auto known = known_by_name(log, file);
    if (!known) return known.error();

    archive_check check{book};
    const auto read = verify_archive(
        file, [&](std::span<const event_view> events) { return check.look(events); });
    if (!read) {
        if (read.error().code != errc::corrupt) return read.error();
        all.findings.push_back({*known ? verdict::tampered : verdict::malformed, "archive",
                                *known ? std::optional{(*known)->first} : std::nullopt,
                                read.error().message});
        return all;
    }
    all.from = read->first;
    all.to = read->end;
    if (auto found = check.judge(*read)) {
        all.findings.push_back(*std::move(found));
    } else if (*known && (read->segment != (*known)->segment || read->xxh3 != (*known)->xxh3)) {
        all.findings.push_back(archive_check::about(
            *read, (*known)->first,
            "is not the one that the store wrote under this name: it holds segment " +
                std::to_string(read->segment)));
    }
    return all;
}

result<archived_segment> archive_and_write_down(store& log, std::uint32_t segment,
                                                const archive_options& options, const actor& by,
                                                const ledger* book) {
    const auto doing = "archive segment " + std::to_string(segment);
    if (auto ok = check_actor(by, doing); !ok) return ok.error();
    if (auto ok = check_ledger(log, book, doing); !ok) return ok.error();
    auto how = options;
    const auto write = writing_archived(log, book, by);
    how.before = [&](const archived_segment& written) -> result<void> {
        if (options.before) {
            if (auto ok = options.before(written); !ok) return ok;
        }
        return write(written);
    };
    // One that is not full is refused below.
    if (book != nullptr && (segment + std::uint64_t{1}) * limits::segment_events <= book->size()) {
        auto notes = archive_notes(*book, segment);
        if (!notes) return notes.error();
        how.notes.merge(*notes);
    }
    return archive_segment(log, segment, how);
}

result<archived_segment> restore_and_write_down(store& log, std::uint32_t segment,
                                                const restore_segment_options& options,
                                                const actor& by, const ledger* book) {
    const auto doing = "restore segment " + std::to_string(segment);
    if (auto ok = check_actor(by, doing); !ok) return ok.error();
    if (auto ok = check_ledger(log, book, doing); !ok) return ok.error();
    const auto all = archived_segments(log);
    if (!all) return all.error();
    for (const auto& one : *all) {
        // Without its file it cannot be restored; that is told below.
        if (book == nullptr || one.segment != segment || one.directory.empty()) continue;
        if (auto ok = check_file(log, *book, one.directory / one.file, doing); !ok) {
            return ok.error();
        }
    }
    auto how = options;
    how.before = [&](const archived_segment& known) -> result<void> {
        if (options.before) {
            if (auto ok = options.before(known); !ok) return ok;
        }
        auto wrote = write_down(log, "SegmentRestored", json::serialize(story_of(known)), by);
        return wrote ? result<void>{} : wrote.error();
    };
    return restore_segment(log, segment, how);
}

result<void> attach_checked(store& log, const ledger& book, const fs::path& directory) {
    const auto all = archived_segments(log);
    if (!all) return all.error();
    for (const auto& one : *all) {
        std::error_code ignored;
        const auto file = directory / one.file;
        if (!fs::exists(file, ignored)) continue;
        if (auto ok = check_file(log, book, file, "attach " + directory.string()); !ok) return ok;
    }
    return attach_archives(log, directory);
}

}  // namespace daybook::compliance
