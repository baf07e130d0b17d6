"""Findings: each table is written from cards and lines if there are figures for it."""

import json

import numpy as np
import pytest

from app.vision.contract import CARD, Card, fingerprint
from training.data.labels import SEVEN, SIX
from training.report.findings import comparable, findings, read_ablation
from training.report.readme import compare
from training.scoring.metrics import score

_CERTAIN = {"threshold": 0.5, "coverage": 0.5, "accuracy": 0.85}


def probe_of(accuracy):
    """Figures in the form of training/scoring/probe.py; every condition except the unchanged picture costs 3 points."""
    clean, lost = ({"label": share, "voters": share + 0.1} for share in (accuracy, accuracy - 0.03))
    through = {"found": 0.8, "framing": 0.98, "ready": clean, "crops": {"1.0": lost}}
    sides = {"net": 0.4, "label": 0.3, "neither": 0.2, "torn": 0.1}
    return {
        "pictures": 2000,
        "conditions": {"as it is": clean, "4 px off": lost},
        "detector": through,
        "webcam": through,
        "disagreements": {
            "pictures": 2000,
            "disagreed": 700,
            "sides": sides,
            "votes": {"net": 3.2, "label": 2.9},
            "agree": {"net": accuracy, "label": 0.66},
            "pairs": [{"label": "sad", "net": "neutral", "pictures": 88, "sides": sides}],
        },
    }


def card_of(name, **others):
    return Card(name, "For tests", SIX, {"name": "model.tflite"} | fingerprint(b"x"), _CERTAIN, **others)


def rows_of(text, heading):
    """The cells of the tables below a heading."""
    part = text.split(f"## {heading}\n")[1].split("\n## ")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("|")]


def test_what_was_not_measured_is_not_written():
    assert findings([card_of("plain")], [], []) == ""


def test_losses_stand_beside_each_other_in_points():
    text = findings([card_of("one", probe=probe_of(0.6)), card_of("two", probe=probe_of(0.7))], [], [])
    assert rows_of(text, "Off centre, dim, blurred, covered")[2:] == [
        ["as it is", "0.600", "0.700"],
        ["4 px off", "3.0", "3.0"],
    ]
    detector = rows_of(text, "Through the detector")
    assert ["**one**", "0.600", "3.0"] in detector
    assert "80.0% of the faces are found" in text
    webcam = [row for row in detector if len(row) == 5]
    assert [row[0] for row in webcam[2:]] == ["**two**", "**one**"]
    assert webcam[2][1:] == ["0.700", "0.670", "0.800", "0.770"]


def test_a_truth_that_some_were_not_probed_with_is_left_out():
    without = json.loads(
        json.dumps(probe_of(0.7)), object_hook=lambda of: {k: v for k, v in of.items() if k != "voters"}
    )
    del without["disagreements"]
    text = findings([card_of("one", probe=probe_of(0.6)), card_of("two", probe=without)], [], [])
    assert "by label, webcam" in text
    assert "by voters, webcam" not in text


def test_the_pairs_are_those_of_the_model_that_the_voters_agree_with_most():
    text = findings([card_of("one", probe=probe_of(0.6)), card_of("two", probe=probe_of(0.7))], [], [])
    assert "pairs of **two**" in text
    rows = rows_of(text, "Whose word?")
    assert ["**one**", "700 of 2000", "40.0%", "30.0%", "20.0%", "10.0%", "3.2", "2.9", "60.0%", "66.0%"] in rows
    assert ["sad, read as neutral", "88", "40.0%", "30.0%", "20.0%", "10.0%"] in rows


def test_recall_and_the_lean_to_happy_stand_beside_the_studys():
    truth = np.repeat(np.arange(6), 2)
    always_happy = score(np.eye(6)[np.full(12, SIX.index("happy"))], truth, SIX)
    card = card_of("lean", scores={"test6": always_happy}, recipe={"balance": 0.5})
    perfect = (np.eye(6, dtype=int) * 2).tolist()
    rows = rows_of(findings([card], [], [("the study's", SIX, perfect)]), "Too many happy faces")[2:]
    assert rows[0] == ["the study's", *["1.000"] * 7, "16.7%"]
    assert rows[1] == ["**lean**, balance 0.5", "0.000", "0.000", "1.000", "0.000", "0.000", "0.000", "0.167", "100.0%"]


