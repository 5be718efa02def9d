// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/subject_keys.hpp>

#include "hex.hpp"
#include "hmac.hpp"
#include "subject_key_shelf.hpp"

#include <algorithm>
#include <charconv>
#include <thread>

namespace daybook::compliance {
namespace {

constexpr std::size_t subject_bytes_max = 1024;
constexpr std::size_t id_bytes = 16;
constexpr std::string_view format_words = "daybook subject keys 1";

timestamp now() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

std::string text_of(timestamp at) { return std::to_string(at.time_since_epoch().count()); }

template <class Number>
std::optional<Number> number_in(std::string_view text) {
    Number number{};
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return number;
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (true) {
        const auto word = line.substr(0, line.find(' '));
        words.push_back(word);
        if (word.size() == line.size()) return words;
        line.remove_prefix(word.size() + 1);
    }
}

/// A line of words, with what it hides sealed under the epoch's key and bound to the words.
std::string sealed_line(std::string words, std::uint64_t epoch, const secret_key& wrapping,
                        std::string_view hidden) {
    const auto nonce = random_bytes(nonce_size);
    const auto bound = words + " epoch " + std::to_string(epoch);
    words += ' ' + to_hex(nonce) + ' ' + to_hex(seal_bytes(wrapping, nonce, bound, hidden)) + '\n';
    return words;
}

struct opened_line {
    std::vector<std::string_view> words;
    std::string hidden;
};

std::optional<opened_line> open_line(std::string_view line, std::uint64_t epoch,
                                     const secret_key& wrapping) {
    const auto sealed_at = line.rfind(' ');
    if (sealed_at == line.npos || sealed_at == 0) return std::nullopt;
    const auto nonce_at = line.rfind(' ', sealed_at - 1);
    if (nonce_at == line.npos) return std::nullopt;
    const auto nonce = from_hex(line.substr(nonce_at + 1, sealed_at - nonce_at - 1));
    const auto sealed = from_hex(line.substr(sealed_at + 1));
    if (!nonce || !sealed) return std::nullopt;
    const auto words = line.substr(0, nonce_at);
    auto hidden = open_bytes(wrapping, *nonce,
                             std::string{words} + " epoch " + std::to_string(epoch), *sealed);
    if (!hidden) return std::nullopt;
    return opened_line{words_of(words), std::move(*hidden)};
}

error damaged(const std::filesystem::path& file, std::string_view what) {
    return fail(errc::corrupt, "keys of subjects: " + file.string() + ": " + std::string{what} +
                                   "; restore it from a backup of this epoch");
}

/// Is there more than the beginning of a first epoch?
bool holds_keys(const std::filesystem::path& directory) {
    std::error_code wrong;
    for (std::filesystem::directory_iterator at{directory, wrong}, end; !wrong && at != end;
         at.increment(wrong)) {
        const auto name = at->path().filename().string();
        if (!name.starts_with("keys-") || name.ends_with(".tmp")) continue;
        const auto lines = durable_files::get(at->path());
        if (name != "keys-1" || !lines || std::count(lines->begin(), lines->end(), '\n') > 1) {
            return true;
        }
    }
    return false;
}

}  // namespace

using impl = subject_keys::impl;

std::filesystem::path impl::keys_file(std::uint64_t of) const {
    return directory / ("keys-" + std::to_string(of));
}

std::filesystem::path impl::epoch_file(std::uint64_t of) const {
    return epoch_directory / ("epoch-" + std::to_string(of));
}

std::string impl::head_line(const secret_key& with) const {
    return sealed_line(std::string{format_words}, epoch, with, names.view());
}

std::string impl::line_of(const std::string& name, const live& key, const secret_key& with,
                          std::uint64_t in_epoch) const {
    return sealed_line("key " + name + ' ' + key.id + ' ' + text_of(key.made_at), in_epoch, with,
                       key.secret.view());
}

std::string impl::line_of(const std::string& name, const gone& key, const secret_key& with,
                          std::uint64_t in_epoch) const {
    return sealed_line(
        "erased " + name + ' ' + key.id + ' ' + std::to_string(key.epoch) + ' ' + text_of(key.at),
        in_epoch, with, {});
}

std::string impl::line_of_readmitted(const std::string& name, const secret_key& with,
                                     std::uint64_t in_epoch) const {
    return sealed_line("readmitted " + name, in_epoch, with, {});
}

result<void> impl::may_write(std::string_view doing) const {
    if (read_only) {
        return fail(errc::refused, std::string{doing} + ": the keys are open for reading");
    }
    if (failed) {
        return fail(errc::io,
                    std::string{doing} + ": writing the keys failed before; open them again");
    }
    return {};
}

std::string impl::pseudonym(std::string_view name) const {
    return hmac_sha256(names.view(), name).hex().substr(0, 2 * id_bytes);
}

result<void> impl::take_line(std::string_view line, const secret_key& with) {
    const auto file = keys_file(epoch);
    auto opened = open_line(line, epoch, with);
    if (!opened) return damaged(file, "a line is not what was written");
    const auto& words = opened->words;
    if (words.size() == 4 && words[0] == "key" && opened->hidden.size() == secret_key_size) {
        const auto made = number_in<std::int64_t>(words[3]);
        if (!made) return damaged(file, "a time is no number");
        auto& one = subjects[std::string{words[1]}];
        one.key = live{std::string{words[2]}, secret_key{opened->hidden},
                       timestamp{std::chrono::microseconds{*made}}};
        one.readmitted = false;
        by_key_id[std::string{words[2]}] = words[1];
    } else if (words.size() == 5 && words[0] == "erased") {
        const auto in = number_in<std::uint64_t>(words[3]);
        const auto at = number_in<std::int64_t>(words[4]);
        if (!in || !at) return damaged(file, "an epoch or a time is no number");
        subjects[std::string{words[1]}].erased.push_back(
            {std::string{words[2]}, *in, timestamp{std::chrono::microseconds{*at}}});
        by_key_id[std::string{words[2]}] = words[1];
    } else if (words.size() == 2 && words[0] == "readmitted") {
        subjects[std::string{words[1]}].readmitted = true;
    } else {
        return damaged(file, "a line is of no kind that is known");
    }
    wipe_bytes(opened->hidden);
    return {};
}

result<void> impl::load() {
    const auto current = durable_files::get(directory / "CURRENT");
    if (!current) return current.error();
    const auto number =
        number_in<std::uint64_t>(std::string_view{*current}.substr(0, current->find('\n')));
    if (!number || *current != std::to_string(*number) + '\n') {
        return damaged(directory / "CURRENT", "it is no number");
    }
    epoch = *number;
    const auto file = epoch_file(epoch);
    auto key_text = durable_files::get(file);
    if (!key_text) {
        return fail(key_text.error().code, "keys of subjects: the key of their epoch, " +
                                               file.string() +
                                               ", cannot be read: " + key_text.error().message);
    }
    if (auto ok = durable_files::check_private(file); !ok) return ok;
    auto bytes = from_hex(std::string_view{*key_text}.substr(0, key_text->find('\n')));
    if (!bytes || bytes->size() != secret_key_size) return damaged(file, "it is no key");
    wrapping = secret_key{*bytes};
    wipe_bytes(*bytes);
    wipe_bytes(*key_text);
    const auto lines = durable_files::get(keys_file(epoch));
    if (!lines) return lines.error();
    subjects.clear();
    by_key_id.clear();
    ready.clear();
    std::string_view rest{*lines};
    bool first = true;
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        if (end == rest.npos) break;  // Not acknowledged: its writing was interrupted.
        const auto line = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        if (std::exchange(first, false)) {
            auto head = open_line(line, epoch, wrapping);
            if (!head || head->hidden.size() != secret_key_size) {
                return damaged(keys_file(epoch), "it begins with something else");
            }
            names = secret_key{head->hidden};
            wipe_bytes(head->hidden);
        } else if (auto ok = take_line(line, wrapping); !ok) {
            return ok;
        }
    }
    if (first) return damaged(keys_file(epoch), "it is empty");
    if (rest.empty() || read_only) return {};
    return durable_files::cut(keys_file(epoch), lines->size() - rest.size());
}

