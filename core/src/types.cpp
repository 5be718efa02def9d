// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/types.hpp>

#include "text.hpp"

#include <algorithm>
#include <atomic>
#include <pthread.h>
#include <random>

namespace daybook {
namespace {

using std::chrono::microseconds;

// Times as text ----------------------------------------------------------------------------------

// "00" to "99", so that two digits cost one copy.
constexpr auto digit_pairs = [] {
    std::array<char, 200> pairs{};
    for (std::size_t i = 0; i < 100; ++i) {
        pairs[2 * i] = static_cast<char>('0' + i / 10);
        pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return pairs;
}();

char* put_pair(char* to, std::uint32_t value) {
    to[0] = digit_pairs[2 * value];
    to[1] = digit_pairs[2 * value + 1];
    return to + 2;
}

char* put_date(char* to, std::chrono::sys_days day) {
    const std::chrono::year_month_day date{day};
    const auto year = static_cast<std::uint32_t>(static_cast<int>(date.year()));
    to = put_pair(put_pair(to, year / 100), year % 100);
    *to++ = '-';
    to = put_pair(to, static_cast<unsigned>(date.month()));
    *to++ = '-';
    return put_pair(to, static_cast<unsigned>(date.day()));
}

char* put_fraction(char* to, std::uint32_t micros) {
    *to++ = '.';
    const auto millis = micros / 1000;
    *to++ = static_cast<char>('0' + millis / 100);
    to = put_pair(to, millis % 100);
    const auto rest = micros % 1000;
    if (rest == 0) return to;
    *to++ = static_cast<char>('0' + rest / 100);
    return put_pair(to, rest % 100);
}

// Reading times ----------------------------------------------------------------------------------

// Walks over the text of one time. The first fault is kept; what follows it is not looked at.
class time_reader {
public:
    explicit time_reader(std::string_view text) : text_{text} {}

    result<timestamp> read();

private:
    struct bounds {
        std::uint32_t min;
        std::uint32_t max;
    };

    std::chrono::sys_days read_date();
    microseconds read_time_of_day();
    microseconds read_fraction();
    microseconds read_offset();
    std::uint32_t number(std::string_view what, std::size_t digits, bounds allowed);
    void skip(char wanted);
    bool next_is(std::string_view any_of) const {
        return at_ < text_.size() && any_of.find(text_[at_]) != std::string_view::npos;
    }
    std::string rest() const {
        return at_ < text_.size() ? in_quotes(text_.substr(at_)) : std::string{"the end"};
    }
    void fault(std::string why) {
        if (fault_.empty()) fault_ = std::move(why);
    }
    bool failed() const { return !fault_.empty(); }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string fault_;
};

std::uint32_t time_reader::number(std::string_view what, std::size_t digits, bounds allowed) {
    if (failed()) return allowed.min;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        const char c = at_ + i < text_.size() ? text_[at_ + i] : '\0';
        if (c < '0' || c > '9') {
            fault(cat("expected ", digits, " digits of the ", what, ", found ", rest()));
            return allowed.min;
        }
        value = value * 10 + static_cast<std::uint32_t>(c - '0');
    }
    if (value < allowed.min || value > allowed.max) {
        fault(cat("the ", what, " is ", text_.substr(at_, digits), ", must be ", allowed.min,
                  " to ", allowed.max));
        return allowed.min;
    }
    at_ += digits;
    return value;
}

void time_reader::skip(char wanted) {
    if (failed()) return;
    if (next_is({&wanted, 1})) {
        ++at_;
        return;
    }
    fault(cat("expected '", wanted, "', found ", rest()));
}

std::chrono::sys_days time_reader::read_date() {
    const auto year = number("year", 4, {1, 9999});
    skip('-');
    const auto month = number("month", 2, {1, 12});
    skip('-');
    const auto day = number("day", 2, {1, 31});
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)},
                                           std::chrono::month{month}, std::chrono::day{day}};
    if (!date.ok()) fault(cat("the month has no day ", day));
    return date;
}

