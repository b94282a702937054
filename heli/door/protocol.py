"""How the door reads HTTP: uvicorn's protocol, without what lets a stranger harm others by it."""

from __future__ import annotations

from urllib.parse import quote_from_bytes

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES_MAX = 65_536  # of a request's line and headers, beyond what came in one piece with them

_ASCII = "".join(map(chr, range(128)))
HEAD_TOO_LONG = "The head of the request is too long."


class NotOurs(Exception):
    """A tunnel, or a body in another protocol: the parser would take neither for what it is."""


class StrictProtocol(HttpToolsProtocol):
    """A connection to the door.

    Uvicorn gathers a head without end. It skips the body of whoever asks for another protocol,
    while the headers that are passed on still promise one: on the way to the web processes the
    next person's request would take its place. And it puts what comes behind a body (trailers)
    among the headers, where it could replace what a proxy said (RFC 9110 section 6.5.1).

    And it is milder in one thing: an address typed with Chinese in it (`curl '…?q=广州'`), which
    the parser refuses and granian takes, is read as if it had been percent-encoded.
    """

    _is_between = True  # two requests
    _is_in_head = False
    _head_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Take in a piece; 400 where it is no HTTP, or the head does not come to an end."""
        if self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES_MAX:
                self.send_400_response(HEAD_TOO_LONG)
                return
        if self._is_between and not data.isascii():
            line, end, rest = data.partition(b"\r\n")
            if not line.isascii():  # it is the body, nearly always
                data = quote_from_bytes(line, safe=_ASCII).encode("ascii") + end + rest
        super().data_received(data)

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._is_between, self._is_in_head, self._head_bytes = False, True, 0

    def on_headers_complete(self) -> None:
        """The head is here. Raises NotOurs, which the parser turns into 400."""
        self._is_in_head = False
        if self.parser.should_upgrade() and (
            self.parser.get_method() == b"CONNECT" or _promise_a_body(dict(self.headers))
        ):
            raise NotOurs
        super().on_headers_complete()
        self.headers = []  # for the trailers; the request keeps its own

    def on_message_complete(self) -> None:
        """The request is here as a whole; what comes next is another one."""
        super().on_message_complete()
        self._is_between = True


def _promise_a_body(headers: dict[bytes, bytes]) -> bool:
    length = headers.get(b"content-length", b"0")
    return b"transfer-encoding" in headers or length.strip(b"0") != b""
