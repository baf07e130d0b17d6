"""Faces over time: which face of the last frame is which, where to look for it next, and calm answers.

Pure: pictures are searched by the eye that `Tracks.follow` is given. Positions are in pixels, times in seconds;
everything is smoothed by time constants, so slow and fast clients look alike. The numbers are those of
constants.json, explained in docs/finding.md.
"""

import math

import numpy as np

from app.vision.constants import LIMITS, LIVE, TRACKS
from app.vision.detection import distinct, match

_PROPORTIONS = 0.02  # frames of one view may differ by rounding, in shares of their height
_LEAST = 1e-4  # below this a probability is noise; also keeps its logarithm finite


class Track:
    """One face that is followed: its `number`, its smoothed `place`, and what `reader` (a model's name) read in it.

    `is_open` says that it was confirmed, `is_seen` that the last frame showed it, `looked_s` when it was last
    looked for.
    """

    def __init__(self, number, face, now_s):
        self.number = number
        self.place = face
        self.is_open = face.score >= TRACKS.open_score
        self.is_seen = True
        self.seen_s = self.looked_s = now_s
        self.reader = None
        self._missed_s = None
        self._velocity = np.zeros(2)
        self._recent = [True]
        self._logs = None
        self._read_s = now_s

    def expected(self, now_s):
        """Where the face should be now if it moves on as it did."""
        dx, dy = self._velocity * min(now_s - self.seen_s, TRACKS.hold_s)
        return self.place.at(self.place.x + dx, self.place.y + dy)

    def see(self, face, now_s):
        """The face was found at a place."""
        dt_s = max(now_s - self.seen_s, 1e-3)
        moved = np.array([face.x - self.place.x, face.y - self.place.y])
        self._velocity += _share(dt_s, TRACKS.box_tau_s) * (moved / dt_s - self._velocity)
        speed = np.hypot(*self._velocity) / face.side  # sides a second
        self.place = self.place.towards(face, _share(dt_s, TRACKS.box_tau_s / (1 + 4 * speed)))
        self.seen_s, self._missed_s = now_s, None
        self._note(True, now_s)

    def miss(self, now_s):
        """The face was looked for and not found."""
        self._missed_s = now_s if self._missed_s is None else self._missed_s
        self._note(False, now_s)

    def scale(self, factor):
        """The frames are this many times as large from now on."""
        self.place = self.place.scaled(factor)
        self._velocity = self._velocity * factor

    def skip(self):
        """The face was not looked for, since others had their turn."""
        self.is_seen = False

    def read(self, probabilities, now_s, reader=None):
        """The smoothed probabilities, now that a frame's have been read; they sum to 1.

        Those of another `reader` (a model's name) start afresh.
        """
        logs = np.log(np.maximum(probabilities, _LEAST))
        if self._logs is None or reader != self.reader:
            self._logs, self.reader = logs, reader
        else:
            self._logs = self._logs + _share(now_s - self._read_s, TRACKS.emotion_tau_s) * (logs - self._logs)
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
        if self._missed_s is None:
            return self.is_open
        held_s = max(now_s - self._missed_s, now_s - self.seen_s - TRACKS.wait_s)
        return self.is_open and held_s <= TRACKS.hold_s

    def is_sought(self, now_s):
        """Whether it is still looked for where it was; later only the views of the whole frame may find it."""
        return self._missed_s is None or now_s - self._missed_s <= TRACKS.seek_s

    def is_over(self, now_s):
        """Whether it is time to forget the face."""
        if self.is_open:
            return self._missed_s is not None and now_s - self._missed_s > TRACKS.forget_s
        return self._recent.count(False) > TRACKS.frames_to_open - TRACKS.hits_to_open

    def _note(self, is_seen, now_s):
        self.is_seen, self.looked_s = is_seen, now_s
        self._recent = [*self._recent, is_seen][-TRACKS.frames_to_open :]
        self.is_open = self.is_open or self._recent.count(True) >= TRACKS.hits_to_open


