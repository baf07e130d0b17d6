"""The pages serve everyone: axe-core finds nothing, nothing needs a mouse, nothing is cut off when enlarged."""

from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

SCHEMES = ("light", "dark")
SIZES = ((1440, 900), (390, 844))
PAGES = ("/", "/photo", "/models", "/privacy")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_as_it_opens_has_nothing_for_axe_to_find(page, server, path):
    page.goto(f"{server}{path}")
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    assert faults(page) == []


def test_the_live_page_with_all_it_can_show_has_nothing_for_axe_to_find(page, server):
    start(page, server)
    for tool in ("crops", "record", "neutral"):
        page.click(f"[data-do={tool}]")
    expect(page.locator(".face-crop")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("Relax")
    page.click("[data-do=neutral]")
    expect(page.locator("#status")).to_contain_text("Recording")
    page.click("[data-do=record]")
    expect(page.locator("#session")).to_be_visible()
    assert faults(page) == []


def test_the_photo_page_with_an_answer_and_a_refusal_has_nothing_for_axe_to_find(page, server, photo_file, tmp_path):
    (tmp_path / "text.jpg").write_text("not a picture")
    page.goto(f"{server}/photo")
    page.set_input_files("#photo-input", [photo_file, tmp_path / "text.jpg"])
    expect(page.locator(".result[data-state=done]")).to_have_count(1)
    expect(page.locator(".result[data-state=error]")).to_have_count(1)
    assert faults(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_cut_off_where_a_laptop_shows_everything_four_times_as_large(page, server, path):
    page.set_viewport_size({"width": 1280 // 4, "height": 1024 // 4})
    page.goto(f"{server}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_live_page_is_worked_by_keys_alone(page, server):
    page.goto(server)
    press_tab_until(page, "Start camera")
    page.keyboard.press("Enter")
    expect(page.locator("[data-do=freeze]")).to_be_focused()
    press_tab_until(page, "Record")
    page.keyboard.press("Enter")
    expect(page.locator("[data-do=record]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(page.locator(".face-crop")).to_be_visible()


def test_what_has_the_focus_is_seen(page, server):
    page.goto(server)
    press_tab_until(page, "Start camera")
    style, width = page.locator("#start").evaluate(
        "(button) => [getComputedStyle(button).outlineStyle, parseFloat(getComputedStyle(button).outlineWidth)]"
    )
    assert style != "none"
    assert width >= 2


def test_a_button_that_goes_leaves_the_focus_on_the_one_that_follows(page, server):
    start(page, server)
    page.focus("#stop")
    page.keyboard.press("Enter")
    expect(page.locator("#start")).to_be_focused()


def test_single_keys_can_be_switched_off(page, server):
    start(page, server)
    page.uncheck("#keys")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    page.check("#keys")
    expect(page.locator("[data-do=freeze]")).to_have_attribute("aria-pressed", "false")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    expect(page.locator("[data-do=freeze]")).to_have_attribute("aria-pressed", "true")


def start(page, server):
    """Opens the live page and waits for a face."""
    page.goto(server)
    page.click("#start")
    expect(page.locator(".face[data-emotion]")).to_have_count(1)


def press_tab_until(page, words, at_most=30):
    """Moves the focus on until it stands on the button that says so."""
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == words:
            return
    raise AssertionError(f"{words!r} is not reached by {at_most} tabs")


def faults(page):
    """What axe-core objects to, in light and dark, on a laptop and a phone."""
    return [words for view in product(SCHEMES, SIZES) if (words := _faults_in(page, *view))]


def _faults_in(page, scheme, size):
    # With reduced motion nothing is half faded when its contrast is taken.
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    results = Axe().run(page)
    assert len(results.response["passes"]) > 10  # it did look
    return f"{scheme}, {size[0]}×{size[1]}: {results.generate_report()}" if results.violations_count else ""
