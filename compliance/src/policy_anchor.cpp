// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/policy_anchor.hpp>

#include <algorithm>
#include <utility>

namespace daybook::compliance {
namespace {

class quorum_anchor final : public anchor {
public:
    quorum_anchor(policy which, std::vector<std::unique_ptr<anchor>> witnesses)
        : policy_{std::move(which)}, witnesses_{std::move(witnesses)} {}

    std::string name() const override {
        return "policy of " + std::to_string(witnesses_.size()) + " witnesses";
    }

    result<std::vector<note_signature>> remember(const verified_checkpoint& seen,
                                                 const consistency_source& prove) override {
        std::vector<note_signature> all;
        answers got;
        for (std::size_t i = 0; i < witnesses_.size(); ++i) {
            auto signatures = witnesses_[i]->remember(seen, prove);
            if (!got.take(i, signatures)) continue;
            std::move(signatures->begin(), signatures->end(), std::back_inserter(all));
        }
        if (auto wrong = got.gravest()) return *wrong;
        if (!policy_.is_quorum(got.from)) return no_quorum(got, "remember it");
        return all;
    }

    result<std::optional<std::string>> newest(std::string_view origin) override {
        const auto keys = policy_.keys_of(origin);
        std::optional<std::string> largest;
        std::uint64_t size = 0;
        answers got;
        for (std::size_t i = 0; i < witnesses_.size(); ++i) {
            auto note = witnesses_[i]->newest(origin);
            if (!got.take(i, note) || !*note) continue;
            const auto told = size_in(**note, origin, keys);
            if (!told) {
                got.from.pop_back();
                got.failures.push_back(
                    fail(told.error().code, witnesses_[i]->name() + ": " + told.error().message));
                continue;
            }
            if (largest && *told <= size) continue;
            largest = *std::move(note);
            size = *told;
        }
        if (!policy_.is_quorum(got.from)) return no_quorum(got, "answer");
        return largest;
    }

private:
    struct answers {
        std::vector<std::size_t> from{};
        std::vector<error> failures{};

        template <class T>
        bool take(std::size_t witness, const result<T>& answer) {
            if (answer) {
                from.push_back(witness);
            } else {
                failures.push_back(answer.error());
            }
            return static_cast<bool>(answer);
        }
        const error* gravest() const {
            for (const auto code : {errc::corrupt, errc::rejected}) {
                const auto found = std::find_if(failures.begin(), failures.end(),
                                                [&](const error& why) { return why.code == code; });
                if (found != failures.end()) return &*found;
            }
            return nullptr;
        }
    };

    error no_quorum(const answers& got, std::string_view what) const {
        auto message = name() + ": " + std::to_string(got.from.size()) + " " + std::string{what} +
                       ", which is no quorum";
        const bool only_late =
            !got.failures.empty() &&
            std::all_of(got.failures.begin(), got.failures.end(),
                        [](const error& why) { return why.code == errc::timed_out; });
        if (!got.failures.empty()) message += ": " + got.failures.front().message;
        return fail(only_late ? errc::timed_out : errc::io, std::move(message));
    }

    static result<std::uint64_t> size_in(const std::string& note, std::string_view origin,
                                         std::span<const verifier_key> keys) {
        if (!keys.empty()) {
            const auto seen = verified_checkpoint::verify(note, origin, keys);
            if (!seen) return seen.error();
            return seen->size();
        }
        const auto read = signed_note::parse(note);
        if (!read) return read.error();
        const auto said = checkpoint::parse(read->text());
        if (!said) return said.error();
        return said->size;
    }

    policy policy_;
    std::vector<std::unique_ptr<anchor>> witnesses_;
};

}  // namespace

result<std::unique_ptr<anchor>> policy_anchor(const policy& which, const witness_reach& reach) {
    if (which.witnesses().empty()) {
        return fail(errc::invalid_argument,
                    "policy: it names no witness, and so remembers nothing");
    }
    std::vector<std::unique_ptr<anchor>> witnesses;
    for (const auto& one : which.witnesses()) {
        auto transport = reach(one);
        if (!transport) return transport.error();
        auto made = witness_anchor(one.key, *std::move(transport));
        if (!made) return made.error();
        witnesses.push_back(*std::move(made));
    }
    return std::make_unique<quorum_anchor>(which, std::move(witnesses));
}

}  // namespace daybook::compliance
