"""Models with six, seven and eight words, and with a user's own words."""

import re

import pytest
import stage
from playwright.sync_api import expect
from polyglot import WORDS
from test_live import start

from app.vision.contract import LABELS

NOTE_WORDS = """
window.seen = {};
setInterval(() => {
    const face = document.querySelector('.face[data-certain=true]');
    if (!face) return;
    const row = face.querySelector(`[data-bar="${face.dataset.emotion}"]`);
    window.seen[face.dataset.emotion] = {
        words: face.querySelector('.face-words').textContent,
        glyph: face.querySelector('.face-head .glyph path').getAttribute('d'),
        colour: getComputedStyle(row.querySelector('.bar-fill')).backgroundColor,
    };
}, 50);
"""
"""Keeps how each word was shown that came."""


@pytest.fixture(scope="module")
def polyglot(cnn):
    """The address of a site whose models answer all their words in turn."""
    with stage.serve(app="tests/browser/polyglot.py:make_app") as address:
        yield address


def test_every_word_has_its_place_its_face_and_its_colour(page, polyglot):
    page.add_init_script(NOTE_WORDS)
    start(page, polyglot)
    stage.wait_until(page, f"Object.keys(window.seen).length === {len(LABELS)}", limit_s=60)
    assert page.locator(".bar-name").all_inner_texts() == list(LABELS)
    seen = page.evaluate("window.seen")
    for looks in ("words", "glyph", "colour"):
        assert len({seen[label][looks] for label in LABELS}) == len(LABELS), looks
    assert seen["contempt"]["words"] == "looks contemptuous"
    for name in ("seven", "six", "own"):
        page.select_option("#model", name)
        expect(page.locator(".bar-name")).to_have_text(list(WORDS[name]))


def test_a_model_that_is_not_sure_says_so_and_what_it_may_be(page, polyglot):
    start(page, polyglot)
    page.select_option("#model", "shy")
    expect(page.locator(".face-words")).to_have_text("not sure")
    expect(page.locator(".face-sure")).to_have_text(re.compile(r"perhaps \w+, \d\d%"))
    expect(page.locator(".face")).to_have_attribute("data-certain", "false")
    expect(page.locator("#announce")).to_have_text("not sure")


def test_two_models_of_different_words_are_compared(page, polyglot):
    page.goto(polyglot)
    page.select_option("#rival", "own")
    page.click("#start")
    expect(page.locator(".face-rival")).to_contain_text("B disagrees", timeout=30_000)
    expect(page.locator(".face-rival")).to_contain_text("looks pain", timeout=30_000)
    assert page.locator(".bar-name").all_inner_texts() == list(LABELS)


def test_a_record_across_two_models_holds_the_words_of_both(page, polyglot, tmp_path):
    page.add_init_script(NOTE_WORDS)
    page.goto(polyglot)
    page.select_option("#model", "six")
    page.click("#start")
    expect(page.locator(".bar")).to_have_count(6)
    page.click("[data-do=record]")
    expect(page.locator("#status")).to_contain_text("Recording 0:01")
    page.select_option("#model", "eight")
    stage.wait_until(page, "window.seen.contempt", limit_s=60)
    page.wait_for_timeout(300)
    page.click("[data-do=record]")
    with page.expect_download() as download:
        page.click("#save-csv")
    download.value.save_as(tmp_path / "record.csv")
    head = (tmp_path / "record.csv").read_text().splitlines()[0]
    assert head == f"at_s,face,emotion,certain,{','.join(LABELS)},mark,started,model"
    page.reload()
    page.set_input_files("#open-record", tmp_path / "record.csv")
    expect(page.locator("#session-shares [data-bar=contempt]")).to_be_visible()


def test_a_rest_goes_with_the_model_that_read_it(page, polyglot):
    page.goto(polyglot)
    page.select_option("#model", "calm")
    page.click("#start")
    expect(page.locator(".face[data-emotion]")).to_have_count(1)
    page.click("[data-do=neutral]")
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("#countdown")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("Relax your face")
    expect(page.locator("#rest-note")).to_be_visible(timeout=30_000)
    expect(page.locator(".face")).to_contain_text("looks neutral")
    page.select_option("#model", "six")
    expect(page.locator("#rest-note")).to_be_hidden()


def test_eight_words_are_readable_on_a_phone(page, polyglot):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{polyglot}/models#eight")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator("#eight details summary").first.click()
    matrix = page.locator("#eight .scroll:has(.confusion)")
    expect(matrix.locator("tbody tr")).to_have_count(8)
    assert matrix.evaluate("(each) => each.scrollWidth <= each.clientWidth")
    expect(page.locator("#eight .classes tbody tr")).to_have_count(8)
    expect(page.locator("#six .classes")).to_be_hidden()
    page.locator("#six > summary").click()
    page.locator("#six details summary").first.click()
    expect(page.locator("#six .classes tbody tr").first).to_be_visible()
