"""HTTP connections to public addresses alone: where a name leads is checked at the moment of connecting.

A page can redirect to a private address, and a name can resolve to one between a check and its use; so the check is
where the connection is made, of the very address that is connected to.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

_EMBEDDING = {ipaddress.ip_network("64:ff9b::/96"): 0, ipaddress.ip_network("2002::/16"): 80}
"""IPv6 ranges that carry an IPv4 address, and how many bits stand behind it."""

TOO_SLOWLY = "sends too slowly"


class NotPublic(Exception):
    """The name leads to a private, loopback or otherwise local address."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public Internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        for network, behind in _EMBEDDING.items():
            if ip in network:
                return is_public(str(ipaddress.IPv4Address((int(ip) >> behind) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class _Deadline:
    """When an answer has to be there, its last byte included."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = float("inf")

    def begin(self) -> None:
        """The time for one answer begins."""
        self._until = time.monotonic() + self._seconds

    def check(self) -> None:
        """Raise, if it is over: a server that sends a byte now and then is none, be it in headers or in the text."""
        if time.monotonic() > self._until:
            raise httpcore.ReadTimeout(TOO_SLOWLY)


class _Timed(httpcore.NetworkStream):
    """A connection on which the time of a whole answer counts, and not only that between two bytes."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._deadline.check()
        return self._stream.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, timeout), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.SyncBackend):
    """Connects, to public addresses only unless all are allowed."""

    def __init__(self, deadline: _Deadline, *, allow_private: bool) -> None:
        super().__init__()
        self._deadline = deadline
        self._allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        found = [host] if self._allow_private else _public(host, port)
        last: Exception | None = None
        for address in found:
            try:
                stream = super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
            else:
                return _Timed(stream, self._deadline)
        raise last or httpcore.ConnectError(host)


def _public(host: str, port: int) -> list[str]:
    """The addresses of a host.

    Raises:
        NotPublic: one of them is none of the public Internet.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(f"the name {host} cannot be resolved") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses or not all(is_public(address) for address in addresses):
        raise NotPublic(host)
    return addresses


@contextmanager
def _told_by_httpx(request: httpx.Request) -> Iterator[None]:
    """Errors of httpcore as httpx's: a connection can break at any byte, the text's included."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.ReadTimeout(str(error), request=request) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise httpx.ConnectError(str(error), request=request) from error


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response, request: httpx.Request) -> None:
        self._response = response
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        with _told_by_httpx(self._request):
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class Transport(httpx.BaseTransport):
    """What an ``httpx.Client`` of one thread connects with.

    Proxies of the environment are not used: they would hide the address.
    """

    def __init__(self, *, allow_private: bool, seconds: float) -> None:
        """``seconds`` is how long one answer may take, from the request to its last byte."""
        self._deadline = _Deadline(seconds)
        backend = _Backend(self._deadline, allow_private=allow_private)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), network_backend=backend, max_connections=8, keepalive_expiry=30
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the errors are httpx's, and :class:`NotPublic`."""
        url = request.url
        asked = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        self._deadline.begin()
        with _told_by_httpx(request):
            answer = self._pool.handle_request(asked)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer, request), extensions=answer.extensions
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()
