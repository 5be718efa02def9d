// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "witness/witness_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <optional>
#include <utility>

namespace daybook::witness_http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using code = boost::system::error_code;

struct witness_server::impl {
    impl(compliance::witness& by, options with) : answers{by}, given{std::move(with)} {}

    void accept();
    void closed();
    void watch(const std::function<bool()>& ended);

    compliance::witness& answers;
    options given;
    asio::io_context work{1};
    tcp::acceptor acceptor{work};
    asio::steady_timer timer{work};
    std::size_t connections = 0;
    bool accepting = false;
    bool ending = false;
};

namespace {

/// One connection, alive as long as one of its handlers is.
class session : public std::enable_shared_from_this<session> {
public:
    session(tcp::socket socket, compliance::witness& answers, const witness_server::options& given,
            std::function<void()> closed)
        : stream_{std::move(socket)},
          answers_{answers},
          given_{given},
          closed_{std::move(closed)} {}
    ~session() { closed_(); }
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    void read() {
        parser_.emplace();
        parser_->header_limit(header_bytes_max);
        parser_->body_limit(compliance::witness_body_bytes_max);
        stream_.expires_after(given_.deadline);
        http::async_read(
            stream_, buffer_, *parser_,
            [self = shared_from_this()](code failed, std::size_t) { self->answer(failed); });
    }

private:
    void answer(code failed) {
        compliance::witness_answer said;
        bool keep = false;
        if (failed == http::error::body_limit) {
            said = {413, "text/plain; charset=utf-8", "the body is too large\n"};
        } else if (failed) {
            return;  // Gone, too late, or not HTTP: there is nobody to answer.
        } else {
            auto request = parser_->release();
            keep = request.keep_alive();
            const compliance::witness_request asked{std::string{request.method_string()},
                                                    std::string{request.target()},
                                                    std::move(request.body())};
            said = answers_.answer(asked);
            if (given_.served) given_.served(asked, said.status);
        }
        write(std::move(said), keep);
    }

    void write(compliance::witness_answer said, bool keep) {
        response_ = {};
        response_.version(11);
        response_.result(said.status);
        response_.set(http::field::content_type, said.content_type);
        response_.set(http::field::cache_control, "no-store");
        response_.keep_alive(keep);
        response_.body() = std::move(said.body);
        response_.prepare_payload();
        stream_.expires_after(given_.deadline);
        http::async_write(stream_, response_,
                          [self = shared_from_this(), keep](code failed, std::size_t) {
                              if (failed) return;
                              if (keep) return self->read();
                              code ignored;
                              self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
                          });
    }

    beast::tcp_stream stream_;
    compliance::witness& answers_;
    const witness_server::options& given_;
    std::function<void()> closed_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    http::response<http::string_body> response_;
};

}  // namespace

void witness_server::impl::accept() {
    if (accepting || connections >= connections_max || !acceptor.is_open()) return;
    accepting = true;
    acceptor.async_accept([this](code failed, tcp::socket socket) {
        accepting = false;
        if (failed == asio::error::operation_aborted) return;
        if (!failed) {
            ++connections;
            std::make_shared<session>(std::move(socket), answers, given, [this] {
                closed();
            })->read();
        }
        accept();
    });
}

void witness_server::impl::closed() {
    --connections;
    if (!ending) accept();
}

void witness_server::impl::watch(const std::function<bool()>& ended) {
    constexpr auto often = std::chrono::milliseconds{100};
    timer.expires_after(often);
    timer.async_wait([this, &ended](code failed) {
        if (failed) return;
        if (ended()) return work.stop();
        watch(ended);
    });
}

witness_server::witness_server(std::unique_ptr<impl> made) : impl_{std::move(made)} {}
witness_server::witness_server(witness_server&&) noexcept = default;
witness_server& witness_server::operator=(witness_server&&) noexcept = default;
witness_server::~witness_server() = default;

result<witness_server> witness_server::listen(compliance::witness& by, options with) {
    const auto where = with.at.address + ":" + std::to_string(with.at.port);
    auto made = std::make_unique<impl>(by, std::move(with));
    code failed;
    const auto address = asio::ip::make_address(made->given.at.address, failed);
    if (failed) {
        return fail(errc::invalid_argument, "listening on " + where + ": not a numeric address");
    }
    const tcp::endpoint place{address, made->given.at.port};
    auto& acceptor = made->acceptor;
    acceptor.open(place.protocol(), failed);
    if (!failed) acceptor.set_option(asio::socket_base::reuse_address{true}, failed);
    if (!failed) acceptor.bind(place, failed);
    if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
    if (failed) return fail(errc::io, "listening on " + where + ": " + failed.message());
    return witness_server{std::move(made)};
}

unsigned short witness_server::port() const {
    code ignored;
    return impl_->acceptor.local_endpoint(ignored).port();
}

void witness_server::run(const std::function<bool()>& ended) {
    if (ended) impl_->watch(ended);
    impl_->accept();
    impl_->work.run();
}

void witness_server::stop() { impl_->work.stop(); }

}  // namespace daybook::witness_http
