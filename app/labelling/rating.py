"""The rater's pages and API: join, see a face, vote, undo, continue on another device, withdraw."""

import re
from contextlib import contextmanager
from functools import wraps
from io import BytesIO

import segno
from flask import Blueprint, abort, current_app, g, jsonify, redirect, render_template, request, url_for
from flask_limiter.util import get_remote_address

from app.addresses import counted
from app.labelling import pictures, raters, turns, voting
from app.labelling.database import clear_log, writing
from app.labelling.scan import offer
from app.vision.contract import FACE_SIZE

blueprint = Blueprint("rating", __name__)

LIMITED = {
    "rating.join": "joins",
    "rating.enter": "tokens",
    "rating.vote": "votes",
    "rating.undo": "votes",
    "rating.face": "pictures",
    "rating.photo": "pictures",
}
"""The rate-limited views, each with its entry of site.LIMITS."""

COOKIE = "rater"
AHEAD = 3  # faces that a page holds: the next ones load while the rater looks at the first
_YEAR_S = 365 * 24 * 3600
_KEY = re.compile(r"[A-Za-z0-9-]{8,36}")


def who_asks():
    """The key under which a request is counted: the rater's number, or the address where there is no rater."""
    rater = _rater()
    return f"rater {rater.id}" if rater else counted(get_remote_address())


def needs_rater(view):
    """Makes a view answer only raters who have consented; `g.rater` is the rater."""

    @wraps(view)
    def guarded(*args, **kwargs):
        g.rater = _rater()
        if g.rater is None or not g.rater.has_agreed:
            abort(401, "open your link first, and agree to what is kept")
        return view(*args, **kwargs)

    return guarded


@blueprint.get("/")
def rate():
    """The page for rating faces. Without a link it says how to get one; without consent it asks for it."""
    rater = _rater()
    if rater is None:
        abort(401)
    if not rater.has_agreed:
        return render_template("join.html", name=rater.name, join="", notice=_site().notice)
    return render_template("rate.html", rater=rater, words=_site().words)


@blueprint.get("/join/<token>")
def welcome(token):
    """The page behind the link to join."""
    if not _site().may_join(token):
        abort(404)
    return render_template("join.html", name="", join=token, notice=_site().notice)


@blueprint.get("/r/<token>")
def enter(token):
    """A rater's own link: it sets their cookie in this browser."""
    with _site().engine.connect() as connection:
        if raters.find(connection, token) is None:
            abort(404)
    return _remember(redirect(url_for("rating.rate")), token)


@blueprint.get("/you")
@needs_rater
def you():
    """The page with a rater's own link, and the button to withdraw."""
    return render_template("you.html", rater=g.rater, link=_own_link())


@blueprint.get("/you/link.svg")
@needs_rater
def code():
    """The rater's own link as a QR code."""
    return qr_code(_own_link())


@blueprint.post("/api/raters")
def join():
    """A new rater who has agreed, from `{"join": token, "name": text}`; or one with an invite link who agrees now."""
    content = _content()
    rater = _rater()
    with writing(_site().engine) as connection:
        if rater is not None and not content.get("join"):
            raters.agree(connection, rater.id)
            return jsonify(name=rater.name)
        if not _site().may_join(str(content.get("join"))):
            abort(403, "this is not the link to join")
        name = " ".join(str(content.get("name") or "").split())
        if not name or len(name) > raters.NAME_LETTERS or not name.isprintable():
            abort(400, f"a name has 1 to {raters.NAME_LETTERS} letters")
        rater, token = raters.add(connection, name)
        raters.agree(connection, rater.id)
    return _remember(jsonify(name=name, link=url_for("rating.enter", token=token, _external=True)), token)


@blueprint.get("/api/next")
@needs_rater
def next_faces():
    """The rater's next faces and their progress."""
    with _writing() as connection:
        turns.lapse(connection)
        return jsonify(_ahead(connection))


