// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/anchor.hpp>
#include <daybook/compliance/checkpoint.hpp>
#include <daybook/result.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Witnesses, c2sp.org/tlog-witness: somebody who keeps the largest checkpoint of each log that he
/// has seen, and signs no other that does not continue it. Two histories of one log then never both
/// get his signature. There is no HTTP here: requests and answers are values, and `daybook witness`
/// carries them.
namespace daybook::compliance {

inline constexpr std::size_t witness_body_bytes_max = note_bytes_max + 4096;

struct witness_request {
    std::string method{};  ///< "GET" or "POST".
    std::string path{};    ///< Below the prefix of the witness: "/add-checkpoint".
    std::string body{};
};

struct witness_answer {
    unsigned status = 0;  ///< Of HTTP.
    std::string content_type{};
    std::string body{};
};

/// What a witness says to checkpoints. Thread safe: of two requests for one log, one comes first.
class witness {
public:
    struct options {
        /// Where its memory is: one file for each log. Made if it is not there. Whoever can put
        /// back an older one can make the witness sign two histories, so keep it out of backups
        /// that others restore.
        std::filesystem::path directory{};
        std::string name{};                   ///< That it signs under.
        std::shared_ptr<const signer> key{};  ///< Ed25519.
        std::vector<verifier_key> logs{};     ///< Whose checkpoints it takes; a log is called as
                                              ///< its key is, and may have several.
        /// What time it is; by default, what the system says.
        std::function<std::chrono::sys_seconds()> clock{};
    };

    /// Takes the directory for itself. Fails with `invalid_argument` for a name, a key or logs that
    /// are none, with `locked` if another witness has the directory, with `corrupt` if what it
    /// keeps of a log is not what it signed, and with `io`.
    static result<witness> open(options with);

    witness(witness&&) noexcept;
    witness& operator=(witness&&) noexcept;
    ~witness();

    /// Its key as others need it in their policies.
    verifier_key key() const;

    /// The body of POST add-checkpoint: "old SIZE", the lines of a consistency proof, an empty
    /// line, the checkpoint. What is answered with 200 is on disk before this returns. The status
    /// is
    ///   400  not such a body, or an old size above the new one
    ///   404  the origin is not one of the logs
    ///   403  no key of that log has signed it
    ///   409  the old size is not that of the newest checkpoint it has; that is the body
    ///   422  the proof is not one, or the same size has another root
    ///   500  it could not be made lasting; nothing was signed
    ///   200  the body has the line to add to the note
    /// Cost: one sync of a file and of its directory.
    witness_answer add_checkpoint(std::string_view body);

    /// Answers POST /add-checkpoint, and GET /HASH/checkpoint, where HASH is SHA-256 of the origin
    /// in hexadecimal digits, with the newest checkpoint; 404 if there is none. 405 for another
    /// method, 413 for a body above `witness_body_bytes_max`.
    witness_answer answer(const witness_request& request);

    /// The newest checkpoint of a log with the signatures of the log and of this witness; nothing
    /// if it has none.
    std::optional<std::string> newest(std::string_view origin) const;
    /// The logs that it takes checkpoints of or has one of, each once, in order.
    std::vector<std::string> origins() const;

private:
    struct impl;
    explicit witness(std::unique_ptr<impl> made);

    std::unique_ptr<impl> impl_;
};

/// Carries a request to a witness, and its answer back. An answer with any status is a success.
/// Called from one thread at a time.
using witness_transport = std::function<result<witness_answer>(const witness_request&)>;

/// A witness that is somewhere else, as an anchor. Believes nothing but what `key`, in either form,
/// has signed. `remember` gives the cosignature. It fails with `rejected` if the witness has seen a
/// larger log, with `corrupt` if it has seen another history or answers what it did not sign, with
/// `not_found` if it does not know the log, with `refused` if it does not know the log's key, with
/// `io` for other answers, and as `transport` does. One or two requests; three for the first of a
/// process. Fails with `invalid_argument` for a key that is not Ed25519.
result<std::unique_ptr<anchor>> witness_anchor(const verifier_key& key,
                                               witness_transport transport);

}  // namespace daybook::compliance
