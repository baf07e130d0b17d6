"""Colour-blind people can tell the emotions' colours apart."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from app.vision.contract import LABELS

STATIC = Path(__file__).resolve().parent.parent / "static"

EYES = {
    "all colours": np.eye(3),
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""What eyes see of linear RGB; Machado, Oliveira and Fernandes, 2009, at severity 1.0."""

CLEARLY_APART = 12
"""CIEDE2000; 2 is about the least that is noticed side by side."""


@pytest.fixture(scope="module")
def colours():
    """The colour of every label, as RGB in 0..1."""
    css = (STATIC / "css" / "look.css").read_text(encoding="utf-8")
    found = {label: re.search(rf"--{label}: #([0-9a-f]{{6}});", css)[1] for label in LABELS}
    return {label: np.array(list(bytes.fromhex(digits))) / 255 for label, digits in found.items()}


@pytest.mark.parametrize("eyes", EYES)
def test_no_two_emotions_look_alike(colours, eyes):
    seen = {label: rgb2lab(_gamma(np.clip(EYES[eyes] @ _linear(colour), 0, 1))) for label, colour in colours.items()}
    apart = {pair: deltaE_ciede2000(*(seen[label] for label in pair)) for pair in combinations(LABELS, 2)}
    assert min(apart.values()) > CLEARLY_APART, min(apart, key=apart.get)


def test_strokes_and_words_on_a_colour_are_read(colours):
    script = (STATIC / "js" / "faces" / "emotions.js").read_text(encoding="utf-8")
    deep = re.search(r"return \[(.*)\]\.includes\(emotion\) \? \"#ffffff\" : \"#16181d\"", script)[1]
    for label, colour in colours.items():
        ink = np.ones(3) if f'"{label}"' in deep else np.array([0x16, 0x18, 0x1D]) / 255
        light, dark = sorted((_luminance(colour), _luminance(ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) > 4.5, label


def _luminance(colour):
    return _linear(colour) @ [0.2126, 0.7152, 0.0722]


def _linear(colour):
    return np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)


def _gamma(light):
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
