"""People's votes train a network that the site serves with their words."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from fakes import encode
from labels import Person, open_site

from app.factory import create_app
from app.labelling.export import export
from app.labelling.site import create_site
from app.labelling.turns import Rules

ROOT = Path(__file__).resolve().parents[2]
WORDS = ("doubt", "pain", "neutral")


@pytest.fixture
def voted(tmp_path):
    """A folder of 48 drawn pictures, bright, striped or dark, and the file of three people's votes on them."""
    folder = tmp_path / "photos"
    folder.mkdir()
    chance = np.random.default_rng(6)
    for number in range(48):
        picture = chance.integers(0, 60, (48, 48)) + (190, 90, 10)[number % 3]
        picture[:: 2 + number % 3] //= 2
        (folder / f"{number:02d}.png").write_bytes(encode(picture.astype(np.uint8), "PNG"))
    labelling = open_site(folder, vocabulary=" ".join(WORDS), rules=Rules(raters=3))
    site = create_site(labelling)
    with labelling.engine.connect() as connection:
        paths = dict(
            connection.exec_driver_sql(
                "SELECT items.id, path FROM items JOIN pictures ON pictures.id = picture_id"
            ).all()
        )
    for name in ("Anna", "Ben", "Cleo"):
        person = Person(site, name)
        ahead = person.next()
        while ahead["faces"]:
            face = ahead["faces"][0]["face"]
            word = WORDS[int(paths[face][:2]) % 3]
            second = [WORDS[0]] if name == "Cleo" and face % 4 == 0 and word != WORDS[0] else []
            ahead = person.vote(face, [word, *second]).json
    export(labelling.engine, tmp_path / "votes.csv")
    labelling.engine.dispose()
    return tmp_path


def test_votes_become_a_network_that_is_served_under_their_words(voted, photo):
    shutil.copytree(ROOT / "models" / "fnn", voted / "models" / "fnn")
    command = ["train", "fnn", "--data", "photos", "--votes", "votes.csv", "--as", "mine", "--epochs", "2"]
    done = subprocess.run(
        [sys.executable, "-m", "training", *command],
        cwd=voted,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    card = json.loads((voted / "models" / "mine" / "card.json").read_text(encoding="utf-8"))
    summary = json.loads((voted / "votes.json").read_text(encoding="utf-8"))
    assert sorted(card["labels"]) == sorted(WORDS)
    assert card["experimental"] is True
    assert card["agreement"]["raters"] == 3
    assert card["agreement"]["votes"] == summary["votes"] == 144
    assert card["agreement"]["alpha"] == summary["alpha"]

    client = create_app({"MODELS": str(voted / "models"), "MODEL": "mine"}).test_client()
    page = client.get("/models").text.partition('id="mine"')[2]
    assert f"alpha {summary['alpha']['value']:.2f}" in page
    assert ">experimental<" in page
    reply = client.post("/api/v1/analyse", data=photo).json
    assert reply["model"] == "mine"
    assert sorted(reply["faces"][0]["emotions"]) == sorted(WORDS)
