"""The finder matches its golden vectors; the browser tests compare the browser's finder with the same vectors."""

import json
from dataclasses import asdict

import cv2
import numpy as np
import pytest

from app.vision.detection import Detection
from app.vision.network import decode
from tests.golden import __main__ as golden

CONTENT = json.loads((golden.FOLDER / "finder.json").read_text(encoding="utf-8"))


def frame(name):
    return cv2.imread(str(golden.FOLDER / f"{name}.png"), cv2.IMREAD_GRAYSCALE)


@pytest.mark.parametrize("name", golden.FRAMES)
def test_faces_crops_and_likeness_are_those_that_are_written(name):
    found, written = golden.answers(frame(name)), CONTENT["frames"][name]
    assert len(found["faces"]) == len(written["faces"]) == len(golden.FRAMES[name])
    assert [list(view) for view in found["live_views"]] == written["live_views"]
    assert found["view_sides"] == written["view_sides"]
    for face, told in zip(found["faces"], written["faces"], strict=True):
        np.testing.assert_allclose(face["landmarks"], told["landmarks"], atol=0.5)
        for key, tolerance in {"x": 0.5, "y": 0.5, "side": 0.5, "score": 0.02, "tilt_deg": 1, "turn": 0.05}.items():
            assert face[key] == pytest.approx(told[key], abs=tolerance)
    np.testing.assert_allclose(found["likeness"], written["likeness"], atol=0.05)
    assert np.abs(np.subtract(found["crops"], written["crops"])).mean() < 2


@pytest.mark.parametrize("name", golden.FRAMES)
def test_the_written_faces_lie_where_they_were_drawn(name):
    drawn = [Detection(x, y, side, 1.0, lean) for x, y, side, lean in golden.FRAMES[name]]
    for face, told in zip(drawn, CONTENT["frames"][name]["faces"], strict=True):
        assert np.hypot(face.x - told["x"], face.y - told["y"]) < 0.1 * face.side
        assert told["side"] == pytest.approx(face.side, rel=0.1)
        assert abs((told["tilt_deg"] - face.tilt_deg + 180) % 360 - 180) < 10


def test_the_frames_are_those_that_are_drawn():
    for name, faces in golden.FRAMES.items():
        assert np.abs(golden.draw(faces).astype(int) - frame(name)).mean() < 1


@pytest.mark.parametrize("view", CONTENT["views"])
def test_views_have_the_pixels_that_are_written(view):
    pixels = golden.seen(frame(view["frame"]), view["place"])
    assert np.abs(np.subtract(pixels, view["pixels"])).max() <= 3


def test_the_networks_answer_is_decoded_to_the_written_hits():
    written = CONTENT["network"]
    logits, regressors = np.full((896, 1), -9.0), np.zeros((896, 16))
    logits[written["anchors"], 0], regressors[written["anchors"]] = written["logits"], written["regressors"]
    hits = decode(logits, regressors, written["least"])
    assert len(hits) == len(written["hits"]) > 0
    for (score, points), hit in zip(hits, written["hits"], strict=True):
        assert score == pytest.approx(hit["score"])
        np.testing.assert_allclose(points, hit["points"], atol=1e-3)


def test_tracks_are_those_that_are_written():
    steps = golden.followed()["steps"]
    assert len({track["number"] for step in steps for track in step["shown"]}) == 1
    for step, written in zip(steps, CONTENT["tracks"]["steps"], strict=True):
        assert [track["number"] for track in step["shown"]] == [track["number"] for track in written["shown"]]
        for track, told in zip(step["shown"], written["shown"], strict=True):
            assert asdict(Detection(**track["place"])) == pytest.approx(told["place"])