@blueprint.post("/api/votes")
@needs_rater
def vote():
    """Keeps `{"key": text, "face": number, "answer": [words] | "cant_tell" | "no_face"}`; replies once it is stored."""
    content = _content()
    face = content.get("face")
    if type(face) is not int or not 0 < face < 2**31:
        abort(400, "face is a face's number")
    answer = voting.join_words(content.get("answer"), [word.word for word in _site().words])
    with _writing() as connection:
        voting.vote(connection, g.rater.id, _key(content), face, answer)
        return jsonify(_ahead(connection))


@blueprint.post("/api/undo")
@needs_rater
def undo():
    """Takes back the rater's last vote, from `{"key": text}`; the face comes first in the reply."""
    with _writing() as connection:
        item_id = voting.undo(connection, g.rater.id, _key(_content()))
        return jsonify(_ahead(connection, item_id))


@blueprint.post("/api/withdraw")
@needs_rater
def withdraw():
    """Deletes the rater and all their votes."""
    _content()
    with _writing() as connection:
        raters.withdraw(connection, g.rater.id)
    clear_log(_site().engine)
    response = jsonify(withdrawn=True)
    response.delete_cookie(COOKIE, samesite="Lax", httponly=True)
    return response


@blueprint.get("/pictures/<int:number>/face.jpg")
@needs_rater
def face(number):
    """The cut face, for a rater who was given it."""
    return show(_given(number), "face")


@blueprint.get("/pictures/<int:number>/photo.jpg")
@needs_rater
def photo(number):
    """The whole photo with the face marked, for a rater who was given it."""
    return show(_given(number), "photo")


@blueprint.get("/healthz")
def healthz():
    """The process lives."""
    return {"status": "ok"}


def qr_code(link):
    """The response that carries a link as a QR code, an SVG."""
    file = BytesIO()
    segno.make(link).save(file, kind="svg", border=0, scale=8)
    return current_app.response_class(file.getvalue(), mimetype="image/svg+xml")


def show(item, view):
    """The response with one of the Views of an Item; an Item whose file is gone is offered no more."""
    site = _site()
    try:
        views = pictures.views(site.folder, item.sha256, item.path, item.box, site.max_pixels)
    except pictures.Gone:
        with writing(site.engine) as connection:
            offer(connection, item.picture_id, False)
        raise
    response = current_app.response_class(getattr(views, view), mimetype="image/jpeg")
    response.headers["Cache-Control"] = "private, max-age=600"
    return response


def _given(number):
    with _site().engine.connect() as connection:
        item = turns.find_item(connection, number) if number < 2**31 else None
        if item is None or not turns.is_given(connection, g.rater.id, number):
            abort(404)
        return item


@contextmanager
def _writing():
    """A transaction of the rater's; each rater has one at a time."""
    with writing(_site().engine) as connection:
        turns.lock(connection, g.rater.id)
        yield connection


def _ahead(connection, first=None):
    site = _site()
    held = turns.hand_out(connection, g.rater.id, site.rules, AHEAD)
    if first is not None:
        held = [turns.find_item(connection, first), *(item for item in held if item.id != first)][:AHEAD]
    progress = turns.progress(connection, g.rater.id, site.rules, site.free)
    return {"faces": [_face(item) for item in held], "progress": progress, "looking": site.scanner.is_busy}


def _face(item):
    is_whole = item.box == (0, 0, FACE_SIZE, FACE_SIZE)
    photo = None if is_whole else url_for("rating.photo", number=item.id)
    return {"face": item.id, "picture": url_for("rating.face", number=item.id), "photo": photo}


def _site():
    return current_app.extensions["labelling"]


def _token():
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else request.cookies.get(COOKIE)


def _rater():
    """The rater whose token came with the request, or None; looked up once a request."""
    if "asks" not in g:
        g.asks = None
        if token := _token():
            with _site().engine.connect() as connection:
                g.asks = raters.find(connection, token)
    return g.asks


def _own_link():
    return url_for("rating.enter", token=_token(), _external=True)


def _content():
    # JSON is required, because no form of another site can send it.
    content = request.get_json()
    if not isinstance(content, dict):
        abort(400, "a JSON object is expected")
    return content


def _key(content):
    key = content.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        abort(400, "key is 8 to 36 letters and digits of the sender's own, new for each vote")
    return key


def _remember(response, token):
    response.set_cookie(COOKIE, token, max_age=_YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure)
    return response
