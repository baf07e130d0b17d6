"""A language that nobody speaks: the English texts in brackets, written from right to left.

What a page shows without brackets around it stands outside the catalogue.
"""

import subprocess
import sys
from pathlib import Path

from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LANGUAGE = "ar"
"""Whose letters run from right to left; it has six plural forms."""

OPEN, CLOSE = "⟦", "⟧"


def extract(path):
    """Writes all texts of the project to a .pot file, with the places where they stand; gives the catalogue."""
    command = ["extract", "-F", "translations/babel.cfg", "-k", "say", "-k", "sayCount:2,3", "-o", str(path), "."]
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "-q", *command], cwd=ROOT, check=True, capture_output=True
    )
    with path.open("rb") as file:
        return read_po(file)


def write(folder):
    """Makes a folder of catalogues that holds this language alone."""
    found = extract(folder / "messages.pot")
    found.locale = LANGUAGE
    for message in found:
        if message.id:
            forms = [message.id[1], message.id[0], *[message.id[1]] * 4] if message.pluralizable else message.id
            message.string = tuple(map(bracketed, forms)) if message.pluralizable else bracketed(forms)
    path = folder / LANGUAGE / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, found)
    return folder


def bracketed(text):
    """A text as this language has it."""
    return f"{OPEN}{text}{CLOSE}"
