"""The answer drawn on a photo."""

import re
from pathlib import Path

import numpy as np
import pytest
from fakes import encode
from PIL import Image, ImageDraw

from app.vision.contract import LABELS
from app.vision.drawing import COLOUR, LOOKS, draw
from app.vision.images import decode
from app.vision.pipeline import Face


def test_a_box_stands_where_the_face_is_and_nothing_else_changes():
    face = Face((20, 30, 60, 60), {"happy": 0.9, "sad": 0.1}, certain=True)
    drawn = np.asarray(draw(encode(np.zeros((120, 100, 3), np.uint8), "PNG"), [face]))
    assert drawn.shape == (120, 100, 3)
    assert tuple(drawn[30, 79]) == tuple(drawn[89, 20]) == COLOUR
    assert drawn[:30].max() == 0
    assert drawn[90:].max() == 0


@pytest.mark.parametrize(
    ("picture", "level"),
    [
        (Image.fromarray(np.full((40, 40), 20_000, np.uint16)), 20_000 >> 8),
        (Image.new("LA", (40, 40), (0, 0)), 255),
        (Image.new("RGBA", (40, 40), (9, 9, 9, 0)), 255),
    ],
)
def test_what_is_drawn_on_is_what_was_read(picture, level):
    data = encode(picture, "PNG")
    assert (decode(data, 10_000) == level).all()
    assert (np.asarray(draw(data, [])) == level).all()


def test_the_words_say_how_it_looks_and_are_never_wholly_sure(monkeypatch):
    said = []
    monkeypatch.setattr(ImageDraw.ImageDraw, "text", lambda self, place, words, **how: said.append(words))
    faces = [
        Face((0, 0, 60, 60), {"fear": 1.0, "sad": 0.0}, certain=True),
        Face((0, 0, 60, 60), {"happy": 0.9, "sad": 0.1}, certain=True),
        Face((0, 0, 60, 60), {"happy": 0.6, "sad": 0.4}, certain=False),
    ]
    draw(encode(np.zeros((100, 100), np.uint8)), faces)
    assert said == ["looks afraid 99%", "looks happy 90%", "not sure"]


def test_the_words_are_those_of_the_page():
    page = (Path(__file__).resolve().parents[2] / "static/js/faces/emotions.js").read_text(encoding="utf-8")
    looks = dict(re.findall(r'(\w+): \[say\("\w+"\), say\("looks (\w+)"\)\]', page))
    assert looks == {label: LOOKS.get(label, label) for label in LABELS}


def test_the_drawing_is_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert draw(encode(np.zeros((20, 30), np.uint8), exif=exif), []).size == (20, 30)
