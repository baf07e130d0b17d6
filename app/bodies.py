"""The bodies of requests: each has to arrive at a minimum rate, and a broken one is answered as a bad request.

A body that arrives byte by byte holds a thread for as long as its sender likes, because the server itself limits only
the time between two bytes.
"""

import ctypes
import socket
from contextlib import contextmanager, suppress

from werkzeug.exceptions import BadRequest

from app.alarms import alarms

GIVING_BACK_S = 2
"""Seconds after a photo before freed memory is returned to the system, once for all photos of that time."""

PIECE_BYTES = 64 * 1024
PIECE_S = 10
"""Seconds in which each piece of PIECE_BYTES, or the shorter last piece, has to arrive: 6.5 kB a second. A poor mobile
connection sends ten times that."""


_PHOTOS = "/api/"


class Bodies:
    """WSGI middleware that bounds the time of every body, and returns a photo's memory to the system afterwards."""

    def __init__(self, wsgi_app):
        self._wsgi_app = wsgi_app
        self._giving_back = None  # the alarm that will return memory; at most one is set

    def __call__(self, environ, start_response):
        body, connection = environ.get("wsgi.input"), socket_of(environ)
        if body is None or connection is None or not _has_body(environ):
            return self._wsgi_app(environ, start_response)
        environ["wsgi.input"] = _Body(body, connection)
        try:
            return self._wsgi_app(environ, start_response)
        finally:
            if self._giving_back is None and environ.get("PATH_INFO", "").startswith(_PHOTOS):
                self._giving_back = alarms.after(GIVING_BACK_S, self._give_back)

    def _give_back(self):
        self._giving_back = None
        give_memory_back()


class _Body:
    """A WSGI server's `wsgi.input`, read in pieces, each with a deadline."""

    def __init__(self, body, connection):
        self._body = body
        self._connection = connection

    def read(self, size=-1):
        pieces, left = [], float("inf") if size is None or size < 0 else size
        while left > 0:
            with self._in_time():
                piece = self._body.read(int(min(left, PIECE_BYTES)))
            if not piece:
                break
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    def readline(self, size=-1):
        with self._in_time():
            return self._body.readline(PIECE_BYTES if size is None or size < 0 else size)

    def readlines(self, _hint=-1):
        return list(self)

    def __iter__(self):
        return iter(self.readline, b"")

    @contextmanager
    def _in_time(self):
        late = alarms.after(PIECE_S, hang_up, self._connection)
        try:
            yield
        except Exception as error:
            if isinstance(error, OSError) or type(error).__module__.startswith("gunicorn."):
                raise BadRequest("the request's body broke off, came too slowly, or is malformed") from error
            raise
        finally:
            late.cancel()


def socket_of(environ):
    """The socket of a request's connection; None where the WSGI server does not give it."""
    return environ.get("gunicorn.socket") or environ.get("werkzeug.socket")


def hang_up(connection):
    """Shuts a connection down: a thread that reads from it gets the end of the stream."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def give_memory_back():
    """Returns freed memory, which glibc would keep for the process, to the system. Does nothing without glibc."""
    with suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def _has_body(environ):
    return environ.get("CONTENT_LENGTH") not in (None, "", "0") or "HTTP_TRANSFER_ENCODING" in environ
