"""The application factory: puts the server together."""

import logging
import os
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore

import cv2
from flask import Flask, Request
from flask_socketio import SocketIO

from app import (
    addresses,
    api,
    cli,
    config,
    device,
    freeze,
    headers,
    hosts,
    languages,
    limits,
    live,
    metrics,
    offline,
    origins,
    pages,
    problems,
    scripts,
    static_files,
)
from app.bodies import Bodies
from app.labelling import command as labelling
from app.vision.emotions import Models
from app.vision.errors import UnknownModel
from app.vision.pipeline import Analyser
from app.vision.pool import Pool

_ROOT = Path(__file__).resolve().parent.parent
log = logging.getLogger(__name__)

_FORM_BYTES = 64 * 1024  # that a multipart form may add around the photo


class _MemoryRequest(Request):
    """A request whose upload stays in memory: Werkzeug writes one over 500 kB to a file."""

    def _get_file_stream(self, *_args, **_kwargs):
        return BytesIO()


def create_app(overrides=None, analyser=None):
    """A Flask application, ready to serve: models loaded and warm, pages, API, socket and commands wired.

    `overrides` are settings that win over the environment (see app/config.py). `analyser` replaces the real one in
    tests: an object with `models`, `photo`, `frame` and `explain` as in vision/pipeline.py. Raises BadSetting.
    """
    app = _make_app(config.load(overrides))
    _add_analysers(app, [analyser] if analyser else _make_analysers(app.config))
    for part in (headers, problems, device, offline, scripts):
        part.init_app(app)
    for blueprint in (api.blueprint, metrics.blueprint, pages.blueprint):
        app.register_blueprint(blueprint)
    languages.init_app(app, pages.blueprint)
    for command in (cli.analyse, cli.settings, freeze.freeze, labelling.label):
        app.cli.add_command(command)
    for part in (static_files, origins, limits):
        part.init_app(app)
    if app.config["READING"] != "device":
        live.init_app(app, SocketIO())
        app.wsgi_app = origins.SocketGate(app.wsgi_app, app.extensions["origins"])
    hosts.init_app(app)
    addresses.behind_proxies(app)  # around the socket, so that it sees the visitor's address too
    app.wsgi_app = headers.Envelope(Bodies(app.wsgi_app))
    return app


def _make_app(settings):
    static = _ROOT / "static"
    version = static_files.version_of(static)
    app = Flask(
        __name__, template_folder=_ROOT / "templates", static_folder=static, static_url_path=f"/static-{version}"
    )
    app.request_class = _MemoryRequest
    app.url_map.merge_slashes = False  # merging would redirect a request for //host to that host
    app.config.update(settings)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_PHOTO_BYTES"] + _FORM_BYTES
    app.json.sort_keys = False
    if ignored := config.foreign():
        log.warning("no settings of this server, so ignored: %s", ", ".join(ignored))
    return app


def _add_analysers(app, analysers):
    models = analysers[0].models
    if not models.cards:
        log.warning("no model is installed in %s: nothing can be read until there is one", app.config["MODELS"])
    app.extensions["models"] = models
    app.extensions["cards"] = api.cards_of(models)
    app.extensions["pool"] = Pool(analysers)
    app.extensions["photo_turns"] = BoundedSemaphore(max(1, len(analysers) - 1))
    app.extensions["metrics"] = metrics.Metrics()


def _make_analysers(settings):
    cv2.setNumThreads(1)  # the pool spreads the work over the cores
    try:
        models = Models(settings["MODELS"], settings["MODEL"])
    except UnknownModel as error:
        raise config.BadSetting(f"FACEIT_MODEL: {error}") from None
    number = settings["ANALYSERS"] or os.cpu_count() or 1
    limits = (settings["MAX_PHOTO_PIXELS"], settings["MAX_FRAME_PIXELS"])
    return [Analyser(models, *limits) for _ in range(number)]
