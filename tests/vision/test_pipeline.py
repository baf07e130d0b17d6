"""The analyser, from a picture's bytes to the answer."""

import cv2
import numpy as np
import pytest
from fakes import FakeClassifier, FakeModels, encode

from app.vision.detection import LANDMARKS
from app.vision.errors import BadImage, NoSuchFace, UnknownModel
from app.vision.images import decode
from app.vision.pipeline import Analyser, Analysis, Face
from app.vision.tracks import Tracks
from app.vision.why import MOST

CLASSIFY = FakeClassifier.classify


@pytest.fixture(scope="module")
def analyser():
    return Analyser(FakeModels("study"), max_photo_pixels=1_000_000, max_frame_pixels=500_000)


def test_a_photo_without_a_face_is_an_answer(analyser):
    content = analyser.photo(encode(np.zeros((100, 200), np.uint8))).to_json()
    assert content["faces"] == []
    assert (content["model"], content["width"], content["height"]) == ("study", 200, 100)
    assert set(content["timing_ms"]) == {"decode", "detect", "classify", "total"}
    assert "seq" not in content


def test_a_photo_and_a_frame_are_read(analyser, photo):
    for analysis in (analyser.photo(photo), analyser.frame(photo, Tracks(), seq=17, now_s=0.1)):
        (face,) = analysis.to_json()["faces"]
        assert face["box"][0] == pytest.approx(169, abs=8)
        assert face["tilt_deg"] == pytest.approx(4, abs=4)
        assert face["landmarks"]["nose"] == pytest.approx([222, 130], abs=8)
        assert sum(face["emotions"].values()) == pytest.approx(1, abs=1e-3)
        assert face["emotion"] == max(face["emotions"], key=face["emotions"].get)
    assert analysis.to_json()["seq"] == 17
    assert face["track"] == 1


def test_a_face_is_explained_wherever_it_is_named(analyser, photo):
    found = analyser.explain(photo).to_json()
    (face,) = analyser.photo(photo).to_json()["faces"]
    assert {name: found[name] for name in face} == face
    assert set(found["timing_ms"]) == {"decode", "detect", "classify", "explain", "total"}
    named = analyser.explain(photo, box=face["box"], tilt_deg=face["tilt_deg"]).to_json()
    np.testing.assert_allclose(named["grid"], found["grid"], atol=0.05)  # a box has whole pixels
    assert (named["score"], named["landmarks"], named["turn"]) == (None, None, None)
    assert analyser.explain(photo, box=face["box"], tilt_deg=24).to_json()["grid"] != found["grid"]
    assert len(found["grid"]) == len(found["grid"][0]) == MOST


@pytest.mark.parametrize(
    "which",
    [
        {"index": 1},
        {"index": -1},
        {"box": (0, 0, 0, 10)},
        {"box": (-1, 0, 9, 9)},
        {"box": (0, 500, 9, 10**9)},
        {"box": (0, 0, 512, 16)},
    ],
)
def test_a_face_that_is_not_there_is_not_explained(analyser, photo, which):
    with pytest.raises(NoSuchFace, match=r"this picture has 1|within the picture of 512×512|no face's: one side"):
        analyser.explain(photo, **which)


def test_who_is_missed_while_the_model_is_changed_waits_for_the_other_ones_answer(photo):
    analyser = Analyser(FakeModels("study", "other"), max_photo_pixels=1_000_000, max_frame_pixels=500_000)
    empty, tracks = encode(np.zeros((512, 512), np.uint8)), Tracks()
    for now_s in (0.0, 0.1):
        analyser.frame(photo, tracks, "study", now_s=now_s)
    assert len(analyser.frame(empty, tracks, "study", now_s=0.2).faces) == 1
    assert analyser.frame(empty, tracks, "other", now_s=0.3).faces == ()
    assert len(analyser.frame(photo, tracks, "other", now_s=0.4).faces) == 1


def test_bad_bytes_and_unknown_models_are_refused(analyser, photo):
    with pytest.raises(BadImage):
        analyser.photo(b"hello")
    with pytest.raises(UnknownModel):
        analyser.photo(photo, "nope")


def test_frames_and_photos_have_their_own_limits(analyser):
    data = encode(np.zeros((800, 800), np.uint8))
    assert analyser.photo(data).faces == ()
    with pytest.raises(BadImage, match="800×800"):
        analyser.frame(data, Tracks())


def lean(picture, degrees):
    """A picture turned clockwise, 640×480, the face of the astronaut at (320, 200)."""
    turn = cv2.getRotationMatrix2D((222, 115), -degrees, 1.2)
    turn[:, 2] += 320 - 222, 200 - 115
    return cv2.warpAffine(picture, turn, (640, 480), borderMode=cv2.BORDER_REPLICATE)


