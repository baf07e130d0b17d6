"""The site in the tests' pseudo-language, from right to left; served with `flask --app` and FACEIT_ settings."""

import tempfile
from pathlib import Path

import pseudo

from app import create_app


def make_app():
    """The application, with a newly written catalogue."""
    return create_app({"TRANSLATIONS": str(pseudo.write(Path(tempfile.mkdtemp(prefix="translations-"))))})
