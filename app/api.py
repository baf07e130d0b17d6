"""The API that programs call: photos in, answers out, and how the server is doing."""

import json

from flask import Blueprint, current_app, request

from app.problems import BadRequest, problem, reply

blueprint = Blueprint("api", __name__)


@blueprint.post("/api/v1/analyse")
def analyse():
    """The Analysis of a photo, sent as multipart field `photo` or as the raw body; `?model=` chooses."""
    data = _photo()
    with _pool().lend(object(), timeout_s=current_app.config["PHOTO_WAIT_S"]) as analyser:
        analysis = analyser.photo(data, request.args.get("model"))
    current_app.extensions["metrics"].photo(analysis)
    return analysis.to_json()


@blueprint.get("/api/v1/models")
def models():
    """The cards of all models, the default marked."""
    return {"models": list_models()}


@blueprint.get("/api/v1/openapi.json")
def openapi():
    """The description of this API, for programs."""
    with blueprint.open_resource("openapi.json") as file:
        return json.load(file)


@blueprint.get("/healthz")
def healthz():
    """The process lives."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def readyz():
    """The models are loaded and warm; 503 in words where there is none."""
    models = current_app.extensions["models"]
    if not models.cards:
        refused = "".join(f"; refused: {reason}" for reason in models.refused.values())
        return reply(problem(503, f"no model is installed: train one (python -m training){refused}"))
    return {"status": "ready", "models": list(models.cards), "default": models.default}


def list_models():
    """The card of every model as a dict, with `default` and `ms_per_face`; the default first."""
    models = current_app.extensions["models"]
    return [
        card.to_json() | {"default": name == models.default, "ms_per_face": models.ms_per_face[name]}
        for name, card in models.cards.items()
    ]


def _pool():
    return current_app.extensions["pool"]


def _photo():
    if request.mimetype != "multipart/form-data":
        return request.get_data(cache=False)
    photo = request.files.get("photo")
    if photo is None:
        raise BadRequest("the form has no file in its field `photo`")
    return photo.read()
