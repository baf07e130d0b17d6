"""The answer drawn on a photo."""

import numpy as np
from fakes import encode
from PIL import Image

from app.vision.drawing import COLOUR, draw
from app.vision.pipeline import Face


def test_a_box_stands_where_the_face_is_and_nothing_else_changes():
    face = Face((20, 30, 60, 60), {"happy": 0.9, "sad": 0.1}, certain=True)
    drawn = np.asarray(draw(encode(np.zeros((120, 100, 3), np.uint8), "PNG"), [face]))
    assert drawn.shape == (120, 100, 3)
    assert tuple(drawn[30, 79]) == tuple(drawn[89, 20]) == COLOUR
    assert drawn[:30].max() == 0
    assert drawn[90:].max() == 0


def test_the_drawing_is_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert draw(encode(np.zeros((20, 30), np.uint8), exif=exif), []).size == (20, 30)
