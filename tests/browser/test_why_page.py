"""Saliency maps over faces, on the live page and on the photo page."""

import re

import pytest
import stage
from playwright.sync_api import expect
from test_access import faults
from test_live import start

MOUTH = (227, 146)  # x and y in the photo, 512 pixels wide
WORDS = re.compile(
    r"The brighter a part, the more it spoke for “happy”\. Most of all the mouth and chin did\..* \d+% instead"
)

BRIGHTEST = """(canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let best = -1, at = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i] + data[i + 1] > best) best = data[i] + data[(at = i) + 1];
    return [(at / 4) % canvas.width / canvas.width, Math.floor(at / 4 / canvas.width) / canvas.height];
}"""
"""Where a canvas is brightest in red and green: x and y, 0..1."""

MIDDLE = """() => {
    const canvas = document.querySelector('#overlay');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const across = [];
    for (let i = 0; i < data.length; i += 4) {
        if (data[i + 2] - data[i] > 15 && data[i + 3] > 100 && data[i] < 60) across.push((i / 4) % canvas.width);
    }
    return across.length > 500 ? across.reduce((sum, x) => sum + x) / across.length / canvas.width : null;
}"""
"""How far from the left the middle of the map's deep violet lies, 0..1; null where there is no map."""


def test_a_photo_tells_by_keyboard_that_the_mouth_spoke_for_happy_and_takes_it_back(page, server, photo_file):
    page.goto(f"{server}/photo")
    page.set_input_files("#photo-input", photo_file)
    why = page.get_by_role("button", name="Why? Face 1")
    why.focus()
    page.keyboard.press("Enter")
    expect(why).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".face-because")).to_have_text(WORDS)
    x, y = page.locator("figure canvas").nth(1).evaluate(BRIGHTEST)
    assert (512 * x, 512 * y) == pytest.approx(MOUTH, abs=20)
    assert faults(page) == []
    page.keyboard.press("Enter")
    expect(why).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".face-because")).to_be_empty()
    expect(page.locator("figure canvas").nth(1)).to_be_hidden()


def test_who_presses_twice_while_it_looks_asks_once(page, server, photo_file):
    asked = []
    page.route("**/api/v1/explain**", lambda route: asked.append(route))
    page.goto(f"{server}/photo")
    page.set_input_files("#photo-input", photo_file)
    page.click(".face-why")
    page.click(".face-why")
    page.wait_for_timeout(300)
    assert len(asked) == 1
    asked[0].continue_()
    expect(page.locator(".face-because")).to_have_text(WORDS)


def test_a_frozen_picture_can_be_asked_and_one_that_moves_cannot(page, server):
    start(page, server)
    why = page.locator(".face-why")
    expect(why).to_be_hidden()
    page.keyboard.press("Space")
    expect(why).to_be_visible()
    assert middle_of_the_map(page) is None
    why.click()
    expect(page.locator(".face-because")).to_have_text(WORDS)
    assert middle_of_the_map(page) is not None
    assert faults(page) == []
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    expect(why).to_be_hidden()
    expect(page.locator(".face-because")).to_be_empty()
    stage.wait_until(page, f"({MIDDLE})() === null")


def test_another_camera_takes_the_frozen_picture_s_maps_away(page, server):
    start(page, server)
    page.keyboard.press("Space")
    page.click(".face-why")
    expect(page.locator(".face-because")).to_have_text(WORDS)
    page.locator("#camera").dispatch_event("change")
    expect(page.locator("#status")).to_contain_text("One face")
    expect(page.locator(".face-why")).to_be_hidden()
    expect(page.locator(".face-because")).to_be_empty()
    assert middle_of_the_map(page) is None


def test_a_map_is_mirrored_with_its_picture(page, server):
    start(page, server)
    page.keyboard.press("Space")
    page.click(".face-why")
    expect(page.locator(".face-because")).to_have_text(WORDS)
    before = middle_of_the_map(page)
    assert abs(before - 0.5) > 0.03  # a centred map would look the same when mirrored
    page.click("[data-do=mirror]")
    stage.wait_until(page, f"Math.abs(({MIDDLE})() + {before} - 1) < 0.02")


def test_a_server_that_is_away_is_told_beside_the_face(page, server, photo_file):
    page.route("**/api/v1/explain**", lambda route: route.abort())
    page.goto(f"{server}/photo")
    page.set_input_files("#photo-input", photo_file)
    page.click(".face-why")
    expect(page.locator(".face-because")).to_have_text("The picture did not get through. Try again.")
    expect(page.locator(".face-why")).to_have_attribute("aria-pressed", "false")


def middle_of_the_map(page):
    """The horizontal position, 0..1 from the left, of the drawn map on the live picture; None without a map."""
    page.wait_for_timeout(200)
    return page.evaluate(MIDDLE)
