"""How much one address may ask for, where it comes from, and which other sites may ask through a browser."""

import time
from urllib.parse import urlsplit

from flask import request
from flask_cors import CORS
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.middleware.proxy_fix import ProxyFix

from app.problems import problem, reply


def init_app(app):
    """Limits photos by address, and lets the API answer the pages of ORIGINS and no other site's."""
    per_minute = app.config["PHOTOS_PER_MINUTE"]

    def refuse(breach):
        words = f"more than {per_minute} photos a minute came from one address; please wait a little"
        response = reply(problem(429, words))
        response.headers["Retry-After"] = str(max(1, round(breach.reset_at - time.time())))
        return response

    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=app.config["LIMITER_STORAGE"],
        in_memory_fallback_enabled=True,  # a shared store that is away must not take the site with it
    )
    photos = limiter.shared_limit(f"{per_minute} per minute", scope="photos", on_breach=refuse)
    for view in ("api.analyse", "api.explain"):
        app.view_functions[view] = photos(app.view_functions[view])
    if others := origins(app.config):
        CORS(app, resources={"/api/*": {"origins": others}})
    allowed = may_connect(app.config)

    @app.before_request
    def refuse_strangers():
        # A browser hides the answer from another site's page, but lets it post a form and cost us the work.
        origin = request.headers.get("Origin")
        posts = request.method == "POST" and request.path.startswith("/api/")
        if posts and origin and not allowed(origin, request.environ):
            return reply(problem(403, f"pages of {origin} may not use this API; FACEIT_ORIGINS can allow them"))
        return None


def origins(settings):
    """The other sites whose pages may use the API and the socket, as a list: https://example.org and so on.

    Raises ValueError for what is no origin.
    """
    others = settings["ORIGINS"].split()
    for origin in others:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or origin != f"{parts.scheme}://{parts.netloc}":
            raise ValueError(f"FACEIT_ORIGINS holds origins such as https://example.org, not {origin!r}")
    return others


def may_connect(settings):
    """A function of (origin, WSGI environment) that says whether a page of this origin may open the socket and post."""
    others = origins(settings)

    def allowed(origin, environ):
        return origin in others or origin == f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST')}"

    return allowed


def behind_proxies(app):
    """Believes so many proxies as PROXIES says about who asks and how; headers of others are worth nothing."""
    number = app.config["PROXIES"]
    if number:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=number, x_proto=number, x_host=number)
