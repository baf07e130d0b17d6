"""The reading benchmark turns faces into clips, reads them with the server's pipeline and counts the right answers."""

import cv2
import numpy as np
from fakes import FakeModels

from app.vision.images import decode
from benchmarks import reading
from training.data.faces import Faces


def faces_of(*pictures, words=("happy", "sad")):
    count = len(pictures)
    return Faces("some", "", words, np.stack(pictures), np.zeros(count, int), np.full(count, "public"))


def face_of(astronaut):
    return cv2.resize(
        cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY)[50:178, 161:289], (48, 48), interpolation=cv2.INTER_AREA
    )


def test_a_clip_is_a_swaying_face_in_a_dim_noisy_picture(astronaut):
    face = face_of(astronaut)
    frames = [decode(data, 10**6) for data in reading.play(face, np.random.default_rng(1))]
    assert len(frames) == reading.FRAMES
    assert {frame.shape for frame in frames} == {reading.SIZE[::-1]}
    assert all(frame.mean() < face.mean() for frame in frames)
    assert np.abs(frames[0].astype(int) - frames[4]).mean() > 3


def test_a_face_is_read_by_every_model_that_knows_the_words_and_an_empty_picture_by_none(astronaut):
    faces = faces_of(face_of(astronaut), np.full((48, 48), 200, np.uint8))
    answers = reading.read(FakeModels("one", "two"), faces)
    assert list(answers) == ["one", "two"]
    words, certain = answers["one"]
    assert words.tolist() == [1, -1]  # the fake network reads the dark face as sad
    assert not certain[1]
    assert reading.read(FakeModels("one"), faces_of(face_of(astronaut), words=("happy", "calm"))) == {}


def test_the_table_counts_what_was_found_and_balances_the_words(capsys):
    answers = {"one": (np.array([0, 0, 0, 0, -1]), np.array([True, False, False, False, False]))}
    reading.print_table(answers, {"label": np.array([0, 0, 0, 1, 1])}, 5)
    assert capsys.readouterr().out.splitlines()[-1].split() == ["one", "0.800", "0.750", "0.500", "0.250"]
