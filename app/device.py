"""Reading on the visitor's device: the files that a browser needs for it, and a server that takes no picture.

The files are LiteRT's WebAssembly, the finder, its judge, the networks and the table of constants. LiteRT's scripts
lie in `static/vendor/`.
"""

import json
from functools import cache
from pathlib import Path

from flask import Blueprint, abort, current_app, request, send_file

from app.problems import problem, reply
from app.vision.contract import fingerprint

blueprint = Blueprint("device", __name__, url_prefix="/device")

_ROOT = Path(__file__).resolve().parent.parent
FINDER = _ROOT / "app" / "vision" / "blazeface" / "short_range.tflite"
JUDGE = _ROOT / "app" / "vision" / "judge.tflite"
CONSTANTS = _ROOT / "app" / "vision" / "constants.json"
BUILDS = {build: _ROOT / "static" / "vendor" / f"litert-2.5.3.{build}.wasm.gz" for build in ("plain", "compat")}
"""LiteRT's WebAssembly: "plain" for browsers with relaxed SIMD, "compat" for those with SIMD alone."""

YEAR_S = 365 * 24 * 3600

PICTURE_PATHS = ("/api/v1/analyse", "/api/v1/explain", "/socket.io")
"""The paths that take pictures."""


def init_app(app):
    """Serves the files and refuses pictures, as the setting READING says."""
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
    """The files to load and their sizes as JSON; their addresses are relative to this one."""
    content = {
        "runtime": {build: _listed(path) for build, path in BUILDS.items()},
        "finder": _listed(FINDER),
        "judge": _listed(JUDGE),
        "models": [_model(card) for card in current_app.extensions["models"].cards.values()],
        "constants": json.loads(CONSTANTS.read_text(encoding="utf-8")),
    }
    response = current_app.json.response(content)
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/<name>")
def file(name):
    """The bytes of a file that `files` lists, whose name changes with its content; 404 for any other name."""
    for path in (FINDER, JUDGE, *BUILDS.values()):
        if name == _name_of(path):
            return _send(path)
    for card in current_app.extensions["models"].cards.values():
        if name == _model_name(card):
            return _send(Path(current_app.config["MODELS"]) / card.name / card.file["name"])
    abort(404)


def _listed(path):
    return {"url": _name_of(path), "bytes": path.stat().st_size}


def _model(card):
    return {
        "name": card.name,
        "labels": list(card.labels),
        "threshold": card.certain_from["threshold"],
        "url": _model_name(card),
        "bytes": card.file["bytes"],
    }


def _model_name(card):
    return f"{card.file['sha256'][:12]}-{card.name}.tflite"


@cache
def _name_of(path):
    return f"{fingerprint(path.read_bytes())['sha256'][:12]}-{path.name}"


def _send(path):
    # Not the media type of gzip: a host or proxy that knows it would unpack the file, or compress it twice.
    response = send_file(path, mimetype="application/octet-stream", max_age=YEAR_S)
    response.cache_control.immutable = True
    return response
