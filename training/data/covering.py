"""Faces that are partly hidden or hard to see: under a mask or dark glasses, strongly blurred, or far away.

Pure functions of uint8 (48, 48) and a numpy generator; the same generator gives the same picture.
"""

import cv2
import numpy as np

from app.vision.contract import FACE_SIZE


def masked(picture, rng):
    """The face with a mask drawn over nose, mouth and chin: one shaded grey level, sometimes with folds."""
    side = FACE_SIZE
    top, middle = rng.uniform(0.46, 0.6) * side, rng.uniform(0.42, 0.56) * side
    left, right = rng.uniform(-0.02, 0.2) * side, rng.uniform(0.8, 1.02) * side
    bottom = rng.uniform(0.9, 1.05) * side
    chin = rng.uniform(0.1, 0.3) * side
    outline = [(left, top), (side / 2, middle), (right, top), (right, bottom - chin), (right - chin, bottom)]
    outline += [(left + chin, bottom), (left, bottom - chin)]
    layer = _shaded(rng)
    for fold in range(int(rng.integers(0, 4))):
        y = int(top + (fold + 1) * (bottom - top) / 4.5)
        cv2.line(layer, (int(left), y), (int(right), y), float(layer.mean() * rng.uniform(0.7, 0.95)), 1)
    return _laid_over(picture, layer, [np.array(outline)], rng)


def eyes_covered(picture, rng):
    """The face with dark glasses or a band over both eyes."""
    side = FACE_SIZE
    y, height = rng.uniform(0.33, 0.44) * side, rng.uniform(0.09, 0.17) * side
    if rng.random() < 0.5:
        left, right = rng.uniform(-0.02, 0.12) * side, rng.uniform(0.88, 1.02) * side
        shapes = [np.array([(left, y - height), (right, y - height), (right, y + height), (left, y + height)])]
    else:
        width, apart = rng.uniform(0.14, 0.22) * side, rng.uniform(0.19, 0.24) * side
        turn = np.linspace(0, 2 * np.pi, 24)
        ellipse = np.stack([width * np.cos(turn), height * np.sin(turn)], axis=1)
        shapes = [ellipse + np.array((side / 2 - apart, y)), ellipse + np.array((side / 2 + apart, y))]
        bridge = y - height * 0.3
        shapes.append(
            np.array([(side / 2 - apart, bridge - 1), (side / 2 + apart, bridge - 1), (side / 2, bridge + 1)])
        )
    return _laid_over(picture, _shaded(rng, dark=0.7), shapes, rng)


def out_of_focus(picture, rng):
    """The face blurred by a Gaussian with a standard deviation of 2 to 3.5 pixels."""
    return cv2.GaussianBlur(picture, (0, 0), rng.uniform(2.0, 3.5))


def far_away(picture, rng):
    """The face reduced to 10 to 24 pixels and enlarged again."""
    size = int(rng.integers(10, 25))
    return _enlarged(picture, size, (cv2.INTER_LINEAR, cv2.INTER_CUBIC)[int(rng.integers(2))])


def small(picture, rng):
    """The face reduced to 24 pixels and enlarged again."""
    return _enlarged(picture, 24, cv2.INTER_LINEAR)


CONDITIONS = {"masked": masked, "eyes covered": eyes_covered, "strongly blurred": out_of_focus, "24 px": small}
"""Under which a model should rarely be certain, by name."""

COVERINGS = {masked: 0.4, eyes_covered: 0.25, out_of_focus: 0.15, far_away: 0.2}
"""Each covering and how often it is drawn."""

SEEN = {masked: 0.6, eyes_covered: 0.7, out_of_focus: 0.8, far_away: 0.85}
"""The share of a target that the whole face gives; the rest is how frequent each label is."""


def cover(picture, rng):
    """The picture under a random covering, and the share of its target that stays."""
    way = list(COVERINGS)[int(rng.choice(len(COVERINGS), p=list(COVERINGS.values())))]
    return way(picture, rng), SEEN[way]


def _shaded(rng, dark=0.25):
    level = rng.uniform(0, 70) if rng.random() < dark else rng.uniform(40, 255)
    down, across = np.mgrid[-1 : 1 : FACE_SIZE * 1j, -1 : 1 : FACE_SIZE * 1j]
    slope = rng.uniform(-30, 30, 2)
    return (level + slope[0] * down + slope[1] * across + rng.normal(0, rng.uniform(0, 6), down.shape)).astype(
        np.float32
    )


def _laid_over(picture, layer, shapes, rng):
    stencil = np.zeros(picture.shape, np.float32)
    for shape in shapes:
        cv2.fillPoly(stencil, [np.round(shape * 16).astype(np.int32)], 1.0, lineType=cv2.LINE_AA, shift=4)
    stencil = cv2.GaussianBlur(stencil, (0, 0), rng.uniform(0.3, 1.0))
    return (picture * (1 - stencil) + layer * stencil).clip(0, 255).round().astype(np.uint8)


def _enlarged(picture, size, interpolation):
    little = cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)
    return cv2.resize(little, (FACE_SIZE, FACE_SIZE), interpolation=interpolation)
