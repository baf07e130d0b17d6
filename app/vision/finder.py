"""Finds the faces in a picture: a small network proposes candidates in views of many sizes and confirms each close up.

A Finder returns Detections. Where a network's file is missing, the cascade finds faces alone (see cascade.py).
"""

import hashlib
import logging
import math
from dataclasses import replace

import numpy as np

from app.vision import constants, judge
from app.vision.cascade import CascadeFinder
from app.vision.constants import FIND, LIVE, NETWORK, SQUARE, TRACKS
from app.vision.detection import Detection, distinct
from app.vision.network import FILE, Network
from app.vision.views import cut, starts, tiles

QUARTERS = (1, 2, 3)
"""Quarter turns in which a picture is searched that shows no upright face."""

LAX_SCORE = 0.15
"""The least score of a candidate that training/judge.py collects for the judge's training."""

log = logging.getLogger(__name__)


def open_finder(paths=(FILE, judge.FILE)):
    """The finder for one thread at a time: a Finder, or with a warning a CascadeFinder where a file is missing."""
    for path in paths:
        if not path.exists():
            log.warning("%s is missing: only upright faces are found, by the cascade alone", path.name)
            return CascadeFinder()
    return Finder(*paths)


def fingerprint():
    """Twelve hex digits that change with the finder's files and numbers: crops of different finders differ."""
    paths = (FILE, judge.FILE, constants.FILE)
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths if path.exists())).hexdigest()[:12]


class Eye:
    """A finder bound to one frame, uint8 grey (height, width), through which Tracks.follow searches it."""

    def __init__(self, finder, grey):
        self._finder, self._grey = finder, grey
        self.count = len(live_views(grey.shape))

    def near(self, place):
        """The face at a place where one is expected, or None."""
        return self._finder.near(self._grey, place, TRACKS.keep_score)

    def scan(self, numbers):
        """Candidates in some of the frame's views, by their numbers."""
        return self._finder.scan(self._grey, numbers)

    def confirm(self, candidate):
        """The candidate seen again close up, or None where it is no face."""
        return self._finder.confirm(self._grey, candidate)


class Finder:
    """Finds faces by the small network. Belongs to one thread at a time.

    Pictures are uint8 grey (height, width).
    """

    def __init__(self, path=FILE, judge_path=judge.FILE):
        self._network = Network(path)
        self._judge = judge.Judge(judge_path)

    def photo(self, grey):
        """The Detections of a photo, the largest first. Where none stands upright the photo is turned."""
        found = self._search(grey, FIND.most_views)
        for quarters in QUARTERS:
            if found:
                break
            turned = np.ascontiguousarray(np.rot90(grey, quarters))
            found = [unturned(face, quarters, grey.shape) for face in self._search(turned, FIND.most_turned_views)]
        return sorted(found, key=lambda face: -face.side)

    def scan(self, grey, numbers):
        """Candidates in some of a live frame's views, by their numbers in `live_views`, the surest first."""
        views = live_views(grey.shape)
        found = [face for number in numbers for face in self._look_into(cut(grey, *views[number], 0, NETWORK.input_px))]
        return distinct(sorted(found, key=lambda face: -face.score))

    def near(self, grey, place, least, scale=FIND.view_scale):
        """The face at a place where one is expected, or None; `least` is the lowest score that counts.

        The view is `scale` times the place's side and turned by its lean, so that any lean is followed.
        """
        view = cut(grey, place.x, place.y, scale * place.side, place.tilt_deg, NETWORK.input_px)
        hits = [detection(view, *hit) for hit in self._network.look(view.pixels, least)]
        near = [face for face in hits if place.gap(face) < FIND.reach * place.side and face.is_inside(grey.shape)]
        return max(near, key=lambda face: face.score, default=None)

    def confirm(self, grey, candidate):
        """The candidate seen again close up, or None where it is no face.

        Below FIND.sure_score it is also examined in three more quarter turns, because an upside-down head may pass
        for a weak upright one.
        """
        first = self.near(grey, candidate, FIND.propose_score)
        if first is None or first.score < FIND.sure_score:
            others = [self.near(grey, leaning(candidate, 90 * quarters), FIND.propose_score) for quarters in QUARTERS]
            first = max((face for face in (first, *others) if face), key=lambda face: face.score, default=None)
        face = first and self.near(grey, first, FIND.confirm_score)
        return face if face and self._judge.accepts(grey, face) else None

    def candidates(self, grey, least=FIND.propose_score, most_views=FIND.most_views):
        """The candidates in a photo, each place once, the highest score first."""
        views = (
            view
            for side in view_sides(grey.shape, most_views)
            for view in tiles(grey, side, FIND.tile_overlap, NETWORK.input_px)
        )
        found = [face for view in views for face in self._look_into(view, least)]
        return distinct(sorted(found, key=lambda face: -face.score))[: FIND.most_candidates]

    def _search(self, grey, most_views):
        found = []
        for candidate in self.candidates(grey, most_views=most_views):
            if not any(candidate.is_same(face) for face in found):
                face = self.confirm(grey, candidate)
                found += distinct([face] if face else [], found)
        return found

    def _look_into(self, view, least=FIND.propose_score):
        return [detection(view, *hit) for hit in self._network.look(view.pixels, least)]


