"""Several faces at once."""

from itertools import combinations

import pytest
import stage
from playwright.sync_api import expect

PLACES = {
    2: [(40, 110, 280), (330, 130, 260)],
    5: [(0, 20, 215), (212, 10, 215), (424, 30, 215), (90, 240, 230), (340, 250, 230)],
}
"""Where heads stand in the camera's picture, by their number: left, top and width in pixels."""

SIZES = ((1440, 900), (390, 844))

NOTE_LABELS = """
const { clearRect, roundRect } = CanvasRenderingContext2D.prototype;
Object.assign(CanvasRenderingContext2D.prototype, {
    clearRect(...area) { if (this.canvas.id === 'overlay') window.labels = []; clearRect.apply(this, area); },
    roundRect(...shape) { if (this.canvas.id === 'overlay') window.labels.push(shape); roundRect.apply(this, shape); },
});
"""
"""Keeps the rectangles of the labels that were drawn last over the picture."""


@pytest.mark.parametrize("number", PLACES)
def test_every_face_has_its_number_its_card_its_lane_and_a_label_on_no_other(
    launch, astronaut, server, tmp_path, number
):
    stage.write_film(tmp_path / "crowd.y4m", stage.gathering(astronaut, PLACES[number]))
    with launch(*stage.camera_switches(tmp_path / "crowd.y4m")) as browser:
        page = browser.new_page()
        page.add_init_script(NOTE_LABELS)
        page.goto(server)
        page.click("#start")
        expect(page.locator(".face[data-emotion=happy]")).to_have_count(number)
        expect(page.locator("#status")).to_contain_text(f"{number} faces")
        assert page.locator(".face-number").all_inner_texts() == [str(each + 1) for each in range(number)]
        assert len(set(page.locator(".face-number").evaluate_all(COLOURS))) == number
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            stage.wait_until(page, f"window.labels.length === {number}")
            page.wait_for_timeout(500)
            canvas = page.locator("#overlay").bounding_box()
            assert_apart(page.evaluate("window.labels"), canvas)


COLOURS = "(all) => all.map((each) => getComputedStyle(each).backgroundColor)"


def assert_apart(labels, canvas):
    """Asserts that no label covers another one or leaves the picture."""
    for (left, top, width, height), (x, y, wide, high) in combinations([label[:4] for label in labels], 2):
        assert left + width <= x or x + wide <= left or top + height <= y or y + high <= top, labels
    for left, top, width, height, _ in labels:
        assert left >= 0
        assert top >= 0
        assert left + width <= canvas["width"]
        assert top + height <= canvas["height"]
