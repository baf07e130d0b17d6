"""Reading on the visitor's device: the files that a browser needs for it, and a server that takes no picture.

The files are the finder, the networks and the table of constants; LiteRT itself lies in `static/vendor/`.
"""

import json
from functools import cache
from pathlib import Path

from flask import Blueprint, abort, current_app, request, send_file

from app.problems import problem, reply
from app.vision.contract import fingerprint

blueprint = Blueprint("device", __name__, url_prefix="/device")

_VISION = Path(__file__).resolve().parent / "vision"
FINDER = _VISION / "blazeface" / "short_range.tflite"
CONSTANTS = _VISION / "constants.json"
YEAR_S = 365 * 24 * 3600

PICTURE_PATHS = ("/api/v1/analyse", "/api/v1/explain", "/socket.io")
"""Where pictures would come in."""


def init_app(app):
    """Gives out the files, and refuses pictures, as the setting READING says."""
    if app.config["READING"] != "server":
        app.register_blueprint(blueprint)
    if app.config["READING"] == "device":
        app.before_request(_refuse_pictures)


def _refuse_pictures():
    if request.path.startswith(PICTURE_PATHS):
        words = "this server takes no pictures: its pages read them on the visitor's own device"
        return reply(problem(403, words))
    return None


@blueprint.get("/files.json")
def files():
    """What there is to load and how large it is; addresses are relative to this one's."""
    static = Path(current_app.static_folder) / "vendor"
    content = {
        "runtime": {build: (static / f"litert-2.5.3.{build}.wasm.gz").stat().st_size for build in ("plain", "compat")},
        "finder": {"url": _finder_name(), "bytes": FINDER.stat().st_size},
        "models": [_model(card) for card in current_app.extensions["models"].cards.values()],
        "constants": json.loads(CONSTANTS.read_text(encoding="utf-8")),
    }
    response = current_app.json.response(content)
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/<name>.tflite")
def network(name):
    """A network's bytes, by a name that changes with them; 404 for all that `files` does not list."""
    if f"{name}.tflite" == _finder_name():
        return _send(FINDER)
    for card in current_app.extensions["models"].cards.values():
        if f"{name}.tflite" == _name(card):
            return _send(Path(current_app.config["MODELS"]) / card.name / card.file["name"])
    abort(404)


def _model(card):
    return {
        "name": card.name,
        "labels": list(card.labels),
        "threshold": card.certain_from["threshold"],
        "url": _name(card),
        "bytes": card.file["bytes"],
    }


def _name(card):
    return f"{card.name}.{card.file['sha256'][:12]}.tflite"


@cache
def _finder_name():
    return f"{FINDER.stem}.{fingerprint(FINDER.read_bytes())['sha256'][:12]}.tflite"


def _send(path):
    response = send_file(path, mimetype="application/octet-stream", max_age=YEAR_S)
    response.cache_control.immutable = True
    return response