/// The first epoch. What an interrupted making left has no keys of anybody.
result<void> impl::create() {
    epoch = 1;
    wrapping = secret_key::random();
    names = secret_key::random();
    if (auto ok = durable_files::put(epoch_file(1), to_hex(wrapping.view()) + '\n'); !ok) return ok;
    if (auto ok = durable_files::put(keys_file(1), head_line(wrapping)); !ok) return ok;
    return durable_files::put(directory / "CURRENT", "1\n");
}

/// Everything that is not of the present epoch: of one that is over, or that never began.
result<void> impl::clear_leftovers() const {
    std::vector<std::filesystem::path> old;
    for (const auto& [where, start] :
         {std::pair{epoch_directory, std::string_view{"epoch-"}}, {directory, "keys-"}}) {
        std::error_code wrong;
        for (std::filesystem::directory_iterator at{where, wrong}, end; !wrong && at != end;
             at.increment(wrong)) {
            const auto name = at->path().filename().string();
            if (!name.starts_with(start) && !name.ends_with(".tmp")) continue;
            if (name == std::string{start} + std::to_string(epoch)) continue;
            if (at->is_regular_file()) old.push_back(at->path());
        }
        if (wrong) return fail(errc::io, "list " + where.string() + ": " + wrong.message());
    }
    for (const auto& file : old) {
        if (auto ok = durable_files::destroy(file); !ok) return ok;
    }
    return {};
}

