// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/witness.hpp>

#include "text.hpp"
#include "witness_body.hpp"

#include <array>
#include <map>
#include <mutex>
#include <utility>

namespace daybook::compliance {
namespace {

class remote_witness final : public anchor {
public:
    remote_witness(verifier_key key, witness_transport transport)
        : key_{std::move(key)}, transport_{std::move(transport)} {}

    std::string name() const override { return "witness " + key_.name(); }

    result<std::vector<note_signature>> remember(const verified_checkpoint& seen,
                                                 const consistency_source& prove) override {
        const std::lock_guard lock{mutex_};
        // The witness says what it has last; it may hear of the log from others too.
        constexpr int tries = 3;
        auto& last = last_sizes_[seen.origin()];
        for (int i = 0; i < tries; ++i) {
            if (last > seen.size()) return went_back(seen, last);
            add_checkpoint_body body{last, {}, seen.note()};
            if (last > 0) {
                auto path = prove({last, seen.size()});
                if (!path) return path.error();
                body.proof = std::move(*path);
            }
            const auto answer = transport_({"POST", std::string{add_checkpoint_path}, body.text()});
            if (!answer) return answer.error();
            if (answer->status == 200) {
                auto lines = cosignatures(seen, answer->body);
                if (lines) last = seen.size();
                return lines;
            }
            if (answer->status != 409) return refusal(seen, *answer);
            auto has = std::string_view{answer->body};
            const auto size = parse_decimal(take_line(has).value_or(has));
            if (!size) return failed(errc::io, "409 without a size");
            last = *size;
        }
        return failed(errc::io, "it names another size each time it is asked");
    }

    result<std::optional<std::string>> newest(std::string_view origin) override {
        const std::lock_guard lock{mutex_};
        const auto answer = transport_({"GET", checkpoint_path(origin), ""});
        if (!answer) return answer.error();
        if (answer->status == 404) return std::optional<std::string>{};
        if (answer->status != 200) return unexpected(*answer);
        const auto note = signed_note::parse(answer->body);
        const auto good = note ? note->verified_by(std::array{key_})
                               : result<std::vector<verified_signature>>{note.error()};
        if (!good) return failed(errc::corrupt, good.error().message);
        const auto seen = checkpoint::parse(note->text());
        if (!seen || seen->origin != origin) {
            return failed(errc::corrupt, "what it has is no checkpoint of " + in_quotes(origin));
        }
        return std::optional{answer->body};
    }

private:
    error failed(errc code, std::string_view why) const {
        return fail(code, name() + ": " + std::string{why});
    }
    error unexpected(const witness_answer& answer) const {
        return failed(errc::io,
                      "status " + std::to_string(answer.status) + ", " + in_quotes(answer.body));
    }
    error went_back(const verified_checkpoint& seen, std::uint64_t has) const {
        return failed(errc::rejected, "it has " + in_quotes(seen.origin()) + " at " +
                                          std::to_string(has) + ", and is told of " +
                                          std::to_string(seen.size()) + ": the log went back");
    }

    error refusal(const verified_checkpoint& seen, const witness_answer& answer) const {
        const auto log = in_quotes(seen.origin());
        switch (answer.status) {
            case 403: return failed(errc::refused, "it does not know the key that signed " + log);
            case 404: return failed(errc::not_found, "it does not know the log " + log);
            case 422:
                return failed(errc::corrupt,
                              "it has another history of " + log + ": " + in_quotes(answer.body));
            default: return unexpected(answer);
        }
    }

    /// The lines of the answer that are from this witness.
    result<std::vector<note_signature>> cosignatures(const verified_checkpoint& seen,
                                                     std::string_view lines) const {
        const auto note = signed_note::parse(seen.contents().text() + "\n" + std::string{lines});
        if (!note) return failed(errc::corrupt, note.error().message);
        const auto good = note->verified_by(std::array{key_});
        if (!good) return failed(errc::corrupt, good.error().message);
        for (const auto& line : note->signatures()) {
            if (line.key_id == key_.id() && line.name == key_.name()) return std::vector{line};
        }
        return failed(errc::corrupt, "its answer has no signature of it");
    }

    verifier_key key_;
    witness_transport transport_;
    std::mutex mutex_;
    std::map<std::string, std::uint64_t> last_sizes_;
};

}  // namespace

result<std::unique_ptr<anchor>> witness_anchor(const verifier_key& key,
                                               witness_transport transport) {
    auto own = key.as_witness();
    if (!own) return own.error();
    return std::make_unique<remote_witness>(std::move(*own), std::move(transport));
}

}  // namespace daybook::compliance
