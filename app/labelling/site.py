"""Puts the labelling site together: an application of its own, with no page of the public one."""

import hmac
from dataclasses import dataclass, field
from pathlib import Path

from flask import Blueprint, Flask, current_app, render_template, request
from flask_limiter import Limiter
from flask_talisman import Talisman
from sqlalchemy import Engine, update
from werkzeug.exceptions import HTTPException

from app import addresses, headers
from app.labelling import operating, raters, rating
from app.labelling.database import writing
from app.labelling.pictures import Gone
from app.labelling.results import Latest
from app.labelling.scan import Scanner
from app.labelling.schema import items
from app.labelling.texts import TEXTS
from app.labelling.turns import Free, Rules
from app.labelling.voting import BadVote, NoTurn
from app.labelling.words import Word, offered
from app.problems import problem, reply

_ROOT = Path(__file__).resolve().parent.parent.parent
_STATUS = {BadVote: 400, NoTurn: 409, Gone: 410}
_BODY_BYTES = 16 * 1024

HEADERS = {
    "force_https": False,  # a telephone in the same network has http alone; a proxy in front redirects
    "strict_transport_security": False,
    "session_cookie_secure": False,  # there is no session; the site's own cookies are secure where the request was
    "content_security_policy": {
        "default-src": "'none'",
        **dict.fromkeys(("script-src", "style-src", "img-src", "font-src", "connect-src"), "'self'"),
        **dict.fromkeys(("base-uri", "form-action", "frame-ancestors"), "'none'"),
    },
    "permissions_policy": {"camera": "()", "microphone": "()", "geolocation": "()"},
    "frame_options": "DENY",
    "referrer_policy": "no-referrer",  # links hold tokens
}
"""No inline and no remote code, no camera, and no Referer header."""

LIMITS = {"joins": "30 per minute", "votes": "600 per minute", "pictures": "1200 per minute", "tokens": "60 per minute"}
"""The limits of requests for each rater, or for each address where there is no rater."""


@dataclass(frozen=True)
class Labelling:
    """The state of the site's pages: the database, the folder, the rules of handing out faces, the words and texts."""

    engine: Engine
    folder: Path
    scanner: Scanner
    rules: Rules = field(default_factory=Rules)
    words: tuple[Word, ...] = ()
    texts: dict = field(default_factory=lambda: TEXTS)
    notice: str = ""
    max_pixels: int = 50_000_000
    join_token: str = field(default="", repr=False)
    operator_token: str = field(default="", repr=False)
    free: Free = None
    latest: Latest = field(default_factory=Latest)

    @classmethod
    def open(cls, engine, folder, scanner, **how):
        """A Labelling with the words and the links' tokens of the database. All faces are offered again."""
        with writing(engine) as connection:
            connection.execute(update(items).where(~items.c.is_offered).values(is_offered=True))
            tokens = {f"{purpose}_token": raters.site_token(connection, purpose) for purpose in ("join", "operator")}
            how["free"] = Free(how.get("rules", Rules()))
            how["words"] = tuple(offered(connection))
        return cls(engine, folder, scanner, **how, **tokens)

    def may_join(self, token):
        """Whether this is the token of the link to join."""
        return hmac.compare_digest(token.encode(), self.join_token.encode())

    def may_operate(self, token):
        """Whether this is the operator's token."""
        return hmac.compare_digest(token.encode(), self.operator_token.encode())


def create_site(labelling, limits=None, proxies=0):
    """The Flask application for a Labelling; `limits` replaces some of LIMITS, `proxies` is as FACEIT_PROXIES."""
    app = Flask("app.labelling", template_folder="templates", static_folder="static")
    app.config.update(MAX_CONTENT_LENGTH=_BODY_BYTES, RETRY_AFTER_S=5, PROXIES=proxies)
    app.json.sort_keys = False
    app.extensions["labelling"] = labelling
    app.jinja_env.globals["texts"] = labelling.texts
    Talisman(app, **HEADERS)
    app.register_blueprint(Blueprint("look", __name__, static_folder=_ROOT / "static", static_url_path="/look"))
    app.register_blueprint(rating.blueprint)
    app.register_blueprint(operating.blueprint)
    app.register_error_handler(Exception, _answer)
    _limit(app, LIMITS | (limits or {}))
    addresses.behind_proxies(app)
    app.wsgi_app = headers.Envelope(app.wsgi_app)
    return app


def _limit(app, limits):
    limiter = Limiter(rating.who_asks, app=app, storage_uri="memory://")
    for view, name in {**rating.LIMITED, **operating.LIMITED}.items():
        limited = limiter.shared_limit(limits[name], scope=name)
        app.view_functions[view] = limited(app.view_functions[view])


def _answer(error):
    if type(error) in _STATUS:
        return reply(problem(_STATUS[type(error)], str(error)))
    if not isinstance(error, HTTPException) or error.code is None or error.code < 400:
        raise error
    if request.path.startswith("/api/"):
        return reply(problem(error.code, error.description))
    texts = current_app.extensions["labelling"].texts
    words = texts["door_words"] if error.code in (401, 403, 404) else error.description
    return render_template("door.html", title=texts["door_title"], words=words), error.code