/// Writes `subjects` under a new key, switches to it, and destroys the old one.
result<void> impl::begin_epoch() {
    const auto next_key = secret_key::random();
    const auto next = epoch + 1;
    if (auto ok = durable_files::put(epoch_file(next), to_hex(next_key.view()) + '\n'); !ok) {
        return ok;
    }
    auto lines = sealed_line(std::string{format_words}, next, next_key, names.view());
    for (const auto& [name, one] : subjects) {
        for (const auto& key : one.erased) lines += line_of(name, key, next_key, next);
        if (one.readmitted) lines += line_of_readmitted(name, next_key, next);
        if (one.key) lines += line_of(name, *one.key, next_key, next);
    }
    if (auto ok = durable_files::put(keys_file(next), lines); !ok) return ok;
    if (auto ok = durable_files::put(directory / "CURRENT", std::to_string(next) + '\n'); !ok) {
        return ok;
    }
    epoch = next;
    wrapping = next_key;
    return clear_leftovers();
}

result<std::shared_ptr<const subject_key>> impl::take(std::string_view name) {
    if (name.empty() || name.size() > subject_bytes_max) {
        return fail(errc::invalid_argument,
                    "a subject's name has 1 to 1024 bytes, found " + std::to_string(name.size()));
    }
    const std::lock_guard held{mutex};
    const auto hidden = pseudonym(name);
    auto& one = subjects[hidden];
    if (!one.key) {
        if (!one.erased.empty() && !one.readmitted) {
            return fail(errc::rejected,
                        "the subject " + hidden +
                            " was erased; readmit it if it came back, else leave its data out");
        }
        if (auto ok = may_write("make a key"); !ok) return ok.error();
        const live made{to_hex(random_bytes(id_bytes)), secret_key::random(), now()};
        if (auto ok =
                durable_files::append(keys_file(epoch), line_of(hidden, made, wrapping, epoch));
            !ok) {
            failed = true;
            return ok.error();
        }
        one.key = made;
        one.readmitted = false;
        by_key_id[made.id] = hidden;
    }
    auto& usable = ready[one.key->id];
    if (!usable) usable = std::make_shared<const subject_key>(one.key->id, one.key->secret);
    return usable;
}

found_key impl::find(const std::string& key_id) const {
    const std::lock_guard held{mutex};
    const auto name = by_key_id.find(key_id);
    if (name == by_key_id.end()) return {};
    const auto& one = subjects.at(name->second);
    if (!one.key || one.key->id != key_id) return {.key = nullptr, .erased = true};
    auto& usable = ready[key_id];
    if (!usable) usable = std::make_shared<const subject_key>(key_id, one.key->secret);
    return {usable, false};
}

subject_keys::subject_keys(std::unique_ptr<impl> made) : impl_{std::move(made)} {}
subject_keys::~subject_keys() = default;