@pytest.fixture
def ablation(tmp_path):
    """The CSV of two changes, two seeds."""
    columns = ("change", "seed", "rows", "epochs", "accuracy", "flip", "voters", "macro_f1", *SEVEN, "seconds")
    lines = [
        ("base", 1, 100, 2, 0.5, 0.52, 0.6, 0.4, *[0.5] * 7, 9.0),
        ("no smoothing", 1, 100, 2, 0.51, 0.52, 0.6, 0.4, *[0.5] * 7, 9.0),
        ("base", 2, 100, 2, 0.52, 0.53, 0.6, 0.4, *[0.5] * 7, 9.0),
        ("no smoothing", 2, 100, 2, 0.5, 0.52, 0.6, 0.4, *[0.5] * 7, 9.0),
    ]
    path = tmp_path / "ablation.csv"
    path.write_text("\n".join(",".join(map(str, line)) for line in (columns, *lines)) + "\n")
    return path


def test_a_change_is_set_against_the_base_of_its_own_seed(ablation):
    rows = rows_of(findings([], read_ablation(ablation), []), "Ablation: one part of a recipe changed at a time")[2:]
    assert rows[0][:3] == ["base", "0.510", "0.600"]
    assert (rows[1][0], rows[1][1], rows[1][-1]) == ("no smoothing", "-0.5", "-2.0 to +1.0")
    assert (rows[2][0], rows[2][1], rows[2][-1]) == ("base, the mirrored picture read too", "+1.5", "+1.0 to +2.0")


def test_where_no_face_was_found_a_model_is_not_compared():
    lost = probe_of(0.6) | {"webcam": {"found": 0.0, "framing": None, "ready": None, "crops": None}}
    assert comparable([card_of("lost", probe=lost), card_of("never")]) == []


def test_honesty_is_told_of_pictures_that_chose_nothing():
    exams = {name: {"ece": ece, "brier": 0.5} for name, ece in (("private6", 0.01), ("test6", 0.02), ("test", 0.03))}
    cards = [card_of("six", scores=exams), card_of("own", scores={"test": exams["test"]})]
    rows = rows_of(
        findings([*cards, card_of("study", scores={"test6": {"ece": 0.02}})], [], []), "Honest probabilities"
    )
    assert [row[:3] for row in rows[2:]] == [["**six**", "private6", "0.01"], ["**own**", "test", "0.03"]]


@pytest.mark.parametrize("scores", [{}, {"test6": {}}, {"private6": None}, {"private7": {"ece": 0.1}}])
def test_compare_takes_a_card_that_tells_little(tmp_path, scores):
    models, study = tmp_path / "models", tmp_path / "study"
    (models / "few").mkdir(parents=True)
    (models / "few" / "model.tflite").write_bytes(b"x")
    file = {"name": "model.tflite", "sha256": fingerprint(b"x")["sha256"]}
    card = Card("few", "For tests", SIX, file, {"threshold": 0.5}, scores=scores)
    (models / "few" / CARD).write_text(json.dumps(card.to_json()))
    (study / "study_one").mkdir(parents=True)
    (study / "study_one" / CARD).write_text(json.dumps(card.to_json()))
    (study / "study_one" / "history.csv").write_text("epoch,loss,accuracy\n")
    (study / "figures.json").write_text('{"models": {"few": {}}}')
    assert "| **few** | For tests |" in compare(models, study)


def test_compare_draws_what_was_probed(ablation, tmp_path):
    models, study = ablation.parent, tmp_path / "study"
    folder = models / "one"
    folder.mkdir()
    (folder / "model.tflite").write_bytes(b"x")
    card = card_of("one", probe=probe_of(0.6), architecture={"parameters": 9})
    (folder / CARD).write_text(json.dumps(card.to_json()))
    study.mkdir()
    (study / "figures.json").write_text('{"models": {}}')
    compare(models, study)
    written = (models / "README.md").read_text()
    assert "## Whose word?" in written
    assert "## Ablation: one part of a recipe changed at a time" in written
    assert (models / "robustness.png").read_bytes().startswith(b"\x89PNG")
