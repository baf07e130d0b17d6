"""Writes a model's folder in `models/` atomically, after checking it."""

import json
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from app.vision.contract import CARD, load_model
from app.vision.errors import BadModel
from training.data.atomic import write_text

MADE = "made.txt"
"""The file of a run that holds the sha256 of the model.tflite that it made."""


def write_model(card, network, pictures, folder):
    """Puts the model's folder in place of the old one, after checking it as the server does.

    card: a Card. network: the file's bytes. pictures: a function that writes the folder's other files and is
    called with the folder's path. After a failure the old folder is unchanged.
    """
    with replacing(folder) as new:
        (new / card.file["name"]).write_bytes(network)
        write_card(card, new)
        pictures(new)
        load_model(new)


def write_card(card, folder):
    """Writes a card into a model's folder in a single step."""
    write_text(Path(folder) / CARD, json.dumps(card.to_json(), indent=1) + "\n")


def store(card, folders):
    """Writes the card over each card in `folders` that belongs to the same network file."""
    for folder in map(Path, folders):
        if (folder / CARD).is_file() and json.loads((folder / CARD).read_text(encoding="utf-8"))["file"] == card.file:
            write_card(card, folder)


@contextmanager
def replacing(folder):
    """An empty folder with the same name to write into; at the end it replaces the old folder.

    After a failure the old folder is unchanged. Where the new folder cannot be moved in, the old one is moved back.
    Where that fails too, the error gives the paths of both folders.
    """
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    new, old = workshop / folder.name, workshop / "old"
    try:
        new.mkdir()
        yield new
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            if old.exists():
                _move_back(old, folder, new)
            raise
        shutil.rmtree(old, ignore_errors=True)
    finally:
        if not old.exists():  # otherwise the temporary folder holds the only copy of the old one
            shutil.rmtree(workshop, ignore_errors=True)


def check_replaceable(folder, runs):
    """Raises BadModel where a model stands in `folder` that git tracks or that no run in the folder `runs` made."""
    folder = Path(folder)
    if not folder.exists():
        return
    made = {path.read_text(encoding="utf-8") for path in Path(runs).glob(f"{folder.name}*/{MADE}")}
    if _is_tracked(folder) or _sha256_of(folder) not in made:
        raise BadModel(
            f"{folder} holds a model already: --as NAME writes another one beside it, --replace puts the new one there"
        )


def _move_back(old, folder, new):
    try:
        old.rename(folder)
    except OSError as error:
        where = f"the old model lies in {old}, the new one in {new}"
        raise BadModel(f"{folder} could not be replaced ({error}): {where}") from None


def check_writable(*folders):
    """Makes missing folders; raises BadModel where one of the folders cannot be written to."""
    for folder in map(Path, folders):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise BadModel(f"nothing can be written into {folder}: {error.strerror}") from None


def remember(card, run):
    """Records in a run's folder which network file the run made, for `check_replaceable`."""
    write_text(Path(run) / MADE, card.file["sha256"])


def _sha256_of(folder):
    try:
        return load_model(folder)[0].file["sha256"]
    except BadModel:
        return None


def _is_tracked(folder):
    """Whether git tracks a file of this folder; false without git."""
    ask = ["git", "ls-files", "--", folder.name]
    try:
        return bool(subprocess.run(ask, cwd=folder.parent, capture_output=True, text=True, check=False).stdout)
    except OSError:
        return False
