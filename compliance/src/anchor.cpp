// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/anchor.hpp>

#include "text.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <utility>

namespace daybook::compliance {
namespace {

class called_anchor final : public anchor {
public:
    explicit called_anchor(anchor_callbacks callbacks) : callbacks_{std::move(callbacks)} {}

    std::string name() const override { return callbacks_.name; }

    result<std::vector<note_signature>> remember(const verified_checkpoint& seen,
                                                 const consistency_source&) override {
        const std::lock_guard lock{mutex_};
        const auto done = guarded([&] { return callbacks_.remember(seen); });
        if (!done) return done.error();
        return std::vector<note_signature>{};
    }

    result<std::optional<std::string>> newest(std::string_view origin) override {
        const std::lock_guard lock{mutex_};
        return guarded([&] { return callbacks_.newest(origin); });
    }

private:
    template <class Call>
    auto guarded(Call&& call) const -> decltype(call()) {
        try {
            auto done = call();
            if (!done) return fail(done.error().code, name() + ": " + done.error().message);
            return done;
        } catch (const std::exception& thrown) {
            return fail(errc::io, name() + ": " + thrown.what());
        } catch (...) {
            return fail(errc::io, name() + ": it threw what is no std::exception");
        }
    }

    anchor_callbacks callbacks_;
    std::mutex mutex_;
};

/// That too few anchors did it, with the reason of the first that did not.
error too_few(std::string_view what, std::size_t did, std::size_t needed,
              std::span<const error> failures) {
    auto message = std::to_string(did) + " anchors " + std::string{what} + ", and " +
                   std::to_string(needed) + " are needed";
    const bool only_late =
        !failures.empty() && std::all_of(failures.begin(), failures.end(), [](const error& why) {
            return why.code == errc::timed_out;
        });
    if (!failures.empty()) message += ": " + failures.front().message;
    return fail(only_late ? errc::timed_out : errc::io, std::move(message));
}

}  // namespace

std::unique_ptr<anchor> callback_anchor(anchor_callbacks callbacks) {
    return std::make_unique<called_anchor>(std::move(callbacks));
}

result<anchor_policy> anchor_policy::make(std::vector<std::shared_ptr<anchor>> anchors,
                                          std::size_t needed) {
    if (needed > anchors.size()) {
        return fail(errc::invalid_argument, std::to_string(needed) + " anchors are needed, and " +
                                                std::to_string(anchors.size()) + " are there");
    }
    anchor_policy made;
    made.anchors_ = std::move(anchors);
    made.needed_ = needed;
    return made;
}

result<anchor_policy::remembered> anchor_policy::remember(const verified_checkpoint& seen,
                                                          const consistency_source& prove) const {
    remembered all;
    for (const auto& one : anchors_) {
        auto signatures = one->remember(seen, prove);
        if (!signatures) {
            all.failures.push_back(signatures.error());
            continue;
        }
        ++all.count;
        std::move(signatures->begin(), signatures->end(), std::back_inserter(all.cosignatures));
    }
    for (const auto grave : {errc::corrupt, errc::rejected}) {
        const auto found = std::find_if(all.failures.begin(), all.failures.end(),
                                        [&](const error& why) { return why.code == grave; });
        if (found != all.failures.end()) return *found;
    }
    if (all.count < needed_) return too_few("remember it", all.count, needed_, all.failures);
    return all;
}

result<anchor_policy::recalled> anchor_policy::newest(
    std::string_view origin, std::span<const verifier_key> log_keys) const {
    recalled all;
    std::size_t answers = 0;
    for (const auto& one : anchors_) {
        const auto note = one->newest(origin);
        if (!note) {
            all.failures.push_back(note.error());
            continue;
        }
        if (!*note) {
            ++answers;
            continue;
        }
        auto seen = verified_checkpoint::verify(**note, origin, log_keys);
        if (!seen) {
            all.failures.push_back(
                fail(seen.error().code, one->name() + ": " + seen.error().message));
            continue;
        }
        ++answers;
        if (all.newest && all.newest->size() == seen->size() &&
            all.newest->root() != seen->root()) {
            return fail(errc::corrupt, all.anchor + " and " + one->name() +
                                           " have two signed checkpoints of " + in_quotes(origin) +
                                           " at " + std::to_string(seen->size()) +
                                           ": the log forked");
        }
        if (!all.newest || seen->size() > all.newest->size()) {
            all.newest = std::move(*seen);
            all.anchor = one->name();
        }
    }
    if (answers < needed_) return too_few("answer", answers, needed_, all.failures);
    return all;
}

}  // namespace daybook::compliance
