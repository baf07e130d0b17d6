"""Faces over time: which face of the last frame is which, where to look for it next, and calm answers.

Pure: pictures are searched by the two functions that `Tracks.follow` is given. Positions are in pixels,
times in seconds; everything is smoothed by time constants, so slow and fast clients look alike.
"""

import math
from dataclasses import replace

import numpy as np

from app.vision.detection import distinct, match

HITS_TO_OPEN = 2
FRAMES_TO_OPEN = 3
"""A face is shown once it was seen in two of three frames: a false alarm of the cascade rarely stays."""

HOLD_S = 0.35
"""A face that is missed for less is still shown where it was."""

FORGET_S = 1.0
"""A face that is missed for longer is forgotten; found again until then, it keeps its number."""

GLANCE_S = 0.4
"""Between two glances at the whole frame while every face is in sight: new ones may come."""

SEEK_S = 0.1
"""Between two scans of the whole frame while somebody is missing, or nobody there …"""

REST_S = 0.25
"""… and after a second of seeing nobody: an empty room costs little."""

BOX_TAU_S = 0.15
"""Time constant of a box at rest. The faster a face moves, the shorter: calm boxes that do not lag."""

EMOTION_TAU_S = 0.3
"""Time constant of the probabilities, in logarithms."""

MAX_TRACKS = 20
"""Faces followed at once; a frame that holds more false alarms than this is no reason to be slow."""

TURNS_DEG = (-24.0, 24.0)
"""Turns in which a lost face is sought: the cascade sees heads that lean up to about 15° either way."""

_LEAST = 1e-4  # below this a probability is noise; also keeps its logarithm finite


class Track:
    """One face that is followed: its `number`, its smoothed `place`, and what `reader` (a model's name) read in it."""

    def __init__(self, number, sighting, now_s):
        self.number = number
        self.place = sighting
        self.is_open = False
        self.is_seen = True
        self.seen_s = now_s
        self._velocity = np.zeros(2)
        self._recent = [True]
        self._logs = None
        self.reader = None
        self._read_s = now_s

    def expected(self, now_s):
        """Where the face should be now if it moves on as it did."""
        dx, dy = self._velocity * min(now_s - self.seen_s, HOLD_S)
        return self.place.at(self.place.x + dx, self.place.y + dy)

    def see(self, sighting, now_s):
        """The face was found at a place."""
        dt_s = max(now_s - self.seen_s, 1e-3)
        moved = np.array([sighting.x - self.place.x, sighting.y - self.place.y])
        self._velocity += _share(dt_s, BOX_TAU_S) * (moved / dt_s - self._velocity)
        speed = np.hypot(*self._velocity) / sighting.side  # sides a second
        share = _share(dt_s, BOX_TAU_S / (1 + 4 * speed))
        self.place = replace(self.place.towards(sighting, share), tilt_deg=sighting.tilt_deg)
        self.seen_s = now_s
        self._note(True)

    def miss(self):
        """The face was not found."""
        self._note(False)

    def read(self, probabilities, now_s, reader=None):
        """The smoothed probabilities, now that a frame's have been read; they sum to 1.

        Those of another `reader` (a model's name) start afresh.
        """
        logs = np.log(np.maximum(probabilities, _LEAST))
        if self._logs is None or reader != self.reader:
            self._logs, self.reader = logs, reader
        else:
            self._logs = self._logs + _share(now_s - self._read_s, EMOTION_TAU_S) * (logs - self._logs)
        self._read_s = now_s
        return self.probabilities

    @property
    def probabilities(self):
        """The last smoothed probabilities, or None before the first are read."""
        if self._logs is None:
            return None
        weights = np.exp(self._logs - self._logs.max())
        return weights / weights.sum()

    def is_shown(self, now_s):
        """Whether the face is there for the viewer: confirmed, and in sight but for a short miss."""
        return self.is_open and now_s - self.seen_s <= HOLD_S

    def is_over(self, now_s):
        """Whether it is time to forget the face."""
        if self.is_open:
            return now_s - self.seen_s > FORGET_S
        return self._recent.count(False) > FRAMES_TO_OPEN - HITS_TO_OPEN

    def _note(self, is_seen):
        self.is_seen = is_seen
        self._recent = [*self._recent, is_seen][-FRAMES_TO_OPEN:]
        self.is_open = self.is_open or self._recent.count(True) >= HITS_TO_OPEN


class Tracks:
    """The faces of one client's live picture."""

    def __init__(self):
        self._tracks = []
        self._size = None
        self._next_number = 1
        self._scanned_s = -math.inf
        self._met_s = -math.inf

    def follow(self, now_s, size, search, scan):
        """The tracks to show, largest first, after one more frame of a `size` (width, height) in pixels.

        `search(sighting, is_fine)` gives the Detections near an expected one, found at its tilt;
        `scan(is_glance)` the candidates in the whole frame, several for one face perhaps.
        """
        if size != self._size:  # a telephone was turned, or another camera chosen
            self._size, self._tracks = size, []
        expected = {track: track.expected(now_s) for track in self._tracks}
        found = [seen for track, place in expected.items() for seen in search(place, not track.is_open)]
        found += self._seek(now_s, expected, found, search)
        found += self._look_around(now_s, expected, found, search, scan)
        self._update(now_s, match(expected, found), found)
        shown = [track for track in self._tracks if track.is_shown(now_s)]
        return sorted(shown, key=lambda track: -track.place.side)

    def _seek(self, now_s, expected, found, search):
        """Detections of shown faces that the first search missed: a finer one, then one in turned pictures."""
        matches, sought = match(expected, found), []
        for track, place in expected.items():
            if track.is_shown(now_s) and track not in matches:
                for tilted in (place, *_turned(place)):
                    seen = search(tilted, True)
                    sought += seen
                    if seen:
                        break
        return sought

    def _look_around(self, now_s, expected, found, search, scan):
        """Detections in the whole frame, where it is time for a look: each candidate is searched once more."""
        matches = match(expected, found)
        missed = [track for track in self._tracks if track.is_shown(now_s) and track not in matches]
        is_glance = not missed and any(track.is_open for track in matches)
        if now_s - self._scanned_s < self._pause_s(now_s, is_glance):
            return []
        self._scanned_s = now_s
        candidates = distinct(scan(is_glance), matches.values())
        return [seen for place in candidates[:MAX_TRACKS] for seen in search(place, True)]

    def _pause_s(self, now_s, is_glance):
        if is_glance:
            return GLANCE_S
        return SEEK_S if now_s - self._met_s <= FORGET_S else REST_S

    def _update(self, now_s, matches, found):
        for track in self._tracks:
            if track in matches:
                track.see(matches[track], now_s)
            else:
                track.miss()
        self._tracks = [track for track in self._tracks if not track.is_over(now_s)]
        for sighting in distinct(found, [track.place for track in self._tracks]):
            if len(self._tracks) < MAX_TRACKS:
                self._tracks.append(Track(self._next_number, sighting, now_s))
                self._next_number += 1
        if any(track.is_open and track.is_seen for track in self._tracks):
            self._met_s = now_s


def _turned(place):
    """A place at the other tilts, the nearer ones first."""
    turns = {0.0, *TURNS_DEG} - {place.tilt_deg}
    return [replace(place, tilt_deg=turn) for turn in sorted(turns, key=lambda turn: abs(turn - place.tilt_deg))]


def _share(dt_s, tau_s):
    """How much of a new value counts after a time, for a time constant."""
    return 1 - math.exp(-max(dt_s, 0) / tau_s)
