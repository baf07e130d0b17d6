"""Folders of drawn faces, labelling sites for them, and people who rate."""

import numpy as np
from fakes import encode

from app.labelling import words
from app.labelling.database import open_database, url_of, writing
from app.labelling.scan import Scanner
from app.labelling.site import Labelling

WORDS = "doubt pain neutral"


def draw_faces(folder, count, seed=1):
    """Writes so many small pictures that all differ; returns their names."""
    chance = np.random.default_rng(seed)
    names = [f"{number:04d}.png" for number in range(count)]
    for name in names:
        (folder / name).write_bytes(encode(chance.integers(0, 256, (48, 48), np.uint8), "PNG"))
    return names


def whole(data):
    """Takes each picture for one face, as the finder does with those of 48 × 48; a network is sure by its bytes."""
    return [((0, 0, 48, 48), 0.0, sum(data) % 1000 / 1000)]


def open_site(folder, url=None, find=whole, vocabulary=WORDS, **how):
    """A Labelling whose folder has been looked through to the end."""
    engine = open_database(url or url_of(folder))
    with writing(engine) as connection:
        words.store(connection, words.parse(vocabulary))
    scanner = Scanner(engine, folder, find, max_bytes=10**6)
    labelling = Labelling.open(engine, folder, scanner, **how)
    scanner.start()
    scanner.wait()
    return labelling


class Person:
    """A rater at a test client, who joins on being made."""

    def __init__(self, site, name="Anna"):
        self.labelling = site.extensions["labelling"]
        self.client = site.test_client()
        self.reply = self.client.post("/api/raters", json={"join": self.labelling.join_token, "name": name})
        self._votes = 0

    def next(self):
        return self.client.get("/api/next").json

    def vote(self, face, answer, key=None):
        self._votes += 1
        return self.client.post(
            "/api/votes", json={"key": key or f"vote-{self._votes:08d}", "face": face, "answer": answer}
        )

    def undo(self):
        self._votes += 1
        return self.client.post("/api/undo", json={"key": f"undo-{self._votes:08d}"}).json
