"""The security headers of every reply: own scripts alone, nothing stored, the camera for no other site."""

from flask_talisman import Talisman
from werkzeug.datastructures import Headers

from app import logs

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    **dict.fromkeys(("style-src", "img-src", "font-src", "connect-src", "worker-src", "manifest-src"), "'self'"),
    "media-src": "'self' blob:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
"""No inline and no remote code. The site's own WebAssembly may be compiled, which reading on the visitor's device
needs. A film that the visitor chose is played as a blob. An operator who embeds the page in another changes
frame-ancestors."""

STATIC = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in CONTENT_SECURITY_POLICY.items()),
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
"""The headers of the files of `static/`, which Talisman does not see. A worker obeys the policy of its own script."""


def init_app(app):
    """Adds the headers to every reply of an application, the files of `static/` among them."""
    Talisman(
        app,
        force_https=False,  # `flask run` on localhost has none; a proxy in front redirects
        strict_transport_security=False,
        session_cookie_secure=False,  # there is no session and no cookie
        content_security_policy=CONTENT_SECURITY_POLICY,
        permissions_policy={"camera": "(self)", "microphone": "()", "geolocation": "()"},
        frame_options="DENY",
        referrer_policy="no-referrer",
    )


class Envelope:
    """WSGI middleware around every reply, the socket's polling included: it adds the request's id.

    A reply without a Cache-Control header gets `no-store`.
    """

    def __init__(self, wsgi_app):
        self._wsgi_app = wsgi_app

    def __call__(self, environ, start_response):
        with logs.request(environ.get("HTTP_X_REQUEST_ID")) as request_id:

            def start(status, headers, exc_info=None):
                headers = Headers(headers)
                headers["X-Request-ID"] = request_id
                headers.setdefault("Cache-Control", "no-store")
                headers.setdefault("X-Content-Type-Options", "nosniff")
                return start_response(status, headers.to_wsgi_list(), exc_info)

            return self._wsgi_app(environ, start)
