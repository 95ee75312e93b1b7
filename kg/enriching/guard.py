"""Connections that never lead to this machine or its network: looked at after they stand, before anything is sent.

Looking up the name first and connecting then would be two look-ups, and the second may say something else.
"""

from __future__ import annotations

import http.client
import ipaddress
import urllib.request
from typing import Any


class Private(OSError):
    """An address that is not of the public internet."""

    def __str__(self) -> str:
        return "its name leads to an address that is not public, which is never asked"


def check(host: str) -> None:
    """Raise Private for an IP address that is not public."""
    address = ipaddress.ip_address(host.split("%", 1)[0])
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if (
        not address.is_global
        or address.is_multicast
        or (mapped is not None and not mapped.is_global)
    ):
        raise Private


class _Http(http.client.HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _look(self)


class _Https(http.client.HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _look(self)


def _look(connection: http.client.HTTPConnection) -> None:
    try:
        check(connection.sock.getpeername()[0])
    except Private:
        connection.close()
        raise


class _HttpHandler(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_Http, req)


class _HttpsHandler(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_Https, req)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """A redirection is an answer with its status, and no answer that is wanted."""


_OPENER = urllib.request.build_opener(
    urllib.request.ProxyHandler({}), _HttpHandler, _HttpsHandler, _Stay
)


def open_(request: urllib.request.Request, seconds: float) -> Any:
    """The response to a request, from a public address only. Raises what urllib does, with Private as its reason."""
    return _OPENER.open(request, timeout=seconds)
