"""The HTTP API for programs: reading photos, the models' cards, and health checks."""

import json
import time
from contextlib import contextmanager

from flask import Blueprint, current_app, request

from app import uploads
from app.problems import BadRequest, problem, reply
from app.vision.errors import Busy

blueprint = Blueprint("api", __name__)


@blueprint.post("/api/v1/analyse")
def analyse():
    """The Analysis of a photo, sent as multipart field `photo` or as the raw body; `?model=` names the model."""
    data = uploads.photo()
    with _analyser() as analyser:
        analysis = analyser.photo(data, request.args.get("model"))
    current_app.extensions["metrics"].photo(analysis)
    return analysis.to_json()


@blueprint.post("/api/v1/explain")
def explain():
    """Which parts of one face of a photo spoke for its emotion; the photo is sent as for `analyse`.

    `?box=` names the face, with `tilt_deg` where it leans, or `?face=` names its index in the reply of `analyse`.
    """
    data = uploads.photo()
    model, which = request.args.get("model"), _which_face()
    with _analyser() as analyser:
        explanation = analyser.explain(data, model, **which)
    current_app.extensions["metrics"].explanations.inc()
    return explanation.to_json()


@blueprint.get("/api/v1/models")
def models():
    """The cards of all models; the default is marked."""
    return {"models": current_app.extensions["cards"]}


@blueprint.get("/api/v1/origin")
def origin():
    """Says that a page of `?origin=` may use the socket and post photos; otherwise 403 with the reason.

    A browser tells a page neither why its socket was refused nor which host the server saw.
    """
    asked, allowed = request.args.get("origin", ""), current_app.extensions["origins"]
    if not allowed.allows(asked, request.environ):
        return reply(allowed.refusal(asked, request.environ))
    return {"origin": asked, "allowed": True}


@blueprint.get("/api/v1/openapi.json")
def openapi():
    """The description of this API, for programs."""
    with blueprint.open_resource("openapi.json") as file:
        return json.load(file)


@blueprint.get("/healthz")
def healthz():
    """200 while the process lives."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def readyz():
    """200 once the models are loaded and warm; 503 with a sentence where no model is installed."""
    models = current_app.extensions["models"]
    if not models.cards:
        refused = "".join(f"; refused: {reason}" for reason in models.refused.values())
        return reply(problem(503, f"no model is installed: train one (python -m training){refused}"))
    return {"status": "ready", "models": list(models.cards), "default": models.default}


def cards_of(models):
    """The card of every model as a dict, with `default` and `ms_per_face`; the default first.

    The application makes them once, at its start: copying all cards would be the largest cost of each page.
    """
    return [
        card.to_json() | {"default": name == models.default, "ms_per_face": models.ms_per_face[name]}
        for name, card in models.cards.items()
    ]


@contextmanager
def _analyser():
    """An analyser for a photo. Photos may hold all analysers but one, so that live frames need not wait for them."""
    turns, until_s = current_app.extensions["photo_turns"], time.monotonic() + current_app.config["PHOTO_WAIT_S"]
    if not turns.acquire(timeout=until_s - time.monotonic()):
        raise Busy("all analysers are busy; please try again")
    try:
        with current_app.extensions["pool"].lend(object(), timeout_s=max(0, until_s - time.monotonic())) as analyser:
            yield analyser
    finally:
        turns.release()


def _which_face():
    try:
        box = tuple(int(number) for number in request.args["box"].split(",")) if "box" in request.args else None
        index, tilt_deg = int(request.args.get("face", 0)), float(request.args.get("tilt_deg", 0))
    except ValueError:
        raise BadRequest("face is a whole number, box four of them as x,y,width,height, tilt_deg a number") from None
    if box and len(box) != 4:
        raise BadRequest(f"box has four whole numbers, x,y,width,height, not {len(box)}")
    if not -180 <= tilt_deg <= 180:
        raise BadRequest(f"tilt_deg lies in -180..180, not {tilt_deg}")
    return {"index": index, "box": box, "tilt_deg": tilt_deg}
