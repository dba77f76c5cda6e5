"""Connections that give up an answer whose head has no end: Twisted would keep as much of it as arrives in time."""

from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientFactory, _LenientHTTP11ClientProtocol
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS, HTTP11ClientProtocol

MAX_HEAD = 256 * 1024  # bytes of status line and headers, interim answers included; Chromium reads as much


class LongHeadError(Exception):
    """The head of an answer is longer than any that is meant seriously."""


class BoundedProtocol(_LenientHTTP11ClientProtocol):
    """Scrapy's protocol, which counts what comes before a body."""

    _n_head = 0

    def dataReceived(self, data: bytes) -> None:
        """Take in what has arrived."""
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        in_head = self._parser is not None and self._parser.state in (STATUS, HEADER)
        self._n_head = self._n_head + len(data) if in_head else 0
        if self._n_head > MAX_HEAD:
            self._giveUp(Failure(LongHeadError(f"headers of more than {MAX_HEAD} bytes")))  # type: ignore[no-untyped-call]


class BoundedFactory(_LenientHTTP11ClientFactory):
    """Makes such connections."""

    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:
        """A connection."""
        return BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
