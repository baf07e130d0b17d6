"""From bytes to answer."""

import numpy as np
import pytest
from fakes import FakeModels, encode

from app.vision.emotions import UnknownModel
from app.vision.images import BadImage
from app.vision.pipeline import Analyser, Analysis, Face


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
    for analysis in (analyser.photo(photo), analyser.frame(photo, seq=17)):
        (face,) = analysis.to_json()["faces"]
        assert face["box"][0] == pytest.approx(177, abs=8)
        assert sum(face["emotions"].values()) == pytest.approx(1, abs=1e-3)
        assert face["emotion"] == max(face["emotions"], key=face["emotions"].get)
    assert analysis.to_json()["seq"] == 17


def test_bad_bytes_and_unknown_models_are_refused(analyser, photo):
    with pytest.raises(BadImage):
        analyser.photo(b"hello")
    with pytest.raises(UnknownModel):
        analyser.photo(photo, "nope")


def test_frames_and_photos_have_their_own_limits(analyser):
    data = encode(np.zeros((800, 800), np.uint8))
    assert analyser.photo(data).faces == ()
    with pytest.raises(BadImage, match="800×800"):
        analyser.frame(data)


def test_a_face_is_written_as_the_contract_says():
    face = Face((1, 2, 3, 4), {"happy": 0.73339, "sad": 0.26661}, certain=True)
    expected = {"box": [1, 2, 3, 4], "emotion": "happy", "certain": True, "emotions": {"happy": 0.7334, "sad": 0.2666}}
    assert face.to_json() == expected
    assert Analysis("m", 5, 6, (face,), {}, 7).to_json()["faces"] == [expected]