// Seconds may be left out, as ISO 8601 allows and people do.
microseconds time_reader::read_time_of_day() {
    const auto hours = number("hour", 2, {0, 23});
    skip(':');
    const auto minutes = number("minute", 2, {0, 59});
    microseconds time = std::chrono::hours{hours} + std::chrono::minutes{minutes};
    if (failed() || !next_is(":")) return time;
    skip(':');
    // A leap second, 60, has no place on a time scale without leap seconds.
    time += std::chrono::seconds{number("second", 2, {0, 59})};
    return !failed() && next_is(".") ? time + read_fraction() : time;
}

microseconds time_reader::read_fraction() {
    skip('.');
    if (!next_is("0123456789")) fault(cat("expected digits after '.', found ", rest()));
    std::int64_t micros = 0;
    for (int digits = 0; next_is("0123456789"); ++digits, ++at_) {
        const int digit = text_[at_] - '0';
        constexpr std::array<std::int64_t, 6> weight{100'000, 10'000, 1'000, 100, 10, 1};
        if (digits < 6) {
            micros += weight[static_cast<std::size_t>(digits)] * digit;
        } else if (digit != 0) {
            fault("the fraction is finer than microseconds");
        }
    }
    return microseconds{micros};
}

microseconds time_reader::read_offset() {
    if (failed()) return {};
    if (next_is("Zz")) {
        ++at_;
        return {};
    }
    if (!next_is("+-")) {
        fault(cat("expected 'Z' or an offset like +01:00, found ", rest()));
        return {};
    }
    const bool east = text_[at_++] == '+';
    const auto hours = number("offset's hour", 2, {0, 23});
    skip(':');
    const auto minutes = number("offset's minute", 2, {0, 59});
    const microseconds offset = std::chrono::hours{hours} + std::chrono::minutes{minutes};
    return east ? offset : -offset;
}

result<timestamp> time_reader::read() {
    timestamp time = read_date();
    if (!failed() && at_ < text_.size()) {
        if (!next_is("Tt ")) fault(cat("expected 'T' and a time, found ", rest()));
        ++at_;
        time += read_time_of_day();
        time -= read_offset();
        if (!failed() && at_ < text_.size()) fault(cat("found ", rest(), " after its end"));
    }
    if (!failed() && (time < timestamp_min || time > timestamp_max)) {
        fault("in UTC it is outside the years 0001 to 9999");
    }
    if (failed()) return fail(errc::invalid_argument, cat("time ", in_quotes(text_), ": ", fault_));
    return time;
}

// Ids --------------------------------------------------------------------------------------------

constexpr auto hex_pairs = [] {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<char, 512> pairs{};
    for (std::size_t i = 0; i < 256; ++i) {
        pairs[2 * i] = digits[i / 16];
        pairs[2 * i + 1] = digits[i % 16];
    }
    return pairs;
}();

// The value of a hexadecimal digit, or a number with bits above the lowest four.
constexpr std::uint8_t no_digit = 0xFF;
constexpr auto hex_values = [] {
    std::array<std::uint8_t, 256> values{};
    for (std::size_t c = 0; c < values.size(); ++c) {
        const bool digit = c >= '0' && c <= '9';
        const std::size_t lower = c | 0x20U;
        const bool letter = lower >= 'a' && lower <= 'f' && c >= 'A';
        values[c] = digit    ? static_cast<std::uint8_t>(c - '0')
                    : letter ? static_cast<std::uint8_t>(lower - 'a' + 10)
                             : no_digit;
    }
    return values;
}();

// A forked child must not repeat its parent's randomness.
std::atomic<std::uint32_t> forks{0};

std::mt19937_64 seeded() {
    std::random_device device;
    std::array<std::uint32_t, 8> words{};
    std::generate(words.begin(), words.end(), [&] { return device(); });
    std::seed_seq seed{words.begin(), words.end()};
    return std::mt19937_64{seed};
}

std::uint64_t random_bits() {
    [[maybe_unused]] static const int watched =
        pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
    thread_local std::mt19937_64 engine = seeded();
    thread_local std::uint32_t seeded_at = forks.load(std::memory_order_relaxed);
    if (const auto now = forks.load(std::memory_order_relaxed); seeded_at != now) {
        engine = seeded();
        seeded_at = now;
    }
    return engine();
}

// Time in 4096ths of a millisecond, each value given out once: what makes ids increase.
std::uint64_t next_tick() {
    static std::atomic<std::uint64_t> last{0};
    const auto now = std::chrono::time_point_cast<microseconds>(std::chrono::system_clock::now());
    const auto micros =
        static_cast<std::uint64_t>(std::max<std::int64_t>(now.time_since_epoch().count(), 0));
    const std::uint64_t clock = (micros / 1000) << 12U | (micros % 1000) * 4096 / 1000;
    auto seen = last.load(std::memory_order_relaxed);
    std::uint64_t mine = 0;
    do {
        mine = std::max(clock, seen + 1);
    } while (!last.compare_exchange_weak(seen, mine, std::memory_order_relaxed));
    return mine;
}

}  // namespace

