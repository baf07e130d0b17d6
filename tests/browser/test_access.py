"""Accessibility: axe-core finds no violation, everything works by keyboard, and enlarged pages cut nothing off."""

from itertools import pairwise, product

import pytest
import stage
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

SCHEMES = ("light", "dark")
SIZES = ((1440, 900), (390, 844))
PAGES = ("/", "/photo", "/models", "/privacy", "/nowhere")

COUNT_DRAWINGS = """
window.drawn = window.answers = 0;
const { clearRect } = CanvasRenderingContext2D.prototype;
CanvasRenderingContext2D.prototype.clearRect = function (...area) {
    if (this.canvas.id === 'overlay') window.drawn++;
    clearRect.apply(this, area);
};
const Socket = window.WebSocket;
window.WebSocket = class extends Socket {
    constructor(...address) {
        super(...address);
        this.addEventListener('message', ({ data }) => { if (String(data).includes('"faces"')) window.answers++; });
    }
};
"""
"""Counts how often the overlay is drawn, and how many answers came."""


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
    expect(page.get_by_role("dialog", name="Calibrate")).to_be_visible()
    assert faults(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("#status")).to_contain_text("Relax")
    page.click("[data-do=neutral]")
    expect(page.locator("#status")).to_contain_text("Recording")
    page.click("[data-do=record]")
    expect(page.locator("#session")).to_be_visible()
    assert faults(page) == []


def test_the_game_and_the_help_have_nothing_for_axe_to_find(page, server):
    start(page, server)
    page.click("[data-do=play]")
    expect(page.locator("#play")).to_contain_text("Show me")
    assert faults(page) == []
    page.get_by_role("button", name="Leave").click()
    expect(page.locator("#play")).to_be_hidden()
    page.click("#help-open")
    expect(page.get_by_role("dialog", name="What everything does")).to_be_visible()
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


@pytest.mark.parametrize("width", [1440 // 2, 1280 // 2, 1280 // 4])
def test_nothing_is_cut_off_while_a_face_is_read_and_the_page_is_enlarged(page, server, width):
    start(page, server)
    page.click("[data-do=crops]")
    page.click("[data-do=record]")
    expect(page.locator("#status")).to_contain_text("Recording 0:01")
    page.click("[data-do=record]")
    page.set_viewport_size({"width": width, "height": 450})
    expect(page.locator("#session")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_who_wants_little_motion_sees_nothing_glide(browser, server):
    for reduced_motion, moves in (("no-preference", True), ("reduce", False)):
        page = browser.new_page(reduced_motion=reduced_motion)
        page.add_init_script(COUNT_DRAWINGS)
        start(page, server)
        expect(page.locator(".bar.leads .bar-fill")).to_have_css("transition-duration", "0.12s" if moves else "0s")
        page.evaluate("window.drawn = window.answers = 0")
        stage.wait_until(page, "window.answers >= 20")
        assert (page.evaluate("window.drawn") > page.evaluate("window.answers + 2")) == moves
        page.close()


def test_what_changes_is_read_aloud_at_most_every_two_seconds(launch, astronaut, server, tmp_path):
    one, two = (stage.gathering(astronaut, [(40, 110, 280), (330, 130, 260)][:number]) for number in (1, 2))
    stage.write_frames(tmp_path / "restless.y4m", [*[one] * 15, *[two] * 14])
    with launch(*stage.camera_switches(tmp_path / "restless.y4m")) as browser:
        page = browser.new_page()
        start(page, server)
        page.evaluate(
            """() => {
                window.said = { announce: [], 'status-detail': [] };
                for (const [id, times] of Object.entries(window.said)) {
                    new MutationObserver(() => times.push(performance.now()))
                        .observe(document.getElementById(id), { childList: true, characterData: true, subtree: true });
                }
            }"""
        )
        for region in ("announce", "status-detail"):
            stage.wait_until(page, f"window.said['{region}'].length >= 4", limit_s=60)
            times_ms = page.evaluate(f"window.said['{region}']")
            assert min(later - before for before, later in pairwise(times_ms)) > 1900


def test_the_live_page_is_worked_by_keys_alone(page, server):
    page.goto(server)
    press_tab_until(page, "Start camera")
    page.keyboard.press("Enter")
    expect(page.locator("[data-do=freeze]")).to_be_focused()
    press_tab_until(page, "Record")
    page.keyboard.press("Enter")
    expect(page.locator("[data-do=record]")).to_have_attribute("aria-pressed", "true")
    press_tab_until(page, "Network’s view")
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
    """Presses Tab until the button with this text has the focus."""
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == words:
            return
    raise AssertionError(f"{words!r} is not reached by {at_most} tabs")


def faults(page):
    """axe-core's violations, in light and dark mode, on a laptop and a phone."""
    return [words for view in product(SCHEMES, SIZES) if (words := _faults_in(page, *view))]


def _faults_in(page, scheme, size):
    # Reduced motion, because axe-core would measure the contrast of half-faded elements.
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    results = Axe().run(page)
    assert len(results.response["passes"]) > 10  # axe-core has run its rules
    return f"{scheme}, {size[0]}×{size[1]}: {results.generate_report()}" if results.violations_count else ""
