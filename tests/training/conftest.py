"""Drawn stand-ins for FER2013: each emotion is a bar at its own height, with noise."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from training.data.augment import Augmentation
from training.data.fer2013 import FER2013_WORDS
from training.data.load import load
from training.recipes import Recipe
from training.report.readme import STUDY

USAGES = ("Training",) * 6 + ("PublicTest",) * 2 + ("PrivateTest",) * 2


def draw(emotion, rng):
    """A picture, uint8 (48, 48), whose emotion a network can learn within a few steps."""
    picture = rng.integers(60, 120, (48, 48))
    picture[4 + 6 * emotion : 8 + 6 * emotion, 8:40] = 230
    return picture.astype(np.uint8)


@pytest.fixture
def rows():
    """Rows of a FER2013 CSV: ten of each emotion."""
    rng = np.random.default_rng(1)
    return [
        [str(emotion), " ".join(map(str, draw(emotion, rng).ravel())), usage]
        for usage in USAGES
        for emotion in range(len(FER2013_WORDS))
    ]


@pytest.fixture
def write_csv(tmp_path):
    """A function that writes rows under FER2013's header and returns the file's path."""

    def write(rows, name="fer2013.csv", header=("emotion", "pixels", "Usage")):
        with open(tmp_path / name, "w", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return tmp_path / name

    return write


@pytest.fixture
def fer2013(rows, write_csv):
    """The path of a small, valid FER2013 CSV."""
    return write_csv(rows)


@pytest.fixture
def ferplus(rows, write_csv):
    """The path of FER+'s votes for the same rows: eight for the label, and one each for two other words."""
    from training.data.votes import VOTE_WORDS

    lines = []
    for emotion, _, usage in rows:
        votes = [0] * 10
        votes[VOTE_WORDS.index(FER2013_WORDS[int(emotion)])] = 8
        votes[7] += 1
        votes[8] += 1
        lines.append([usage, "some.png", *votes])
    return write_csv(lines, "fer2013new.csv", ("Usage", "Image name", *"abcdefghij"))


@pytest.fixture
def study():
    """The student study's figures."""
    return json.loads((STUDY / "figures.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def real_faces():
    """The real FER2013 with FER+'s votes; tests that use it are skipped where it is missing."""
    folder = Path(__file__).parents[3] / "shared" / "data"
    if not (folder / "fer2013.csv.gz").is_file():
        pytest.skip("needs the real FER2013 as ../shared/data/fer2013.csv.gz beside the project")
    return load(folder / "fer2013.csv.gz", folder / "fer2013new.csv")


@pytest.fixture(scope="session")
def tiny():
    """A recipe that is fitted within seconds."""
    return Recipe(
        name="tiny",
        title="For tests",
        network="fnn",
        options={"units": (8,), "dropout": 0.3},
        labels=("angry", "happy"),
        epochs=4,
        batch=8,
        learning_rate=0.01,
        schedule="cosine",
        warmup_epochs=1,
        smoothing=0.1,
        ema=0.9,
        augmentation=Augmentation(shift_px=2),
    )


@pytest.fixture
def lessons():
    """(pictures, targets) whose label shows in the brightness of the upper half."""
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 120, (20, 48, 48)).astype(np.uint8)
    emotions = np.arange(20) % 2
    pictures[emotions == 1, :24] += 130
    return pictures, np.eye(2, dtype=np.float32)[emotions]
