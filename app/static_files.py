"""The files of `static/`: a version in their path, compressed once, kept by browsers for a year."""

import hashlib
import logging
import os
import shutil
import tempfile
from pathlib import Path

from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from app import headers

log = logging.getLogger(__name__)

COPIES = ".static"
"""Folder beside `static/` with a compressed copy of each version. Where it cannot be written, files are served
uncompressed."""

YEAR_S = 365 * 24 * 3600


def version_of(folder):
    """Twelve hex digits that change when any file of a folder does."""
    digest = hashlib.sha256()
    for path in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


def init_app(app):
    """Serves the static files of a Flask application by WhiteNoise, under its `static_url_path`."""
    if app.debug:
        return  # Flask itself serves each file, with the latest edits
    root = compressed(Path(app.static_folder), app.static_url_path.strip("/"))

    def add_headers(sent, _path, _url):
        sent["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
        for name, value in headers.STATIC.items():
            sent[name] = value

    app.wsgi_app = WhiteNoise(
        app.wsgi_app, root, prefix=app.static_url_path, add_headers_function=add_headers, allow_all_origins=False
    )


def compressed(folder, name):
    """A version's files with brotli and gzip beside each, in a folder made at the first call; else `folder` itself."""
    home = folder.parent / COPIES
    if (home / name).is_dir():
        return home / name
    try:
        home.mkdir(exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=home)) / name
        shutil.copytree(folder, made, copy_function=os.link)  # links, since most files are never compressed
        _compress(made)
        os.replace(made, home / name)
        made.parent.rmdir()
    except OSError as error:
        if not (home / name).is_dir():  # no other process has made it meanwhile
            log.info("static files are served uncompressed: %s", error)
            return folder
    return home / name


def _compress(folder):
    compressor = Compressor(quiet=True)
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        if compressor.should_compress(path.name):
            list(compressor.compress(str(path)))
