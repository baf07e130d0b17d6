"""What every reply tells the browser: run only our own scripts, keep nothing, give the camera to us alone."""

from flask_talisman import Talisman

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    **dict.fromkeys(
        ("script-src", "style-src", "img-src", "font-src", "connect-src", "worker-src", "media-src"), "'self'"
    ),
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
"""No inline and no remote code. An operator who embeds the page in another changes frame-ancestors."""


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
    app.after_request(_keep_nothing)


def _keep_nothing(response):
    if response.mimetype in ("application/json", "application/problem+json", "text/html"):
        response.headers["Cache-Control"] = "no-store"
    return response
