"""A new visitor's walk through the whole site, on a laptop and on a phone."""

import json
import re

import pytest
from playwright.sync_api import expect

SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.mark.parametrize("size", SIZES)
def test_a_stranger_smiles_freezes_records_replays_and_reads_on(page, server, photo_file, tmp_path, size):
    page.set_viewport_size(SIZES[size])
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(server)
    smile(page)
    freeze_and_go_on(page)
    record = record_with_a_mark(page, tmp_path)
    replay(page, record)
    read_a_photo(page, photo_file)
    compare_the_models(page)
    read_what_is_kept(page)
    assert complaints == []


def smile(page):
    page.get_by_role("button", name="Start camera").click()
    expect(page.locator(".face")).to_contain_text("looks happy")
    expect(page.locator("#status")).to_contain_text("One face")
    expect(page.locator("#timeline")).to_be_visible()
    assert fits(page)


def freeze_and_go_on(page):
    page.keyboard.press("Space")
    expect(page.locator("#status")).to_contain_text("Frozen")
    expect(page.locator(".face")).to_contain_text("looks happy")
    assert page.evaluate("document.querySelector('#video').paused")
    page.get_by_role("button", name="Why?").click()
    expect(page.locator(".face-because")).to_contain_text("spoke for “happy”")
    assert fits(page)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    expect(page.locator("#status")).to_contain_text("One face")
    assert not page.evaluate("document.querySelector('#video').paused")


def record_with_a_mark(page, folder):
    """The paths of the record as CSV and as JSON."""
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.locator("#status")).to_contain_text("Recording 0:01")
    page.keyboard.press("m")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.locator("#session-about")).to_contain_text("with one face")
    expect(page.locator("#session-shares")).to_contain_text("happy")
    expect(page.locator("#session-moments")).to_contain_text("looks happy")
    csv, json_ = download(page, "#save-csv", folder), download(page, "#save-json", folder)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#status")).to_contain_text("The camera is off.")
    rows = csv.read_text().splitlines()
    assert rows[0].startswith("at_s,face,emotion,certain,")
    assert sum(",happy,1," in row for row in rows) >= 3
    content = json.loads(json_.read_text())
    assert len(content["marks"]) == 1
    assert len(content["faces"][0]["samples"]) == len(rows) - 2  # the header and the mark
    return csv, json_


def replay(page, record):
    for path in record:
        page.reload()
        expect(page.locator("#session-about")).to_contain_text("with one face")  # the tab's storage kept the record
        page.set_input_files("#open-record", path)
        expect(page.locator("#session-about")).to_contain_text(re.compile(r"0:0\d with one face"))
        expect(page.locator("#session-moments")).to_contain_text("looks happy")
        assert colours(page, "#session-timeline") > 3
    assert fits(page)


def read_a_photo(page, photo_file):
    page.get_by_role("link", name="Photo", exact=True).click()
    page.set_input_files("#photo-input", photo_file)
    expect(page.locator("#results .result")).to_contain_text("looks happy")
    page.get_by_role("button", name="Why?").click()
    expect(page.locator(".face-because")).to_contain_text("spoke for “happy”")
    assert fits(page)


def compare_the_models(page):
    page.get_by_role("link", name="Models", exact=True).click()
    expect(page.get_by_role("heading", name="The models")).to_be_visible()
    expect(page.locator("#cnn")).to_contain_text(re.compile(r"\d\d\.\d%"))
    assert fits(page)


def read_what_is_kept(page):
    page.get_by_role("link", name="Privacy").click()
    expect(page.get_by_role("heading", name="What happens to your picture")).to_be_visible()
    assert fits(page)


def download(page, button, folder):
    """The path of the file that a click on a button downloads."""
    with page.expect_download() as download:
        page.click(button)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def fits(page):
    """Whether no element extends beyond the window's right edge."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def colours(page, canvas):
    """How many colours a canvas shows."""
    return page.evaluate(
        """(canvas) => {
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            return new Set(new Uint32Array(data.buffer)).size;
        }""",
        page.query_selector(canvas),
    )
