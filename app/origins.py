"""Which pages may use the API and the socket: our own, and those of the sites that the operator names."""

import json
import logging
from urllib.parse import urlsplit

from flask import request
from flask_cors import CORS

from app.problems import MEDIA_TYPE, problem, reply

TOLD_MOST = 100
"""Pairs of origin and host that the log names, each once. The number is bounded because anyone can invent pairs."""

_PORTS = {"http": 80, "https": 443}

log = logging.getLogger(__name__)


class Origins:
    """The origins that are allowed: the one that the request itself was sent to, and `others` such as
    https://example.org. `proxies` is the setting PROXIES, for the reason that a refusal gives."""

    def __init__(self, others, proxies):
        self._others = {_parts(origin) for origin in others}
        self._proxies = proxies
        self._told = set()

    def allows(self, origin, environ):
        """Whether a page of this origin may ask; `environ` is the WSGI environment of its request."""
        asked = _parts(origin)
        return asked is not None and (asked == _parts(_own(environ)) or asked in self._others)

    def refusal(self, origin, environ):
        """The problem details object for a page of another origin; the log names each such origin once."""
        origin, own = _shown(origin), _shown(_own(environ))
        remedy = self._remedy(environ, origin)
        if (origin, own) not in self._told and len(self._told) < TOLD_MOST:
            self._told.add((origin, own))
            log.warning("pages of %s were refused: this server was asked as %s. %s", origin, own, remedy)
        words = f"pages of {origin} may not use this server, which was asked as {own}. For its operator: {remedy}"
        return problem(403, words)

    def _remedy(self, environ, origin):
        if not _parts(origin):
            return "Such a page has no address of its own that FACEIT_ORIGINS could name."
        allow = f"If another site's pages are to use this server, set FACEIT_ORIGINS={origin}."
        if self._proxies:
            return (
                f"The {self._proxies} proxies that FACEIT_PROXIES counts must send X-Forwarded-Host and "
                f"X-Forwarded-Proto as the visitor sees them. {allow}"
            )
        if any(f"HTTP_X_FORWARDED_{name}" in environ for name in ("FOR", "HOST", "PROTO")):
            return f"A proxy is in front: set FACEIT_PROXIES=1, or their number. {allow}"
        return (
            "If a proxy is in front, let it send X-Forwarded-Host and X-Forwarded-Proto and set FACEIT_PROXIES=1. "
            f"{allow}"
        )


def init_app(app):
    """Refuses the API to pages of other sites except those of ORIGINS, for which it sends CORS headers."""
    others = app.config["ORIGINS"].split()
    allowed = app.extensions["origins"] = Origins(others, app.config["PROXIES"])
    if others:
        CORS(app, resources={"/api/*": {"origins": others}})

    @app.before_request
    def refuse_strangers():
        # A browser hides the answer from another site's page, but lets the page post a form that costs a full analysis.
        origin = request.headers.get("Origin")
        posts = request.method == "POST" and request.path.startswith("/api/")
        if posts and origin and not allowed.allows(origin, request.environ):
            return reply(allowed.refusal(origin, request.environ))
        return None


class SocketGate:
    """WSGI middleware around the socket: a page of another origin gets a reason that it can show.

    Engine.IO refuses such a page as well, but names neither the host nor a remedy.
    """

    def __init__(self, wsgi_app, origins, path="/socket.io/"):
        self._wsgi_app = wsgi_app
        self._origins = origins
        self._path = path

    def __call__(self, environ, start_response):
        origin = environ.get("HTTP_ORIGIN")
        of_socket = environ.get("PATH_INFO", "").startswith(self._path)
        if not of_socket or not origin or self._origins.allows(origin, environ):
            return self._wsgi_app(environ, start_response)
        body = json.dumps(self._origins.refusal(origin, environ)).encode()
        start_response("403 Forbidden", [("Content-Type", MEDIA_TYPE), ("Content-Length", str(len(body)))])
        return [body]


def _own(environ):
    return f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}"


def _parts(origin):
    """(scheme, host, port) of an origin, a default port filled in; None for a text that is no origin."""
    try:
        parts = urlsplit(origin)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    is_origin = parts.scheme in _PORTS and parts.hostname and not (parts.path or parts.query or parts.username)
    return (parts.scheme, parts.hostname, port) if is_origin else None


def _shown(origin):
    """An origin as the log and a reply show it: without control characters, and shortened."""
    return "".join(letter if " " < letter <= "~" else "?" for letter in origin[:120])
