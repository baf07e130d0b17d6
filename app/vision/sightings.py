"""A face seen in one frame: where, how large, how tilted; and which sighting is whose.

Pure geometry, in pixels and degrees.
"""

import math
from dataclasses import dataclass, replace

TURNS_DEG = (-24.0, 24.0)
"""Turns in which a lost face is sought: the cascade sees heads that lean up to about 15° either way."""

_SAME = 0.5  # sightings whose centres are nearer than this part of their side are one face
_REACH = 1.0  # how unlike its expected place a face may be found, in sides


@dataclass(frozen=True)
class Sighting:
    """A face seen: centre and side of its square in pixels, and the tilt at which it was found."""

    x: float
    y: float
    side: float
    angle_deg: float = 0.0

    @classmethod
    def of(cls, box, angle_deg=0.0):
        """The sighting of a box (x, y, width, height)."""
        x, y, width, height = (float(n) for n in box)
        return cls(x + width / 2, y + height / 2, max(width, height), angle_deg)

    @property
    def square(self):
        """Its square as a box of float pixels, which may leave the picture."""
        return self.x - self.side / 2, self.y - self.side / 2, self.side, self.side

    def distance(self, other):
        """How unlike two sightings are: their distance in sides plus the logarithm of their sizes' ratio."""
        side = (self.side + other.side) / 2
        return math.hypot(self.x - other.x, self.y - other.y) / side + abs(math.log(self.side / other.side))

    def box(self, width, height):
        """Its box as whole pixels, inside a picture of a size: (x, y, width, height)."""
        left, right = _inside(self.x, self.side, width)
        top, bottom = _inside(self.y, self.side, height)
        return left, top, right - left, bottom - top


def match(expected, found):
    """Which sighting belongs to which track, as a dict: the nearest pairs first, a face to one track alone.

    `expected` says by track where it should be.
    """
    pairs = [(place.distance(seen), track, seen) for track, place in expected.items() for seen in found]
    matches = {}
    for distance, track, seen in sorted(pairs, key=lambda pair: pair[0]):
        is_taken = any(_is_same(seen, other) for other in matches.values())
        if distance <= _REACH and track not in matches and not is_taken:
            matches[track] = seen
    return matches


def distinct(found, known):
    """The sightings that are neither known nor one another."""
    new = []
    for seen in found:
        if not any(_is_same(seen, other) for other in [*known, *new]):
            new.append(seen)
    return new


def turned(place):
    """A place at the other tilts, the nearer ones first."""
    turns = {0.0, *TURNS_DEG} - {place.angle_deg}
    return [replace(place, angle_deg=turn) for turn in sorted(turns, key=lambda turn: abs(turn - place.angle_deg))]


def _is_same(one, other):
    return math.hypot(one.x - other.x, one.y - other.y) < _SAME * max(one.side, other.side)


def _inside(centre, side, limit):
    low = min(max(round(centre - side / 2), 0), limit - 1)
    return low, min(max(round(centre + side / 2), low + 1), limit)
