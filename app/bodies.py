"""The bodies of requests: each has to come at a least rate, and a broken one is a bad request and no fault of ours.

A body that drips holds a thread for as long as its sender likes: the server's own limit is the time between two bytes.
"""

import ctypes
import socket
from contextlib import contextmanager, suppress

from werkzeug.exceptions import BadRequest

from app.alarms import alarms

GIVING_BACK_S = 2
"""Seconds after a photo in which the memory that it took is given back, once for all photos of that time."""

PIECE_BYTES = 64 * 1024
PIECE_S = 10
"""Seconds in which each piece of a body has to come, or its last bytes: 6.5 kB a second. A poor mobile connection
sends ten times that."""


_PHOTOS = "/api/"


class Bodies:
    """WSGI middleware around all that reads a body; what a photo took of memory goes back to the system."""

    def __init__(self, wsgi_app):
        self._wsgi_app = wsgi_app
        self._giving_back = None  # the alarm that will, at most one

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
    """What a WSGI server gives to read a body, read in pieces that each have their time."""

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
    """The connection of a request, to hang up on; None where the WSGI server does not show it."""
    return environ.get("gunicorn.socket") or environ.get("werkzeug.socket")


def hang_up(connection):
    """Ends a connection: whoever waits for its bytes is told that there are no more."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def give_memory_back():
    """Returns freed memory to the system, which glibc would keep for the process; elsewhere nothing."""
    with suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def _has_body(environ):
    return environ.get("CONTENT_LENGTH") not in (None, "", "0") or "HTTP_TRANSFER_ENCODING" in environ
