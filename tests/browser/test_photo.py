"""The photo page in a real browser, which needs no camera."""

import json
import re

import cv2
import pytest
from playwright.sync_api import expect


@pytest.fixture
def files(astronaut, tmp_path):
    """Paths of a photo with a face, one without, and a text that claims to be a photo."""
    cv2.imwrite(str(tmp_path / "face.jpg"), cv2.cvtColor(astronaut, cv2.COLOR_RGB2BGR))
    cv2.imwrite(str(tmp_path / "wall.jpg"), astronaut[:100, 380:480] * 0 + 120)
    (tmp_path / "text.jpg").write_text("not a picture")
    return {name: tmp_path / f"{name}.jpg" for name in ("face", "wall", "text")}


def test_a_photo_shows_its_face_and_its_json(page, server, files):
    page.goto(f"{server}/photo")
    page.set_input_files("#photo-input", files["face"])
    result = page.locator("#results .result[data-state=done]")
    expect(result).to_have_count(1)
    expect(result.locator("li[data-emotion=happy]")).to_have_count(1)
    with page.expect_download() as download:
        result.locator(".download-json").click()
    content = json.loads(download.value.path().read_text())
    assert [face["emotion"] for face in content["faces"]] == ["happy"]


def test_a_photo_without_a_face_says_so(page, server, files):
    page.goto(f"{server}/photo")
    page.set_input_files("#photo-input", files["wall"])
    expect(page.locator("#results .result[data-state=done]")).to_contain_text(re.compile("no face", re.I))


def test_what_is_no_photo_is_told_in_words(page, server, files):
    page.goto(f"{server}/photo")
    page.set_input_files("#photo-input", files["text"])
    expect(page.locator("#results .result[data-state=error]")).to_contain_text(re.compile("JPEG, PNG", re.I))
