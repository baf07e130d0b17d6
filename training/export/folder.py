"""A model's folder in `models/`: whole and checked, or not at all."""

import json
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from app.vision.contract import CARD, load_model


def write_model(card, network, pictures, folder):
    """Puts the model's folder in place of the old one in a single step, after checking it as the server does.

    card: a Card; network: the file's bytes; pictures: function that writes the folder's other files,
    called with its path. Whatever fails leaves the old folder whole.
    """
    with replacing(folder) as new:
        (new / card.file["name"]).write_bytes(network)
        (new / CARD).write_text(json.dumps(card.to_json(), indent=1) + "\n", encoding="utf-8")
        pictures(new)
        load_model(new)


@contextmanager
def replacing(folder):
    """An empty folder of that name to write into; it takes the old one's place in a single step at the end.

    Whatever fails before leaves the old folder whole.
    """
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as workshop:
        new, old = Path(workshop) / folder.name, Path(workshop) / "old"
        new.mkdir()
        yield new
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


def store(card, folders):
    """Writes the card over each one in `folders` that belongs to the same network file."""
    for path in (folder / CARD for folder in folders):
        if path.is_file() and json.loads(path.read_text(encoding="utf-8"))["file"] == card.file:
            partial = path.with_suffix(".partial")
            partial.write_text(json.dumps(card.to_json(), indent=1) + "\n", encoding="utf-8")
            partial.replace(path)


STUDY = Path(__file__).parents[1] / "study"
"""The student study's figures, and card and history of each of its networks as we trained it again."""
