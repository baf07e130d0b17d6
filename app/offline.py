"""The site without a network: the manifest that lets it be installed, and the service worker that keeps its pages.

The worker keeps pages, scripts and styles of one version together. The networks are kept by the page's own worker
(static/js/device/download.js). Nothing that a visitor shows is kept by either.
"""

import hashlib
import json
from pathlib import Path

from flask import Blueprint, current_app, make_response, render_template

from app import device

blueprint = Blueprint("offline", __name__)

KEPT = (".css", ".jpg", ".js", ".json", ".png", ".svg", ".woff2")
"""Endings of the static files that a page needs: no licences, and no files of reading on the device."""


def init_app(app):
    """Adds the routes, and tells the pages whether to register the service worker."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["offline"] = app.config["OFFLINE"]


@blueprint.get("/manifest.webmanifest")
def manifest():
    """The web app manifest, by which a browser installs the site as an app."""
    response = make_response(render_template("manifest.webmanifest"))
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/sw.js")
def worker():
    """The service worker of this version; with OFFLINE off, one that unregisters itself and empties the caches."""
    gives_networks = current_app.config["READING"] != "server"
    version = _version() if current_app.config["OFFLINE"] else None
    script = render_template("sw.js", version=version, static_files=_static_files(), gives_networks=gives_networks)
    response = make_response(script)
    response.mimetype = "text/javascript"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _static_files():
    folder = Path(current_app.static_folder)
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in KEPT)


def _version():
    """Twelve hex digits that change with everything that a page shows: files, templates, models and settings."""
    digest = hashlib.sha256(current_app.static_url_path.encode())
    for path in sorted(Path(current_app.root_path, current_app.template_folder).glob("*")):
        digest.update(path.read_bytes())
    settings = [current_app.config[name] for name in ("READING", "NOTICE", "MODEL")]
    cards = [card.to_json() for card in current_app.extensions["models"].cards.values()]
    digest.update(json.dumps([settings, cards]).encode() + device.CONSTANTS.read_bytes())
    return digest.hexdigest()[:12]
