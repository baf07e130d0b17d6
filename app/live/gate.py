"""WSGI middleware around the socket: bounds the requests that one session may have open at once.

Engine.IO lets a session open any number of polls and upgrades, each of which holds a thread.
"""

import threading
from contextlib import contextmanager
from urllib.parse import parse_qs

from app import bodies
from app.alarms import alarms

UPGRADE_S = 5.0
"""Seconds in which a polling session has to finish its upgrade to WebSocket. A page's takes two round trips."""

_PLAIN = [("Content-Type", "text/plain; charset=utf-8")]


class Gate:
    """Passes on the requests that a Socket.IO client sends, and refuses the rest with a 400.

    A session has one poll, one post and one upgrade at a time, and an upgrade that is not finished in UPGRADE_S ends
    its connection. JSONP is refused, because any other site can read its replies.
    """

    def __init__(self, wsgi_app, engine, path):
        self._wsgi_app = wsgi_app
        self._engine = engine
        self._path = f"/{path.strip('/')}/"
        self._open = set()  # (session, what it does)
        self._lock = threading.Lock()

    def __call__(self, environ, start_response):
        if not environ.get("PATH_INFO", "").startswith(self._path):
            return self._wsgi_app(environ, start_response)
        query = parse_qs(environ.get("QUERY_STRING", ""))
        if "j" in query:
            return _refuse(start_response, "JSONP is not spoken here")
        session = query.get("sid", [None])[0]
        if session is None:
            return self._wsgi_app(environ, start_response)
        what = "upgrade" if "HTTP_UPGRADE" in environ else environ["REQUEST_METHOD"]
        with self._alone(session, what) as is_alone:
            if not is_alone:
                return _refuse(start_response, "this session is already doing that")
            if what != "upgrade":
                return self._wsgi_app(environ, start_response)
            late = alarms.after(UPGRADE_S, self._end_unfinished, session, bodies.socket_of(environ))
            try:
                return self._wsgi_app(environ, start_response)
            finally:
                late.cancel()

    @contextmanager
    def _alone(self, session, what):
        with self._lock:
            is_alone = (session, what) not in self._open
            if is_alone:
                self._open.add((session, what))
        try:
            yield is_alone
        finally:
            if is_alone:
                with self._lock:
                    self._open.discard((session, what))

    def _end_unfinished(self, session, connection):
        socket = self._engine.sockets.get(session)
        if socket is not None and socket.upgraded:
            return
        if connection is not None:
            bodies.hang_up(connection)
        if socket is not None:
            socket.close(wait=False)


def _refuse(start_response, words):
    text = words.encode()
    start_response("400 Bad Request", [*_PLAIN, ("Content-Length", str(len(text)))])
    return [text]
