"""Tracking, in a simulated world of squares that move and hide."""

import numpy as np
import pytest

from app.vision.constants import LIMITS, LIVE, TRACKS
from app.vision.detection import Detection
from app.vision.tracks import Track, Tracks

SIZE = (640, 480)


def sighting(x, y, side, tilt_deg=0.0, score=0.9):
    """A detection with a high score."""
    return Detection(x, y, side, score, tilt_deg)


class World:
    """Named squares that are always detected unless hidden; counts the finder's calls.

    It is its own eye: of its five views the first shows all, each other a quarter of the frame.
    """

    count = 5

    def __init__(self, fps=15):
        self.tracks = Tracks()
        self.fps = fps
        self.now_s = 100.0
        self.faces = {}
        self.hidden = set()
        self.scanned = []
        self.looks = []
        self.confirmed = []

    def near(self, place):
        """The nearest square to a place with about the same lean."""
        self.looks.append(place)
        return self._nearest(place, 0.5 * place.side, 50)

    def scan(self, numbers):
        """The squares in the given views."""
        self.scanned.append(list(numbers))
        return [face for face in self._visible() if any(self._shows(number, face) for number in numbers)]

    def confirm(self, candidate):
        """The square itself, unless its score is too low for a face."""
        self.confirmed.append(candidate)
        return candidate if candidate.score >= 0.4 else None

    def step(self, frames=1, size=SIZE):
        """The shown tracks after more frames."""
        for _ in range(frames):
            self.now_s += 1 / self.fps
            shown = self.tracks.follow(self.now_s, size, self)
        return shown

    def numbers(self):
        """The present track number of each square, by name."""
        shown = self.step()
        return {
            name: track.number
            for name, face in self.faces.items()
            for track in shown
            if np.hypot(track.place.x - face.x, track.place.y - face.y) < 0.4 * face.side
        }

    def _shows(self, number, face):
        if number == 0:
            return face.side >= 100
        row, column = divmod(number - 1, 2)
        return column * 320 <= face.x < (column + 1) * 320 and row * 240 <= face.y < (row + 1) * 240

    def _nearest(self, place, reach, lean_deg):
        near = [
            face
            for face in self._visible()
            if face.gap(place) < reach
            and 0.5 < face.side / place.side < 2
            and abs((face.tilt_deg - place.tilt_deg + 180) % 360 - 180) <= lean_deg
        ]
        return min(near, key=place.gap, default=None)

    def _visible(self):
        return [face for name, face in self.faces.items() if name not in self.hidden]


@pytest.fixture
def world():
    return World()


@pytest.fixture
def ann(world):
    """The world with one face that has a shown track."""
    world.faces["ann"] = sighting(300, 200, 100)
    world.step(3)
    return world


def test_an_empty_room_shows_nobody_and_is_looked_through_in_time(world):
    assert world.step(150) == []
    assert world.looks == []
    seen = [number for numbers in world.scanned for number in numbers]
    assert len(seen) <= (10 / LIVE.cycle_s + 1) * 4 + 150
    for number in range(1, world.count):
        assert seen.count(number) >= 10 / LIVE.cycle_s - 1


def test_a_sure_face_is_shown_in_the_first_frame(world):
    world.faces["ann"] = sighting(300, 200, 100)
    (track,) = world.step()
    assert track.place.box(*SIZE) == (250, 150, 100, 100)
    assert track.is_seen


@pytest.mark.parametrize("lean_deg", [0, 30, -45, 120, 180])
def test_a_head_that_comes_in_leaning_is_shown_at_once(world, lean_deg):
    world.faces["ann"] = sighting(300, 200, 60, lean_deg)
    (track,) = world.step()
    assert track.place.tilt_deg == lean_deg


def test_a_client_with_a_frame_every_two_seconds_sees_a_face_in_each():
    world = World(fps=0.5)
    for x in (100, 300, 500, 200, 600):
        world.faces["ann"] = sighting(x, 200, 60)
        assert len(world.step()) == 1


def test_a_weak_face_is_shown_at_its_second_sighting(world):
    world.faces["ann"] = sighting(300, 200, 100, score=0.55)
    assert world.step() == []
    assert len(world.step()) == 1


def test_a_weak_false_alarm_of_one_frame_is_never_shown(world):
    for _ in range(10):
        world.faces["noise"] = sighting(300, 200, 100, score=0.55)
        assert world.step() == []
        del world.faces["noise"]
        assert world.step(3) == []


