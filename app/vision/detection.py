"""A found face: its place, size, lean and turn; and the match between the faces of two frames.

Pure geometry, in pixels and degrees of the upright picture. A lean is clockwise on screen where positive.
"""

import math
from dataclasses import dataclass, replace

LANDMARKS = ("right_eye", "left_eye", "nose", "mouth", "right_ear", "left_ear")
"""The names of a face's landmarks, in order; right and left are the person's own."""

_SAME = 0.5  # detections whose centres are nearer than this part of the larger side are one face
_REACH = 1.0  # the largest `distance` between a track's expected place and its face


@dataclass(frozen=True)
class Detection:
    """A found face: centre (`x`, `y`) and `side` of its square in float pixels, and the finder's `score`, 0 to 1.

    The square is turned by `tilt_deg`, the head's lean, -180 to 180, and may leave the picture. `landmarks` are
    six (x, y) in the order of LANDMARKS, or None where only the cascade found the face. Raises ValueError.
    """

    x: float
    y: float
    side: float
    score: float
    tilt_deg: float = 0.0
    landmarks: tuple[tuple[float, float], ...] | None = None

    def __post_init__(self):
        points = self.landmarks or ()
        numbers = (self.x, self.y, self.side, self.score, self.tilt_deg, *(n for point in points for n in point))
        if not all(map(math.isfinite, numbers)):
            raise ValueError(f"a detection has finite numbers, not {numbers}")
        if not (self.side > 0 and 0 <= self.score <= 1 and -180 <= self.tilt_deg <= 180):
            raise ValueError(f"side {self.side}, score {self.score} or tilt {self.tilt_deg} out of range")
        if self.landmarks is not None and len(points) != len(LANDMARKS):
            raise ValueError(f"a face has {len(LANDMARKS)} landmarks, not {len(points)}")

    @classmethod
    def of(cls, box, score, tilt_deg=0.0):
        """The detection of a box (x, y, width, height) without landmarks."""
        x, y, width, height = (float(n) for n in box)
        return cls(x + width / 2, y + height / 2, max(width, height), score, tilt_deg)

    @property
    def square(self):
        """Its square as a box of float pixels, with the lean ignored."""
        return self.x - self.side / 2, self.y - self.side / 2, self.side, self.side

    @property
    def turn(self):
        """The head's turn, -1 (to its right) to 1, from the nose's place between the eyes; None without landmarks."""
        if self.landmarks is None:
            return None
        (right_x, right_y), (left_x, left_y), (nose_x, nose_y) = self.landmarks[:3]
        across_x, across_y = left_x - right_x, left_y - right_y
        length = across_x**2 + across_y**2
        if length == 0:
            return 0.0
        along = ((nose_x - right_x) * across_x + (nose_y - right_y) * across_y) / length
        return min(max(2 * along - 1, -1.0), 1.0)

    def distance(self, other):
        """A distance of two faces: that of their centres in sides, plus the logarithm of their sizes' ratio."""
        side = (self.side + other.side) / 2
        return self.gap(other) / side + abs(math.log(self.side / other.side))

    def gap(self, other):
        """The distance of the two centres in pixels."""
        return math.hypot(self.x - other.x, self.y - other.y)

    def is_inside(self, shape):
        """Whether its centre lies in a picture of a shape (height, width)."""
        return 0 <= self.x < shape[1] and 0 <= self.y < shape[0]

    def is_same(self, other):
        """Whether both are one face of one picture."""
        return self.gap(other) < _SAME * max(self.side, other.side)

    def box(self, width, height):
        """Its square as whole pixels, inside a picture of a size: (x, y, width, height)."""
        left, right = _inside(self.x, self.side, width)
        top, bottom = _inside(self.y, self.side, height)
        return left, top, right - left, bottom - top

    def at(self, x, y):
        """The same face with its centre elsewhere."""
        dx, dy = x - self.x, y - self.y
        landmarks = self.landmarks and tuple((px + dx, py + dy) for px, py in self.landmarks)
        return replace(self, x=x, y=y, landmarks=landmarks)

    def scaled(self, factor):
        """The same face in the picture enlarged by a factor."""
        landmarks = self.landmarks and tuple((x * factor, y * factor) for x, y in self.landmarks)
        return replace(self, x=self.x * factor, y=self.y * factor, side=self.side * factor, landmarks=landmarks)

    def towards(self, other, share):
        """The face between this and another detection of it: 0 is this, 1 the other."""
        lean = (other.tilt_deg - self.tilt_deg + 180) % 360 - 180
        return Detection(
            *(a + share * (b - a) for a, b in ((self.x, other.x), (self.y, other.y))),
            self.side * (other.side / self.side) ** share,
            self.score + share * (other.score - self.score),
            (self.tilt_deg + share * lean + 180) % 360 - 180,
            other._landmarks_from(self, share),
        )

    def _landmarks_from(self, start, share):
        if self.landmarks is None or start.landmarks is None:
            return self.landmarks
        pairs = zip(start.landmarks, self.landmarks, strict=True)
        return tuple((x + share * (u - x), y + share * (v - y)) for (x, y), (u, v) in pairs)


def match(expected, found):
    """A dict from track to the detection that belongs to it. The nearest pairs match first; a detection has one track.

    `expected` is a dict from track to its expected Detection.
    """
    pairs = [(place.distance(seen), track, seen) for track, place in expected.items() for seen in found]
    matches = {}
    for distance, track, seen in sorted(pairs, key=lambda pair: pair[0]):
        is_taken = any(seen.is_same(other) for other in matches.values())
        if distance <= _REACH and track not in matches and not is_taken:
            matches[track] = seen
    return matches


def distinct(found, known=()):
    """The detections in their order, without those that repeat a known or an earlier one."""
    new = []
    for seen in found:
        if not any(seen.is_same(other) for other in [*known, *new]):
            new.append(seen)
    return new


def _inside(centre, side, limit):
    low = min(max(round(centre - side / 2), 0), limit - 1)
    return low, min(max(round(centre + side / 2), low + 1), limit)
