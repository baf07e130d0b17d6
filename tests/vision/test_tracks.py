"""Faces over time, in a world of squares that move and hide."""

import numpy as np
import pytest

from app.vision.detection import Detection
from app.vision.tracks import FORGET_S, HOLD_S, Track, Tracks

SIZE = (640, 480)


def sighting(x, y, side, tilt_deg=0.0):
    """A face that the finder is rather sure of."""
    return Detection(x, y, side, 0.5, tilt_deg)


class World:
    """Squares with a name, seen perfectly unless hidden; counts the looks that are taken."""

    def __init__(self, fps=15):
        self.tracks = Tracks()
        self.fps = fps
        self.now_s = 100.0
        self.faces = {}
        self.hidden = set()
        self.scans = 0
        self.glances = 0
        self.searches = []

    def search(self, place, is_fine):
        """The squares near a place that lean as it does, give or take what a cascade allows."""
        self.searches.append(place)
        return [
            sighting(face.x, face.y, face.side, place.tilt_deg)
            for face in self._visible()
            if abs(face.x - place.x) < 0.4 * place.side
            and abs(face.y - place.y) < 0.4 * place.side
            and 0.75 < face.side / place.side < 1.33
            and abs(face.tilt_deg - place.tilt_deg) <= 15
        ]

    def scan(self, is_glance):
        """All the upright squares."""
        self.scans += 1
        self.glances += is_glance
        return [sighting(f.x, f.y, f.side) for f in self._visible() if abs(f.tilt_deg) <= 15]

    def step(self, frames=1, size=SIZE):
        """The shown tracks after some more frames."""
        for _ in range(frames):
            self.now_s += 1 / self.fps
            shown = self.tracks.follow(self.now_s, size, self.search, self.scan)
        return shown

    def numbers(self):
        """Which number stands at which face now, by name."""
        shown = self.step()
        return {
            name: track.number
            for name, face in self.faces.items()
            for track in shown
            if np.hypot(track.place.x - face.x, track.place.y - face.y) < 0.4 * face.side
        }

    def _visible(self):
        return [face for name, face in self.faces.items() if name not in self.hidden]


@pytest.fixture
def world():
    return World()


@pytest.fixture
def ann(world):
    """The world with one face that is shown already."""
    world.faces["ann"] = sighting(300, 200, 100)
    world.step(3)
    return world


def test_an_empty_room_shows_nobody_and_costs_little(world):
    assert world.step(150) == []
    assert world.searches == []
    assert world.scans <= 4 * 10 + 10  # four a second, after a busier first one


def test_a_face_is_shown_at_its_second_sighting(world):
    world.faces["ann"] = sighting(300, 200, 100)
    assert world.step() == []
    (track,) = world.step()
    assert track.place.box(*SIZE) == (250, 150, 100, 100)


def test_a_false_alarm_of_one_frame_is_never_shown(world):
    for _ in range(10):
        world.faces["noise"] = sighting(300, 200, 100)
        assert world.step() == []
        del world.faces["noise"]
        assert world.step(3) == []


def test_two_sightings_in_three_frames_are_enough(world):
    world.faces["ann"] = sighting(300, 200, 100)
    world.step()
    world.hidden.add("ann")
    assert world.step() == []
    world.hidden.clear()
    assert len(world.step()) == 1


def test_a_short_miss_is_held_and_a_long_one_is_not(ann):
    ann.hidden.add("ann")
    (held,) = ann.step()
    assert not held.is_seen
    assert ann.step(int(HOLD_S * ann.fps) + 1) == []


def test_a_face_that_comes_back_in_time_keeps_its_number(ann):
    before = ann.numbers()
    ann.hidden.add("ann")
    ann.step(int(FORGET_S * ann.fps) - 2)
    ann.hidden.clear()
    assert ann.numbers() == before


def test_a_face_that_comes_back_late_is_somebody_else(ann):
    before = ann.numbers()
    ann.hidden.add("ann")
    ann.step(int(FORGET_S * ann.fps) + 3)
    ann.hidden.clear()
    ann.step(5)
    assert ann.numbers()["ann"] != before["ann"]


def test_following_needs_one_search_a_frame_and_a_glance_now_and_then(ann):
    ann.searches.clear()
    ann.scans = 0
    ann.step(60)
    assert len(ann.searches) == 60
    assert ann.scans == ann.glances <= 4 / 0.4 + 1


@pytest.mark.parametrize("fps", [5, 10, 15, 30])
def test_a_newcomer_is_shown_within_a_second(fps):
    world = World(fps)
    world.faces["ann"] = sighting(300, 200, 100)
    world.step(2 * fps)
    world.faces["bob"] = sighting(500, 200, 90)
    world.step(fps - 1)
    assert set(world.numbers()) == {"ann", "bob"}


@pytest.mark.parametrize("fps", [10, 15, 30])
def test_a_cut_to_another_scene_is_recovered_from_within_300_ms(fps):
    world = World(fps)
    world.faces["ann"] = sighting(150, 150, 100)
    world.step(2 * fps)
    world.faces = {"bob": sighting(480, 320, 160)}
    world.step(int(0.3 * fps) - 1)
    assert "bob" in world.numbers()


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


@pytest.mark.parametrize("lean_deg", [-30, -20, 20, 30])
def test_a_head_that_tilts_is_followed_and_its_tilt_known(ann, lean_deg):
    for angle in np.linspace(0, lean_deg, 20):
        ann.faces["ann"] = sighting(300, 200, 100, angle)
        (track,) = ann.step()
    assert track.is_seen
    assert track.number == 1
    assert track.place.tilt_deg == pytest.approx(lean_deg, abs=12)
    for angle in np.linspace(lean_deg, 0, 20):
        ann.faces["ann"] = sighting(300, 200, 100, angle)
        (track,) = ann.step()
    ann.step(10)
    assert abs(track.place.tilt_deg) <= 15


def test_an_endless_storm_of_false_alarms_is_bounded(world):
    rng = np.random.default_rng(0)
    for _ in range(50):
        world.faces = {n: sighting(rng.uniform(0, 640), rng.uniform(0, 480), 30) for n in range(100)}
        world.searches.clear()
        world.step()
        assert len(world.searches) < 100


def test_a_picture_of_another_size_starts_afresh(ann):
    assert ann.step(size=(480, 640)) == []
    (track,) = ann.step(size=(480, 640))
    assert track.number == 2


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
    # Two time constants: the log odds have gone 86 % of their way.
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
