"""Scans the folder in the background: every picture's faces become items, identified by the content, once each."""

import hashlib
import logging
import os
import random
import threading
from pathlib import Path

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from app.labelling.database import writing
from app.labelling.schema import items, pictures
from app.vision.contract import FACE_SIZE
from app.vision.errors import BadImage
from app.vision.images import decode

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif")
"""Endings of the files that are read; the content decides on their format."""

log = logging.getLogger(__name__)


class Scanner:
    """Reads a folder's pictures in threads of its own, one file at a time each: memory does not grow with the folder.

    `find` is a function of a picture's bytes that gives its faces as (box, tilt_deg, margin) and raises BadImage.
    """

    def __init__(self, engine, folder, find, max_bytes, threads=1):
        self._engine = engine
        self._folder = Path(folder)
        self._find = find
        self._max_bytes = max_bytes
        self._paths = walk(self._folder)
        self._turn = threading.Lock()
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True, name="scan") for _ in range(threads)]
        self.looked_at = 0

    def start(self):
        """Starts the scan; returns at once."""
        for thread in self._threads:
            thread.start()

    def stop(self):
        """Stops after the pictures in progress."""
        self._stopping.set()
        self.wait()

    def wait(self):
        """Returns when the whole folder has been scanned."""
        for thread in self._threads:
            thread.join()

    @property
    def is_busy(self):
        """Whether the scan is still running."""
        return any(thread.is_alive() for thread in self._threads)

    def _run(self):
        while not self._stopping.is_set() and (path := self._next()) is not None:
            try:
                self._look_at(path)
            except Exception:  # one picture must not end the scan
                log.exception("a picture could not be looked at")

    def _next(self):
        with self._turn:
            path = next(self._paths, None)
            self.looked_at += path is not None
            return path

    def _look_at(self, path):
        name = path.relative_to(self._folder).as_posix()
        try:
            name.encode()
            stat = path.stat()
            if self._is_known(name, stat):
                return
            data = path.read_bytes() if stat.st_size <= self._max_bytes else b""
        except (OSError, UnicodeEncodeError) as error:  # deleted, not readable, or a name that is no text
            log.warning("a file was left out: %s", type(error).__name__)
            return
        seen = {"path": name, "bytes": stat.st_size, "modified_ns": stat.st_mtime_ns}
        if not data:
            self._keep(hashlib.sha256(name.encode()).hexdigest(), seen, [], f"larger than {self._max_bytes:,} bytes")
            return
        sha256 = hashlib.sha256(data).hexdigest()
        if self._has_moved(sha256, seen):
            return
        try:
            found, trouble = self._find(data), ""
        except BadImage as error:
            found, trouble = [], str(error)
        self._keep(sha256, seen, found, trouble)

    def _is_known(self, name, stat):
        with self._engine.connect() as connection:
            known = connection.execute(select(pictures).where(pictures.c.path == name)).all()
        return any(row.bytes == stat.st_size and row.modified_ns == stat.st_mtime_ns for row in known)

    def _has_moved(self, sha256, seen):
        """Whether a picture of this content is known. Its path becomes the new one unless the old file still exists."""
        with writing(self._engine) as connection:
            known = connection.execute(select(pictures).where(pictures.c.sha256 == sha256)).first()
            if known and not (known.path != seen["path"] and (self._folder / known.path).is_file()):
                connection.execute(update(pictures).where(pictures.c.id == known.id).values(seen))
                offer(connection, known.id, True)
            return known is not None

    def _keep(self, sha256, seen, found, trouble):
        try:
            with writing(self._engine) as connection:
                values = {"sha256": sha256, "trouble": trouble, **seen}
                picture_id = connection.execute(insert(pictures).values(values)).inserted_primary_key[0]
                for box, tilt_deg, margin in found:
                    connection.execute(insert(items).values(_item(picture_id, sha256, box, tilt_deg, margin)))
        except IntegrityError:  # another thread has stored a copy of it meanwhile
            pass


def offer(connection, picture_id, is_offered):
    """Offers a picture's faces to raters, or stops offering them where its file is gone."""
    connection.execute(update(items).where(items.c.picture_id == picture_id).values(is_offered=is_offered))


def walk(folder):
    """The paths of the pictures below a folder, one by one; hidden files and folders are left out."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            if not name.startswith(".") and name.lower().endswith(SUFFIXES):
                yield Path(parent, name)


def finder(pool, max_pixels):
    """The function `find` of a Scanner: the site's analysers find and read the faces, in photos up to `max_pixels`.

    A picture of 48 × 48 pixels counts as one face, as in training.
    """

    def find(data):
        grey = decode(data, max_pixels)
        with pool.lend(object()) as analyser:
            if grey.shape == (FACE_SIZE, FACE_SIZE):
                return [((0, 0, *grey.shape), 0.0, margin(analyser.classify(grey[None])[0].tolist()))]
            faces = analyser.read_photo(grey).faces
        return [(face.box, face.tilt_deg, margin(face.emotions.values())) for face in faces]

    return find


def margin(probabilities):
    """The margin of a network's answer: its largest probability less its second largest, 0 to 1."""
    first, second = sorted(probabilities, reverse=True)[:2]
    return float(first - second)


def _item(picture_id, sha256, box, tilt_deg, margin):
    x, y, width, height = (int(n) for n in box)
    return {
        "key": hashlib.sha256(f"{sha256} {x},{y},{width},{height}".encode()).hexdigest(),
        "picture_id": picture_id,
        **{"x": x, "y": y, "width": width, "height": height},
        **{"tilt_deg": float(tilt_deg), "margin": margin},
        **{"shuffle": random.random(), "load": 0, "is_offered": True},
    }
