"""The operator's pages: results, people and their links, the file of votes."""

from functools import wraps
from io import StringIO

from flask import Blueprint, Response, abort, current_app, jsonify, redirect, render_template, request, url_for

from app.labelling import export, raters, turns
from app.labelling.database import writing
from app.labelling.rating import qr_code, show

blueprint = Blueprint("operating", __name__)

LIMITED = {"operating.enter": "tokens", "operating.face": "pictures"}

COOKIE = "operator"


def needs_operator(view):
    """Makes a view answer the operator alone."""

    @wraps(view)
    def guarded(*args, **kwargs):
        if not _site().may_operate(request.cookies.get(COOKIE, "")):
            abort(403, "this page is the operator's")
        return view(*args, **kwargs)

    return guarded


@blueprint.get("/operator/<token>")
def enter(token):
    """The operator's own link."""
    if not _site().may_operate(token):
        abort(404)
    response = redirect(url_for("operating.page"))
    response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=request.is_secure)
    return response


@blueprint.get("/results")
@needs_operator
def page():
    """The page of results, which refreshes itself."""
    join = url_for("rating.welcome", token=_site().join_token, _external=True)
    return render_template("results.html", join=join)


@blueprint.get("/results/join.svg")
@needs_operator
def code():
    """The link to join as a QR code."""
    return qr_code(url_for("rating.welcome", token=_site().join_token, _external=True))


@blueprint.get("/api/results")
@needs_operator
def figures():
    """The figures of the page of results, as JSON."""
    return jsonify(_site().latest.figures(_site()))


@blueprint.get("/api/raters")
@needs_operator
def people():
    """The raters: their number, their name, and their count of standing votes."""
    with _site().engine.connect() as connection:
        rows = raters.list_raters(connection)
    return jsonify(
        [{"id": r, "name": name, "agreed": agreed, "votes": votes} for r, name, _joined, agreed, votes in rows]
    )


@blueprint.post("/api/invites")
@needs_operator
def invite():
    """A personal link for a new rater, `{"name": text}`, or a new link for an existing one, `{"rater": number}`."""
    content = request.get_json()
    name = " ".join(str(content.get("name") or "").split())
    with writing(_site().engine) as connection:
        if type(content.get("rater")) is int:
            token = raters.renew_token(connection, content["rater"])
        elif name and len(name) <= raters.NAME_LETTERS and name.isprintable():
            _rater, token = raters.add(connection, name)
        else:
            abort(400, f"a name has 1 to {raters.NAME_LETTERS} letters")
    if token is None:
        abort(404, "there is no such rater")
    return jsonify(link=url_for("rating.enter", token=token, _external=True))


@blueprint.get("/votes.csv")
@needs_operator
def votes():
    """The file of votes, as `--export` writes it."""
    file = StringIO()
    with _site().engine.connect() as connection:
        export.write_csv(connection, file)
    return Response(
        file.getvalue(), mimetype="text/csv", headers={"Content-Disposition": "attachment; filename=votes.csv"}
    )


@blueprint.get("/results/<int:number>/face.jpg")
@needs_operator
def face(number):
    """A face, for the operator."""
    with _site().engine.connect() as connection:
        item = turns.find_item(connection, number) if number < 2**31 else None
    return show(item, "face") if item else abort(404)


def _site():
    return current_app.extensions["labelling"]
