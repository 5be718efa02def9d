// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "witness/witness_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <utility>

namespace daybook::witness_http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using code = boost::system::error_code;

/// One request and its answer. The operations run one after the other; the stream's deadline is for
/// all of them.
class exchange {
public:
    exchange(const witness_url& url, std::chrono::milliseconds deadline, std::string_view peer,
             std::string_view content_type = {})
        : url_{url}, deadline_{deadline}, peer_{peer}, content_type_{content_type} {}

    result<compliance::witness_answer> run(const compliance::witness_request& asked) {
        code failed;
        tcp::resolver resolver{work_};
        const auto places = resolver.resolve(url_.host, url_.port, failed);
        if (failed) return told(failed, "its name");
        stream_.expires_after(deadline_);
        finish(
            [&](auto&& done) {
                stream_.async_connect(places, [done](code c, const tcp::endpoint&) { done(c); });
            },
            failed);
        if (failed) return told(failed, "connecting");
        http::request<http::string_body> request{http::string_to_verb(asked.method),
                                                 target_of(asked), 11};
        request.set(http::field::host, url_.host + ":" + url_.port);
        request.set(http::field::user_agent, "daybook");
        if (!content_type_.empty()) request.set(http::field::content_type, content_type_);
        request.keep_alive(false);
        request.body() = asked.body;
        request.prepare_payload();
        finish(
            [&](auto&& done) {
                http::async_write(stream_, request, [done](code c, std::size_t) { done(c); });
            },
            failed);
        if (failed) return told(failed, "sending");
        http::response_parser<http::string_body> parser;
        parser.body_limit(compliance::witness_body_bytes_max);
        beast::flat_buffer buffer;
        finish(
            [&](auto&& done) {
                http::async_read(stream_, buffer, parser, [done](code c, std::size_t) { done(c); });
            },
            failed);
        if (failed) return told(failed, "its answer");
        auto answer = parser.release();
        return compliance::witness_answer{answer.result_int(),
                                          std::string{answer[http::field::content_type]},
                                          std::move(answer.body())};
    }

private:
    std::string target_of(const compliance::witness_request& asked) const {
        const auto target = url_.prefix + asked.path;
        return target.empty() ? "/" : target;
    }

    /// Starts an operation and waits for its end.
    template <class Start>
    void finish(Start&& start, code& failed) {
        start([&failed](code c) { failed = c; });
        work_.restart();
        work_.run();
    }

    error told(code failed, std::string_view doing) const {
        const bool late = failed == beast::error::timeout;
        return fail(late ? errc::timed_out : errc::io,
                    peer_ + " http://" + url_.host + ":" + url_.port + url_.prefix + ": " +
                        std::string{doing} + ": " +
                        (late ? "no answer in time" : failed.message()));
    }

    const witness_url& url_;
    std::chrono::milliseconds deadline_;
    std::string peer_;  // What messages call it.
    std::string content_type_;
    asio::io_context work_{1};
    beast::tcp_stream stream_{work_};
};

}  // namespace

compliance::witness_transport http_transport(witness_url url, std::chrono::milliseconds deadline) {
    return [url = std::move(url), deadline](const compliance::witness_request& asked) {
        return exchange{url, deadline, "witness"}.run(asked);
    };
}

compliance::time_stamp_transport http_time_stamps(witness_url url,
                                                  std::chrono::milliseconds deadline) {
    return [url = std::move(url), deadline](std::string_view request) -> result<std::string> {
        exchange with{url, deadline, "time stamp authority", "application/timestamp-query"};
        auto answer = with.run({.method = "POST", .path = "", .body = std::string{request}});
        if (!answer) return answer.error();
        if (answer->status != 200 || answer->content_type != "application/timestamp-reply") {
            return fail(errc::io, "time stamp authority http://" + url.host + ":" + url.port +
                                      url.prefix + ": status " + std::to_string(answer->status) +
                                      ", and no time stamp");
        }
        return std::move(answer->body);
    };
}

}  // namespace daybook::witness_http
