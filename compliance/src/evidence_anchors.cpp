// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/anchor_evidence.hpp>

#include "text.hpp"

#include <map>
#include <mutex>
#include <utility>

namespace daybook::compliance {
namespace {

class keeping_anchor final : public anchor {
public:
    keeping_anchor(std::shared_ptr<anchor> inner, std::shared_ptr<evidence_folder> folder)
        : inner_{std::move(inner)}, folder_{std::move(folder)} {}

    std::string name() const override { return inner_->name(); }

    result<std::vector<note_signature>> remember(const verified_checkpoint& seen,
                                                 const consistency_source& prove) override {
        auto signatures = inner_->remember(seen, prove);
        if (!signatures) return signatures;
        if (auto kept = folder_->keep(seen, *signatures); !kept) {
            return fail(kept.error().code,
                        name() + ": what it signed is not kept: " + kept.error().message);
        }
        return signatures;
    }

    result<std::optional<std::string>> newest(std::string_view origin) override {
        return inner_->newest(origin);
    }

private:
    std::shared_ptr<anchor> inner_;
    std::shared_ptr<evidence_folder> folder_;
};

/// A checkpoint that has a stamp.
struct stamped_checkpoint {
    tree_head head{};
    timestamp at{};
    std::string note{};
};

class stamping_anchor final : public anchor {
public:
    explicit stamping_anchor(time_stamp_anchor_options options) : options_{std::move(options)} {}

    std::string name() const override { return options_.name; }

    result<std::vector<note_signature>> remember(const verified_checkpoint& seen,
                                                 const consistency_source& prove) override {
        const std::lock_guard lock{mutex_};
        const auto last = last_of(seen.origin());
        if (!last && last.error().code != errc::not_found) return last.error();
        if (last && *last) {
            const auto needed = is_needed(**last, seen, prove);
            if (!needed) return needed.error();
            if (!*needed) return std::vector<note_signature>{};
        }
        const auto made =
            obtain_time_stamp(sha256(seen.note()), options_.transport, options_.trust);
        if (!made) return failed(made.error().code, made.error().message);
        auto kept = options_.folder->keep(seen, made->evidence, options_.trust.others);
        if (!kept) return failed(kept.error().code, kept.error().message);
        last_[seen.origin()] = {seen.head(), made->stamp.at, seen.note()};
        return std::vector<note_signature>{};
    }

    result<std::optional<std::string>> newest(std::string_view origin) override {
        const std::lock_guard lock{mutex_};
        last_.erase(std::string{origin});  // What is in the folder counts.
        auto last = last_of(origin);
        if (!last) return last.error();
        if (!*last) return std::optional<std::string>{};
        return std::optional{(*last)->note};
    }

private:
    error failed(errc code, std::string_view why) const {
        return fail(code, name() + ": " + std::string{why});
    }
    timestamp now() const {
        if (options_.clock) return options_.clock();
        return std::chrono::time_point_cast<std::chrono::microseconds>(
            std::chrono::system_clock::now());
    }

    /// Does the log need a stamp for `seen`, after the last?
    result<bool> is_needed(const stamped_checkpoint& last, const verified_checkpoint& seen,
                           const consistency_source& prove) const {
        const auto at = in_quotes(seen.origin()) + " at " + std::to_string(last.head.size);
        if (seen.size() < last.head.size) {
            return failed(errc::rejected, "it has " + at + ", and is told of " +
                                              std::to_string(seen.size()) + ": the log went back");
        }
        if (seen.size() > last.head.size && last.head.size > 0) {
            const auto path = prove({last.head.size, seen.size()});
            if (!path) return path.error();
            if (!proves_consistency(*path, last.head, seen.head())) {
                return failed(errc::corrupt, "it has " + at + ", which the log at " +
                                                 std::to_string(seen.size()) +
                                                 " does not continue");
            }
        }
        if (seen.size() == last.head.size && seen.root() != last.head.root) {
            return failed(errc::corrupt, "it has " + at + " with another root: the log forked");
        }
        return now() - last.at >= options_.every;
    }

    /// The largest checkpoint with a stamp that verifies; nothing if there are no stamps.
    /// Signatures of the log are for others to verify: who asks knows its keys.
    result<std::optional<stamped_checkpoint>> last_of(std::string_view origin) {
        const auto known = last_.find(origin);
        if (known != last_.end()) return std::optional{known->second};
        const auto all = options_.folder->of(origin);
        if (!all) return failed(all.error().code, all.error().message);
        std::optional<error> why;
        for (auto one = all->rbegin(); one != all->rend(); ++one) {
            if (!one->stamp) continue;
            auto good = stamped(*one, origin);
            if (good) {
                last_[std::string{origin}] = *good;
                return std::optional{*std::move(good)};
            }
            if (!why) why = good.error();
        }
        if (why) return failed(errc::corrupt, "none of its stamps is good: " + why->message);
        return std::optional<stamped_checkpoint>{};
    }

    result<stamped_checkpoint> stamped(const anchor_evidence& one, std::string_view origin) const {
        const auto note = signed_note::parse(one.note);
        if (!note) return note.error();
        const auto said = checkpoint::parse(note->text());
        if (!said) return said.error();
        if (said->origin != origin) return fail(errc::corrupt, "it is of another log");
        auto trust = options_.trust;
        trust.others += one.certificates;
        const auto stamp = verify_time_stamp(*one.stamp, sha256(one.note), trust);
        if (!stamp) return stamp.error();
        return stamped_checkpoint{said->head(), stamp->at, one.note};
    }

    time_stamp_anchor_options options_;
    std::mutex mutex_;
    std::map<std::string, stamped_checkpoint, std::less<>> last_;
};

}  // namespace

std::unique_ptr<anchor> evidence_keeping_anchor(std::shared_ptr<anchor> inner,
                                                std::shared_ptr<evidence_folder> folder) {
    return std::make_unique<keeping_anchor>(std::move(inner), std::move(folder));
}

result<std::unique_ptr<anchor>> time_stamp_anchor(time_stamp_anchor_options options) {
    if (options.name.empty()) options.name = "time stamps";
    if (!options.transport || !options.folder || options.trust.roots.empty()) {
        return fail(errc::invalid_argument,
                    options.name +
                        ": a transport, a folder for the stamps and the certificates "
                        "of roots are needed");
    }
    return std::make_unique<stamping_anchor>(std::move(options));
}

}  // namespace daybook::compliance
