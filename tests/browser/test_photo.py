"""The photo page in a real browser, which needs no camera."""

import base64
import csv
import json
import re
import zipfile

import cv2
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

FACE = (225, 118)  # x and y of the nose in the photo

COUNT_OPEN = """
window.pictures = window.addresses = 0;
const { createImageBitmap: open } = window;
const { close } = ImageBitmap.prototype;
const { createObjectURL, revokeObjectURL } = URL;
window.createImageBitmap = (...source) => open(...source).then((picture) => (window.pictures++, picture));
ImageBitmap.prototype.close = function () { window.pictures--; close.call(this); };
URL.createObjectURL = (blob) => (window.addresses++, createObjectURL(blob));
URL.revokeObjectURL = (address) => { window.addresses--; revokeObjectURL(address); };
"""
"""Counts the pictures and the files' addresses that are open."""


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


def test_several_photos_are_read_one_after_the_other_and_saved_together(page, server, files, tmp_path):
    page.goto(f"{server}/photo")
    page.set_input_files("#photo-input", [files["face"], files["wall"], files["text"], files["face"]])
    expect(page.locator("#status")).to_have_text("3 pictures read. One file could not be read.")
    expect(page.locator(".result[data-state=done]")).to_have_count(3)
    expect(page.locator(".result[data-state=error]")).to_have_count(1)
    with page.expect_download() as download:
        page.click("#save-zip")
    with zipfile.ZipFile(download.value.path()) as archive:
        names = {"face.jpg", "face.json", "face 2.jpg", "face 2.json", "wall.jpg", "wall.json", "faces.csv"}
        assert set(archive.namelist()) == names
        assert json.loads(archive.read("face.json"))["faces"][0]["emotion"] == "happy"
        drawn = cv2.imdecode(np.frombuffer(archive.read("face.jpg"), np.uint8), cv2.IMREAD_COLOR)
    plain = cv2.resize(cv2.imread(str(files["face"])), drawn.shape[1::-1])
    assert 1 < np.abs(drawn.astype(int) - plain).mean() < 20  # the photo with something drawn on it


def test_the_table_has_a_row_a_face_and_one_for_a_photo_without(page, server, files):
    page.goto(f"{server}/photo")
    page.set_input_files("#photo-input", [files["face"], files["wall"]])
    with page.expect_download() as download:
        page.click("#save-csv")
    with open(download.value.path(), newline="", encoding="utf-8") as table:
        face, wall = csv.DictReader(table)
    assert (face["photo"], face["face"], face["emotion"]) == ("face.jpg", "1", "happy")
    assert (wall["photo"], wall["face"], wall["emotion"]) == ("wall.jpg", "", "")


def test_another_model_reads_all_photos_again(page, rivals, files):
    page.goto(f"{rivals}/photo")
    page.set_input_files("#photo-input", [files["face"], files["wall"]])
    expect(page.locator(".face")).to_contain_text("looks happy")
    page.select_option("#model", "rival")
    expect(page.locator(".face")).to_contain_text("looks surprised")
    expect(page.locator("#status")).to_have_text("2 pictures read.")
    expect(page.locator(".result")).to_have_count(2)


def test_clear_empties_the_page(page, server, files):
    page.goto(f"{server}/photo")
    page.set_input_files("#photo-input", files["face"])
    page.click("#clear")
    expect(page.locator(".result")).to_have_count(0)
    expect(page.locator("#all-tools")).to_be_hidden()


def test_photos_that_were_answered_refused_or_cleared_leave_nothing_open(page, server, files):
    page.add_init_script(COUNT_OPEN)
    refuse = {"status": 422, "json": {"detail": "no"}}
    page.route("**/api/v1/analyse**", lambda route: route.fulfill(**refuse) if refuse else route.continue_())
    page.goto(f"{server}/photo")
    page.set_input_files("#photo-input", files["wall"])
    expect(page.locator(".result[data-state=error]")).to_contain_text("No.")
    refuse.clear()
    page.set_input_files("#photo-input", files["face"])
    expect(page.locator("#status")).to_have_text("One picture read. One file could not be read.")
    page.click("#clear")
    assert page.evaluate("[window.pictures, window.addresses]") == [0, 0]


@pytest.mark.parametrize(("event", "carrier"), [("drop", "dataTransfer"), ("paste", "clipboardData")])
def test_a_photo_dropped_or_pasted_is_read(page, server, photo, event, carrier):
    page.goto(f"{server}/photo")
    page.evaluate(
        """([name, carrier, base64]) => {
            const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
            const data = new DataTransfer();
            data.items.add(new File([bytes], 'face.jpg', { type: 'image/jpeg' }));
            const make = { drop: DragEvent, paste: ClipboardEvent }[name];
            document.body.dispatchEvent(new make(name, { bubbles: true, cancelable: true, [carrier]: data }));
        }""",
        [event, carrier, base64.b64encode(photo).decode()],
    )
    expect(page.locator(".result[data-state=done]")).to_contain_text("looks happy")


def test_a_photo_chosen_before_the_script_is_there_is_read_too(page, server, files):
    held = []
    page.route("**/js/photo.js", lambda route: held.append(route))
    with page.expect_request("**/js/photo.js"):
        page.goto(f"{server}/photo", wait_until="commit")
    page.set_input_files("#photo-input", files["face"])
    held[0].continue_()
    expect(page.locator(".result")).to_contain_text("looks happy")


def test_a_photo_that_the_camera_held_turned_is_drawn_upright_with_the_frame_on_the_face(
    page, server, astronaut, tmp_path
):
    upright = astronaut[:400, :300]
    exif = Image.Exif()
    exif[0x0112] = 6  # Exif: upright after a clockwise quarter turn
    Image.fromarray(np.rot90(upright)).save(tmp_path / "turned.jpg", exif=exif)
    page.goto(f"{server}/photo")
    page.set_input_files("#photo-input", tmp_path / "turned.jpg")
    result = page.locator(".result[data-state=done]")
    expect(result).to_contain_text("looks happy")
    with page.expect_download() as download:
        result.locator(".download-json").click()
    x, y, width, height = json.loads(download.value.path().read_text())["faces"][0]["box"]
    assert x < FACE[0] < x + width < 300
    assert y < FACE[1] < y + height < 250
    drawn = picture_of(result.locator("figure canvas[data-drawn]"), 300, 400)
    changed = np.abs(drawn.astype(int) - upright).max(axis=2) > 60
    assert changed[y : y + height, x : x + width].sum() > 100  # the frame
    assert changed[y + height + 45 :].mean() < 0.02  # below the frame and its label the photo is unchanged


def test_a_name_is_shown_as_text(page, server, photo, tmp_path):
    path = tmp_path / "<img src=x onerror=alert(1)>.jpg"
    path.write_bytes(photo)
    page.goto(f"{server}/photo")
    page.set_input_files("#photo-input", path)
    expect(page.get_by_role("heading", name=path.name)).to_be_visible()
    expect(page.locator("#results img")).to_have_count(0)


def picture_of(canvas, width, height):
    """The pixels of a canvas, uint8 (height, width, 3)."""
    png = base64.b64decode(canvas.evaluate("(canvas) => canvas.toDataURL()").split(",")[1])
    picture = cv2.cvtColor(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
