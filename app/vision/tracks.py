"""Follows faces over time: matches them between frames, predicts their places, and smooths their probabilities.

Pure: the eye that `Tracks.follow` is given searches the pictures. Positions are in pixels, times in seconds.
Smoothing uses time constants, so that its speed does not depend on the frame rate. The numbers are those of
constants.json, explained in docs/finding.md.
"""

import math

import numpy as np

from app.vision.constants import LIMITS, LIVE, TRACKS
from app.vision.detection import distinct, match

_PROPORTIONS = 0.02  # proportions within this share are the same: sizes are rounded
_LEAST = 1e-4  # below this a probability is noise; also keeps its logarithm finite


class Track:
    """One face that is followed: its `number`, its smoothed `place`, and the probabilities by `reader`, a model's name.

    `is_open` says that it was confirmed, `is_seen` that the last frame showed it, `looked_s` when it was last
    searched.
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
        """The place where the face should be now, at its last velocity."""
        dx, dy = self._velocity * min(now_s - self.seen_s, TRACKS.hold_s)
        return self.place.at(self.place.x + dx, self.place.y + dy)

    def see(self, face, now_s):
        """Notes that the face was found at a place."""
        dt_s = max(now_s - self.seen_s, 1e-3)
        moved = np.array([face.x - self.place.x, face.y - self.place.y])
        self._velocity += _share(dt_s, TRACKS.box_tau_s) * (moved / dt_s - self._velocity)
        speed = np.hypot(*self._velocity) / face.side  # sides a second
        self.place = self.place.towards(face, _share(dt_s, TRACKS.box_tau_s / (1 + 4 * speed)))
        self.seen_s, self._missed_s = now_s, None
        self._note(True, now_s)

    def miss(self, now_s):
        """Notes that the face was searched and not found."""
        self._missed_s = now_s if self._missed_s is None else self._missed_s
        self._note(False, now_s)

    def scale(self, factor):
        """Carries the face over to frames that are `factor` times as large."""
        self.place = self.place.scaled(factor)
        self._velocity = self._velocity * factor

    def skip(self):
        """Notes that the face was not searched, because others had their turn."""
        self.is_seen = False

    def read(self, probabilities, now_s, reader=None):
        """The smoothed probabilities after those of one more frame; they sum to 1.

        With another `reader` (a model's name) smoothing starts afresh.
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
        """Whether the reply shows the face: confirmed, and seen in the last frames or missed for a short time only."""
        if self._missed_s is None:
            return self.is_open
        held_s = max(now_s - self._missed_s, now_s - self.seen_s - TRACKS.wait_s)
        return self.is_open and held_s <= TRACKS.hold_s

    def is_sought(self, now_s):
        """Whether the face is still searched at its old place; later only the views of the whole frame may find it."""
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

    At most `most_followed` are followed; the `most_shown` largest of them are returned.
    """

    def __init__(self, most_followed=TRACKS.max_tracks, most_shown=LIMITS.live_faces):
        self.most_shown = most_shown
        self._most_followed = most_followed
        self._tracks = []
        self._size = None
        self._next_number = 1
        self._now_s = self._scanned_s = -math.inf
        self._view = 0.0  # place in the cycle of views; each frame moves it on by a fraction
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
        turned or another camera chosen: then all faces are forgotten.
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
        """The tracks to search in this frame, those first that have waited longest."""
        step_s = min(now_s - self._now_s, TRACKS.wait_s)
        waiting = sorted((track for track in self._tracks if track.is_sought(now_s)), key=lambda track: track.looked_s)
        late = sum(now_s + step_s - track.looked_s > TRACKS.wait_s for track in waiting)
        return waiting[: max(TRACKS.most_at_once, late)]

    def _look_around(self, now_s, expected, due, found, eye):
        """The new faces, confirmed, in those views that are due."""
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
        """The numbers of the views to search: the whole frame, and enough parts to finish a cycle in time.

        All views are due at once while a face is missed.
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
    """The weight of a new value after `dt_s`, for a time constant `tau_s`."""
    return 1 - math.exp(-max(dt_s, 0) / tau_s)