result<std::shared_ptr<subject_keys>> subject_keys::open(const std::filesystem::path& directory,
                                                         const subject_keys_options& options) {
    auto made = std::make_unique<impl>();
    made->directory = std::filesystem::absolute(directory);
    made->epoch_directory = options.epoch_directory.empty()
                                ? made->directory / "epoch"
                                : std::filesystem::absolute(options.epoch_directory);
    made->read_only = options.read_only;
    std::error_code ignored;
    const bool is_there = std::filesystem::exists(made->directory / "CURRENT", ignored);
    if (!is_there && (options.read_only || !options.create_if_missing)) {
        return fail(errc::not_found, "keys of subjects: there are none in " + directory.string());
    }
    if (!options.read_only) {
        for (const auto& one : {made->directory, made->epoch_directory}) {
            if (auto ok = durable_files::make_directory(one); !ok) return ok.error();
        }
        auto lock = durable_files::lock::take(made->directory / "LOCK");
        if (!lock) return lock.error();
        made->lock = std::move(*lock);
    }
    for (const auto& one : {made->directory, made->epoch_directory}) {
        if (auto ok = durable_files::check_private(one); !ok) return ok.error();
    }
    if (!is_there) {
        if (holds_keys(made->directory)) {
            return damaged(made->directory, "the file CURRENT is missing");
        }
        if (auto ok = made->create(); !ok) return ok.error();
    } else if (auto ok = made->load(); !ok) {
        return ok.error();
    }
    // Only now that the present epoch was read: what else is there is not needed.
    if (!options.read_only) {
        if (auto ok = made->clear_leftovers(); !ok) return ok.error();
    }
    return std::shared_ptr<subject_keys>{new subject_keys{std::move(made)}};
}

std::string subject_keys::pseudonym(std::string_view subject) const {
    return impl_->pseudonym(subject);
}

result<std::string> subject_keys::ensure(std::string_view subject) {
    const auto key = impl_->take(subject);
    if (!key) return key.error();
    return (*key)->id;
}

result<subject_erasure> subject_keys::erase(std::string_view subject) {
    auto& in = *impl_;
    const std::lock_guard held{in.mutex};
    if (auto ok = in.may_write("erase a subject"); !ok) return ok.error();
    const auto name = in.pseudonym(subject);
    const auto found = in.subjects.find(name);
    if (found == in.subjects.end() || (!found->second.key && found->second.erased.empty())) {
        return fail(errc::not_found,
                    "erase a subject: the keys know of none under that name (" + name + ")");
    }
    auto& one = found->second;
    subject_erasure told{.pseudonym = name, .repeated = !one.key};
    if (one.key) {
        in.ready.erase(one.key->id);
        one.erased.push_back({one.key->id, in.epoch + 1, now()});
        one.key.reset();
        if (auto ok = in.begin_epoch(); !ok) {
            in.failed = true;
            return ok.error();
        }
    } else if (auto ok = in.clear_leftovers(); !ok) {
        return ok.error();
    }
    for (const auto& key : one.erased) told.key_ids.push_back(key.id);
    told.epoch = one.erased.back().epoch;
    told.erased_at = one.erased.back().at;
    return told;
}

result<void> subject_keys::readmit(std::string_view subject) {
    auto& in = *impl_;
    const std::lock_guard held{in.mutex};
    if (auto ok = in.may_write("readmit a subject"); !ok) return ok;
    const auto name = in.pseudonym(subject);
    const auto found = in.subjects.find(name);
    if (found == in.subjects.end() || found->second.key || found->second.erased.empty()) {
        return fail(errc::not_found, "readmit a subject: " + name + " was not erased");
    }
    if (found->second.readmitted) return {};
    if (auto ok = durable_files::append(in.keys_file(in.epoch),
                                        in.line_of_readmitted(name, in.wrapping, in.epoch));
        !ok) {
        in.failed = true;
        return ok;
    }
    found->second.readmitted = true;
    return {};
}

result<void> subject_keys::rotate() {
    auto& in = *impl_;
    const std::lock_guard held{in.mutex};
    if (auto ok = in.may_write("begin an epoch"); !ok) return ok;
    auto begun = in.begin_epoch();
    in.failed = !begun;
    return begun;
}

std::uint64_t subject_keys::epoch() const {
    const std::lock_guard held{impl_->mutex};
    return impl_->epoch;
}

std::size_t subject_keys::size() const {
    const std::lock_guard held{impl_->mutex};
    return static_cast<std::size_t>(
        std::count_if(impl_->subjects.begin(), impl_->subjects.end(),
                      [](const auto& one) { return one.second.key.has_value(); }));
}

}  // namespace daybook::compliance