class Tracks:
    """The faces of one client's live picture, or of one film.

    At most `most_followed` are followed, and `most_shown` of them told, the largest.
    """

    def __init__(self, most_followed=TRACKS.max_tracks, most_shown=LIMITS.live_faces):
        self.most_shown = most_shown
        self._most_followed = most_followed
        self._tracks = []
        self._size = None
        self._next_number = 1
        self._now_s = self._scanned_s = -math.inf
        self._view = 0.0  # where in the round of parts; each frame goes on by a share
        self._refused = []  # (candidate that proved to be no face, when)

    def follow(self, now_s, size, eye):
        """The tracks to show, largest first, after one more frame of a `size` (width, height) in pixels.

        `eye.near(place)` gives the Detection near an expected one or None, `eye.scan(numbers)` the candidates in
        some of its views, of which there are `eye.count` and 0 is the whole frame, `eye.confirm(candidate)` the
        Detection of a candidate that is a face, or None.
        """
        if size != self._size:
            self._fit(size)
        due = self._due(now_s)
        expected = {track: track.expected(now_s) for track in self._tracks}
        found = distinct([face for track in due if (face := eye.near(expected[track]))])
        found += self._look_around(now_s, expected, due, found, eye)
        self._update(now_s, due, match(expected, found), found)
        self._now_s = now_s
        shown = [track for track in self._tracks if track.is_shown(now_s)]
        return sorted(shown, key=lambda track: -track.place.side)

    def _fit(self, size):
        """Carries the faces over to frames of another size.

        A page on a slow line sends smaller frames of the same view. Other proportions mean that a telephone was
        turned or another camera chosen: all faces are forgotten then.
        """
        before, self._size = self._size, size
        factor = before and size[0] / before[0]
        if before and abs(before[1] * factor - size[1]) <= _PROPORTIONS * size[1]:
            for track in self._tracks:
                track.scale(factor)
            self._refused = [(place.scaled(factor), when_s) for place, when_s in self._refused]
        else:
            self._tracks, self._refused = [], []

    def _due(self, now_s):
        """The tracks to look for in this frame: those that waited longest, so that nobody waits too long."""
        step_s = min(now_s - self._now_s, TRACKS.wait_s)
        waiting = sorted((track for track in self._tracks if track.is_sought(now_s)), key=lambda track: track.looked_s)
        late = sum(now_s + step_s - track.looked_s > TRACKS.wait_s for track in waiting)
        return waiting[: max(TRACKS.most_at_once, late)]

    def _look_around(self, now_s, expected, due, found, eye):
        """The confirmed newcomers in the views of the whole frame that are due."""
        matches = match(expected, found)
        numbers = self._views_due(now_s, due, matches, eye.count)
        known = [*found, *(place for track, place in expected.items() if track.is_sought(now_s) and track not in due)]
        self._refused = [(place, when_s) for place, when_s in self._refused if now_s - when_s < TRACKS.refuse_s]
        refused = [place for place, _ in self._refused]
        new = []
        for candidate in distinct(eye.scan(numbers), [*known, *refused])[: self._most_followed]:
            face = eye.confirm(candidate)
            if face is None:
                self._refused.append((candidate, now_s))
            else:
                new += distinct([face], [*known, *new])
        return new

    def _views_due(self, now_s, due, matches, count):
        """The numbers of the views to look into: the whole frame, and so many parts that all have their turn in time.

        Somebody who is missed is sought in all of them at once.
        """
        dt_s = now_s - self._scanned_s
        is_lost = any(track.is_shown(now_s) and track.is_seen and track not in matches for track in due)
        is_calm = any(track.is_open for track in matches) and not is_lost
        if not is_lost and dt_s < (LIVE.rest_s if is_calm else LIVE.step_s):
            return []
        self._scanned_s = now_s
        share = 1.0 if is_lost else min(1.0, dt_s / (LIVE.calm_cycle_s if is_calm else LIVE.cycle_s))
        parts = count - 1
        first, self._view = int(self._view), self._view + share * parts
        return [0, *(1 + number % parts for number in range(first, int(self._view)))]

    def _update(self, now_s, due, matches, found):
        for track in self._tracks:
            if track in matches:
                track.see(matches[track], now_s)
            elif track in due:
                track.miss(now_s)
            else:
                track.skip()
        self._tracks = [track for track in self._tracks if not track.is_over(now_s)]
        known = [track.place for track in self._tracks if track.is_sought(now_s)]
        for face in distinct(found, known):
            if len(self._tracks) < self._most_followed:
                self._tracks.append(Track(self._next_number, face, now_s))
                self._next_number += 1


def _share(dt_s, tau_s):
    """How much of a new value counts after a time, for a time constant."""
    return 1 - math.exp(-max(dt_s, 0) / tau_s)