def view_sides(shape, most_views):
    """The sides of the views in which a photo is searched: its longer side, its half, and so on.

    The smallest is FIND.least_view_px, or what `most_views` views in all allow.
    """
    sides, spent, side = [], 0, float(max(shape))
    while side >= FIND.least_view_px or not sides:
        spent += _tile_count(shape, side)
        if sides and spent > most_views:
            break
        sides.append(side)
        side /= 2
    return sides


def count_views(shape, most_views):
    """In how many views a photo is searched."""
    return sum(_tile_count(shape, side) for side in view_sides(shape, most_views))


def _tile_count(shape, side):
    lengths = (round(length * NETWORK.input_px / side) for length in shape)
    return math.prod(len(starts(length, NETWORK.input_px, FIND.tile_overlap)) for length in lengths)


def live_views(shape):
    """The views of a live frame as (x, y, side): the whole, then its parts, whose neighbours overlap."""
    height, width = shape
    views = []
    for parts in LIVE.parts:
        side = max(shape) / parts
        rows, columns = (_middles(length, side) for length in (height, width))
        views += [(x, y, side) for y in rows for x in columns]
    return views


def _middles(length, side):
    if length <= side:
        return [length / 2]
    return [start + side / 2 for start in starts(round(length), round(side), LIVE.tile_overlap)]


def detection(view, score, points):
    """The Detection of a network's hit in a view; `points` are those of Network.look.

    The square is centred a little above the middle between eyes and mouth, as in FER2013's pictures.
    """
    landmarks = view.to_picture(points[2:])
    right, left, _, mouth = landmarks[:4]
    eyes = (right + left) / 2
    down = mouth - eyes
    across = left - right + (down[1], -down[0])  # the eyes' line, and the line to the mouth turned onto it
    x, y = (eyes + mouth) / 2 - SQUARE.rise * down
    side = SQUARE.scale * float(points[1].max()) * view.scale
    tilt_deg = float(np.degrees(np.arctan2(across[1], across[0])))
    return Detection(float(x), float(y), side, score, tilt_deg, tuple(map(tuple, landmarks.tolist())))


def leaning(place, more_deg):
    """The same place with `more_deg` added to its lean."""
    return replace(place, tilt_deg=(place.tilt_deg + more_deg + 180) % 360 - 180)


def unturned(face, quarters, shape):
    """A face found after np.rot90 by `quarters`, moved back into the picture of `shape` before the turn."""
    height, width = shape

    def back(x, y):
        return ((x, y), (width - y, x), (width - x, height - y), (y, height - x))[quarters]

    x, y = back(face.x, face.y)
    landmarks = face.landmarks and tuple(back(*point) for point in face.landmarks)
    return replace(leaning(face, 90 * quarters), x=x, y=y, landmarks=landmarks)
