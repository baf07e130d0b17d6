"""The table of the models, and the study's own scores for the site."""

import json
from pathlib import Path

from training.report.readme import compare

MODELS = Path(__file__).resolve().parents[3] / "models"


def test_the_study_s_scores_are_written_for_the_site_and_are_those_that_it_shows(tmp_path):
    table = compare(tmp_path)
    printed = {row["name"]: row for row in json.loads((tmp_path / "study.json").read_text())}
    assert list(printed) == ["fnn", "cnn", "cnn4x4", "vgg16"]
    assert (printed["fnn"]["accuracy"], printed["fnn"]["val_accuracy"]) == (None, [])
    assert (printed["cnn"]["accuracy"], printed["cnn"]["macro_f1"]) == (0.554, 0.538)
    assert printed["vgg16"]["recall"]["happy"] == round(1452 / 1774, 4)
    assert len(printed["vgg16"]["val_accuracy"]) == len(printed["cnn"]["again"]["val_accuracy"]) == 10
    assert "| the study's cnn | as printed there | 9,496,454 |" in table
    assert (MODELS / "study.json").read_bytes() == (tmp_path / "study.json").read_bytes()