def test_two_weak_sightings_in_three_frames_are_enough(world):
    world.faces["ann"] = sighting(300, 200, 100, score=0.55)
    world.step()
    world.hidden.add("ann")
    assert world.step() == []
    world.hidden.clear()
    assert len(world.step()) == 1


def test_what_proved_to_be_no_face_is_not_confirmed_again_in_every_frame(world):
    world.faces["poster"] = sighting(300, 200, 100, score=0.3)
    assert world.step(world.fps * 3) == []
    assert 2 <= len(world.confirmed) <= 3 / TRACKS.refuse_s + 1


def test_a_short_miss_is_held_and_a_long_one_is_not(ann):
    ann.hidden.add("ann")
    (held,) = ann.step()
    assert not held.is_seen
    assert ann.step(int(TRACKS.hold_s * ann.fps) + 1) == []


def test_who_looks_away_for_three_seconds_keeps_the_number(ann):
    before = ann.numbers()
    ann.hidden.add("ann")
    assert ann.step(3 * ann.fps) == []
    ann.hidden.clear()
    ann.step(ann.fps // 2)
    assert ann.numbers() == before


def test_somebody_who_comes_back_elsewhere_or_late_is_somebody_else(ann):
    before = ann.numbers()
    ann.hidden.add("ann")
    ann.step(3 * ann.fps)
    ann.hidden.clear()
    ann.faces["ann"] = sighting(600, 420, 60)
    ann.step(ann.fps)
    elsewhere = ann.numbers()["ann"]
    assert elsewhere != before["ann"]
    ann.hidden.add("ann")
    ann.step(int(TRACKS.forget_s * ann.fps) + 3)
    ann.hidden.clear()
    ann.step(ann.fps)
    assert ann.numbers()["ann"] not in (elsewhere, before["ann"])


def test_who_is_long_away_is_not_looked_for_where_the_face_was(ann):
    ann.hidden.add("ann")
    ann.step(int(TRACKS.seek_s * ann.fps) + 1)
    ann.looks.clear()
    ann.step(ann.fps)
    assert ann.looks == []


def test_following_needs_one_look_a_frame_and_a_few_views_now_and_then(ann):
    ann.looks.clear()
    ann.scanned.clear()
    ann.step(60)
    assert len(ann.looks) == 60
    assert sum(map(len, ann.scanned)) <= (4 / LIVE.rest_s + 1) * (1 + np.ceil(4 * LIVE.rest_s / LIVE.calm_cycle_s))
    assert ann.confirmed == [ann.faces["ann"]]


@pytest.mark.parametrize("fps", [5, 10, 15, 30])
def test_a_newcomer_is_shown_within_the_time_that_all_views_take(fps):
    world = World(fps)
    world.faces["ann"] = sighting(300, 200, 100)
    world.step(2 * fps)
    world.faces["bob"] = sighting(500, 200, 90)
    world.step(int((LIVE.calm_cycle_s + LIVE.rest_s) * fps))
    assert set(world.numbers()) == {"ann", "bob"}


@pytest.mark.parametrize("fps", [10, 15, 30])
def test_a_cut_to_another_scene_is_recovered_from_in_the_same_frame(fps):
    world = World(fps)
    world.faces["ann"] = sighting(150, 150, 100)
    world.step(2 * fps)
    world.faces = {"bob": sighting(480, 320, 60)}
    assert "bob" in world.numbers()


@pytest.mark.parametrize("fps", [10, 30])
def test_of_many_faces_a_few_are_looked_for_in_a_frame_and_nobody_waits_long(fps):
    world = World(fps)
    for n in range(LIMITS.live_faces):
        world.faces[n] = sighting(40 + 80 * (n % 8), 100 + 200 * (n // 8), 60)
    assert len(world.step(fps)) == LIMITS.live_faces
    seen_s = dict.fromkeys(range(1, LIMITS.live_faces + 1), world.now_s)
    for _ in range(3 * fps):
        world.looks.clear()
        shown = world.step()
        assert len(shown) == LIMITS.live_faces
        assert len(world.looks) <= max(TRACKS.most_at_once, LIMITS.live_faces / (TRACKS.wait_s * fps) + 1)
        seen_s |= {track.number: world.now_s for track in shown if track.is_seen}
        assert world.now_s - min(seen_s.values()) <= 0.5
    assert len({track.number for track in shown}) == LIMITS.live_faces


@pytest.mark.parametrize("fps", [10, 30])
def test_numbers_are_stable_where_faces_cross(fps):
    world = World(fps)
    numbers = []
    for t in np.arange(0, 3, 1 / fps):
        world.faces = {"ann": sighting(120 + 130 * t, 200, 100), "bob": sighting(520 - 130 * t, 215, 105)}
        near = abs(world.faces["ann"].x - world.faces["bob"].x) < 60
        world.hidden = {"bob"} if near else set()  # ann passes in front
        numbers.append(world.numbers())
    assert numbers[-1] == numbers[2]
    assert len(numbers[-1]) == 2


def test_a_face_that_nears_is_followed(ann):
    for side in np.geomspace(100, 300, 30):
        ann.faces["ann"] = sighting(300, 200, side)
        (track,) = ann.step()
    assert track.number == 1
    assert track.place.side == pytest.approx(300, rel=0.1)


def test_a_walking_face_is_followed_without_lag():
    world = World(fps=10)
    for x in np.arange(100, 500, 25):  # two and a half sides a second
        world.faces["ann"] = sighting(x, 200, 100)
        shown = world.step()
    assert shown[0].number == 1
    assert shown[0].place.x == pytest.approx(x, abs=8)


@pytest.mark.parametrize("fps", [10, 30])
def test_a_trembling_box_is_calmed_alike_at_every_rate(fps):
    world, rng, x = World(fps), np.random.default_rng(0), []
    for _ in range(4 * fps):
        world.faces["ann"] = sighting(300 + rng.normal(0, 2), 200, 100)
        x += [track.place.x for track in world.step()]
    assert 0.2 < np.std(x[fps:]) < 1.3


def test_a_head_that_turns_over_is_followed_all_the_way_round(ann):
    for angle in np.arange(0, 720, 25):
        ann.faces["ann"] = sighting(300, 200, 100, (angle + 180) % 360 - 180)
        (track,) = ann.step()
        assert track.is_seen
    assert track.number == 1


def test_an_endless_storm_of_false_alarms_is_bounded(world):
    rng = np.random.default_rng(0)
    for _ in range(50):
        world.faces = {n: sighting(rng.uniform(0, 640), rng.uniform(0, 480), 30) for n in range(100)}
        world.looks.clear()
        world.confirmed.clear()
        world.step()
        assert len(world.looks) <= TRACKS.max_tracks
        assert len(world.confirmed) <= TRACKS.max_tracks


def test_a_picture_of_other_proportions_starts_afresh(ann):
    (track,) = ann.step(size=(480, 640))
    assert track.number == 2


def test_a_face_keeps_its_number_when_the_frames_become_smaller_and_larger_again(ann):
    (before,) = ann.step()
    (face,) = ann.faces.values()
    for width in (320, 161, 480, 640):
        factor = width / 640
        ann.faces = {"ann": face.scaled(factor)}
        (track,) = ann.step(size=(width, round(480 * factor)))
        assert track.number == before.number
        assert track.place.side == pytest.approx(face.side * factor, rel=0.05)


def test_the_first_reading_is_taken_as_it_is():
    track = Track(1, sighting(0, 0, 10), 0.0)
    assert track.probabilities is None
    np.testing.assert_allclose(track.read(np.array([0.7, 0.3, 0.0]), 0.0), [0.7, 0.3, 0], atol=1e-3)


@pytest.mark.parametrize("fps", [5, 10, 30])
def test_probabilities_follow_at_the_same_pace_at_every_rate(fps):
    track = Track(1, sighting(0, 0, 10), 0.0)
    track.read(np.array([0.9, 0.1]), 0.0)
    for number in range(1, int(0.6 * fps) + 1):
        smoothed = track.read(np.array([0.1, 0.9]), number / fps)
        assert smoothed.sum() == pytest.approx(1)
    # After two time constants the log odds have covered 86 % of the change.
    assert np.log(smoothed[1] / smoothed[0]) == pytest.approx(np.log(9) * (1 - 2 * np.exp(-2)), abs=0.01)


def test_one_odd_frame_does_not_flip_the_answer():
    track = Track(1, sighting(0, 0, 10), 0.0)
    for number in range(10):
        track.read(np.array([0.8, 0.2]), number / 15)
    assert track.read(np.array([0.2, 0.8]), 10 / 15).argmax() == 0


def test_another_model_starts_afresh():
    track = Track(1, sighting(0, 0, 10), 0.0)
    track.read(np.array([0.9, 0.1]), 0.0, "one")
    np.testing.assert_allclose(track.read(np.array([0.2, 0.8]), 0.1, "two"), [0.2, 0.8], atol=1e-6)
