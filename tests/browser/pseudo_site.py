"""The site in a language that nobody speaks, from right to left: `flask --app` this, with FACEIT_ settings."""

import tempfile
from pathlib import Path

import pseudo

from app import create_app


def make_app():
    """The application, with its catalogue made anew."""
    return create_app({"TRANSLATIONS": str(pseudo.write(Path(tempfile.mkdtemp(prefix="translations-"))))})