void append_text(std::string& out, timestamp part) {
    if (part < timestamp_min || part > timestamp_max) {  // Only ever seen in messages.
        append_text(out, part.time_since_epoch().count());
        out += " microseconds since 1970";
        return;
    }
    const auto day = std::chrono::floor<std::chrono::days>(part);
    const auto micros = static_cast<std::uint64_t>((part - day).count());
    const auto seconds = static_cast<std::uint32_t>(micros / 1'000'000);
    char text[32];
    char* to = put_date(text, day);
    *to++ = 'T';
    to = put_pair(to, seconds / 3600);
    *to++ = ':';
    to = put_pair(to, seconds / 60 % 60);
    *to++ = ':';
    to = put_pair(to, seconds % 60);
    to = put_fraction(to, static_cast<std::uint32_t>(micros % 1'000'000));
    *to++ = 'Z';
    out.append(text, to);
}

std::string to_string(timestamp time) {
    std::string out;
    append_text(out, time);
    return out;
}

result<timestamp> parse_timestamp(std::string_view text) { return time_reader{text}.read(); }

event_id event_id::make() {
    const auto tick = next_tick();
    const std::uint64_t high = (tick >> 12U) << 16U | 0x7000U | (tick & 0xFFFU);
    const std::uint64_t low = (random_bits() >> 2U) | (std::uint64_t{1} << 63U);
    event_id made;
    for (std::size_t i = 0; i < 8; ++i) {
        made.bytes[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
        made.bytes[8 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
    }
    return made;
}

void append_text(std::string& out, const event_id& part) {
    char text[36];
    char* to = text;
    for (std::size_t i = 0; i < part.bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *to++ = '-';
        *to++ = hex_pairs[2 * std::size_t{part.bytes[i]}];
        *to++ = hex_pairs[2 * std::size_t{part.bytes[i]} + 1];
    }
    out.append(text, sizeof text);
}

std::string to_string(const event_id& id) {
    std::string out;
    append_text(out, id);
    return out;
}

std::optional<event_id> parse_event_id(std::string_view text) noexcept {
    if (text.size() != 36) return std::nullopt;
    event_id id;
    std::uint8_t seen = 0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < id.bytes.size(); ++i) {
        if ((i == 4 || i == 6 || i == 8 || i == 10) && text[at++] != '-') return std::nullopt;
        const auto high = hex_values[static_cast<std::uint8_t>(text[at])];
        const auto low = hex_values[static_cast<std::uint8_t>(text[at + 1])];
        seen = static_cast<std::uint8_t>(seen | high | low);
        id.bytes[i] = static_cast<std::uint8_t>(high * 16U + (low & 15U));
        at += 2;
    }
    if (seen > 15) return std::nullopt;
    return id;
}

}  // namespace daybook
