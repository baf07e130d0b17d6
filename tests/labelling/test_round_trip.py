"""Ten people label pictures over HTTP; the exported file of votes holds each vote exactly once."""

import csv
import gzip
import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from fakes import encode
from labels_server import Rater, serve
from PIL import Image
from serving import free_port

from app.labelling.database import open_database
from app.labelling.export import export
from app.labelling.voting import standing

WORDS = ("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt")
COLUMNS = (*WORDS, "cant_tell", "no_face")  # FER+'s ten, in its order
RATERS = 10
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def drawn(count=40):
    """Pictures, uint8 (count, 48, 48), and ten votes on each, int (count, 10)."""
    chance = np.random.default_rng(11)
    pictures = chance.integers(0, 256, (count, 12, 12), np.uint8).repeat(4, 1).repeat(4, 2)
    return pictures, chance.multinomial(RATERS, chance.dirichlet(np.full(len(COLUMNS), 0.4), count))


def fer2013(count=600):
    """Different pictures of FER2013 with FER+'s votes on them."""
    if not (DATA / "fer2013new.csv").is_file():
        pytest.skip("FER2013 and FER+ are not there: fer2013.csv.gz (Kaggle) and fer2013new.csv in ../shared/data")
    pictures, votes, seen = [], [], set()
    with gzip.open(DATA / "fer2013.csv.gz", "rt") as faces, open(DATA / "fer2013new.csv") as plus:
        for face, row in zip(csv.DictReader(faces), _rows(plus), strict=True):
            picture = np.array(face["pixels"].split(), np.uint8).reshape(48, 48)
            if sum(row) == RATERS and picture.tobytes() not in seen:
                seen.add(picture.tobytes())
                pictures.append(picture)
                votes.append(row)
            if len(pictures) == count:
                break
    return np.array(pictures), np.array(votes)


def _rows(plus):
    table = csv.reader(plus)
    next(table)
    for row in table:
        yield [int(number) for number in row[2:]]


@pytest.fixture(params=[drawn, fer2013], ids=["drawn", "FER2013"])
def pictures_and_votes(request):
    return request.param()


def write(folder, pictures):
    for number, picture in enumerate(pictures):
        (folder / f"{number:04d}.png").write_bytes(encode(picture, "PNG"))


class Eyes:
    """Ten people who answer each picture with its votes: person 1 with vote 1, person 2 with vote 2, and so on."""

    def __init__(self, pictures, votes):
        self._pictures = pictures.reshape(len(pictures), -1).astype(np.float32)
        self._answers = [np.repeat(COLUMNS, row).tolist() for row in votes]
        self._known = {}

    def answer_of(self, number):
        """The function with which one person answers a face."""

        def answer(rater, face):
            word = self._answers[self._which(rater, face)][number]
            return [word] if word in WORDS else word

        return answer

    def _which(self, rater, face):
        if face["face"] not in self._known:
            shown = Image.open(BytesIO(rater.picture(face["picture"]))).convert("L")
            apart = np.abs(self._pictures - np.asarray(shown, np.float32).ravel()).mean(1)
            self._known[face["face"]] = int(apart.argmin())
        return self._known[face["face"]]


def together(tasks):
    """Runs functions concurrently, and raises an exception that any of them raises."""
    with ThreadPoolExecutor(len(tasks)) as pool:
        for done in [pool.submit(task) for task in tasks]:
            done.result()


def test_ten_people_s_votes_come_out_as_they_were_given_to_the_last_one(url, tmp_path, pictures_and_votes):
    pictures, votes = pictures_and_votes
    write(tmp_path, pictures)
    eyes = Eyes(pictures, votes)
    arguments = ("--words", " ".join(WORDS), "--raters", str(RATERS), "--database", url)
    with serve(tmp_path, free_port(), *arguments) as server:
        people = [(Rater(server, f"rater {number}"), eyes.answer_of(number)) for number in range(RATERS)]
        together([lambda person=person, answer=answer: person.rate_all(answer) for person, answer in people])
    engine = open_database(url)
    assert export(engine, tmp_path / "votes.csv") == len(pictures)
    engine.dispose()
    with open(tmp_path / "votes.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["picture"] for row in rows] == [f"{number:04d}.png" for number in range(len(pictures))]
    assert [[row[name] for name in ("x", "y", "width", "height", "raters")] for row in rows] == [
        ["0", "0", "48", "48", str(RATERS)]
    ] * len(pictures)
    assert [[int(row[column]) for column in COLUMNS] for row in rows] == votes.tolist()
    summary = json.loads((tmp_path / "votes.json").read_text(encoding="utf-8"))
    assert summary["votes"] == RATERS * len(pictures)
    assert summary["raters"] == RATERS
    assert summary["alpha"]["low"] < summary["alpha"]["value"] < summary["alpha"]["high"]


def test_a_server_that_is_killed_while_people_vote_loses_no_acknowledged_vote_and_doubles_none(url, tmp_path):
    pictures, _votes = drawn(60)
    write(tmp_path, pictures)
    arguments = ("--words", "doubt pain", "--raters", "5", "--database", url)
    with serve(tmp_path, free_port(), *arguments) as server:
        people = [Rater(server, f"rater {number}") for number in range(5)]
        chance = random.Random(4)
        killer = threading.Thread(target=kill_thrice, args=(server, people))
        killer.start()
        answer = lambda *_: [chance.choice(["doubt", "pain"])]  # noqa: E731
        together([lambda person=person: person.rate_all(answer) for person in people])
        killer.join()
    engine = open_database(url)
    with engine.connect() as connection:
        stand = standing(connection)
        log = connection.exec_driver_sql("SELECT count(*) FROM votes").scalar()
        most = connection.exec_driver_sql("SELECT max(load) FROM items").scalar()
    engine.dispose()
    acknowledged = sorted((face, answer[0]) for person in people for face, answer in person.acknowledged.items())
    assert sorted((face, answer) for face, _rater, answer in stand) == acknowledged
    assert log == len(stand) == 5 * len(pictures)
    assert most == 5


def kill_thrice(server, people):
    """Kills and restarts the server three times during the voting."""
    for share in (0.1, 0.3, 0.6):
        while sum(len(person.acknowledged) for person in people) < share * 300:
            threading.Event().wait(0.01)
        server.kill()
        server.start()
