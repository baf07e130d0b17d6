"""Two people label in a real Chromium: one by keyboard, one by touch on a telephone."""

import re
import threading

import cv2
import pytest
from axe_playwright_python.sync_playwright import Axe
from fakes import encode
from labels import open_site
from playwright.sync_api import expect
from waitress import create_server

from app.labelling.export import export
from app.labelling.site import create_site
from app.labelling.turns import Rules
from app.labelling.voting import standing

WORDS = """
[doubt]
shown = "Zweifel · 疑い"
means = "Glaubt nicht, was gesagt wird."
example = "Eine Braue oben"
[pain]
shown = "Schmerz"
[neutral]
"""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def labelling(tmp_path, astronaut):
    """A Labelling of four photos with one face each; each face needs two raters."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.jpg").write_bytes(encode(cv2.flip(astronaut[number * 2 :], 1)))
    (tmp_path / "words.toml").write_text(WORDS, encoding="utf-8")
    found = [((180, 60, 120, 120), 0.0, 0.5)]
    opened = open_site(folder, find=lambda _: found, vocabulary=str(tmp_path / "words.toml"), rules=Rules(raters=2))
    yield opened
    opened.engine.dispose()


@pytest.fixture
def address(labelling):
    """The address of the labelling site."""
    server = create_server(create_site(labelling), host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


def join(page, address, labelling, name):
    page.goto(f"{address}/join/{labelling.join_token}")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("#far")).to_have_text("0 done, 4 to go")
    expect(page.locator("#face")).to_be_visible()


def person(browser, **how):
    page = browser.new_context(**how).new_page()
    page.set_default_timeout(15_000)
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    return page, faults


def test_two_people_label_by_keyboard_and_by_touch(launch, address, labelling, tmp_path):
    browser = launch()
    anna, anna_faults = person(browser, viewport={"width": 1366, "height": 768})
    ben, ben_faults = person(browser, **PHONE)
    join(anna, address, labelling, "Anna")
    join(ben, address, labelling, "Ben")

    anna.keyboard.press("1")
    expect(anna.locator("#far")).to_have_text("1 done, 3 to go")
    anna.keyboard.press("Shift+1")
    anna.keyboard.press("2")
    expect(anna.locator(".word[aria-pressed=true]")).to_have_count(2)
    anna.keyboard.press("Enter")
    expect(anna.locator("#far")).to_have_text("2 done, 2 to go")
    anna.keyboard.press("Backspace")
    expect(anna.locator("#far")).to_have_text("1 done, 3 to go")
    for done, key in ((2, "3"), (3, "0"), (4, "n")):
        anna.keyboard.press(key)
        expect(anna.locator("#far")).to_have_text(f"{done} done, {4 - done} to go")
    expect(anna.get_by_role("heading", name="That was all. Thank you!")).to_be_visible()

    ben.get_by_role("button", name="Schmerz").tap()
    expect(ben.locator("#far")).to_have_text("1 done, 3 to go")
    ben.get_by_role("button", name="The whole photo").tap()
    expect(ben.locator("#whole")).to_have_attribute("aria-expanded", "true")
    ben.locator("#whole").tap()
    ben.get_by_role("button", name="Two words fit").tap()
    ben.get_by_role("button", name="Schmerz").tap()
    ben.get_by_role("button", name="Zweifel").tap()
    ben.get_by_role("button", name="Send").tap()
    expect(ben.locator("#far")).to_have_text("2 done, 2 to go")
    ben.get_by_role("button", name="Undo").tap()
    expect(ben.locator("#far")).to_have_text("1 done, 3 to go")
    for done, name in ((2, "neutral"), (3, "Can’t tell"), (4, "No face")):
        ben.get_by_role("button", name=name).tap()
        expect(ben.locator("#far")).to_have_text(f"{done} done, {4 - done} to go")

    with labelling.engine.connect() as connection:
        answers = sorted(answer for _face, _rater, answer in standing(connection))
    assert answers == sorted(["doubt", "neutral", "cant_tell", "no_face", "pain", "neutral", "cant_tell", "no_face"])
    assert export(labelling.engine, tmp_path / "votes.csv") == 4
    assert anna_faults == ben_faults == []
    browser.close()


def test_a_telephone_shows_face_words_and_buttons_without_scrolling(launch, address, labelling):
    browser = launch()
    ben, faults = person(browser, **PHONE)
    join(ben, address, labelling, "Ben")
    ben.wait_for_function(
        "Math.min(...[...document.querySelectorAll('main button')].map((b) => b.offsetHeight || 99)) >= 44"
    )
    size = ben.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert size == [390, 844]
    assert faults == []
    browser.close()


def test_a_rater_goes_on_on_another_device_and_withdraws(launch, address, labelling):
    browser = launch()
    anna, faults = person(browser)
    join(anna, address, labelling, "Anna")
    anna.keyboard.press("1")
    expect(anna.locator("#far")).to_have_text("1 done, 3 to go")
    anna.get_by_role("link", name="You").click()
    link = anna.locator("#link").input_value()
    elsewhere, elsewhere_faults = person(browser, **PHONE)
    elsewhere.goto(link)
    expect(elsewhere.locator("#far")).to_have_text("1 done, 3 to go")
    anna.get_by_role("button", name="Withdraw").click()
    anna.get_by_role("button", name="Yes, delete it all").click()
    expect(anna.get_by_text("It is all deleted.")).to_be_visible()
    with labelling.engine.connect() as connection:
        assert standing(connection) == []
    assert faults == elsewhere_faults == []
    browser.close()


def test_a_lost_connection_loses_no_answer(launch, address, labelling):
    browser = launch()
    anna, _faults = person(browser)
    join(anna, address, labelling, "Anna")
    anna.context.set_offline(True)
    anna.keyboard.press("2")
    expect(anna.get_by_text("No connection; nothing is lost.")).to_be_visible()
    anna.context.set_offline(False)
    expect(anna.locator("#far")).to_have_text("1 done, 3 to go")
    with labelling.engine.connect() as connection:
        assert [answer for _face, _rater, answer in standing(connection)] == ["pain"]
    browser.close()


def test_the_operator_sees_results_and_invites_someone(launch, address, labelling):
    browser = launch()
    page, faults = person(browser)
    page.goto(f"{address}/operator/{labelling.operator_token}")
    expect(page.locator("#counts")).to_contain_text("0 votes of 8 · 4 faces in 4 pictures · 2 raters a face")
    page.get_by_label("A link of their own for").fill("Cleo")
    page.get_by_role("button", name="Invite").click()
    expect(page.locator("#invited")).to_have_text(re.compile(rf"Cleo: {address}/r/\S{{32}}"))
    link = page.locator("#invited").inner_text().partition(": ")[2]
    cleo, cleo_faults = person(browser)
    cleo.goto(link)
    cleo.get_by_label("I agree").check()
    cleo.get_by_role("button", name="Begin").click()
    cleo.get_by_role("button", name="neutral").click()
    expect(page.locator("#counts")).to_contain_text("1 vote of 8")
    expect(page.locator("#raters")).to_contain_text("Cleo 1 vote")
    assert faults == cleo_faults == []
    browser.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible(launch, address, labelling, scheme):
    browser = launch()
    page, _faults = person(browser, color_scheme=scheme, bypass_csp=True)
    page.goto(f"{address}/join/{labelling.join_token}")
    assert violations(page) == []
    join(page, address, labelling, "Anna")
    assert violations(page) == []
    page.get_by_role("link", name="You").click()
    assert violations(page) == []
    page.goto(f"{address}/operator/{labelling.operator_token}")
    expect(page.locator("#words tr")).to_have_count(5)
    assert violations(page) == []
    browser.close()


def violations(page):
    return [(each["id"], each["nodes"][0]["html"]) for each in Axe().run(page).response["violations"]]