@pytest.mark.parametrize("most", [-30, 30])
def test_a_head_that_leans_by_30_degrees_is_followed_and_read_upright(analyser, astronaut, most, monkeypatch):
    tracks, read = Tracks(), []
    monkeypatch.setattr(FakeClassifier, "classify", lambda _, crops: read.append(crops) or CLASSIFY(_, crops))
    for number, degrees in enumerate(np.linspace(0, most, 20)):
        data = encode(lean(astronaut, degrees), quality=90)
        analysis = analyser.frame(data, tracks, now_s=number / 15)
        if number > 1:
            (face,) = analysis.faces
            assert face.track == 1
            assert np.hypot(face.box[0] + face.box[2] / 2 - 320, face.box[1] + face.box[3] / 2 - 200) < 20
    assert face.tilt_deg == pytest.approx(most + 4, abs=5)  # 4° in the upright picture; the answer is smoothed
    upright, leaning = read[2][0].astype(float), read[-1][0].astype(float)
    assert np.corrcoef(upright.ravel(), leaning.ravel())[0, 1] > 0.85


def place(astronaut, *faces):
    """The JPEG of a grey picture, 640×480, with the astronaut's head at each (x, y), in the given width in pixels."""
    picture = np.full((480, 640, 3), 140, np.uint8)
    for x, y, width in faces:
        head = cv2.resize(astronaut[:250, 97:347], (width, width), interpolation=cv2.INTER_AREA)
        picture[y : y + width, x : x + width] = head
    return encode(picture, quality=90)


@pytest.mark.parametrize("fps", [10, 15, 30])
def test_a_cut_to_another_scene_is_recovered_from_within_300_ms(analyser, astronaut, fps):
    tracks, one, other = Tracks(), place(astronaut, (20, 20, 250)), place(astronaut, (300, 140, 320))
    for number in range(2 * fps):
        analyser.frame(one, tracks, now_s=number / fps)
    for number in range(2 * fps, 2 * fps + int(0.3 * fps)):
        analysis = analyser.frame(other, tracks, now_s=number / fps)
    assert any(face.box[0] > 300 for face in analysis.faces)


def test_faces_enter_near_and_leave_each_with_its_own_number(analyser, astronaut):
    tracks, ann = Tracks(), (20, 200, 240)
    seen = []
    for number, width in enumerate([0] * 10 + list(range(200, 320, 4)) + [0] * 10):
        faces = [ann, (300, 20, width)] if width else [ann]
        seen.append(sorted(f.track for f in analyser.frame(place(astronaut, *faces), tracks, now_s=number / 10).faces))
    assert seen[9] == seen[-1] == [1]
    assert seen[20] == seen[39] == [1, 2]


def test_faces_of_one_frame_have_numbers_of_their_own(analyser, astronaut):
    tracks, pair = Tracks(), np.hstack([astronaut[:400, 60:380], astronaut[:400, 60:380]])
    for number in range(3):
        analysis = analyser.frame(encode(pair, quality=90), tracks, now_s=number / 10)
    assert sorted(face.track for face in analysis.faces) == [1, 2]


def test_a_face_is_written_as_the_contract_says():
    points = {name: (10.4 + n, 20.6) for n, name in enumerate(LANDMARKS)}
    face = Face((1, 2, 3, 4), {"happy": 0.73339, "sad": 0.26661}, True, 0.97314, -4.04, 0.1312, points)
    expected = {"box": [1, 2, 3, 4], "emotion": "happy", "certain": True, "emotions": {"happy": 0.7334, "sad": 0.2666}}
    expected |= {"score": 0.973, "tilt_deg": -4.0, "turn": 0.13}
    expected |= {"landmarks": {name: [10 + n, 21] for n, name in enumerate(LANDMARKS)}}
    assert face.to_json() == expected
    content = Analysis("m", 5, 6, (face,), {}, 7, left_out=2).to_json()
    assert (content["faces"], content["left_out"], content["seq"]) == ([expected], 2, 7)


def test_a_face_of_the_cascade_alone_has_no_landmarks():
    content = Face((1, 2, 3, 4), {"happy": 1.0}, True, 0.5).to_json()
    assert content["landmarks"] is content["turn"] is None


def test_a_decoded_picture_is_read_as_its_bytes_are(analyser, photo):
    grey = decode(photo, 10**6)
    read, seen = analyser.read_photo(grey).to_json(), analyser.photo(photo).to_json()
    assert read["faces"] == seen["faces"] != []
    assert set(read["timing_ms"]) == set(seen["timing_ms"])
    one, other = Tracks(), Tracks()
    for now_s in (0.0, 0.1):
        frames = analyser.read_frame(grey, one, seq=3, now_s=now_s), analyser.frame(photo, other, seq=3, now_s=now_s)
    assert frames[0].to_json()["faces"] == frames[1].to_json()["faces"] != []
    assert frames[0].seq == 3
